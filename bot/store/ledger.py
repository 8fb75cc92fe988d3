"""The ledger of the forgotten, replayed before a database serves: a restored backup may know them again."""

import secrets
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial
from itertools import islice
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, select

from bot.people.alerts import OVER_NOW
from bot.store.apply import apply
from bot.store.draft import Insert, Update, Write
from bot.store.forget import wipe_writes
from bot.store.keys import Keys
from bot.store.store import Store
from bot.store.tables import alerts, inbox, persons, talks, threads
from bot.store.talk_tables import ENDED

_BATCH = 100
_Step = Callable[[Connection], int]
"""Wipes some of them; returns how many."""
_CLOSED = {"state": "closed", "ended": "expired", "journal": None, "words": None, "due_at": None}
_CLOSED |= {"asks": "", "event": ""}


def replay_ledger(store: Store, keys: Keys) -> int:
    """Wipe every person and thread of the ledger that the database still knows; returns how many.

    One look says who they are; each hundred of them is a transaction of its own.
    """
    steps = store.read(partial(_steps, ledger=keys.ledger()))
    return sum(store.write(step) for step in steps)


def replay_within(connection: Connection, keys: Keys) -> int:
    """The same within a transaction that somebody else began. Raises StoreUnavailable."""
    return sum(step(connection) for step in _steps(connection, keys.ledger()))


def enter_forgotten(store: Store, keys: Keys) -> int:
    """Tell an older key store whom the database knows as forgotten; returns how many it did not know."""
    people = select(persons.c.id).where(persons.c.state == "forgotten")
    found = store.read(lambda connection: tuple(connection.scalars(people)))
    unknown = sorted({f"person:{one}" for one in found} - set(keys.ledger()))
    keys.forget(*unknown)
    return len(unknown)


def _steps(connection: Connection, ledger: Collection[str]) -> tuple[_Step, ...]:
    """What wipes those of the ledger whom the database knows: it lets old rows go, the ledger keeps all.

    Each is looked up by its id: the cost follows how many were forgotten, not how many are enrolled.
    """
    people, shared = _of(ledger, "person:"), _of(ledger, "thread:")
    known = _known(connection, persons.c.id, persons.c.state != "forgotten", people)
    worded = _known(connection, threads.c.id, threads.c.body.is_not(None), shared)
    return (
        *(partial(_wipe_people, ids=batch) for batch in _batches(known)),
        *(partial(_empty_threads, ids=batch) for batch in _batches(worded)),
    )


def _of(ledger: Collection[str], kind: str) -> list[str]:
    return sorted(name.removeprefix(kind) for name in ledger if name.startswith(kind))


def _known(
    connection: Connection, column: Column[str], still: ColumnElement[bool], ids: Iterable[str]
) -> Iterator[str]:
    for batch in _batches(ids):
        yield from connection.scalars(select(column).where(still, column.in_(batch)))


def _wipe_people(connection: Connection, ids: tuple[str, ...]) -> int:
    known = select(persons.c.id).where(persons.c.id.in_(ids), persons.c.state != "forgotten")
    found = tuple(connection.scalars(known))
    for person_id in found:
        apply(connection, *wipe_writes(connection, person_id, secrets.token_hex(16)))
    return len(found)


def _empty_threads(connection: Connection, ids: tuple[str, ...]) -> int:
    """Their words go. One that was live is over, as it was when its key was destroyed: its ladder ends."""
    known = select(threads.c.id, threads.c.state, threads.c.moved_at, alerts.c.trainee_id, alerts.c.coach_id)
    joined = known.outerjoin(alerts, alerts.c.thread_id == threads.c.id)
    found = connection.execute(joined.where(threads.c.id.in_(ids), threads.c.body.is_not(None))).all()
    for row in found:
        apply(connection, Update(threads, {"id": row.id}, {"body": None}))
        if row.state not in ENDED and row.trainee_id:
            apply(connection, *_over(row))
    return len(found)


def _over(row: Any) -> Iterator[Write]:  # noqa: ANN401 - a row of the statement above
    """How it ended is not known any more, so nobody is told: what waits for it ends, what shows it goes."""
    yield Update(threads, {"id": row.id}, {"state": "closed"})
    yield Update(alerts, {"thread_id": row.id}, {"due_at": None})
    for state in ("waiting", "parked"):
        yield Update(talks, {"thread_id": row.id, "state": state}, _CLOSED)
    for person in (row.trainee_id, row.coach_id):
        move = {"id": f"{row.id}:{person}:forgotten", "person_id": person, "kind": OVER_NOW}
        yield Insert(inbox, move | {"thread_id": row.id, "created_at": row.moved_at}, ignore=True)
        yield Update(persons, {"id": person}, {"version": persons.c.version + 1})


def _batches(names: Iterable[str]) -> Iterator[tuple[str, ...]]:
    rest = iter(names)
    while batch := tuple(islice(rest, _BATCH)):
        yield batch
