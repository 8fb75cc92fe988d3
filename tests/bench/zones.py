"""Z1: the next local due time, over many trainees in sixty zones, and whether what is remembered is right."""

import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from bot.nudges import dates, windows, zones
from bot.nudges.dates import Due, Plan, next_due
from bot.nudges.windows import Quiet
from tests.bench.frame import Figure, Found, Measure, Part, Room

TRAINEES, ZONES = 160_000, 60
FIRST, LAST = datetime(2024, 1, 1, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC)
SUNDAY = datetime(2026, 11, 1, 18, 0, tzinfo=UTC)
"""The day on which North America's clocks go back."""
_REMEMBERED = (zones.instant, dates._at, dates._next, windows.quiet_end, windows.quiet_start)
_HOUR = timedelta(hours=1)
_STRIDE = timedelta(days=5)
"""No two changes of a zone lie so near to each other."""
Case = tuple[Plan, str, datetime]


def next_times(room: Room) -> Found:
    """Microseconds of CPU each, of the sixty zones whose clocks change most, and how many were not equal."""
    names = tuple(name for name, _ in _changing()[: room.times(ZONES)])
    people = _people(names, room.times(TRAINEES))
    _forget()
    begun = time.process_time()
    for plan, zone, now in people:
        next_due(plan, zone=zone, quiet=_QUIET, last=None, now=now)
    spent = time.process_time() - begun
    wrong, compared = _compared(names)
    return {"each_us": spent / len(people) * 1e6, "wrong": float(wrong), "compared": float(compared)}


_QUIET = Quiet()


def _people(names: tuple[str, ...], number: int) -> list[Case]:
    """As a burst of four hours asks: of each quarter of an hour, those whose time has come."""
    chance = random.Random(7)  # noqa: S311 - the same people in each run
    plans = [
        Plan(weekday=6, minute=hour * 60 + quarter) for hour in range(17, 21) for quarter in (0, 15, 30, 45)
    ]
    found = ((chance.choice(plans), chance.choice(names)) for _ in range(number))
    return [(plan, zone, SUNDAY + timedelta(minutes=plan.minute - 17 * 60)) for plan, zone in found]


def _compared(names: tuple[str, ...]) -> tuple[int, int]:
    """How many answers are not those of an empty memory, of how many, around every change of every zone."""
    wrong = compared = 0
    for zone in names:
        cases = list(_around(zone))
        kept = [_asked(case) for case in cases]
        for case, one in zip(cases, kept, strict=True):
            _forget()
            wrong += _asked(case) != one
        compared += len(cases)
    return wrong, compared


def _asked(case: Case) -> Due | None:
    plan, zone, now = case
    return next_due(plan, zone=zone, quiet=_QUIET, last=None, now=now)


def _forget() -> None:
    for one in _REMEMBERED:
        one.cache_clear()


def _around(zone: str) -> Iterator[Case]:
    """Evening and night plans, asked from two days before each change until two days after it."""
    for change in _changes(zone):
        weekday = change.astimezone(ZoneInfo(zone)).weekday()
        for minute in (90, 150, 17 * 60, 20 * 60 + 45):
            for hours in (-48, -1, 0, 1, 48):
                yield Plan(weekday=weekday, minute=minute), zone, change + hours * _HOUR


def _changing() -> list[tuple[str, int]]:
    """Every zone with how often its clocks change, the most first."""
    found = ((name, len(list(_changes(name)))) for name in sorted(available_timezones()))
    return sorted(found, key=lambda one: -one[1])


def _changes(zone: str) -> Iterator[datetime]:
    """The hours in which the zone's clocks change, of these years."""
    rules, at = ZoneInfo(zone), FIRST
    while at < LAST:
        if at.astimezone(rules).utcoffset() != (at + _STRIDE).astimezone(rules).utcoffset():
            hours = (at + hour * _HOUR for hour in range(_STRIDE // _HOUR))
            yield next(
                one
                for one in hours
                if one.astimezone(rules).utcoffset() != (one + _HOUR).astimezone(rules).utcoffset()
            )
        at += _STRIDE


PART = Part(
    name="zones",
    measures=(Measure("next times", "tests.bench.zones:next_times"),),
    figures=(
        Figure(
            "Z1",
            "CPU of the next local due time, each of 160,000 in 60 zones",
            "next times",
            "each_us",
            most=2.0,
            unit=" us",
            short="next local due time",
        ),
        Figure(
            "Z1 wrong",
            "Answers that differ from an empty memory's, over every clock change 2024 to 2030",
            "next times",
            "wrong",
            most=0.0,
            how="plans at four times of the day on which clocks change, asked from two days before until two"
            " days after it, in the sixty zones whose clocks change most often.",
        ),
    ),
)
