"""An invitation that comes back when the person asked for it."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, select

from bot.ids import new_id
from bot.nudges.dates import APART
from bot.nudges.plans import CHECK_IN, put_off_writes
from bot.nudges.windows import Quiet, quiet_end
from bot.store.draft import Insert, Update, Write
from bot.store.tables import occurrences, persons, talks

SNOOZED_LATE = timedelta(hours=24)
"""They asked for it, so it may come later than one that we thought of."""
_REMEMBERED = timedelta(days=14)


def snooze_writes(
    conn: Connection, person_id: str, talk: str, until: datetime, now: datetime
) -> tuple[Write, ...]:
    """The invitation of `talk` (or the last one, where "") comes again at `until`, moved out of quiet hours.

    It is a further slot of the same local date, outside the caps; no reminder comes, and nothing was ignored.
    Nothing is written where no invitation of the last two weeks is unanswered. Where the next weekly one
    comes first, that one is enough.
    """
    found = _invitation(conn, person_id, talk, now)
    if found is None:
        return ()
    put_off = {"state": "skipped", "reason": "snoozed"}
    zone, quiet = _hours(conn, person_id)
    planned, weekly = put_off_writes(conn, person_id, CHECK_IN, zone, now)
    heard = (*(Update(occurrences, {"id": id_}, put_off) for id_ in _waiting(conn, found)), *planned)
    due = quiet_end(until, quiet, zone) or until
    if weekly is not None and weekly.due_at <= due + APART:
        return heard
    return (*heard, Insert(occurrences, _again(conn, found, zone, due)))


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
    """What of the same check-in stands invited or is still planned."""
    same = select(occurrences.c.id).where(
        occurrences.c.talk_id == found.talk_id,
        occurrences.c.person_id == found.person_id,
        occurrences.c.state.in_(("invited", "opened", "planned")),
    )
    return list(conn.execute(same).scalars())


def _hours(conn: Connection, person_id: str) -> tuple[str, Quiet]:
    columns = select(persons.c.zone, persons.c.quiet_from, persons.c.quiet_until)
    row = conn.execute(columns.where(persons.c.id == person_id)).one()
    return row.zone, Quiet(starts=row.quiet_from, ends=row.quiet_until)


def _again(conn: Connection, found: Row[Any], zone: str, due: datetime) -> dict[str, Any]:
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
        "due_at": due,
        "late_at": due + SNOOZED_LATE,
        "state": "planned",
        "why": "snoozed",
        "talk_id": new_id() if state == "closed" else found.talk_id,
    }
