"""Unwrapped keys in memory are bounded in number, as they are in time."""

import pytest

from bot.store import keys as module
from bot.store.keys import Keys


def test_no_more_keys_than_that_stay_in_memory(keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_CACHED", 3)
    for name in ("a", "b", "c", "d", "e"):
        keys.ensure(f"person:{name}")
        keys.seal(f"person:{name}", "place", b"text")

    assert keys.cached() == 3
    assert keys.open("person:a", "place", keys.seal("person:a", "place", b"text")) == b"text"
