"""SQLite: waiting jobs share a commit, and each keeps its own fate."""

import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, func, select

from bot.errors import Defect, StoreInUse, StoreUnavailable
from bot.store.draft import Draft, Insert
from bot.store.engines import Use, driver_of, log_emptied, sqlite_engine
from bot.store.sqlite import SqliteStore
from bot.store.store import Store, open_store
from bot.store.tables import marks
from tests.store import people


@pytest.fixture
def store(tmp_path: Path, sqlite_template: Path) -> Iterator[Store]:
    path = tmp_path / "data" / "companion.db"
    path.parent.mkdir(mode=0o700)
    shutil.copy(sqlite_template, path)  # with its mode
    opened = open_store(f"sqlite:///{path}")
    yield opened
    opened.close()


def marking(mark: str) -> Callable[[Connection], Draft[str]]:
    return lambda _: Draft(mark, (Insert(marks, {"mark": mark}),))


def count(store: Store) -> int:
    return store.read(lambda connection: connection.scalar(select(func.count()).select_from(marks)) or 0)


class Held:
    """Keeps the writer busy, so that what is handed in meanwhile waits."""

    def __init__(self, store: Store) -> None:
        started, self._go = threading.Event(), threading.Event()

        def job(_: Connection) -> None:
            started.set()
            self._go.wait(people.LONG)

        self._future = store.submit(job)
        assert started.wait(people.LONG)

    def release(self) -> None:
        self._go.set()
        self._future.result()


def spoken(store: Store, word: str) -> list[str]:
    """From now on, each time that the writer says this to the driver."""
    seen: list[str] = []

    def hear(said: str) -> None:
        if said == word:
            seen.append(said)

    store.write(lambda connection: driver_of(connection).set_trace_callback(hear))
    seen.clear()  # of the job that began to listen
    return seen


def test_waiting_turns_share_a_commit(store: Store) -> None:
    seen = spoken(store, "COMMIT")
    held = Held(store)
    futures = [store.play(marking(f"m{n}")) for n in range(30)]
    held.release()
    assert [future.result() for future in futures] == [f"m{n}" for n in range(30)]
    assert len(seen) == 2


def test_a_failing_job_does_not_hurt_those_beside_it(store: Store) -> None:
    held = Held(store)

    def fails(connection: Connection) -> None:
        connection.execute(marks.insert().values(mark="half"))
        raise ValueError("of this job only")

    futures: list[Future[str]] = [
        store.play(marking("a")),
        store.play(marking("a")),
        store.play(marking("b")),
    ]
    wrong = store.submit(fails)
    held.release()
    assert (futures[0].result(), futures[2].result(), count(store)) == ("a", "b", 2)
    assert futures[1].exception() is not None
    with pytest.raises(ValueError, match="of this job only"):
        wrong.result()


def test_a_turn_given_up_while_it_waited_is_not_played(store: Store) -> None:
    held = Held(store)
    future = store.play(marking("late"))
    assert future.cancel()
    held.release()
    assert count(store) == 0


def fill_the_disk(store: Store, *, spare: int) -> Callable[[], None]:
    """Leave room for a few more pages only, until the function that is handed back is called."""
    assert isinstance(store, SqliteStore)
    pages = store.read(lambda connection: connection.exec_driver_sql("PRAGMA page_count").scalar()) or 0
    limits = [pages + spare, 1_000_000]

    def limit(connection: sqlite3.Connection, _: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {limits[0]}")

    event.listen(store._writer, "connect", limit)
    return limits.reverse


def test_on_a_full_disk_nothing_is_half_done_and_what_fits_goes_on(store: Store) -> None:
    fill_the_disk(store, spare=2)
    held = Held(store)
    small, large = store.play(marking("small")), store.play(marking("x" * 100_000))
    held.release()
    assert small.result() == "small"
    assert isinstance(large.exception(), StoreUnavailable)
    assert count(store) == 1


def test_with_room_again_the_same_store_goes_on(store: Store) -> None:
    make_room = fill_the_disk(store, spare=2)
    assert isinstance(store.play(marking("x" * 100_000)).exception(), StoreUnavailable)
    make_room()
    assert store.play(marking("x" * 100_000)).result()


def test_a_database_that_cannot_be_written_is_unavailable(store: Store) -> None:
    store.write(lambda c: c.exec_driver_sql("PRAGMA query_only = ON"))
    assert isinstance(store.play(marking("m")).exception(), StoreUnavailable)
    assert store.play(marking("m")).result() == "m"


def test_what_waited_for_another_writer_fails_together(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    held, asked = Held(store), list[str]()

    def refuse() -> None:
        asked.append("begin")
        raise sqlite3.OperationalError("database is locked")

    futures = [store.play(marking(f"m{number}")) for number in range(4)]
    with monkeypatch.context() as locked:
        locked.setattr(store, "_refuse_moved", refuse)
        held.release()
        assert all(future.exception() is not None for future in futures)
    assert (asked, store.play(marking("after")).result()) == (["begin"], "after")


@pytest.mark.parametrize("another", [False, True])
def test_a_file_that_was_moved_is_away_until_it_is_back(store: Store, tmp_path: Path, another: bool) -> None:
    path, aside = tmp_path / "data" / "companion.db", tmp_path / "aside.db"
    path.rename(aside)
    if another:
        shutil.copy(aside, path)
    for job in (lambda: store.play(marking("lost")).result(), lambda: count(store)):
        with pytest.raises(StoreUnavailable):
            job()
    assert path.exists() is another
    aside.rename(path)

    store.play(marking("kept")).result()
    assert count(store) == 1


def test_a_second_server_is_refused_and_a_command_beside_it_is_not(store: Store) -> None:
    assert isinstance(store, SqliteStore)
    url = str(store._writer.url)
    with pytest.raises(StoreInUse):
        open_store(url)
    beside = open_store(url, single=False)
    beside.play(marking("beside")).result()
    beside.close()
    assert count(store) == 1


def test_the_lock_goes_with_the_server(store: Store) -> None:
    assert isinstance(store, SqliteStore)
    store.close()
    open_store(str(store._writer.url)).close()


def test_every_file_belongs_to_its_owner_alone(store: Store, tmp_path: Path) -> None:
    people.settle(store, "ana")
    found = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "data").iterdir()}
    assert found.keys() >= {"companion.db", "companion.db-wal", "companion.db-shm", "companion.db.lock"}
    assert set(found.values()) == {0o600}


def test_commits_are_synced_to_the_disk(store: Store) -> None:
    def settings(connection: Connection) -> tuple[object, ...]:
        names = ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        return tuple(connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names)

    assert store.write(settings) == ("wal", 2, 1, 1)


def test_of_a_deleted_row_no_byte_is_left_in_the_file(store: Store, tmp_path: Path) -> None:
    assert isinstance(store, SqliteStore)
    path, said = tmp_path / "data" / "companion.db", "what-was-said-" * 500  # more than one page
    store.play(marking(said)).result()
    assert log_emptied(store._writer)
    assert said.encode()[:100] in path.read_bytes()
    store.write(lambda connection: connection.execute(marks.delete()).rowcount)
    assert log_emptied(store._writer)
    left = b"".join(one.read_bytes() for one in path.parent.glob("companion.db*"))
    assert b"what-was-said-" not in left


@pytest.mark.parametrize("use", ["write", "read"])
def test_deleted_bytes_are_wiped_also_where_sqlite_was_built_not_to(use: Use, tmp_path: Path) -> None:
    def built_not_to(connection: sqlite3.Connection, _: object) -> None:
        connection.execute("PRAGMA secure_delete = OFF")

    engine = sqlite_engine(f"sqlite:///{tmp_path}/other.db", use)
    event.listen(engine, "connect", built_not_to, insert=True)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA secure_delete").scalar() == 1
    engine.dispose()


def test_a_job_that_calls_the_store_is_told_so(store: Store) -> None:
    with pytest.raises(Defect):
        store.write(lambda _: store.write(lambda _: None))


def test_after_closing_the_store_is_unavailable(store: Store) -> None:
    store.close()
    with pytest.raises(StoreUnavailable):
        store.play(marking("m"))
