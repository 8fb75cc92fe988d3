"""When a coach is likely to see something, and by when an answer is promised."""

from datetime import UTC, datetime

import pytest

from bot.people.alerts import promised
from bot.people.coaches import Coach

NEW_YORK, LOS_ANGELES = "America/New_York", "America/Los_Angeles"


def coach(weekdays: str = "01234") -> Coach:
    """Eight to six in New York."""
    return Coach("ana", "Dr. Ana Reyes", "Internist", "weekdays", NEW_YORK, weekdays, 8 * 60, 18 * 60)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """November 2026 in New York, after the end of summer time; the 9th is a Monday."""
    return datetime(2026, 11, day, hour + 5, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (at(9, 10), "today before 18:00"),
        (at(9, 7), "today from 08:00"),
        (at(6, 18, 30), "Monday from 08:00"),
    ],
)
def test_it_is_said_by_the_readers_clock(now: datetime, said: str) -> None:
    assert coach().likely_seen(now, NEW_YORK) == said


def test_a_reader_three_hours_behind_hears_their_own_time() -> None:
    assert coach().likely_seen(at(9, 16, 30), LOS_ANGELES) == "today before 15:00"


def test_a_week_on_it_names_the_date() -> None:
    assert coach("0").likely_seen(at(9, 18, 30), NEW_YORK) == "Monday 16 November from 08:00"


@pytest.mark.parametrize(
    ("tier", "sent", "due"),
    [
        ("today", at(9, 9), at(9, 13)),
        ("today", at(9, 17), at(9, 18)),
        ("next-working-day", at(9, 9), at(10, 18)),
        ("next-working-day", at(6, 17), at(9, 18)),
        ("next-working-day", at(7, 12), at(9, 18)),
    ],
)
def test_an_answer_is_due_when_the_request_says(tier: str, sent: datetime, due: datetime) -> None:
    assert promised(coach(), tier, sent) == due
