"""Who was forgotten stays forgotten, also in a restored database."""

from bot.store.draft import Insert
from bot.store.keys import Keys
from bot.store.ledger import replay_ledger
from bot.store.store import Store
from bot.store.tables import alerts, audit, inbox, measures, persons, threads
from tests.store import people


def restored(store: Store) -> None:
    """A database from before ana was forgotten, and the thread that she shared."""
    people.settle(store, "ana", "ben")
    measure = {"talk_id": "t1", "key": "week", "at": people.NOW, "body": b"sealed"}
    thread = {"program_id": "demo", "kind": "alert", "visibility": "pair", "state": "sent"}
    times = {"created_at": people.NOW, "moved_at": people.NOW}
    people.put(
        store,
        Insert(measures, {**measure, "person_id": "ana"}),
        Insert(measures, {**measure, "person_id": "ben", "talk_id": "t2"}),
        Insert(threads, {**thread, **times, "id": "th1", "body": b"sealed"}),
        Insert(audit, {"at": people.NOW, "actor": "ana", "person_id": "ana", "act": "look", "detail": {}}),
    )


def test_the_ledger_wipes_who_was_forgotten_and_nobody_else(store: Store, keys: Keys) -> None:
    restored(store)
    keys.forget("person:ana", "thread:th1", "person:never known")
    assert replay_ledger(store, keys) == 2
    assert [row["person_id"] for row in people.rows(store, measures)] == ["ben"]
    assert people.rows(store, persons, id="ana")[0]["state"] == "forgotten"
    assert people.rows(store, threads)[0]["body"] is None


def test_replaying_again_finds_nothing(store: Store, keys: Keys) -> None:
    restored(store)
    keys.forget("person:ana", "thread:th1")
    replay_ledger(store, keys)
    assert replay_ledger(store, keys) == 0


def test_an_empty_ledger_changes_nothing(store: Store, keys: Keys) -> None:
    restored(store)
    assert replay_ledger(store, keys) == 0
    assert people.rows(store, persons, id="ana")[0]["state"] == "active"


def sent(store: Store, thread: str, state: str) -> None:
    """An alert from ana to ben."""
    times = {"created_at": people.NOW, "moved_at": people.NOW}
    kind = {"program_id": "demo", "kind": "alert", "visibility": "pair"}
    who = {"program_id": "demo", "trainee_id": "ana", "coach_id": "ben"}
    people.put(
        store,
        Insert(threads, {**kind, **times, "id": thread, "state": state, "body": b"sealed"}),
        Insert(alerts, {**who, "thread_id": thread, "due_at": people.NOW, "expires_at": people.NOW}),
    )


def test_what_a_forgotten_person_sent_closes_to_its_coach(store: Store, keys: Keys) -> None:
    people.settle(store, "ana", "ben")
    sent(store, "th1", "seen")
    sent(store, "th2", "closed")
    keys.forget("person:ana")
    replay_ledger(store, keys)
    assert {(row["state"], row["body"]) for row in people.rows(store, threads)} == {("withdrawn", None)}
    assert {row["due_at"] for row in people.rows(store, alerts)} == {None}


def test_a_coach_who_still_had_it_hears_that_it_was_withdrawn(store: Store, keys: Keys) -> None:
    people.settle(store, "ana", "ben")
    sent(store, "th1", "seen")
    sent(store, "th2", "closed")
    keys.forget("person:ana")
    replay_ledger(store, keys)
    told = [(row["person_id"], row["kind"], row["thread_id"]) for row in people.rows(store, inbox)]
    assert told == [("ben", "alert.withdrawn", "th1")]
    assert people.version(store, "ben") == 1


def test_a_turn_that_read_somebody_before_they_were_forgotten_changes_nothing(
    store: Store, keys: Keys
) -> None:
    people.settle(store, "ana")
    keys.forget("person:ana")
    replay_ledger(store, keys)
    assert people.version(store, "ana") == 1
