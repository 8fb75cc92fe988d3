"""Nudges of a restored database: what may have come already is passed over, and counts as our silence."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, exists, select, update

from bot.ids import new_id
from bot.nudges.dates import ASK_AFTER, Due, Plan, next_due
from bot.nudges.due import IS_PLANNED
from bot.nudges.verdicts import REMINDER
from bot.nudges.windows import Quiet
from bot.nudges.zones import is_known
from bot.store.tables import occurrences, outbox, persons, plans
from bot.store.upsert import insert_into

_PASSED = (
    select(
        *(occurrences.c[name] for name in ("program_id", "person_id", "plan_id", "zone")),
        *(occurrences.c[name] for name in ("local_date", "due_at", "late_at")),
        *(plans.c[name] for name in ("weekday", "minute", "every", "unanswered")),
        *(persons.c[name].label(f"p_{name}") for name in ("zone", "quiet_from", "quiet_until")),
    )
    .join(plans, plans.c.id == occurrences.c.plan_id)
    .join(persons, persons.c.id == occurrences.c.person_id)
    .where(IS_PLANNED, occurrences.c.slot == 0, persons.c.state == "active", plans.c.unanswered <= ASK_AFTER)
)
_STANDS = exists().where(
    occurrences.c.plan_id == plans.c.id, occurrences.c.slot == 0, occurrences.c.state == "invited"
)


def pass_over(conn: Connection, now: datetime, reason: str, waits: tuple[str, ...]) -> None:
    """Skip whatever was planned for an instant before `now` (domain time), and plan the next weekly ones.

    An invitation that stands unanswered may have been answered since: it is not counted, and no reminder of
    it comes. One whose message is still in one of the states `waits` of the outbox was never sent.
    """
    skipped = {"state": "skipped", "reason": reason}
    conn.execute(
        update(plans).where(plans.c.unanswered > 0, _STANDS).values(unanswered=plans.c.unanswered - 1)
    )
    unsent = select(outbox.c.occurrence_id).where(
        outbox.c.state.in_(waits), outbox.c.occurrence_id.is_not(None)
    )
    was_invited = and_(occurrences.c.state == "invited", occurrences.c.id.in_(unsent))
    conn.execute(update(occurrences).where(was_invited).values(skipped))
    passed = conn.execute(_PASSED.where(occurrences.c.due_at <= now)).all()
    is_over = and_(IS_PLANNED, (occurrences.c.due_at <= now) | (occurrences.c.slot == REMINDER))
    conn.execute(update(occurrences).where(is_over).values(skipped))
    planned = [row for one in passed for row in _following(one, now)]
    if planned:
        conn.execute(insert_into(conn, occurrences).on_conflict_do_nothing(), planned)


def _following(row: Row[Any], now: datetime) -> Iterator[dict[str, Any]]:
    """The weekly one after it, never one that is late already: its message may have come as well."""
    if not is_known(row.p_zone):
        return
    plan = Plan(weekday=row.weekday, minute=row.minute, every=row.every, unanswered=row.unanswered)
    quiet = Quiet(starts=row.p_quiet_from, ends=row.p_quiet_until)
    last = Due(local_date=row.local_date, due_at=row.due_at, late_at=row.late_at)
    found = next_due(plan, zone=row.p_zone, quiet=quiet, last=last, now=now)
    if found is not None:
        same = {name: getattr(row, name) for name in ("program_id", "person_id", "plan_id")}
        times = {"local_date": found.local_date, "due_at": found.due_at, "late_at": found.late_at}
        rest = {"slot": 0, "zone": row.p_zone, "state": "planned", "why": "weekly", "talk_id": new_id()}
        yield same | times | rest
