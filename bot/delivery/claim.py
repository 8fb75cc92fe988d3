"""Which rows a dispatcher takes next: one transaction, the same statements on SQLite and PostgreSQL.

On PostgreSQL the rows are locked with SKIP LOCKED; on SQLite the one writer makes that clause needless
(SQLAlchemy leaves it out there).
"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    update,
)

from adapters.port import Lane
from bot.delivery.backoff import MOST
from bot.delivery.order import is_due, is_next
from bot.delivery.row import Row
from bot.store.many import among
from bot.store.prepared import Prepared
from bot.store.tables import Instant, outbox, throttles
from bot.store.upsert import insert_into

NUDGES_SHARE = 0.8

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# How far apart the clocks may be of whoever began a doubtful send, and of the platform that is asked for it.
_CLOCKS_APART = timedelta(minutes=2)
_A_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a dispatcher asks for.

    `rate`: what the platform lets one tenant send in a minute, 0 for no limit; only nudges are held to it.
    `worst` is the last lane that it has room for. `flying`: rows that it is sending, whose end it will see
    itself, whatever a clock that jumped says of their leases.
    """

    platform: str
    now: datetime
    real: datetime
    lease: timedelta
    limit: int
    rate: int = 0
    worst: Lane = Lane.COSMETIC
    flying: frozenset[int] = frozenset()

    @property
    def nudges(self) -> int:
        """How many nudges a tenant may get in one minute; 0 for no limit."""
        return max(1, int(self.rate * NUDGES_SHARE)) if self.rate else 0

    @property
    def minute(self) -> int:
        return int(self.real.timestamp() // 60)


@dataclass(frozen=True)
class Taken:
    """A row that is ours until its lease ends. `since`: it may have been sent, at the earliest then."""

    row: Row
    since: datetime | None = None


def claim(conn: Connection, wish: Wish) -> list[Taken]:
    """Take up to `limit` rows: doubtful ones first, then what is due, by lane and age."""
    _GIVE_BACK.run(conn, on_platform=wish.platform, **_times(wish))
    doubtful = _doubtful(conn, wish)
    due = _due(conn, wish, wish.limit - len(doubtful))
    ids = [taken.row.id for taken in doubtful + due]
    if ids:
        _TAKE.run(conn, ids=ids, real=wish.real, leased_until=wish.real + wish.lease)
    return [_held(taken, wish) for taken in doubtful + due]


def release_all(conn: Connection, real: datetime) -> None:
    """End every lease: a lone process starts anew, so whoever held them is gone."""
    ended = case((outbox.c.lease_until > real, literal(real, Instant())), else_=outbox.c.lease_until)
    held = outbox.c.state.in_(("leased", "sending"))
    conn.execute(update(outbox).where(held).values(lease_until=ended, retry_at=None))


def next_due(conn: Connection, now: datetime) -> datetime | None:
    """When the next waiting row becomes due in domain time, if one does."""
    found: datetime | None = _NEXT_DUE.first(conn, now=now).due_at
    return found


def _held(taken: Taken, wish: Wish) -> Taken:
    first = taken.since is None
    row = replace(
        taken.row,
        state="leased" if first else taken.row.state,
        fence=taken.row.fence + 1,
        attempts=taken.row.attempts + first,
        lease_until=wish.real + wish.lease,
    )
    return Taken(row, taken.since)


def _doubtful(conn: Connection, wish: Wish) -> list[Taken]:
    values = {
        "on_platform": wish.platform,
        "most": wish.limit,
        "worst": wish.worst,
        "flying": list(wish.flying),
    }
    found = _DOUBTFUL.all(conn, **values, **_times(wish))
    return [Taken(row, _since(row, wish)) for row in (Row.of(one._asdict()) for one in found)]


def _since(row: Row, wish: Wish) -> datetime:
    """The lease still says when the send began, unless it is one that nobody can have been given."""
    until = row.lease_until
    if until is None or until > wish.real + wish.lease:
        return wish.real - _A_DAY
    return until - wish.lease - _CLOCKS_APART


def _times(wish: Wish) -> dict[str, datetime]:
    return {"real": wish.real, "lease_most": wish.real + wish.lease, "retry_most": wish.real + MOST}


def _due(conn: Connection, wish: Wish, room: int) -> list[Taken]:
    if room <= 0:
        return []
    values = {
        "on_platform": wish.platform,
        "now": wish.now,
        "minute": wish.minute,
        "nudges": wish.nudges,
        "most": room,
        "worst": wish.worst,
    }
    rows = [Row.of(found._asdict()) for found in _DUE.all(conn, **values, **_times(wish))]
    return [Taken(row) for row in _within_window(conn, wish, rows)]


def _within_window(conn: Connection, wish: Wish, rows: list[Row]) -> list[Row]:
    """Leave out the nudges for which their tenant has no room in this minute, and count the others."""
    wanted = Counter(row.tenant for row in rows if row.lane is Lane.NUDGE)
    if not wanted or not wish.rate:
        return rows
    room = {tenant: _reserve(conn, wish, tenant, number) for tenant, number in sorted(wanted.items())}
    kept = []
    for row in rows:
        if row.lane is Lane.NUDGE:
            room[row.tenant] -= 1
            if room[row.tenant] < 0:
                continue
        kept.append(row)
    return kept


def _reserve(conn: Connection, wish: Wish, tenant: str, number: int) -> int:
    """How many of `number` nudges fit into this tenant's minute; they are counted as used."""
    mine = and_(throttles.c.platform == wish.platform, throttles.c.tenant == tenant)
    row = {"platform": wish.platform, "tenant": tenant, "until": _EPOCH}
    conn.execute(insert_into(conn, throttles).values(row).on_conflict_do_nothing())
    found = conn.execute(select(throttles.c.minute, throttles.c.nudges).where(mine).with_for_update()).one()
    used = found.nudges if found.minute == wish.minute else 0
    granted = max(0, min(number, wish.nudges - used))
    conn.execute(update(throttles).where(mine).values(minute=wish.minute, nudges=used + granted))
    return granted


# ------------------------------------------------------------------------------------- statements

_PLATFORM = bindparam("on_platform", type_=Text())
_MOST = bindparam("most", type_=Integer())
_WORST = bindparam("worst", type_=Integer())
_REAL = bindparam("real", type_=Instant())
_NOW = bindparam("now", type_=Instant())


def _expired(state: str) -> tuple[ColumnElement[bool], ...]:
    """A lease further ahead than any can be given was given by a clock that has jumped back since."""
    over = or_(outbox.c.lease_until <= _REAL, outbox.c.lease_until > bindparam("lease_most", type_=Instant()))
    return (outbox.c.state == state, outbox.c.platform == _PLATFORM, over)


def _has_waited() -> ColumnElement[bool]:
    """The same holds for a retry."""
    again, most = outbox.c.retry_at, bindparam("retry_most", type_=Instant())
    return or_(again.is_(None), again <= _REAL, again > most)


def _may_go_now() -> ColumnElement[bool]:
    """A pause stops all but a first safety card; one that nudges caused stops no first try but theirs."""
    first = outbox.c.attempts == 0
    return or_(
        throttles.c.until.is_(None),
        throttles.c.until <= _REAL,
        and_(first, outbox.c.lane == Lane.SAFETY),
        and_(first, throttles.c.nudges_only, outbox.c.lane < Lane.NUDGE),
    )


def _window_is_open() -> ColumnElement[bool]:
    nudges = bindparam("nudges", type_=Integer())
    return or_(
        outbox.c.lane != Lane.NUDGE,
        nudges == 0,
        throttles.c.minute.is_(None),
        throttles.c.minute != bindparam("minute", type_=Integer()),
        throttles.c.nudges < nudges,
    )


def _select_due() -> Select[tuple[int]]:
    same_tenant = and_(throttles.c.platform == outbox.c.platform, throttles.c.tenant == outbox.c.tenant)
    return (
        select(outbox)
        .select_from(outbox.outerjoin(throttles, same_tenant))
        .where(
            outbox.c.state == "waiting",
            outbox.c.platform == _PLATFORM,
            outbox.c.lane <= _WORST,
            is_due(outbox, _NOW),
            _has_waited(),
            _may_go_now(),
            _window_is_open(),
            is_next(_NOW, _REAL),
        )
        .order_by(outbox.c.lane, outbox.c.id)
        .limit(_MOST)
        .with_for_update(of=outbox, skip_locked=True)
    )


_DUE = Prepared(_select_due())
_DOUBTFUL = Prepared(
    select(outbox)
    .where(*_expired("sending"), _has_waited(), outbox.c.lane <= _WORST, ~among(outbox.c.id, "flying"))
    .order_by(outbox.c.lane, outbox.c.id)
    .limit(_MOST)
    .with_for_update(skip_locked=True)
)
_GIVE_BACK = Prepared(
    update(outbox)
    .where(outbox.c.id.in_(select(outbox.c.id).where(*_expired("leased")).with_for_update(skip_locked=True)))
    .values(state="waiting", attempts=outbox.c.attempts - 1, lease_until=None)
)
_IS_FIRST = outbox.c.state == "waiting"
_UNTIL = bindparam("leased_until", type_=Instant())
# A doubtful row keeps the lease of its send, which says when that began; the retry holds it for who looks.
_TAKE = Prepared(
    update(outbox)
    .where(among(outbox.c.id, "ids"))
    .values(
        state=case((_IS_FIRST, "leased"), else_=outbox.c.state),
        attempts=outbox.c.attempts + case((_IS_FIRST, 1), else_=0),
        fence=outbox.c.fence + 1,
        lease_until=case(
            (_IS_FIRST, _UNTIL), (outbox.c.lease_until > _REAL, _REAL), else_=outbox.c.lease_until
        ),
        retry_at=case((_IS_FIRST, outbox.c.retry_at), else_=_UNTIL),
    )
)
_NEXT_DUE = Prepared(
    select(func.min(outbox.c.due_at).label("due_at")).where(
        outbox.c.state == "waiting", outbox.c.due_at > _NOW
    )
)
