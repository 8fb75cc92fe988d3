"""Master keys turn beside running servers; what was killed half-way is finished by the next run."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import event, select, update

from bot.errors import KeyForgotten, WrongMasterKey
from bot.store import rotation
from bot.store.key_tables import data_keys, default_key_store
from bot.store.keys import Keys, open_keys
from bot.store.masters import Masters
from bot.store.rotation import batches, finished_at, hand_over, note_finished, versions_of
from bot.store.store import Store
from tests.conftest import MASTERS, HandClock
from tests.store.turned import counts, rotate

BOTH = Masters({**MASTERS.keys, 2: b"2" * 32})
THREE = Masters({**BOTH.keys, 3: b"3" * 32})
PEOPLE = tuple(f"person:{number}" for number in range(7))
PLACE = "notes/t1/body"

Open = Callable[[Masters], Keys]


@pytest.fixture
def at(keys: Keys, database_url: str) -> Iterator[Open]:
    """Another process on a key store in which seven people have keys under version 1."""
    for one in PEOPLE:
        keys.ensure(one)
    opened: list[Keys] = []

    def another(masters: Masters) -> Keys:
        opened.append(open_keys(default_key_store(database_url), masters))
        return opened[-1]

    yield another
    for keys_of in opened:
        keys_of.close()


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three keys a batch."""
    monkeypatch.setattr(rotation, "BATCH", 3)


def killed(keys: Keys, after: int) -> None:
    """A rotation that ended after so many batches, as a kill would end it."""
    hand_over(keys)
    with closing(batches(keys)) as going:
        for _ in range(after):
            next(going)


@pytest.mark.usefixtures("small")
def test_killed_after_any_batch_the_next_run_finishes_and_the_status_is_true(at: Open) -> None:
    keys = at(BOTH)
    killed(keys, after=2)
    assert counts(keys) == {1: 1, 2: 6}
    assert [(version.is_needed, version.wraps_new) for version in versions_of(keys)] == [
        (True, False),
        (True, True),
    ]
    assert rotate(keys) == 1
    assert [version.is_needed for version in versions_of(keys)] == [False, True]


@pytest.mark.usefixtures("small")
def test_meanwhile_both_masters_are_needed_to_start(at: Open) -> None:
    killed(at(BOTH), after=1)
    for half, lacks in ((MASTERS, "version 2"), (Masters({2: b"2" * 32}), "version 1")):
        with pytest.raises(WrongMasterKey, match=f"lacks {lacks}"):
            at(half)
    other_first = Masters({1: b"9" * 32, 2: b"2" * 32})
    with pytest.raises(WrongMasterKey, match="Version 1 of the master key does not open"):
        at(other_first)


@pytest.mark.usefixtures("small")
def test_a_server_opens_makes_and_forgets_between_two_batches(at: Open) -> None:
    server, turning = at(BOTH), at(BOTH)
    sealed = {one: server.seal(one, PLACE, b"said") for one in PEOPLE}
    hand_over(turning)
    going = batches(turning)
    next(going)
    server.forget("person:0", "person:6")
    server.ensure("person:new")
    list(going)
    assert counts(turning) == {2: 6}
    afterwards = at(Masters({2: b"2" * 32}))
    assert [afterwards.open(one, PLACE, sealed[one]) for one in PEOPLE[1:6]] == [b"said"] * 5
    for gone in ("person:0", "person:6"):
        with pytest.raises(KeyForgotten):
            afterwards.open(gone, PLACE, sealed[gone])


@pytest.mark.usefixtures("small")
def test_two_rotations_at_once_turn_each_key_once(at: Open) -> None:
    turned: list[int] = []
    both = [threading.Thread(target=lambda: turned.append(rotate(at(BOTH)))) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert (sum(turned), counts(at(BOTH))) == (7, {2: 7})


@pytest.mark.parametrize(
    "database_url", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)
def test_a_key_that_somebody_holds_is_waited_for_last_and_alone(at: Open) -> None:
    holder, turning = at(BOTH), at(BOTH)
    hand_over(turning)
    going = batches(turning)
    with holder.writing() as connection:
        connection.execute(select(data_keys).where(data_keys.c.subject == "person:0").with_for_update())
        assert (next(going), counts(holder)) == (6, {1: 1, 2: 6})
    assert (list(going), counts(holder)) == ([1], {2: 7})


def test_who_lacks_the_version_that_was_handed_to_turns_nothing_back(at: Open) -> None:
    late, first = at(BOTH), at(THREE)
    rotate(first)
    with pytest.raises(WrongMasterKey, match="lacks version 3"):
        rotate(late)
    assert counts(first) == {3: 7}


def test_a_key_that_opens_with_no_master_stays_as_it_is_and_is_counted(at: Open) -> None:
    keys = at(BOTH)
    of = update(data_keys).where(data_keys.c.subject == "person:3")
    with keys.writing() as connection:
        connection.execute(of.values(wrapped=b"broken" * 10))
    with pytest.raises(WrongMasterKey, match="no version of the master key opens: 1"):
        rotate(keys)
    assert counts(keys) == {1: 1, 2: 6}


def test_many_are_turned_in_two_statements_a_batch(at: Open) -> None:
    keys, said = at(BOTH), list[str]()
    event.listen(keys._writer, "before_cursor_execute", lambda *args: said.append(args[2].split()[0]))
    hand_over(keys)
    said.clear()
    list(batches(keys))
    assert [word for word in said if word != "BEGIN"] == ["SELECT", "UPDATE", "SELECT"]


def test_of_the_old_wrappings_no_byte_is_left_on_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "keys.db"
    before = open_keys(f"sqlite:///{path}", MASTERS)
    for number in range(40):
        before.ensure(f"talk:{number}")
    with before.reading() as connection:
        wrapped = connection.scalars(select(data_keys.c.wrapped)).all()
    after = open_keys(f"sqlite:///{path}", BOTH)
    rotate(after)
    left = b"".join(one.read_bytes() for one in tmp_path.glob("keys.db*"))
    assert not any(one in left for one in wrapped)
    before.close()
    after.close()


def test_when_it_was_finished_is_kept(store: Store, clock: HandClock) -> None:
    assert finished_at(store, 2) is None
    note_finished(store, 2, clock.real())
    assert (finished_at(store, 2), finished_at(store, 3)) == (clock.real(), None)
