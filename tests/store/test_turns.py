"""A turn happens entirely or not at all, on both databases."""

from collections.abc import Callable

import pytest
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import DataError, IntegrityError

from bot.errors import StoreBusy, StoreUnavailable
from bot.store.draft import Delete, Draft, Insert, Update, Upsert
from bot.store.store import Store
from bot.store.tables import counts, events, marks, meta, persons
from tests.store import people


def marking(mark: str) -> Callable[[Connection], Draft[str]]:
    return lambda _: Draft(mark, (Insert(marks, {"mark": mark}),))


def test_a_draft_writes_claims_and_raises_the_version(store: Store) -> None:
    people.settle(store, "ana")
    writes = (Insert(marks, {"mark": "m"}), Update(persons, {"id": "ana"}, {"zone": "Europe/Berlin"}))
    draft = Draft("said", writes, people.claim(), people.guard())
    assert store.play(lambda _: draft).result() == "said"
    assert people.rows(store, persons)[0]["version"] == 1
    assert people.rows(store, persons)[0]["zone"] == "Europe/Berlin"
    assert len(people.rows(store, marks)) == len(people.rows(store, events)) == 1


def test_a_stale_version_writes_nothing_and_the_job_runs_again(store: Store) -> None:
    people.settle(store, "ana")
    versions = iter((7, 0))

    def job(_: object) -> Draft[str]:
        return Draft(
            "done", (Insert(marks, {"mark": "m"}),), people.claim(), people.guard("ana", next(versions))
        )

    assert store.play(job).result() == "done"
    assert len(people.rows(store, marks)) == 1


def test_a_version_that_is_never_right_gives_up_and_leaves_nothing(store: Store) -> None:
    people.settle(store, "ana")
    draft = Draft("done", (Insert(marks, {"mark": "m"}),), people.claim(), people.guard("ana", 7))
    with pytest.raises(StoreBusy):
        store.play(lambda _: draft).result()
    assert people.rows(store, marks) == people.rows(store, events) == []


def test_a_failing_write_takes_the_claim_with_it(store: Store) -> None:
    people.settle(store, "ana")
    draft = Draft("done", (people.person("ben", "no such program"),), people.claim(), people.guard())
    with pytest.raises(IntegrityError):
        store.play(lambda _: draft).result()
    assert people.version(store, "ana") == 0
    assert people.rows(store, events) == []


def test_a_row_may_be_made_and_changed_in_one_draft(store: Store) -> None:
    one = {"name": "a"}
    writes = (
        Insert(meta, {"name": "a", "value": "1"}),
        Update(meta, one, {"value": meta.c.value + "2"}),
        Upsert(meta, {"name": "a", "value": "3"}, ("name",)),
        Insert(meta, {"name": "b", "value": "4"}),
        Delete(meta, {"name": "b"}),
        Insert(meta, {"name": "a", "value": "never"}, ignore=True),
    )
    people.put(store, *writes)
    assert people.rows(store, meta) == [{"name": "a", "value": "3"}]


def test_a_sum_adds_up(store: Store) -> None:
    people.settle(store)
    key = {"program_id": "demo", "window": people.NOW.date(), "name": "week", "value": "good"}
    for _ in range(2):
        keys = tuple(key)
        people.put(store, Upsert(counts, {**key, "number": 2}, keys, add=("number",)))
        people.put(store, Update(counts, key, {"number": counts.c.number + 1}))
    assert people.rows(store, counts)[0]["number"] == 6


@pytest.mark.parametrize("bad", ["a\ud800b", "a\x00b"])
def test_a_value_that_no_database_takes_fails_its_own_turn_only(store: Store, bad: str) -> None:
    people.settle(store, "ana")
    futures = [store.play(marking(mark)) for mark in ("a", bad, "b")]
    assert (futures[0].result(), futures[2].result()) == ("a", "b")
    if store.dialect == "postgresql" or "\x00" not in bad:
        assert isinstance(futures[1].exception(), (UnicodeEncodeError, DataError))


def test_a_view_does_not_change_while_it_is_read(store: Store) -> None:
    def looks_twice(connection: Connection) -> tuple[object, object]:
        query = select(func.count()).select_from(marks)
        before = connection.scalar(query)
        store.write(lambda other: other.execute(marks.insert().values(mark="m")))
        return before, connection.scalar(query)

    assert store.read(looks_twice) == (0, 0)


def test_reading_cannot_write(store: Store) -> None:
    with pytest.raises(StoreUnavailable):
        store.read(lambda connection: connection.execute(marks.insert().values(mark="m")))
