"""Servers are known while they live, with the master keys they hold."""

from bot.store.presence import Presence, lacking
from bot.store.store import Store
from tests.conftest import HandClock


def test_a_server_that_lacks_a_version_is_counted_until_it_stops(store: Store, clock: HandClock) -> None:
    old, new = Presence(store, {1}, clock), Presence(store, {1, 2}, clock)
    old.beat()
    new.beat()
    new.beat()
    assert [lacking(store, version, clock.real()) for version in (1, 2, 3)] == [0, 1, 2]
    old.leave()
    assert lacking(store, 2, clock.real()) == 0


def test_a_server_that_was_killed_is_forgotten_after_two_minutes(store: Store, clock: HandClock) -> None:
    Presence(store, {1}, clock).beat()
    clock.move(minutes=2)
    assert lacking(store, 2, clock.real()) == 1
    clock.move(seconds=1)
    assert lacking(store, 2, clock.real()) == 0


def test_a_beat_that_comes_after_it_left_makes_it_known_to_nobody(store: Store, clock: HandClock) -> None:
    gone = Presence(store, {1}, clock)
    gone.leave()
    gone.beat()
    assert lacking(store, 2, clock.real()) == 0
