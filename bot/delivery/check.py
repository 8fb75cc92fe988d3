"""The last look before messages go out, in the transaction that marks them as being sent."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, func, select, update
from sqlalchemy.exc import SQLAlchemyError

from adapters.port import Lane
from bot.delivery.outcome import Deferred, Outcome, Released, Skipped, Told, defect, untold
from bot.delivery.row import Row
from bot.delivery.settle import settle
from bot.logs import get_log
from bot.nudges.wanted import Defer, Go, Skip
from bot.store.many import among
from bot.store.prepared import Prepared
from bot.store.tables import Instant, accounts, outbox, persons, throttles

log = get_log("delivery")

Wanted = Callable[[Connection, Row, datetime], Go | Skip | Defer]
"""Whether what the companion starts is still wanted at `now` (domain time): holds, silences, quiet hours."""


@dataclass(frozen=True, kw_only=True)
class Moment:
    """Both times, and how long a send may take.

    `ahead`: how far the agreed real time is ahead of this process's own; negative where it is behind.
    """

    now: datetime
    real: datetime
    lease: timedelta
    ahead: timedelta = timedelta()


def begin(
    conn: Connection,
    rows: Sequence[Row],
    moment: Moment,
    wanted: Wanted,
    stopped: Told = untold,
) -> frozenset[int]:
    """Mark rows as being sent, or settle them otherwise. Returns the ids of those that are to be sent now.

    A worker that paused past its lease finds another's fence, or its lease over, and changes nothing.
    `stopped` is told of each that was settled otherwise, within the transaction.
    """
    seen = {one.id: one._asdict() for one in _SEEN.all(conn, ids=[row.id for row in rows])}
    ready = [
        row.id for row in rows if row.id in seen and _may_go(conn, row, seen[row.id], moment, wanted, stopped)
    ]
    if ready:
        _MARK.run(conn, ids=ready, until=moment.real + moment.lease)
    return frozenset(ready)


def newest(conn: Connection) -> int:
    """The last row of the outbox: what has a higher id was written later (0 where there is none)."""
    return _NEWEST.first(conn).id or 0


def _may_go(
    conn: Connection,
    row: Row,
    seen: Mapping[str, Any],
    moment: Moment,
    wanted: Wanted,
    stopped: Told,
) -> bool:
    if not _is_ours(seen, row, moment.real):
        return False
    stop = _objection(conn, row, seen, moment, wanted)
    if stop is not None:
        settle(conn, row, stop, now=moment.now, real=moment.real)
        stopped(row, stop)
    return stop is None


def _is_ours(seen: Mapping[str, Any], row: Row, real: datetime) -> bool:
    lease_is_on = bool(seen["lease_until"] and seen["lease_until"] > real)
    return bool(seen["fence"] == row.fence and seen["state"] == "leased" and lease_is_on)


def _objection(
    conn: Connection, row: Row, seen: Mapping[str, Any], moment: Moment, wanted: Wanted
) -> Outcome | None:
    if row.person_id and seen["person"] != "active":
        return Skipped(reason="forgotten")
    if seen["reachable"] is False:
        return Skipped(reason="unreachable")
    if row.late_at is not None and row.late_at < moment.now:
        return Skipped(reason="late")
    if _is_paused(row, seen, moment.real):
        return Released()
    return _unwanted(conn, row, moment.now, wanted) if row.started_by_us else None


def _is_paused(row: Row, seen: Mapping[str, Any], real: datetime) -> bool:
    """The pause may have begun after this row was taken. The rule is that of the claim."""
    if seen["until"] is None or seen["until"] <= real:
        return False
    first = row.attempts == 1
    if first and row.lane is Lane.SAFETY:
        return False
    return not (first and seen["nudges_only"] and row.lane < Lane.NUDGE)


def _unwanted(conn: Connection, row: Row, now: datetime, wanted: Wanted) -> Outcome | None:
    try:
        verdict = wanted(conn, row, now)
    except SQLAlchemyError:
        raise  # the database's own trouble, which the store names
    except Exception as error:  # else the row is leased anew for ever, and holds up the next
        log.error("delivery.defect", kind=row.platform, exc_info=error)
        return defect(error)
    match verdict:
        case Skip(reason=reason):
            return Skipped(reason=reason)
        case Defer(until=until, reason=reason):
            too_late = row.late_at is not None and until > row.late_at
            return Skipped(reason=reason) if too_late else Deferred(until=until, reason=reason)
    return None


def _select_seen() -> Select[Any]:
    account = and_(
        accounts.c.platform == outbox.c.platform,
        accounts.c.tenant == outbox.c.tenant,
        accounts.c.user == outbox.c.user,
    )
    tenant = and_(throttles.c.platform == outbox.c.platform, throttles.c.tenant == outbox.c.tenant)
    joined = outbox.outerjoin(persons, persons.c.id == outbox.c.person_id)
    columns = (outbox.c.id, outbox.c.fence, outbox.c.state, outbox.c.lease_until, accounts.c.reachable)
    pause = (throttles.c.until, throttles.c.nudges_only)
    return (
        select(*columns, *pause, persons.c.state.label("person"))
        .select_from(joined.outerjoin(accounts, account).outerjoin(throttles, tenant))
        .where(among(outbox.c.id, "ids"))
        .order_by(outbox.c.id)
        .with_for_update(of=outbox)
    )


_NEWEST = Prepared(select(func.max(outbox.c.id).label("id")))
_SEEN = Prepared(_select_seen())
_MARK = Prepared(
    update(outbox)
    .where(among(outbox.c.id, "ids"))
    .values(state="sending", lease_until=bindparam("until", type_=Instant()), retry_at=None)
)
