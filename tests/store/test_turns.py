"""A turn happens entirely or not at all, on both databases."""

import pytest
from sqlalchemy.exc import IntegrityError

from bot.errors import StoreBusy
from bot.store.draft import Delete, Draft, Insert, Update, Upsert
from bot.store.store import Store
from bot.store.tables import counts, events, marks, meta, persons
from tests.store import people


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
