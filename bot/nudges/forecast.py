"""When a check-in is to be expected, as things stand: what is planned, lived ahead through the silences.

What a hold, a cap or a rota will keep back is not known ahead, and not said.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from bot.nudges.dates import ASK_AFTER, Due, Plan, is_fewer, next_due
from bot.nudges.plans import CHECK_IN, Writes, following, read_plan
from bot.nudges.silences import silences_of
from bot.nudges.verdicts import REMINDER, Case, Invite, Move, decide
from bot.nudges.windows import Quiet, Span
from bot.store.draft import Update
from bot.store.tables import occurrences, persons, plans

_AHEAD = 100
"""More occurrences than any silence can hold back (see FOREVER)."""
FEWER, RESTING, ASKING = "fewer", "resting", "asking"
_PLANNED = (
    select(
        *(occurrences.c[name] for name in ("slot", "local_date", "due_at", "late_at")),
        *(plans.c[name] for name in ("weekday", "minute", "every", "unanswered")),
        *(persons.c[name] for name in ("zone", "quiet_from", "quiet_until")),
    )
    .select_from(
        occurrences.join(plans, plans.c.id == occurrences.c.plan_id).join(
            persons, persons.c.id == occurrences.c.person_id
        )
    )
    .where(occurrences.c.state == "planned", occurrences.c.slot != REMINDER)
)


def coming(conn: Connection, person_id: str, now: datetime, *, lifted: bool = False) -> datetime | None:
    """The earliest invitation to expect, one that was put off too. `lifted`: as if no silence held."""
    spans = () if lifted else silences_of(conn, [person_id], now).get(person_id, ())
    rows = conn.execute(_PLANNED.where(occurrences.c.person_id == person_id)).all()
    found = (_of_row(row, spans, now) for row in rows)
    return min((one for one in found if one is not None), default=None)


def coming_after(
    conn: Connection, person_id: str, talk: str, zone: str, now: datetime, pending: Writes = ()
) -> datetime | None:
    """The invitation that follows the check-in of this talk, were it finished now; `pending` as in plans."""
    planned, due = following(conn, person_id, talk, zone, now, pending)
    if due is None:
        return None
    spans = silences_of(conn, [person_id], now).get(person_id, ())
    case = _case(planned.plan, due, zone=zone, quiet=planned.quiet, spans=spans)
    return _lived(case, now)


def rhythm(conn: Connection, person_id: str, pending: Sequence[object] = ()) -> str:
    """How unanswered ones have changed the plan: FEWER, ASKING (one question comes), RESTING, or "".

    Somebody who speaks up in this turn (`pending`) ends it.
    """
    if any(isinstance(one, Update) and one.table is plans for one in pending):
        return ""
    plan = read_plan(conn, person_id, CHECK_IN).plan
    if plan.unanswered > ASK_AFTER:
        return RESTING if plan.every else ""
    if plan.unanswered == ASK_AFTER and plan.every:
        return ASKING
    return FEWER if is_fewer(plan) else ""


def _of_row(row: Row[Any], spans: Sequence[Span], now: datetime) -> datetime | None:
    plan = Plan(weekday=row.weekday, minute=row.minute, every=row.every, unanswered=row.unanswered)
    due = Due(local_date=row.local_date, due_at=row.due_at, late_at=row.late_at)
    quiet = Quiet(starts=row.quiet_from, ends=row.quiet_until)
    return _lived(_case(plan, due, zone=row.zone, quiet=quiet, spans=spans, slot=row.slot), now)


def _case(plan: Plan, due: Due, *, zone: str, quiet: Quiet, spans: Sequence[Span], slot: int = 0) -> Case:
    return Case(plan=plan, slot=slot, **vars(due), zone=zone, quiet=quiet, silences=spans)


def _lived(case: Case, now: datetime) -> datetime | None:
    """When the sweep will send it, judged at each of its times as the sweep will judge it."""
    for _ in range(_AHEAD):
        at = max(case.due_at, now)
        verdict = decide(case, at)
        if isinstance(verdict, Invite):
            return at
        if isinstance(verdict, Move):
            case = replace(case, due_at=verdict.due, late_at=verdict.late)
            continue
        found = None if case.slot else _next(case, at)
        if found is None:
            return None
        case = replace(case, **vars(found))
    return None


def _next(case: Case, at: datetime) -> Due | None:
    last = Due(local_date=case.local_date, due_at=case.due_at, late_at=case.late_at)
    return next_due(case.plan, zone=case.zone, quiet=case.quiet, last=last, now=at, catch_up=True)
