"""Servers are known while they live, with the master keys they hold."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from bot.store.masters import Masters
from bot.store.presence import Presence, heard, unless_lacking
from bot.store.store import Store
from tests.conftest import HandClock
from tests.ops.deployment import Deployment


def lacking(store: Store, master: str, clock: HandClock) -> int:
    return unless_lacking(store, master, clock.real(), lambda: None)


def test_a_server_that_lacks_a_version_is_counted_until_it_stops(store: Store, clock: HandClock) -> None:
    old, new = Presence(store, {"1:aa"}, clock), Presence(store, {"1:aa", "2:bb"}, clock)
    old.beat()
    new.beat()
    new.beat()
    assert [lacking(store, master, clock) for master in ("1:aa", "2:bb", "3:cc")] == [0, 1, 2]
    old.leave()
    assert lacking(store, "2:bb", clock) == 0


def test_a_server_with_another_key_under_the_same_number_lacks_it(store: Store, clock: HandClock) -> None:
    own, others = Masters({1: b"1" * 32, 2: b"2" * 32}), Masters({1: b"1" * 32, 2: b"3" * 32})
    Presence(store, others.held, clock).beat()
    assert lacking(store, own.newest_held, clock) == 1
    assert lacking(store, others.newest_held, clock) == 0


def test_where_one_lacks_it_nothing_is_done(store: Store, clock: HandClock) -> None:
    done: list[str] = []
    Presence(store, {"1:aa"}, clock).beat()
    for master in ("2:bb", "1:aa"):
        unless_lacking(store, master, clock.real(), partial(done.append, master))
    assert done == ["1:aa"]


def test_a_server_that_was_killed_is_forgotten_after_two_minutes(store: Store, clock: HandClock) -> None:
    Presence(store, {"1:aa"}, clock).beat()
    clock.move(minutes=2)
    assert lacking(store, "2:bb", clock) == 1
    clock.move(seconds=1)
    assert lacking(store, "2:bb", clock) == 0


def test_a_beat_that_comes_after_it_left_makes_it_known_to_nobody(store: Store, clock: HandClock) -> None:
    gone = Presence(store, {"1:aa"}, clock)
    gone.leave()
    gone.beat()
    assert lacking(store, "2:bb", clock) == 0


def test_who_served_when_a_copy_was_made_is_not_here_in_it(
    tmp_path: Path, database_url: str, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.at = datetime.now(UTC)
    here = Deployment(tmp_path, database_url, clock, monkeypatch)
    with here.server() as town:
        presence = Presence(town.store, {"1"}, clock)
        presence.beat()
        here.back_up()
        presence.leave()
    here.restore()
    here.restore()
    with here.server() as town:
        assert town.store.read(heard) == ()
