"""What is sealed opens in its place, for as long as its key lives."""

import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event, select

from bot.errors import KeyForgotten, SealBroken, StoreUnavailable, WrongMasterKey
from bot.store.key_tables import data_keys, default_key_store, key_engines
from bot.store.keys import Keys, open_keys
from bot.store.masters import Masters
from tests.conftest import MASTERS, HandClock
from tests.store.turned import counts, rotate

ANA = "person:ana"
PLACE = "notes/t1/body"


def test_what_is_sealed_opens_in_its_place(keys: Keys) -> None:
    keys.ensure(ANA)
    assert keys.open(ANA, PLACE, keys.seal(ANA, PLACE, b"said")) == b"said"


def test_moved_or_changed_it_does_not_open(keys: Keys) -> None:
    keys.ensure(ANA)
    sealed = keys.seal(ANA, PLACE, b"said")
    changed = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for place, given in (("notes/t2/body", sealed), (PLACE, changed), (PLACE, b"short")):
        with pytest.raises(SealBroken):
            keys.open(ANA, place, given)


@pytest.mark.parametrize("another", [False, True])
def test_a_key_file_that_was_moved_is_away_until_it_is_back(tmp_path: Path, another: bool) -> None:
    path, aside = tmp_path / "data" / "keys.db", tmp_path / "aside.db"
    keys = open_keys(f"sqlite:///{path}", MASTERS)
    path.rename(aside)
    if another:
        shutil.copy(aside, path)
    for use in (keys.ensure, keys.has, keys.forget):
        with pytest.raises(StoreUnavailable):
            use(ANA)
    assert path.exists() is another
    aside.rename(path)

    keys.ensure(ANA)
    assert keys.open(ANA, PLACE, keys.seal(ANA, PLACE, b"said")) == b"said"
    keys.close()


def test_another_persons_key_does_not_open_it(keys: Keys) -> None:
    keys.ensure(ANA)
    keys.ensure("person:ben")
    with pytest.raises((SealBroken, KeyForgotten)):
        keys.open("person:ben", PLACE, keys.seal(ANA, PLACE, b"said"))


def test_without_a_key_nothing_is_sealed(keys: Keys) -> None:
    assert not keys.has(ANA)
    with pytest.raises(KeyForgotten):
        keys.seal(ANA, PLACE, b"said")


def test_a_forgotten_person_never_gets_a_key_again(keys: Keys) -> None:
    keys.ensure(ANA)
    sealed = keys.seal(ANA, PLACE, b"said")
    keys.forget(ANA)
    assert keys.ledger() == (ANA,)
    with pytest.raises(KeyForgotten):
        keys.open(ANA, PLACE, sealed)
    with pytest.raises(KeyForgotten):
        keys.ensure(ANA)


def test_many_are_forgotten_in_as_many_statements_as_one(keys: Keys) -> None:
    names = tuple(f"{kind}:{number}" for kind in ("person", "talk") for number in range(3))
    for name in names:
        keys.ensure(name)
    said: list[str] = []
    event.listen(keys._writer, "before_cursor_execute", lambda *args: said.append(args[2].split()[0]))
    keys.forget(*names, "person:0")
    assert [word for word in said if word in {"DELETE", "INSERT"}] == ["DELETE", "INSERT"]
    assert not any(keys.has(name) for name in names)
    assert sorted(keys.ledger()) == ["person:0", "person:1", "person:2"]


def test_a_talk_may_have_a_new_key_that_does_not_open_the_old_words(keys: Keys) -> None:
    keys.ensure("talk:t1")
    sealed = keys.seal("talk:t1", PLACE, b"said")
    keys.forget("talk:t1")
    keys.ensure("talk:t1")
    assert keys.ledger() == ()
    with pytest.raises(KeyForgotten):
        keys.open("talk:t1", PLACE, sealed)


def test_a_key_outlives_the_process(keys: Keys, database_url: str) -> None:
    keys.ensure(ANA)
    sealed = keys.seal(ANA, PLACE, b"said")
    again = open_keys(default_key_store(database_url), MASTERS)
    assert again.open(ANA, PLACE, sealed) == b"said"
    assert again.mark("web/demo/ana") == keys.mark("web/demo/ana") != keys.mark("web/demo/ben")
    again.close()


def test_the_wrong_master_key_is_refused_at_once(keys: Keys, database_url: str) -> None:
    for wrong in (Masters({1: b"2" * 32}), Masters({2: b"1" * 32})):
        with pytest.raises(WrongMasterKey):
            open_keys(default_key_store(database_url), wrong)


def test_after_turning_the_old_master_is_not_needed(keys: Keys, database_url: str) -> None:
    keys.ensure(ANA)
    sealed = keys.seal(ANA, PLACE, b"said")
    both = open_keys(default_key_store(database_url), Masters({**MASTERS.keys, 2: b"2" * 32}))
    assert (rotate(both), rotate(both)) == (1, 0)
    both.close()
    newer = open_keys(default_key_store(database_url), Masters({2: b"2" * 32}))
    assert newer.open(ANA, PLACE, sealed) == b"said"
    assert newer.mark("x") == keys.mark("x")
    newer.close()


def test_a_new_master_wraps_nothing_before_the_rotation_and_everything_after(
    keys: Keys, database_url: str
) -> None:
    newer = open_keys(default_key_store(database_url), Masters({**MASTERS.keys, 2: b"2" * 32}))
    newer.ensure(ANA)
    sealed = newer.seal(ANA, PLACE, b"said")
    assert (keys.open(ANA, PLACE, sealed), counts(newer), newer.wrapping_version()) == (b"said", {1: 1}, 1)
    rotate(newer)
    newer.ensure("person:ben")
    assert (counts(newer), newer.wrapping_version()) == ({2: 2}, 2)
    with pytest.raises(WrongMasterKey):
        keys.ensure("person:cy")
    newer.close()


def test_a_master_that_lacks_a_version_in_use_is_refused(keys: Keys, database_url: str) -> None:
    both = open_keys(default_key_store(database_url), Masters({**MASTERS.keys, 2: b"2" * 32}))
    rotate(both)
    both.close()
    with pytest.raises(WrongMasterKey):
        open_keys(default_key_store(database_url), MASTERS)


def test_an_hour_later_a_key_that_nothing_uses_is_swept(keys: Keys, clock: HandClock) -> None:
    keys.ensure(ANA)
    keys.ensure("talk:t1")
    assert keys.sweep_unused(lambda _: ()) == 0
    clock.move(hours=1, seconds=1)
    assert keys.sweep_unused(lambda found: set(found) & {ANA}) == 1
    assert (keys.has(ANA), keys.has("talk:t1")) == (True, False)


def test_a_key_once_seen_in_use_is_not_looked_at_again(keys: Keys, clock: HandClock) -> None:
    keys.ensure(ANA)
    clock.move(hours=2)
    keys.sweep_unused(lambda found: found)
    assert keys.sweep_unused(lambda _: ()) == 0


def test_the_key_of_a_talk_whose_words_are_gone_is_swept_however_long_it_was_used(
    keys: Keys, clock: HandClock
) -> None:
    keys.ensure("talk:t1")
    clock.move(hours=2)
    assert keys.sweep_unused(lambda found: found) == 0
    assert keys.sweep_unused(lambda _: ()) == 1
    assert not keys.has("talk:t1")


def test_an_old_key_that_a_turn_is_about_to_use_is_not_swept(
    keys: Keys, clock: HandClock, database_url: str
) -> None:
    keys.ensure(ANA)
    clock.move(hours=2)
    other = open_keys(default_key_store(database_url), MASTERS, real=clock.real)
    other.ensure(ANA)
    assert keys.sweep_unused(lambda _: ()) == 0
    other.close()


def test_a_key_stays_in_memory_for_a_minute_at_most(keys: Keys, database_url: str) -> None:
    now = 1000.0
    server = open_keys(default_key_store(database_url), MASTERS, seconds=lambda: now)
    server.ensure(ANA)
    sealed = server.seal(ANA, PLACE, b"said")
    keys.forget(ANA)
    assert server.open(ANA, PLACE, sealed) == b"said"
    now += 60
    with pytest.raises(KeyForgotten):
        server.open(ANA, PLACE, sealed)
    server.close()


def with_ana(path: Path) -> tuple[Keys, bytes]:
    """A key store in that file, and the wrapped key of Ana in it."""
    keys = open_keys(f"sqlite:///{path}", MASTERS)
    keys.ensure(ANA)
    with keys._reader.connect() as connection:
        return keys, connection.scalars(select(data_keys.c.wrapped)).one()


def left(path: Path) -> bytes:
    return b"".join(one.read_bytes() for one in path.parent.glob("keys.db*"))


def test_of_a_forgotten_key_no_byte_is_left_on_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "keys.db"
    keys, wrapped = with_ana(path)
    assert wrapped in left(path)
    keys.forget(ANA)
    assert wrapped not in left(path)
    keys.close()


def test_eight_threads_that_need_the_same_new_key_get_the_same(keys: Keys) -> None:
    gate, sealed = threading.Barrier(8), list[bytes]()

    def seals() -> None:
        gate.wait()
        keys.ensure(ANA)
        sealed.append(keys.seal(ANA, PLACE, b"said"))

    threads = [threading.Thread(target=seals) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [keys.open(ANA, PLACE, one) for one in sealed] == [b"said"] * 8


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Somebody else, such as a backup, holds what the file says now."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM data_keys").fetchone()
        yield


@pytest.mark.parametrize("retry", ["sweep", "forget"])
def test_a_key_forgotten_while_somebody_reads_is_gone_at_once_and_its_bytes_after_them(
    tmp_path: Path, retry: str
) -> None:
    path = tmp_path / "keys.db"
    keys, wrapped = with_ana(path)
    with reading(path):
        keys.forget(ANA)
        assert (keys.has(ANA), keys.ledger(), wrapped in left(path)) == (False, (ANA,), True)
    if retry == "sweep":
        keys.sweep_unused(lambda found: found)
    else:
        keys.forget("talk:another")
    assert wrapped not in left(path)
    keys.close()


def test_who_reads_holds_up_neither_the_forgetting_nor_the_next_new_key(tmp_path: Path) -> None:
    path = tmp_path / "keys.db"
    keys, _wrapped = with_ana(path)
    waits: list[str] = []
    event.listen(keys._writer, "checkout", lambda raw, *_: raw.set_trace_callback(waits.append))
    with reading(path):
        keys.forget(ANA)
    emptied = waits.index("PRAGMA wal_checkpoint(TRUNCATE)")
    assert waits[emptied - 1] == "PRAGMA busy_timeout = 100"
    assert waits[emptied + 1] == "PRAGMA busy_timeout = 5000"
    keys.close()


def test_what_a_killed_process_left_in_the_log_goes_with_the_first_sweep(tmp_path: Path) -> None:
    path = tmp_path / "keys.db"
    before, wrapped = with_ana(path)
    with reading(path):
        before.forget(ANA)
        after = open_keys(f"sqlite:///{path}", MASTERS)
    after.sweep_unused(lambda found: found)
    assert wrapped not in left(path)
    before.close()
    after.close()


@pytest.mark.postgres
def test_no_key_waits_for_a_lock_without_end(postgres_database: str) -> None:
    for engine in key_engines(postgres_database):
        with engine.connect() as connection:
            asked = ("lock_timeout", "statement_timeout")
            found = [connection.exec_driver_sql(f"SHOW {name}").scalar() for name in asked]
        engine.dispose()
        assert found == ["5s", "20s"]
