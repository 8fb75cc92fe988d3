"""A time is kept or sent as whoever names it means it, or it is asked for again."""

from datetime import timedelta

import pytest

from adapters.port import ReplyKind
from bot.nudges.silences import FOREVER
from bot.store.tables import alerts, silences
from conversations.snooze import AFTER_SHIFT, SHIFT_LASTS
from conversations.times import FARTHEST
from tests.town import Person, Town
from tests.turns.stories import is_opened, is_proposed, proposes, reads_news, wishes_instead
from tests.turns.test_invitations import SUNDAY, is_invited

AGAIN = (
    "Possible here: a day and time in the next ten months, such as: tomorrow 07:30, Fri 6pm, tonight 7, 18:00"
)
FAR = ["9999-12-31 23:59", "2999-01-01", "2027-11-05 18:00", "2026-11-04T18:00+09:00"]


def asked_again(person: Person) -> str:
    """What stands beside the field that was sent."""
    return next(iter(person.reply.errors.values())) if person.reply.kind is ReplyKind.ERRORS else ""


async def test_tonight_7_is_this_evening_for_both(resident: Person, coach: Person) -> None:
    await is_proposed(resident, coach, "tonight 7")
    assert "is asked about Monday 2 November, 19:00." in coach.screen
    await reads_news(resident)

    assert "Dr. Ana Reyes proposes Monday 2 November, 19:00. What suits you?" in resident.screen


async def test_tonight_alone_names_no_time_and_nothing_is_sent(
    resident: Person, coach: Person, town: Town
) -> None:
    await is_opened(resident, coach)
    await proposes(coach, "tonight")

    assert asked_again(coach) == AGAIN
    assert [row.proposed for row in town.rows(alerts)] == [""]


async def test_a_shift_that_ends_tonight_keeps_no_week_quiet(resident: Person, town: Town) -> None:
    await is_invited(town)
    await resident.presses("Open", "Not now", "After this shift")
    await resident.fills("tonight 11")

    assert resident.screen.startswith("Quiet until Sunday 23:30.")
    assert all(row.ends_at < SUNDAY + timedelta(hours=6) for row in town.rows(silences))


@pytest.mark.parametrize("when", FAR)
async def test_a_far_or_mistyped_year_is_proposed_to_nobody(
    when: str, resident: Person, coach: Person, town: Town
) -> None:
    await is_opened(resident, coach)
    await proposes(coach, when)

    assert asked_again(coach) == AGAIN
    assert [row.proposed for row in town.rows(alerts)] == [""]


async def test_nobody_wishes_for_such_a_time_instead(resident: Person, coach: Person) -> None:
    await is_proposed(resident, coach)
    await wishes_instead(resident, "9999-12-31 23:59")

    assert asked_again(resident) == AGAIN


@pytest.mark.parametrize("words", ["on leave", "on nights"])
async def test_no_leave_is_kept_for_longer_than_it_says(words: str, resident: Person, town: Town) -> None:
    await resident.says(words)
    await resident.says("9999-12-30")
    assert town.rows(silences) == []

    await resident.says("2026-12-30 08:00")
    assert resident.last.startswith("Quiet until Wednesday 30 December, 08:00.")


def test_the_longest_silence_that_can_be_named_is_kept_whole() -> None:
    assert FARTHEST + AFTER_SHIFT + SHIFT_LASTS < FOREVER
