"""What an operator may see and do of the outbox: ids, ages, classes and counts, never content or people.

Each call writes in short transactions, so it may run beside a serving process; each row touched is audited
under the person whom it concerns.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from adapters.port import Lane
from bot.delivery.order import OPEN
from bot.delivery.settle import closed, not_invited
from bot.logs import talk_kind
from bot.store.store import Store
from bot.store.tables import audit, outbox

_BATCH = 100


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A row as an operator sees it. `kind` is a class of message, "talk" for the tender ones."""

    id: int
    state: str
    lane: str
    kind: str
    reason: str
    age: timedelta
    attempts: int
    repeats: int


@dataclass(frozen=True, kw_only=True)
class Depth:
    """How the outbox stands. `late` is how long the oldest due row has waited; zero where none does."""

    waiting: int
    dead: int
    dead_safety: int
    late: timedelta


def outbox_list(
    store: Store,
    *,
    now: datetime,
    actor: str = "operator",
    states: Sequence[str] = ("dead",),
    limit: int = 100,
) -> tuple[Letter, ...]:
    """The oldest rows in these states, by age. Looking is audited."""
    query = select(outbox).where(outbox.c.state.in_(states)).order_by(outbox.c.id).limit(limit)
    found = store.read(lambda conn: conn.execute(query).mappings().all())
    store.write(partial(_audit, now=now, actor=actor, act="outbox.list", rows=found))
    return tuple(_letter(row, now) for row in found)


def outbox_requeue(store: Store, *, now: datetime, actor: str = "operator", ids: Collection[int] = ()) -> int:
    """Send dead letters again, all of them where no ids are given. Returns how many there were."""
    fresh = {"state": "waiting", "attempts": 0, "retry_at": None, "lease_until": None, "reason": "requeued"}
    ask = partial(_changed, now=now, actor=actor, act="outbox.requeue", states=("dead",), values=fresh)
    return _in_batches(store, ids or _ids(store, "dead"), ask)


def outbox_drop(store: Store, *, now: datetime, actor: str = "operator", ids: Iterable[int]) -> int:
    """Never send these dead letters; what they say is wiped. Returns how many there were.

    A dropped invitation is our silence: it counts as not ignored, and no reminder follows it.
    """
    gone = closed("skipped", "dropped")
    ask = partial(_changed, now=now, actor=actor, act="outbox.drop", states=("dead",), values=gone)
    return _in_batches(store, ids, ask)


def outbox_unsent(store: Store, ids: Iterable[int]) -> tuple[int, ...]:
    """Which of these rows are still to be sent, in order."""
    return tuple(sorted(set(ids).intersection(_ids(store, *OPEN))))


def outbox_depth(store: Store, *, now: datetime) -> Depth:
    """Counts for readiness and metrics."""
    return store.read(partial(_depth, now=now))


def _ids(store: Store, *states: str) -> list[int]:
    query = select(outbox.c.id).where(outbox.c.state.in_(states)).order_by(outbox.c.id)
    return store.read(lambda conn: list(conn.scalars(query)))


def _in_batches(store: Store, ids: Iterable[int], ask: Callable[..., int]) -> int:
    rest, done = iter(sorted(set(ids))), 0
    while batch := list(islice(rest, _BATCH)):
        done += store.write(partial(ask, ids=batch))
    return done


def _changed(
    conn: Connection,
    *,
    ids: Sequence[int],
    now: datetime,
    actor: str,
    act: str,
    states: Sequence[str],
    values: dict[str, Any],
) -> int:
    query = select(outbox).where(outbox.c.id.in_(ids), outbox.c.state.in_(states)).with_for_update()
    rows = conn.execute(query.order_by(outbox.c.id)).mappings().all()
    these = outbox.c.id.in_([row["id"] for row in rows])
    conn.execute(update(outbox).where(these).values(values))
    if values["state"] == "skipped":
        not_invited(conn, these, values["reason"])
    _audit(conn, now=now, actor=actor, act=act, rows=rows)
    return len(rows)


def _audit(conn: Connection, *, now: datetime, actor: str, act: str, rows: Sequence[RowMapping]) -> None:
    entries = [
        {
            "at": now,
            "actor": actor,
            "person_id": row["person_id"],
            "act": act,
            "detail": {"outbox": row["id"], "reason": row["reason"]},
        }
        for row in rows
    ]
    if entries:
        conn.execute(insert(audit), entries)


def _letter(row: RowMapping, now: datetime) -> Letter:
    return Letter(
        id=row["id"],
        state=row["state"],
        lane=Lane(row["lane"]).name.lower(),
        kind=_kind(row),
        reason=row["reason"],
        age=max(now - row["created_at"], timedelta()),
        attempts=row["attempts"],
        repeats=row["repeats"],
    )


def _kind(row: RowMapping) -> str:
    """The class of a message: the head of a fixed text's id (the rest may say too much), or the talk's."""
    head = str(row["text_id"]).partition(".")[0]
    return head if head and not row["tender"] else talk_kind(row["flow"], tender=row["tender"])


def _depth(conn: Connection, now: datetime) -> Depth:
    counted = select(outbox.c.state, outbox.c.lane, func.count()).where(outbox.c.state.in_((*OPEN, "dead")))
    counts = conn.execute(counted.group_by(outbox.c.state, outbox.c.lane)).all()
    due = select(func.min(outbox.c.due_at)).where(outbox.c.state.in_(OPEN), outbox.c.due_at <= now)
    oldest = conn.scalar(due)
    return Depth(
        waiting=sum(number for state, _, number in counts if state != "dead"),
        dead=sum(number for state, _, number in counts if state == "dead"),
        dead_safety=sum(number for state, lane, number in counts if (state, lane) == ("dead", Lane.SAFETY)),
        late=now - oldest if oldest else timedelta(),
    )
