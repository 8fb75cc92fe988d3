"""In whatever order keys are made, opened, forgotten and turned: none is lost, and none comes back."""

import itertools
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from hypothesis import settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from hypothesis.strategies import sampled_from

from bot.errors import KeyForgotten
from bot.store import rotation
from bot.store.key_tables import default_key_store
from bot.store.keys import Keys, open_keys
from bot.store.masters import Masters
from bot.store.rotation import batches, hand_over, versions_of
from tests.conftest import empty
from tests.store.turned import rotate

NAMES = tuple(f"{kind}:{number}" for kind in ("person", "talk") for number in range(4))
PLACE = "notes/t1/body"
NAMED = sampled_from(NAMES)
SERVER = sampled_from((0, 1))


class Turning(RuleBasedStateMachine):
    """Two servers on one key store, and rotations that go on batch by batch or end in a kill.

    A server is started again with every version before one is turned to; nothing stays in its cache.
    """

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url, self.masters = url, Masters({1: b"1" * 32})
        self.sealed: dict[str, bytes] = {}
        self.gone: dict[str, bytes] = {}
        self.going: Iterator[int] | None = None
        self.seconds = itertools.count(step=1000)
        self.servers = [self.opened(), self.opened()]

    def opened(self) -> Keys:
        return open_keys(self.url, self.masters, seconds=lambda: float(next(self.seconds)))

    @rule(server=SERVER, name=NAMED)
    def make(self, server: int, name: str) -> None:
        if name.startswith("person:") and name in self.gone:
            with pytest.raises(KeyForgotten):
                self.servers[server].ensure(name)
            return
        self.servers[server].ensure(name)
        self.sealed.setdefault(name, self.servers[server].seal(name, PLACE, b"said"))

    @rule(server=SERVER, name=NAMED)
    def forget(self, server: int, name: str) -> None:
        self.servers[server].forget(name)
        if name in self.sealed:
            self.gone[name] = self.sealed.pop(name)
        elif name.startswith("person:"):
            self.gone.setdefault(name, b"")

    @rule()
    def add_a_master_and_restart_the_servers(self) -> None:
        newest = self.masters.newest + 1
        self.masters = Masters({**self.masters.keys, newest: bytes([newest]) * 32})
        self.going = None
        for number, server in enumerate(self.servers):
            server.close()
            self.servers[number] = self.opened()

    @rule()
    def begin(self) -> None:
        hand_over(self.servers[0])
        self.going = batches(self.servers[0])

    @precondition(lambda self: self.going is not None)
    @rule()
    def turn_a_batch(self) -> None:
        assert self.going is not None
        next(self.going, None)

    @rule()
    def kill(self) -> None:
        self.going = None

    @rule(server=SERVER)
    def finish(self, server: int) -> None:
        rotate(self.servers[server])
        *older, newest = versions_of(self.servers[server])
        assert [version.is_needed for version in older] == [False] * len(older)
        assert (newest.keys, newest.wraps_new) == (len(self.sealed), True)
        self.masters = Masters({newest.number: self.masters.keys[newest.number]})
        self.going = None
        self.add_a_master_and_restart_the_servers()

    @invariant()
    def what_was_sealed_opens_and_what_was_forgotten_does_not(self) -> None:
        for server in self.servers:
            assert {
                name: server.open(name, PLACE, sealed) for name, sealed in self.sealed.items()
            } == dict.fromkeys(self.sealed, b"said")
            assert sum(version.keys for version in versions_of(server)) == len(self.sealed)
            for name, sealed in self.gone.items():
                with pytest.raises(KeyForgotten):
                    server.open(name, PLACE, sealed) if sealed else server.seal(name, PLACE, b"")

    def teardown(self) -> None:
        for server in self.servers:
            server.close()


def clean(url: str, number: "itertools.count[int]") -> Any:  # noqa: ANN401 - what Hypothesis runs
    """A machine on an empty key store."""
    if url.startswith("postgresql"):
        empty(url)
        return Turning(url)
    return Turning(url.replace("keys.db", f"keys{next(number)}.db"))


def test_in_any_order_no_key_is_lost_and_none_comes_back(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "BATCH", 2)
    machine = partial(clean, default_key_store(database_url), itertools.count())
    some = 6 if database_url.startswith("sqlite") else 3
    told = settings(max_examples=some, stateful_step_count=20)
    run_state_machine_as_test(machine, settings=told)  # type: ignore[arg-type] # whatever makes one will do
