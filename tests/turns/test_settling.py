"""How a request is agreed on and ended: each hears the time, who closed it, and what is possible then."""

from datetime import timedelta

from bot.store.tables import alerts, threads
from tests.town import Person, Town
from tests.turns.stories import (
    NEXT,
    asks_for,
    is_acknowledged,
    is_opened,
    is_proposed,
    proposes,
    reads_news,
    sends_alert,
    sends_alert_in_check_in,
    wishes_instead,
)


async def lets_know(resident: Person, *, backup: str = "Nobody") -> None:
    """Send what the coach has only to know."""
    await asks_for(resident)
    await resident.presses("Only to let you know", "Skip", "Skip", backup, "Send")
    await resident.closes()


async def test_another_time_is_agreed_on_with_one_tap_and_both_are_told_it(
    resident: Person, coach: Person
) -> None:
    await is_proposed(resident, coach)
    assert "Dr. Sam Rivera is asked about Tuesday 3 November, 17:30." in coach.screen
    await wishes_instead(resident, "Friday 12:00")
    assert "Dr. Ana Reyes is asked about Friday 6 November, 12:00." in resident.screen
    await reads_news(coach)
    await coach.presses("That works")
    assert "You agreed on Friday 6 November, 12:00." in coach.screen
    await reads_news(resident)

    assert "Dr. Ana Reyes says that works. You agreed on Friday 6 November, 12:00." in resident.screen


async def test_a_coach_who_stopped_is_still_offered_the_time_that_was_asked_for(
    resident: Person, coach: Person, town: Town
) -> None:
    await is_proposed(resident, coach)
    await coach.says("human")
    await wishes_instead(resident, "Friday 12:00")
    await coach.says("stop")
    await coach.presses("Open")

    assert town.rows(alerts)[0].proposed == "2026-11-06T12:00"
    assert "That works" in coach.buttons


async def test_another_time_without_one_offers_nothing_to_agree_to(
    resident: Person, coach: Person, town: Town
) -> None:
    await is_proposed(resident, coach)
    await reads_news(resident)
    await resident.presses("Another time", "Skip")
    await reads_news(coach)

    assert "Dr. Sam Rivera asks for another time." in coach.screen
    assert "That works" not in coach.buttons
    assert town.rows(alerts)[0].proposed == ""


async def test_an_agreed_time_can_be_changed(resident: Person, coach: Person, town: Town) -> None:
    await is_proposed(resident, coach)
    await reads_news(resident)
    await resident.presses("That works")
    await reads_news(coach)
    await proposes(coach, "Friday 12:00")

    assert [row.state for row in town.rows(threads)] == ["proposed"]


async def test_one_tap_closes_nothing(resident: Person, coach: Person, town: Town) -> None:
    await is_acknowledged(resident, coach)
    await coach.presses("It is settled")
    assert "Dr. Sam Rivera hears that you closed it" in coach.screen
    assert [row.state for row in town.rows(threads)] == ["acknowledged"]
    await coach.presses("Leave it open")

    assert "It is settled" in coach.buttons
    assert [row.state for row in town.rows(threads)] == ["acknowledged"]


async def test_the_end_names_who_closed_it_and_what_to_do_if_it_is_not_settled(
    resident: Person, coach: Person
) -> None:
    await is_acknowledged(resident, coach)
    await coach.presses("It is settled", "Close it")

    assert resident.last == "Dr. Ana Reyes closed your request. If it is not settled for you, type human."


async def test_what_is_only_to_know_is_never_late_and_ends_quietly(
    resident: Person, coach: Person, town: Town
) -> None:
    await lets_know(resident)
    await town.walks_to(town.clock.now() + timedelta(days=6))
    row = town.rows(threads)[0]

    assert (row.state, row.body) == ("closed", None)
    assert "is not answered yet" not in resident.all_said
    assert "Something here is still waiting for you." not in coach.all_said
    assert resident.last == (
        "What you let your coach know is closed now, and its text is gone. No answer was asked for."
    )


async def test_passed_on_what_is_only_to_know_is_still_never_late(
    resident: Person, coach: Person, town: Town
) -> None:
    await lets_know(resident, backup=NEXT)
    await coach.presses("Open", "Pass it on")
    assert "The person Dr. Sam Rivera named next gets this same text" in coach.screen
    await coach.presses("Pass it on")
    await town.walks_to(town.clock.now() + timedelta(days=3))

    assert "still waiting" not in town.person("coach-2").all_said
    assert "is not answered yet" not in resident.all_said


async def test_later_says_of_a_request_that_a_reminder_may_come(resident: Person, coach: Person) -> None:
    await is_opened(resident, coach)
    await coach.presses("Later")

    assert "One reminder may come while it is not answered." in coach.screen


async def test_what_was_taken_back_is_no_longer_counted_as_held(resident: Person) -> None:
    await sends_alert(resident)
    await resident.presses("Take it back")
    await sends_alert(resident)
    await resident.closes()
    await resident.says("privacy")
    await resident.presses("Open")

    assert "1 message to a coach" in resident.screen


async def test_after_a_request_made_in_a_check_in_the_form_is_headed_by_it(resident: Person) -> None:
    await sends_alert_in_check_in(resident)

    assert resident.shown.title == "A person"
