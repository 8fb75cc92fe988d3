"""A time that has gone by before it was answered: nobody agrees on it, and another one can be found."""

from datetime import UTC, datetime

from bot.store.tables import threads
from tests.town import Person, Town
from tests.turns.stories import is_proposed, proposes, reads_news, wishes_instead

AT_FIVE = datetime(2026, 11, 2, 10, tzinfo=UTC)
"""05:00 in New York, where it is 04:00 as these stories begin."""


async def finds_it_gone_by(resident: Person, coach: Person, town: Town) -> None:
    """The coach proposes five o'clock; the resident says at five that it works."""
    await is_proposed(resident, coach, "today 05:00")
    await reads_news(resident)
    town.clock.at = AT_FIVE
    await resident.presses("That works")


async def is_asked_too_late(resident: Person, coach: Person, town: Town) -> None:
    """The resident asks for five o'clock; the coach says at five that it works."""
    await is_proposed(resident, coach)
    await wishes_instead(resident, "today 05:00")
    await reads_news(coach)
    town.clock.at = AT_FIVE
    await coach.presses("That works")


# ------------------------------------------------------------------- the resident


async def test_nobody_agrees_on_a_time_that_has_gone_by(resident: Person, coach: Person, town: Town) -> None:
    await finds_it_gone_by(resident, coach, town)

    assert "That time has gone by, so Dr. Ana Reyes was told nothing." in resident.screen
    assert "agreed" not in resident.screen + coach.all_said
    assert [row.state for row in town.rows(threads)] == ["proposed"]


async def test_what_suits_is_asked_again_without_the_time_that_has_gone_by(
    resident: Person, coach: Person, town: Town
) -> None:
    await finds_it_gone_by(resident, coach, town)

    assert "What would suit you instead?" in resident.screen
    assert resident.buttons[:2] == ["Another time", "Call me instead"]
    assert ("That works" in resident.buttons, "Take it back" in resident.buttons) == (False, True)


async def test_another_time_is_asked_for_and_agreed_on_instead(
    resident: Person, coach: Person, town: Town
) -> None:
    await finds_it_gone_by(resident, coach, town)
    await resident.presses("Another time")
    await resident.fills("tomorrow 12:00")
    await reads_news(coach)
    await coach.presses("That works")
    await reads_news(resident)

    assert "You agreed on Tuesday 3 November, 12:00." in resident.screen


async def test_the_coach_can_propose_anew_meanwhile(resident: Person, coach: Person, town: Town) -> None:
    await finds_it_gone_by(resident, coach, town)
    await proposes(coach, "tomorrow 12:00")
    await reads_news(resident)
    await resident.presses("That works")

    assert "You agreed on Tuesday 3 November, 12:00." in resident.screen


async def test_until_that_very_minute_it_can_be_agreed_on(
    resident: Person, coach: Person, town: Town
) -> None:
    await is_proposed(resident, coach, "today 05:00")
    await reads_news(resident)
    town.clock.move(minutes=59)
    await resident.presses("That works")

    assert "You agreed on Monday 2 November, 05:00." in resident.screen


# ------------------------------------------------------------------- the coach


async def test_a_coach_agrees_on_no_time_that_has_gone_by(
    resident: Person, coach: Person, town: Town
) -> None:
    await is_asked_too_late(resident, coach, town)

    assert "That time has gone by, so Dr. Sam Rivera was told nothing." in coach.screen
    assert "agreed" not in coach.screen + resident.all_said
    assert [row.state for row in town.rows(threads)] == ["acknowledged"]


async def test_the_coach_proposes_another_one_and_it_is_agreed_on(
    resident: Person, coach: Person, town: Town
) -> None:
    await is_asked_too_late(resident, coach, town)
    assert "That works" not in coach.buttons
    await proposes(coach, "tomorrow 12:00")
    await reads_news(resident)
    await resident.presses("That works")

    assert "You agreed on Tuesday 3 November, 12:00." in resident.screen


async def test_opened_anew_that_time_is_refused_again_and_another_one_proposed(
    resident: Person, coach: Person, town: Town
) -> None:
    await is_proposed(resident, coach)
    await wishes_instead(resident, "tomorrow 12:00")
    await coach.closes()
    await town.walks_to(datetime(2026, 11, 5, 15, tzinfo=UTC))
    await coach.presses("Open", "That works")
    assert "That time has gone by" in coach.screen
    await proposes(coach, "tomorrow 12:00")

    assert "Dr. Sam Rivera is asked about Friday 6 November, 12:00." in coach.screen
