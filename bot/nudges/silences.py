"""Times in which somebody wants no nudges, from their own taps: start, end and class, nothing else."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, select

from bot.nudges.pending import as_left
from bot.nudges.windows import Span
from bot.store.draft import Delete, Insert, Update, Write
from bot.store.many import among
from bot.store.prepared import Prepared
from bot.store.tables import silences

FOREVER = timedelta(days=400)
"""No silence lasts longer: who wants none at all says "only when I ask".

Beyond all that a person can name (FARTHEST in `conversations.times`), so none ends before the day it says.
"""
_OF = Prepared(
    select(silences).where(among(silences.c.person_id, "people"), silences.c.ends_at > bindparam("now"))
)


def silence_writes(person_id: str, reason: str, starts: datetime, ends: datetime) -> tuple[Write, ...]:
    """A silence from `starts` until `ends`. Its class is pause, leave, nights, shift, stop or snooze."""
    ends = min(ends, starts + FOREVER)
    row = {"person_id": person_id, "reason": reason, "starts_at": starts, "ends_at": ends}
    return (Insert(silences, row),) if starts < ends else ()


def end_silences_writes(conn: Connection, person_id: str, now: datetime) -> tuple[Write, ...]:
    """Nudges may come again: what holds ends now, what was still to come goes."""
    mine = select(silences.c.id, silences.c.starts_at)
    rows = conn.execute(mine.where(silences.c.person_id == person_id, silences.c.ends_at > now)).all()
    return tuple(
        Update(silences, {"id": row.id}, {"ends_at": now})
        if row.starts_at < now
        else Delete(silences, {"id": row.id})
        for row in rows
    )


def silences_left(
    conn: Connection, person_id: str, now: datetime, pending: Sequence[Write] = ()
) -> tuple[Span, ...]:
    """The silences of one person that hold or are to come, as this turn (`pending`) leaves them."""
    rows = (row._asdict() for row in _OF.all(conn, people=[person_id], now=now))
    left = (row for row in as_left(rows, silences, pending) if row["ends_at"] > now)
    return tuple(
        Span(starts=row["starts_at"], ends=row["ends_at"], reason=row["reason"])
        for row in left
        if row["starts_at"] < row["ends_at"]
    )


def held_until(spans: Iterable[Span], at: datetime) -> datetime:
    """When what holds at this instant is over, with what follows without a gap; `at` where nothing holds."""
    for span in sorted(spans, key=lambda one: one.starts):
        if span.starts <= at < span.ends:
            at = span.ends
    return at


def silences_of(conn: Connection, person_ids: Iterable[str], now: datetime) -> dict[str, tuple[Span, ...]]:
    """The silences of these people that hold or are to come, by person; who has none is left out."""
    rows = _OF.all(conn, people=list(person_ids), now=now)
    found: dict[str, tuple[Span, ...]] = {}
    for row in rows:
        span = Span(starts=row.starts_at, ends=row.ends_at, reason=row.reason)
        found[row.person_id] = (*found.get(row.person_id, ()), span)
    return found
