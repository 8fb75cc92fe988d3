"""When a coach is likely to see something, and by when an answer is promised."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.people.alerts import promised
from bot.people.coaches import Coach
from bot.store.tables import coaches
from tests.town import Person, Town
from tests.turns.stories import is_proposed, reads_news, wishes_instead

NEW_YORK, LOS_ANGELES = "America/New_York", "America/Los_Angeles"


def entry(weekdays: str = "01234") -> Coach:
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
    assert entry().likely_seen(now, NEW_YORK) == said


def test_a_reader_three_hours_behind_hears_their_own_time() -> None:
    assert entry().likely_seen(at(9, 16, 30), LOS_ANGELES) == "today before 15:00"


def test_a_week_on_it_names_the_date() -> None:
    assert entry("0").likely_seen(at(9, 18, 30), NEW_YORK) == "Monday 16 November from 08:00"


def test_the_end_of_the_day_belongs_to_that_day() -> None:
    late = replace(entry(), closes=24 * 60)
    assert late.likely_seen(at(9, 10), NEW_YORK) == "today before 24:00"
    assert entry().likely_seen(at(9, 10), "Europe/Berlin") == "today before 24:00"
    assert promised(late, "today", at(9, 17)) == datetime(2026, 11, 10, 2, tzinfo=UTC)
    assert promised(late, "next-working-day", at(6, 12)) == datetime(2026, 11, 10, 5, tzinfo=UTC)


@pytest.mark.parametrize("weekday", "0123456")
def test_one_weekday_is_enough_to_promise_something(weekday: str) -> None:
    for day in range(9, 16):
        end = promised(entry(weekday), "next-working-day", at(day, 12))
        assert (str(end.weekday()), end.hour, 1 <= end.day - day <= 7) == (weekday, 23, True)


ODD = [{"weekdays": ""}, {"opens": 22 * 60, "closes": 6 * 60}, {"opens": 540, "closes": 540}]


def has_hours(town: Town, hours: dict[str, object]) -> None:
    """The first coach's entry says this; a program folder could, before it was refused."""
    first = coaches.update().where(coaches.c.person_id == town.ids["coach"]).values(**hours)
    town.store.write(lambda conn: conn.execute(first))


@pytest.mark.parametrize("odd", ODD)
async def test_a_coach_without_any_hours_takes_the_others_from_nobody(
    resident: Person, town: Town, odd: dict[str, object]
) -> None:
    has_hours(town, odd)
    await resident.says("human")
    await resident.presses("Start")
    assert [label for label in resident.buttons if label.startswith("Dr.")] == ["Dr. Jonas Okafor"]
    await resident.presses("Dr. Jonas Okafor")
    assert "Yes, Dr. Jonas Okafor may" in resident.buttons


@pytest.mark.parametrize("odd", ODD)
async def test_a_request_to_a_coach_without_any_hours_goes_on(
    resident: Person, coach: Person, town: Town, odd: dict[str, object]
) -> None:
    await is_proposed(resident, coach)
    has_hours(town, odd)
    await wishes_instead(resident, "Friday 12:00")
    await reads_news(coach)
    assert "Friday" in coach.screen


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
    assert promised(entry(), tier, sent) == due
