"""From a weekly plan to the next occurrence, in the person's own wall-clock time. Pure.

Limits: late at most 3 hours and before quiet hours; one reminder 24 to 36 hours later; at least 6 hours
between two occurrences; ignored twice every second week, four times one question and then nothing.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from bot.nudges.windows import Quiet, quiet_end, quiet_start
from bot.nudges.zones import instant, local

LATE = timedelta(hours=3)
APART = timedelta(hours=6)
REMIND_FROM, REMIND_BEST, REMIND_UNTIL = 24, 30, 36  # hours after the invitation
FEWER_AFTER = 2  # ignored so often: every second week
ASK_AFTER = 4  # ignored so often: one question, then nothing
_DAY = timedelta(days=1)
_WEEK = timedelta(weeks=1)
_ROOM = timedelta(days=3)  # how far a changed weekday may come earlier than the interval says


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a person chose: weekday (Monday is 0), minute of the day, every how many weeks (0: only asked)."""

    weekday: int
    minute: int
    every: int = 1
    unanswered: int = 0


@dataclass(frozen=True, kw_only=True)
class Due:
    """One occurrence. Its local date makes it one; the instants follow from zone and quiet hours."""

    local_date: date
    due_at: datetime
    late_at: datetime


def weeks_between(plan: Plan) -> int:
    """How many weeks lie between two occurrences now; 0 for none."""
    fewer = plan.every and plan.unanswered >= FEWER_AFTER
    return max(plan.every, 2) if fewer else plan.every


def is_fewer(plan: Plan) -> bool:
    """Whether unanswered ones have made the interval longer than the person chose."""
    return weeks_between(plan) != plan.every


def occurrence(plan: Plan, day: date, *, zone: str, quiet: Quiet) -> Due:
    """The plan's occurrence on a date. A time that lies in quiet hours moves to their end."""
    return _at(day, plan.minute, zone, quiet)


@lru_cache(maxsize=8192)
def _at(day: date, minute: int, zone: str, quiet: Quiet) -> Due:
    due = instant(day, minute, zone)
    due = quiet_end(due, quiet, zone) or due
    return Due(local_date=day, due_at=due, late_at=late_limit(due, quiet, zone))


def late_limit(due: datetime, quiet: Quiet, zone: str) -> datetime:
    """Until when something due now is still sent: 3 hours, and before quiet hours."""
    starts = quiet_start(due, quiet, zone)
    return min(due + LATE, starts - timedelta(minutes=1)) if starts else due + LATE


def next_due(
    plan: Plan, *, zone: str, quiet: Quiet, last: Due | None, now: datetime, catch_up: bool = False
) -> Due | None:
    """The next occurrence: after the last one by the plan's interval, in the future.

    With `catch_up` one that is late but within its limit also counts (after an outage). Missed ones in
    between are passed over. Never on a local date that had one, never within 6 hours of the last.
    None for "only when asked".
    """
    weeks = weeks_between(plan)
    if not weeks:
        return None
    before = (last.local_date, last.due_at) if last else None
    return _next(plan.weekday, plan.minute, weeks, zone, quiet.starts, quiet.ends, before, now, catch_up)


@lru_cache(maxsize=8192)
def _next(
    weekday: int,
    minute: int,
    weeks: int,
    zone: str,
    quiet_from: int,
    quiet_until: int,
    before: tuple[date, datetime] | None,
    now: datetime,
    catch_up: bool,  # noqa: FBT001
) -> Due:
    quiet = Quiet(starts=quiet_from, ends=quiet_until)
    day = local(now, zone).date() - _DAY
    if before is not None:
        day = max(day, before[0] + weeks * _WEEK - _ROOM)
    day += timedelta(days=(weekday - day.weekday()) % 7)
    while True:
        found = _at(day, minute, zone, quiet)
        ahead = found.late_at > now if catch_up else found.due_at > now
        if ahead and (before is None or found.due_at >= before[1] + APART):
            return found
        day += _WEEK


@lru_cache(maxsize=1024)
def reminder(invited: datetime, *, quiet: Quiet, zone: str) -> tuple[datetime, datetime] | None:
    """When to remind (due, late): 24 to 36 hours after, as near to 30 as quiet hours let it; or None."""
    hours = sorted(range(REMIND_FROM, REMIND_UNTIL + 1), key=lambda hour: (abs(hour - REMIND_BEST), hour))
    for hour in hours:
        due = invited + timedelta(hours=hour)
        late = min(late_limit(due, quiet, zone), invited + timedelta(hours=REMIND_UNTIL))
        if quiet_end(due, quiet, zone) is None and late >= due:
            return due, late
    return None
