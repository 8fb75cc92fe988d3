"""An invitation that comes back when the person asked for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, select

from bot.ids import new_id
from bot.nudges.dates import APART, late_limit
from bot.nudges.plans import put_off_writes, read_plan
from bot.nudges.windows import Quiet, quiet_end, quiet_hours
from bot.store.draft import Insert, Update, Write
from bot.store.tables import occurrences, talks
from conversations.snooze import AROUND_START, BEFORE_SHIFT

SNOOZED_LATE = timedelta(hours=24)
"""They asked for it, so it may come later than one that we thought of."""
BEFORE_QUIET = timedelta(minutes=30)
"""Room to answer before quiet hours begin, where they hold the best time before a shift."""
_REMEMBERED = timedelta(days=14)


@dataclass(frozen=True, kw_only=True)
class Back:
    """When it comes back, and until when that is still what was asked for."""

    due: datetime
    late: datetime


def back_at(until: datetime, quiet: Quiet, zone: str) -> Back:
    """At this instant, or where it lies in quiet hours at their end."""
    due = quiet_end(until, quiet, zone) or until
    return Back(due=due, late=due + SNOOZED_LATE)


def back_before(start: datetime, now: datetime, quiet: Quiet, zone: str) -> Back | None:
    """Before a shift that starts then: two hours earlier, or before the quiet hours in which that lies.

    None where no such time is left. What is late does not reach into the half hour before the start.
    """
    due = start - BEFORE_SHIFT
    held = quiet_hours(due, quiet, zone)
    if held is not None:
        due = held[0] - BEFORE_QUIET
    late = min(late_limit(due, quiet, zone), start - AROUND_START)
    return Back(due=due, late=late) if now < due <= late and quiet_end(due, quiet, zone) is None else None


def snooze_writes(
    conn: Connection,
    person_id: str,
    talk: str,
    back: Back | None,
    zone: str,
    now: datetime,
    pending: Sequence[Write] = (),
) -> tuple[Write, ...]:
    """The invitation of `talk` (or the last one, where "") is put off and comes `back`, or not for None.

    It is a further slot of the same local date, outside the caps; no reminder comes, and nothing was ignored.
    Nothing is written where no invitation of the last two weeks is unanswered. Where the next weekly one
    comes first, that one is enough.
    """
    found = _invitation(conn, person_id, talk, now)
    if found is None:
        return ()
    put_off = {"state": "skipped", "reason": "snoozed"}
    planned, weekly = put_off_writes(read_plan(conn, person_id, pending), zone, now)
    heard = (*(Update(occurrences, {"id": id_}, put_off) for id_ in _waiting(conn, found)), *planned)
    if back is None or (weekly is not None and weekly.due_at <= min(back.due + APART, back.late)):
        return heard
    return (*heard, Insert(occurrences, _again(conn, found, zone, back)))


def _invitation(conn: Connection, person_id: str, talk: str, now: datetime) -> Row[Any] | None:
    """The occurrence that is put off: of that talk, else the last that was sent and not answered."""
    mine = select(occurrences).where(
        occurrences.c.person_id == person_id,
        occurrences.c.local_date >= (now - _REMEMBERED).date(),
        occurrences.c.state.in_(("invited", "opened")),
    )
    mine = mine.order_by(occurrences.c.local_date.desc(), occurrences.c.slot.desc())
    rows = conn.execute(mine).all()
    return next((row for row in rows if row.talk_id == talk), rows[0] if rows else None)


def _waiting(conn: Connection, found: Row[Any]) -> list[int]:
    """What makes way for it: this check-in and later ones that stand, and any that is put off already."""
    stands = occurrences.c.state.in_(("invited", "opened")) & (occurrences.c.local_date >= found.local_date)
    is_more = (occurrences.c.state == "planned") & (occurrences.c.slot > 0)
    mine = select(occurrences.c.id).where(
        occurrences.c.person_id == found.person_id,
        occurrences.c.plan_id == found.plan_id,
        stands | is_more,
    )
    return list(conn.execute(mine).scalars())


def _again(conn: Connection, found: Row[Any], zone: str, back: Back) -> dict[str, Any]:
    slots = select(func.max(occurrences.c.slot)).where(
        occurrences.c.person_id == found.person_id,
        occurrences.c.plan_id == found.plan_id,
        occurrences.c.local_date == found.local_date,
    )
    state = conn.execute(select(talks.c.state).where(talks.c.id == found.talk_id)).scalar()
    return {
        "program_id": found.program_id,
        "person_id": found.person_id,
        "plan_id": found.plan_id,
        "local_date": found.local_date,
        "slot": max(2, 1 + (conn.execute(slots).scalar() or 0)),
        "zone": zone,
        "due_at": back.due,
        "late_at": back.late,
        "state": "planned",
        "why": "snoozed",
        "talk_id": new_id() if state == "closed" else found.talk_id,
    }
