"""Talks that nobody goes on with: set aside, their words destroyed, and later closed. No message is sent.

A talk's flow says when it is idle (60 minutes where it is tender, else 12 hours); the turn keeps that instant
in `due_at`. A parked talk resumes for 12 hours, after "later" for 14 days, then its journal goes. One whose
request is with somebody waits for news again instead: the ladder is its only clock.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from bot.people.alerts import OVER
from bot.store.store import Store
from bot.store.tables import alerts, persons, talks, threads

BATCH = 200
RESUMABLE = timedelta(hours=12)

_DUE = (
    select(talks.c.id, talks.c.person_id, talks.c.state, talks.c.rank)
    .select_from(talks.join(persons, persons.c.id == talks.c.person_id))
    .where(talks.c.due_at <= bindparam("now"), talks.c.state.in_(("open", "parked")))
    .order_by(talks.c.due_at)
    .limit(BATCH)
    .with_for_update(of=(talks, persons), skip_locked=True)
)
_STACK = (
    select(talks.c.id, talks.c.person_id, talks.c.rank, talks.c.due_at)
    .where(talks.c.person_id.in_(bindparam("people", expanding=True)), talks.c.state == "open")
    .order_by(talks.c.rank)
)
_NEXT = select(func.min(talks.c.due_at)).where(
    talks.c.due_at.is_not(None), talks.c.state.in_(("open", "parked"))
)
_WITH_SOMEBODY = (
    select(talks.c.id)
    .join(alerts, (alerts.c.thread_id == talks.c.thread_id) & (alerts.c.trainee_id == talks.c.person_id))
    .join(threads, threads.c.id == alerts.c.thread_id)
    .where(talks.c.id.in_(bindparam("ids", expanding=True)), threads.c.state.not_in(OVER))
)
_THESE = talks.c.id.in_(bindparam("ids", expanding=True))
_PARK = update(talks).where(_THESE).values(state="parked", words=None, due_at=bindparam("until"))
_REST = (
    update(talks)
    .where(_THESE)
    .values(state="waiting", words=None, asks="", event="", due_at=None, later=False)
)
_CLOSE = (
    update(talks)
    .where(_THESE)
    .values(state="closed", ended="expired", words=None, journal=None, asks="", due_at=None)
)
_LOOK_AGAIN = update(talks).where(talks.c.id == bindparam("b_id")).values(due_at=bindparam("b_due"))
_RAISE = (
    update(persons)
    .where(persons.c.id.in_(bindparam("ids", expanding=True)))
    .values(version=persons.c.version + 1)
)


class Idle:
    """The job that parks and closes. `forget` destroys the keys of these subjects ("talk:<id>")."""

    name = "idle"

    def __init__(self, store: Store, forget: Callable[..., None], *, every: int = 60) -> None:
        self.every = every
        self._store = store
        self._forget = forget

    def next_due(self) -> datetime | None:
        found: datetime | None = self._store.read(lambda conn: conn.execute(_NEXT).scalar())
        return found

    def run(self, now: datetime) -> int:
        """Park and close all that is due. Returns how many talks moved."""
        done = 0
        while number := self._store.write(lambda conn: self._batch(conn, now)):
            done += number
        return done

    def _batch(self, conn: Connection, now: datetime) -> int:
        due = conn.execute(_DUE, {"now": now}).all()
        closing = [row.id for row in due if row.state == "parked"]
        parking, waiting = _stacks(conn, [row for row in due if row.state == "open"], now)
        left = [*parking, *closing]
        resting = set(conn.execute(_WITH_SOMEBODY, {"ids": left}).scalars()) if left else set()
        for change, these in ((_PARK, parking), (_CLOSE, closing), (_REST, left)):
            ids = [talk for talk in these if (talk in resting) is (change is _REST)]
            if ids:
                conn.execute(change, {"ids": ids} | ({"until": now + RESUMABLE} if change is _PARK else {}))
        if waiting:
            conn.execute(_LOOK_AGAIN, waiting)
        if left:
            conn.execute(_RAISE, {"ids": sorted({row.person_id for row in due})})
            # Keys go before the commit: a kill between leaves words that nobody can read, never the reverse.
            self._forget(*(f"talk:{talk}" for talk in left))
        return len(due)


def _stacks(conn: Connection, due: Sequence[Any], now: datetime) -> tuple[list[str], list[dict[str, Any]]]:
    """The talks to park, and those that wait for the one above them.

    A stack is idle when its top is: then all of it is set aside. A lower talk that is due looks again then.
    """
    parking: list[str] = []
    waiting: list[dict[str, Any]] = []
    stacks: dict[str, list[Any]] = {}
    if due:
        for row in conn.execute(_STACK, {"people": sorted({row.person_id for row in due})}):
            stacks.setdefault(row.person_id, []).append(row)
    for stack in stacks.values():
        top = stack[-1].due_at
        if top is None or top <= now:
            parking.extend(row.id for row in stack)
        else:
            idle = [row.id for row in stack if row.due_at and row.due_at <= now]
            waiting.extend({"b_id": talk, "b_due": top} for talk in idle)
    return parking, waiting
