"""A person, opt-in: the coach gets exactly what was previewed and sent."""

from datetime import timedelta

from tests.town import Person, Town
from tests.turns.stories import (
    begins_check_in,
    has_lines,
    is_opened,
    is_proposed,
    press,
    reads_news,
    sends_alert,
    sends_alert_in_check_in,
)


async def test_by_default_nobody_is_told(resident: Person, coach: Person) -> None:
    await begins_check_in(resident)
    await resident.presses("Struggling")

    assert coach.chat == []


async def test_the_coach_reads_exactly_the_preview(resident: Person, coach: Person) -> None:
    preview = await sends_alert(resident)
    assert "hard week" not in "".join(coach.chat[-1].paragraphs)
    await coach.presses("Open")

    assert coach.shown.paragraphs[0] == preview


async def test_the_trainee_hears_seen_and_acknowledged(resident: Person, coach: Person) -> None:
    await is_opened(resident, coach)
    await reads_news(resident)
    assert "has opened it" in resident.screen
    await coach.presses("I have it")
    await reads_news(resident)

    assert "has it and will be in touch" in resident.screen


async def test_how_to_reach_them_stays_in_sight_of_the_coach_and_what_was_sent_of_the_trainee(
    resident: Person, coach: Person
) -> None:
    preview = await sends_alert(resident)
    await reads_news(resident)
    assert preview in resident.screen
    await coach.presses("Open", "I have it")
    assert preview in coach.screen
    await reads_news(coach)

    assert coach.screen.count("555-0142") == 1


async def test_after_a_check_in_taking_it_back_is_no_answer_to_how_it_was(resident: Person) -> None:
    await sends_alert_in_check_in(resident)

    assert [one.label for one in resident.shown.choices] == ["Helped", "Made it worse", "Reached a person"]
    assert [one.label for one in resident.shown.controls] == ["Take it back"]


async def test_a_proposed_time_can_be_accepted(resident: Person, coach: Person) -> None:
    await is_proposed(resident, coach)
    await reads_news(resident)
    assert "17:30" in resident.screen
    await resident.presses("That works")
    assert "You agreed on Tuesday 3 November, 17:30." in resident.screen
    await reads_news(coach)

    assert "accepts" in coach.screen


async def test_taken_back_means_the_coach_cannot_open_it(resident: Person, coach: Person) -> None:
    await sends_alert(resident)
    opener = coach.chat[-1].choices[0].press
    await resident.presses("Take it back")
    await coach.sends(press(coach, opener.flow, opener.talk, opener.key, opener.option))

    assert "Open" not in coach.buttons
    assert coach.screen == "That request is not open to you any more."
    assert "withdrawn" in coach.last


async def test_a_late_answer_is_told_with_lines_that_are_staffed(town: Town, resident: Person) -> None:
    await sends_alert(resident)
    await town.walks_to(town.clock.now() + timedelta(hours=30))
    await reads_news(resident)

    assert "Not answered yet" in resident.screen
    assert "988" in resident.screen


async def test_outside_the_coachs_hours_a_line_that_is_answered_now_stands_there(resident: Person) -> None:
    await sends_alert(resident)

    assert "Until then, people answer on the lines below." in resident.screen
    assert has_lines(resident.shown)


async def test_a_coach_is_told_by_another_channel_that_something_waits(resident: Person, town: Town) -> None:
    await sends_alert(resident)

    assert town.notified == [("coach", "alert")]
