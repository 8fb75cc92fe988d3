"""When a check-in is to be expected, as things stand: what is planned, lived ahead through the silences.

What came in the last days is counted as the sweep will count it. What a hold or a rota will keep back is not
known ahead, and not said.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bot.nudges.dates import ASK_AFTER, Due, Plan, is_fewer, next_due
from bot.nudges.due import recent
from bot.nudges.plans import read_plan
from bot.nudges.silences import silences_left
from bot.nudges.verdicts import Case, Invite, Move, decide
from bot.store.draft import Write

_AHEAD = 100
"""More occurrences than any silence can hold back (see FOREVER)."""
FEWER, RESTING, ASKING = "fewer", "resting", "asking"


def coming(
    conn: Connection, person_id: str, zone: str, now: datetime, pending: Sequence[Write] = ()
) -> datetime | None:
    """The earliest invitation to expect, one that was put off too, as this turn (`pending`) leaves things."""
    planned = read_plan(conn, person_id, pending)
    if not planned.ahead:
        return None
    every = Case(
        plan=planned.plan,
        slot=0,
        **vars(planned.ahead[0][1]),
        zone=zone,
        quiet=planned.quiet,
        silences=silences_left(conn, person_id, now, pending),
        sent=recent(conn, [person_id], now, pending).sent[person_id],
    )
    found = (_lived(replace(every, slot=slot, **vars(due)), now) for slot, due in planned.ahead)
    return min((one for one in found if one is not None), default=None)


def rhythm(plan: Plan) -> str:
    """How unanswered ones have changed the plan: FEWER, ASKING (one question comes), RESTING, or ""."""
    if plan.unanswered > ASK_AFTER:
        return RESTING if plan.every else ""
    if plan.unanswered == ASK_AFTER and plan.every:
        return ASKING
    return FEWER if is_fewer(plan) else ""


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
