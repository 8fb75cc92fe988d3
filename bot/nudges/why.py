"""Why an invitation came when it came: "you chose" is said of what was chosen, and of nothing else."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from bot.nudges.dates import LATE
from bot.nudges.plans import USUAL
from bot.nudges.verdicts import REMINDER
from bot.nudges.zones import instant, local
from bot.store.tables import occurrences, plans

PLANNED = "weekly"
_WAS_PUT_OFF = (  # sent, and put off after that; of a reminder it is not known whether it had been sent
    (occurrences.c.state == "skipped")
    & (occurrences.c.reason == "snoozed")
    & (occurrences.c.slot != REMINDER)
)
_LAST = (
    select(
        *(occurrences.c[name] for name in ("why", "zone", "due_at", "local_date")),
        *(plans.c[name] for name in ("weekday", "minute")),
    )
    .join(plans, plans.c.id == occurrences.c.plan_id)
    .where(occurrences.c.state.in_(("invited", "opened", "answered", "expired")) | _WAS_PUT_OFF)
    .order_by(occurrences.c.due_at.desc())
    .limit(1)
)


def why(conn: Connection, person_id: str, talk: str = "") -> str:
    """The id of the sentence about this person's last invitation, or about the open check-in `talk`."""
    if talk and not _is_invited(conn, person_id, talk):
        return "why.begun"
    row = conn.execute(_LAST.where(occurrences.c.person_id == person_id)).first()
    if row is None:
        return "why.none"
    return _of_plan(row) if row.why == PLANNED else f"why.{row.why}"


def _is_invited(conn: Connection, person_id: str, talk: str) -> bool:
    mine = (occurrences.c.talk_id == talk, occurrences.c.person_id == person_id)
    return conn.execute(select(occurrences.c.id).where(*mine).limit(1)).first() is not None


def _of_plan(row: Row[Any]) -> str:
    """Who set the day and time that it came at; a plan that was changed since says nothing of it."""
    is_day = local(row.due_at, row.zone).weekday() == row.weekday
    late = row.due_at - instant(row.local_date, row.minute, row.zone)
    if not is_day or not timedelta() <= late <= LATE:
        return "why.weekly"
    usual = (USUAL.weekday, USUAL.minute)
    return "why.usual" if (row.weekday, row.minute) == usual else "why.chosen"
