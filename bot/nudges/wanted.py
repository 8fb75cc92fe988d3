"""The last question before something that the companion starts is sent: whether it is still wanted."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from bot.delivery.row import Row
from bot.nudges.due import IS_ENROLLED, spans_of
from bot.nudges.windows import Quiet, earliest
from bot.nudges.zones import is_known, local
from bot.store.tables import occurrences, persons


@dataclass(frozen=True)
class Go:
    """Send it."""


@dataclass(frozen=True)
class Skip:
    """Do not send it any more."""

    reason: str


@dataclass(frozen=True)
class Defer:
    """Not now: it waits until `until` (domain time, within its late limit)."""

    until: datetime
    reason: str


def wanted(conn: Connection, row: Row, now: datetime, *, zone: str = "UTC") -> Go | Skip | Defer:
    """Judge one row of the outbox: still enrolled, in time, not moved on, no silence, hold or quiet hours.

    `zone`: the program's, whose dates memberships have.
    """
    today = local(now, zone).date()
    columns = (persons.c.state, persons.c.zone, persons.c.quiet_from, persons.c.quiet_until, IS_ENROLLED)
    mine = select(*columns).where(persons.c.id == row.person_id)
    person = conn.execute(mine, {"today": today}).one_or_none()
    if person is None or person.state != "active" or not person.is_enrolled or not is_known(person.zone):
        return Skip("gone")
    if row.occurrence_id is not None:
        this = occurrences.c.id == row.occurrence_id
        if conn.execute(select(occurrences.c.state).where(this)).scalar() != "invited":
            return Skip("moved on")
    if row.late_at is not None and now > row.late_at:
        return Skip("late")
    spans = spans_of(conn, [(row.program_id, row.person_id)], now, today).get(row.person_id, ())
    quiet = Quiet(starts=person.quiet_from, ends=person.quiet_until)
    found = earliest(now, late=row.late_at or now, quiet=quiet, silences=spans, zone=person.zone)
    if found.at is None:
        return Skip(found.reason)
    return Go() if found.at == now else Defer(found.at, found.reason)
