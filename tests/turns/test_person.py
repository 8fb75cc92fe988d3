"""A person, opt-in: the coach gets exactly what was previewed and sent."""

from datetime import timedelta

from tests.town import Person, Town


async def asks(resident: Person) -> str:
    """Ask for a call and send; gives the previewed text."""
    await resident.says("human")
    await resident.presses("Start")
    await resident.presses("Dr. Ana Reyes")
    await resident.presses("Yes, Dr. Ana Reyes may")
    await resident.presses("A call")
    await resident.fills("555-0142, after six")
    await resident.fills("a hard week on the unit")
    await resident.presses("Nobody")
    assert resident.form is not None
    preview = next(one for one in resident.form.paragraphs if one.startswith("From: "))
    await resident.presses("Send")
    return preview


async def test_by_default_nobody_is_told(resident: Person, coach: Person) -> None:
    await resident.says("check in")
    await resident.presses("Start")
    await resident.presses("Struggling")

    assert coach.chat == []


async def test_the_coach_reads_exactly_the_preview(resident: Person, coach: Person) -> None:
    preview = await asks(resident)
    assert "hard week" not in "".join(coach.chat[-1].paragraphs)
    await coach.presses("Open")

    assert coach.form is not None
    assert coach.form.paragraphs[0] == preview


async def test_the_trainee_hears_seen_and_acknowledged(resident: Person, coach: Person) -> None:
    await asks(resident)
    await coach.presses("Open")
    await resident.closes()
    await resident.presses("Open")
    assert "has opened it" in resident.screen
    await coach.presses("I have it")
    await resident.closes()
    await resident.presses("Open")

    assert "has it and will be in touch" in resident.screen


async def test_how_to_reach_them_stays_in_sight_of_the_coach_and_what_was_sent_of_the_trainee(
    resident: Person, coach: Person
) -> None:
    preview = await asks(resident)
    await resident.closes()
    await resident.presses("Open")
    assert preview in resident.screen
    await coach.presses("Open")
    await coach.presses("I have it")
    assert preview in coach.screen
    await coach.closes()
    await coach.presses("Open")

    assert coach.screen.count("555-0142") == 1


async def test_after_a_check_in_taking_it_back_is_no_answer_to_how_it_was(resident: Person) -> None:
    await resident.says("check in")
    for label in ("Start", "Struggling", "Skip", "Skip", "A person", "Dr. Ana Reyes"):
        await resident.presses(label)
    for label in ("Yes, Dr. Ana Reyes may", "A call", "Skip", "Skip", "Nobody", "Send"):
        await resident.presses(label)

    assert resident.form is not None
    assert [one.label for one in resident.form.choices] == ["Helped", "Made it worse", "Reached a person"]
    assert [one.label for one in resident.form.controls] == ["Take it back"]


async def test_a_proposed_time_can_be_accepted(resident: Person, coach: Person) -> None:
    await asks(resident)
    await coach.presses("Open")
    await coach.presses("Propose a time")
    await coach.fills("tomorrow 17:30")
    await resident.closes()
    await resident.presses("Open")
    assert "17:30" in resident.screen
    await resident.presses("That works")
    assert "You agreed on Tuesday 3 November, 17:30." in resident.screen
    await coach.closes()
    await coach.presses("Open")

    assert "accepts" in coach.screen


async def test_taken_back_means_the_coach_cannot_open_it(resident: Person, coach: Person) -> None:
    await asks(resident)
    await resident.presses("Take it back")
    await coach.presses("Open")

    assert "withdrawn" in coach.last


async def test_a_late_answer_is_told_with_lines_that_are_staffed(town: Town, resident: Person) -> None:
    await asks(resident)
    await town.walks_to(town.clock.now() + timedelta(hours=30))
    await resident.closes()
    await resident.presses("Open")

    assert "Not answered yet" in resident.screen
    assert "988" in resident.screen


async def test_outside_the_coachs_hours_a_line_that_is_answered_now_stands_there(resident: Person) -> None:
    await asks(resident)

    assert "Until then, people answer on the lines below." in resident.screen
    assert resident.form is not None
    assert any("988" in link.label for link in resident.form.links)


async def test_a_coach_is_told_by_another_channel_that_something_waits(resident: Person, town: Town) -> None:
    await asks(resident)

    assert town.notified == [("coach", "alert")]
