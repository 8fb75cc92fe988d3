"""The ledger of the forgotten, replayed before a database serves: a restored backup may know them again."""

import secrets
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice

from sqlalchemy import Connection, select

from bot.store.apply import apply
from bot.store.draft import Update
from bot.store.forget import wipe_writes
from bot.store.keys import Keys
from bot.store.store import Store
from bot.store.tables import persons, threads

_BATCH = 100


def replay_ledger(store: Store, keys: Keys) -> int:
    """Wipe every person and thread of the ledger that the database still knows; returns how many."""
    ledger = keys.ledger()
    people = (subject.removeprefix("person:") for subject in ledger if subject.startswith("person:"))
    shared = (subject.removeprefix("thread:") for subject in ledger if subject.startswith("thread:"))
    wiped = sum(store.write(partial(_wipe_people, ids=batch)) for batch in _batches(people))
    return wiped + sum(store.write(partial(_empty_threads, ids=batch)) for batch in _batches(shared))


def _wipe_people(connection: Connection, ids: tuple[str, ...]) -> int:
    known = select(persons.c.id).where(persons.c.id.in_(ids), persons.c.state != "forgotten")
    found = tuple(connection.scalars(known))
    for person_id in found:
        apply(connection, *wipe_writes(connection, person_id, secrets.token_hex(16)))
    return len(found)


def _empty_threads(connection: Connection, ids: tuple[str, ...]) -> int:
    known = select(threads.c.id).where(threads.c.id.in_(ids), threads.c.body.is_not(None))
    found = tuple(connection.scalars(known))
    return apply(connection, *(Update(threads, {"id": thread_id}, {"body": None}) for thread_id in found))


def _batches(names: Iterable[str]) -> Iterator[tuple[str, ...]]:
    rest = iter(names)
    while batch := tuple(islice(rest, _BATCH)):
        yield batch
