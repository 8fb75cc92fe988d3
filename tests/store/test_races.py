"""Turns that meet: one event has one effect, one person one order."""

import threading
from collections.abc import Callable
from concurrent.futures import Future

import pytest
from sqlalchemy import Connection, select

from bot.store.draft import Draft, Insert, Update
from bot.store.store import Store
from bot.store.tables import audit, marks, meta, persons
from tests.store import people


def number_of(connection: Connection) -> int:
    return connection.scalar(select(persons.c.version).where(persons.c.id == "ana")) or 0


def answering(event_id: str) -> Callable[[Connection], Draft[str]]:
    """A turn that knows a repeated event and answers it as before."""

    def job(connection: Connection) -> Draft[str]:
        if people.claimed(connection, event_id):
            return Draft("as before")
        number = number_of(connection)
        write = Insert(marks, {"mark": f"{event_id} as {number}"})
        return Draft("first", (write,), people.claim(event_id), people.guard("ana", number))

    return job


def at_once(store: Store, jobs: list[Callable[[Connection], Draft[str]]]) -> list[str]:
    """Hand in every job from a thread of its own, all at the same moment."""
    gate = threading.Barrier(len(jobs))
    futures: list[Future[str]] = []

    def hand_in(job: Callable[[Connection], Draft[str]]) -> None:
        gate.wait()
        futures.append(store.play(job))

    threads = [threading.Thread(target=hand_in, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [future.result() for future in futures]


def test_the_same_event_twenty_times_has_one_effect(store: Store) -> None:
    people.settle(store, "ana")
    results = at_once(store, [answering("e1")] * 20)
    assert sorted(results) == ["as before"] * 19 + ["first"]
    assert (len(people.rows(store, marks)), people.version(store, "ana")) == (1, 1)


def test_twelve_events_of_one_person_are_played_one_after_another(store: Store) -> None:
    people.settle(store, "ana")
    assert at_once(store, [answering(f"e{n}") for n in range(12)]) == ["first"] * 12
    seen = {int(row["mark"].rpartition(" ")[2]) for row in people.rows(store, marks)}
    assert seen == set(range(12))


def test_a_turn_that_waits_for_another_does_not_write_on_what_it_read_before(store: Store) -> None:
    people.settle(store, "ana")
    other = people.holding(store, persons.update().values(version=persons.c.version + 1))
    read: list[int] = []

    def job(connection: Connection) -> Draft[int]:
        read.append(number_of(connection))
        return Draft(read[-1], (Insert(marks, {"mark": "m"}),), people.claim(), people.guard("ana", read[-1]))

    assert store.play(job).result() == 1
    other.result()
    assert read == ([1] if store.dialect == "sqlite" else [0, 1])  # there the turn itself waits for its turn
    assert (people.version(store, "ana"), len(people.rows(store, marks))) == (2, 1)


@pytest.mark.parametrize(("state", "kept"), [("active", 1), ("forgotten", 0)])
def test_what_is_kept_of_somebody_who_is_forgotten_meanwhile_is_not_written(
    store: Store, state: str, kept: int
) -> None:
    people.settle(store, "ana", "ben")
    other = people.holding(store, persons.update().where(persons.c.id == "ben").values(state=state))
    row = {"at": people.NOW, "actor": "ana", "person_id": "ben", "act": "refused", "detail": {}}
    writes = (Insert(audit, row, while_active="ben"), Insert(audit, row | {"person_id": "ana"}))
    store.play(lambda _: Draft(None, writes, people.claim(), people.guard())).result()
    other.result()

    found = [line["person_id"] for line in people.rows(store, audit)]
    assert (found.count("ben"), found.count("ana")) == (kept, 1)


def test_a_write_that_waited_for_its_row_still_happens(store: Store) -> None:
    people.settle(store, "ana")
    people.put(store, Insert(meta, {"name": "a", "value": "1"}))
    other = people.holding(store, meta.update().values(value="2"))
    writes = (Update(meta, {"name": "a"}, {"value": meta.c.value + "3"}),)
    draft = Draft("done", writes, people.claim(), people.guard())
    assert store.play(lambda _: draft).result() == "done"
    other.result()
    assert people.rows(store, meta)[0]["value"] == "23"


def test_two_turns_that_raise_each_others_version_both_happen(store: Store) -> None:
    people.settle(store, "ana", "ben")

    def raising(own: str, other: str) -> Callable[[Connection], Draft[str]]:
        def job(connection: Connection) -> Draft[str]:
            number = connection.scalar(select(persons.c.version).where(persons.c.id == own)) or 0
            bump = Update(persons, {"id": other}, {"version": persons.c.version + 1})
            return Draft("done", (bump,), None, people.guard(own, number))

        return job

    at_once(store, [raising("ana", "ben"), raising("ben", "ana")] * 4)
    assert people.version(store, "ana") == people.version(store, "ben") == 8
