"""What becomes of one occurrence that is due: sent now, moved, or passed over and why. Pure.

Passed over by us (late, hold, cap, unreachable) or by the person's own silence, it never counts as ignored.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.nudges.dates import Plan, occurrence
from bot.nudges.windows import Calendar, Quiet, Span, earliest
from bot.nudges.zones import is_known, local

WINDOW = timedelta(days=5)
"""With no window within five days the week is passed over (domain H3)."""
SNOOZED_WINDOW = timedelta(days=14)
CAP, CAP_DAYS = 3, timedelta(days=7)
ONE_IN = timedelta(hours=24)
REMINDER, SNOOZED = 1, 2
_PASS = frozenset({"pause", "leave"})
"""A check-in in these is not sent afterwards: nobody is asked about a week away."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One due occurrence with what is known of its person.

    `sent`: (instant, slot) of earlier invitations and reminders, without what the person put off.
    `active`: has started and not left; `enrolled`: is a trainee today, which may end and begin again.
    """

    plan: Plan
    slot: int
    local_date: date
    due_at: datetime
    late_at: datetime
    zone: str
    quiet: Quiet
    silences: Sequence[Span] = ()
    sent: Sequence[tuple[datetime, int]] = ()
    awaited: bool = True  # of a reminder: its invitation is still unanswered
    reachable: bool = True
    active: bool = True
    enrolled: bool = True


@dataclass(frozen=True)
class Invite:
    """Send it now; it may still leave until `late`."""

    late: datetime


@dataclass(frozen=True)
class Move:
    """Look again at `due`."""

    due: datetime
    late: datetime
    reason: str


@dataclass(frozen=True)
class Skip:
    """Do not send it."""

    reason: str


Verdict = Invite | Move | Skip


def decide(case: Case, now: datetime, calendar: Calendar | None = None) -> Verdict:
    """Judge one due occurrence at this instant."""
    reason = _unwanted(case, now)
    if reason:
        return Skip(reason)
    found = earliest(
        now, late=case.late_at, quiet=case.quiet, silences=case.silences, zone=case.zone, calendar=calendar
    )
    if found.at is None:
        return _later(case, now, found.reason, calendar)
    return Invite(case.late_at) if found.at == now else Move(found.at, case.late_at, found.reason)


def _unwanted(case: Case, now: datetime) -> str:
    checks = {
        "gone": not (case.active and case.enrolled),
        "zone": not is_known(case.zone),
        "unreachable": not case.reachable,
        "answered": case.slot == REMINDER and not case.awaited,
        "late": now > case.late_at,
        "cap": is_known(case.zone) and _is_over_cap(case, now),
    }
    return next((reason for reason, holds in checks.items() if holds), "")


def _is_over_cap(case: Case, now: datetime) -> bool:
    """Three in seven days, one in a day: whichever comes first stands, and the later one makes way.

    What was asked for is outside the three. What it was put off from is no longer sent, so what it makes way
    for is another one that came since, also where it is itself late after an outage.
    """
    if case.slot >= SNOOZED:
        return _came_today(case, now) or any(at > case.due_at for at, _ in case.sent)
    ours = [at for at, slot in case.sent if slot < SNOOZED and at > now - CAP_DAYS]
    return len(ours) >= CAP or _came_today(case, now)


def _came_today(case: Case, now: datetime) -> bool:
    """Whether one was sent within a day, or on this local date, which may have 25 hours."""
    if not case.sent:
        return False
    today = local(now, case.zone).date()
    return any(at > now - ONE_IN or local(at, case.zone).date() == today for at, _ in case.sent)


def _later(case: Case, now: datetime, reason: str, calendar: Calendar | None) -> Verdict:
    """The next day on which the person's own time is free, within five days of the date it belongs to."""
    if case.slot == REMINDER or reason in _PASS:
        return Skip(reason)
    first = occurrence(case.plan, case.local_date, zone=case.zone, quiet=case.quiet).due_at
    limit = first + (SNOOZED_WINDOW if case.slot >= SNOOZED else WINDOW)
    day = local(now, case.zone).date()
    for ahead in range(WINDOW.days + 1):
        due = occurrence(case.plan, day + timedelta(days=ahead), zone=case.zone, quiet=case.quiet)
        found = earliest(
            due.due_at,
            late=due.late_at,
            quiet=case.quiet,
            silences=case.silences,
            zone=case.zone,
            calendar=calendar,
        )
        if found.at is not None and now < found.at <= limit:
            return Move(found.at, due.late_at, reason)
    return Skip(reason)
