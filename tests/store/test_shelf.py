"""An adapter's shelf: sealed, apart from others', and safe to change from two places at once."""

import threading

import pytest

from adapters.port import Shelf
from bot.store.keys import Keys
from bot.store.shelf import StoreShelf
from bot.store.store import Store
from bot.store.tables import shelf as table
from tests.store import people


@pytest.fixture
def shelf(store: Store, keys: Keys) -> Shelf:
    made: Shelf = StoreShelf(
        store, keys, "web", lambda _, tenant, *__: f"tenant:web:{tenant}", lambda: people.NOW
    )
    return made


def test_what_is_put_can_be_had_again(shelf: Shelf) -> None:
    assert shelf.get("t", "token", "a") is None
    shelf.put("t", "token", "a", b"one")
    shelf.put("t", "token", "a", b"two")
    assert shelf.get("t", "token", "a") == b"two"
    shelf.delete("t", "token", "a")
    assert shelf.get("t", "token", "a") is None


def test_the_database_does_not_hold_it_in_clear(shelf: Shelf, store: Store) -> None:
    shelf.put("t", "token", "a", b"a secret of theirs")
    assert b"secret" not in people.rows(store, table)[0]["body"]


def test_platforms_tenants_and_kinds_are_apart(shelf: Shelf, store: Store, keys: Keys) -> None:
    other = StoreShelf(store, keys, "other", lambda *_: "tenant:other:t", lambda: people.NOW)
    shelf.put("t", "token", "b", b"1")
    shelf.put("t", "token", "a", b"1")
    shelf.put("t", "reference", "c", b"1")
    shelf.put("u", "token", "d", b"1")
    assert shelf.list("t", "token") == ("a", "b")
    assert other.list("t", "token") == ()


def test_when_the_key_is_gone_the_item_is_gone(shelf: Shelf, keys: Keys) -> None:
    shelf.put("t", "token", "a", b"one")
    keys.forget("tenant:web:t")
    assert shelf.get("t", "token", "a") is None
    assert shelf.compare_and_set("t", "token", "a", None, b"new")
    assert shelf.get("t", "token", "a") == b"new"


def test_comparing_and_setting_needs_the_right_old_value(shelf: Shelf) -> None:
    assert not shelf.compare_and_set("t", "token", "a", b"other", b"one")
    assert shelf.compare_and_set("t", "token", "a", None, b"one")
    assert not shelf.compare_and_set("t", "token", "a", None, b"two")
    assert shelf.compare_and_set("t", "token", "a", b"one", b"two")
    assert shelf.get("t", "token", "a") == b"two"


@pytest.mark.parametrize("first", [None, b"0"])
def test_of_many_at_once_one_sets_it(shelf: Shelf, first: bytes | None) -> None:
    if first is not None:
        shelf.put("t", "token", "a", first)
    gate, won = threading.Barrier(8), list[bytes]()

    def sets(value: bytes) -> None:
        gate.wait()
        if shelf.compare_and_set("t", "token", "a", first, value):
            won.append(value)

    threads = [threading.Thread(target=sets, args=(bytes([n]),)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert won == [shelf.get("t", "token", "a")]


def test_eight_that_count_together_lose_no_count(shelf: Shelf) -> None:
    shelf.put("t", "count", "a", b"0")

    def adds() -> None:
        while True:
            old = shelf.get("t", "count", "a") or b""
            if shelf.compare_and_set("t", "count", "a", old, str(int(old) + 1).encode()):
                return

    threads = [threading.Thread(target=adds) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert shelf.get("t", "count", "a") == b"8"
