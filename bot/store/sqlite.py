"""SQLite: one writer thread, which commits all waiting turns together, each in a savepoint of its own."""

import os
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from typing import Any, ClassVar, NamedTuple, TypeVar

from sqlalchemy import Connection

from bot.errors import Defect, StoreBusy, StoreUnavailable
from bot.failpoints import hit
from bot.store.draft import Draft
from bot.store.driven import said
from bot.store.engines import driver_of, lock_instance, make_private, refuse_moved, sqlite_engine
from bot.store.faults import reaching, translated
from bot.store.phrases import Phrases
from bot.store.plan import plan
from bot.store.prepared import asking_once
from bot.store.store import Store

T = TypeVar("T")

GROUP = 64
"""At most so many jobs share a commit, so that the first does not wait long for the last."""
_TRIES = 3
"""Nobody else writes meanwhile: a job that fails its own claim again will always fail it."""


_BEGIN = "BEGIN IMMEDIATE"


class _Mark(NamedTuple):
    """What is said around a job, so that it alone can be taken back."""

    begin: tuple[str, ...]
    take_back: tuple[str, ...]
    end: tuple[str, ...]


_AMONG_OTHERS = _Mark(("SAVEPOINT job",), ("ROLLBACK TO job",), ("RELEASE job",))
_ALONE = _Mark((), ("ROLLBACK", _BEGIN), ())
"""With nobody beside it, the transaction itself is its savepoint."""


class _LostRaceError(Exception):
    """Claim or guard did not hold."""


class _LostTransactionError(Exception):
    """The database took the whole transaction away."""


class _NotBegunError(Exception):
    """The database did not let the transaction begin: that is nobody's own fate."""


@dataclass
class _Task:
    job: Callable[[Connection], Any]
    turn: bool
    future: Future[Any] = field(default_factory=Future)
    value: Any = None
    error: BaseException | None = None

    def settle(self, error: BaseException | None = None) -> None:
        """Let the caller know."""
        failure = error or self.error
        if failure is None:
            self.future.set_result(self.value)
        else:
            self.future.set_exception(translated(failure))


class SqliteStore(Store):
    """A file with one writer and any number of readers."""

    dialect: ClassVar[str] = "sqlite"

    def __init__(self, url: str, path: Path, *, single: bool) -> None:
        make_private(path)
        self._lock = lock_instance(path) if single else None
        self._writer = sqlite_engine(url, "by hand")
        self._reader = sqlite_engine(url, "read")
        self._refuse_moved = refuse_moved(path, self._writer, self._reader)
        self._phrases = Phrases(self._writer.dialect)
        self._queue: SimpleQueue[_Task | None] = SimpleQueue()
        self._door = threading.Lock()
        self._closed = False
        self._connection: Connection | None = None
        self._thread = threading.Thread(target=self._serve, name="store-writer", daemon=True)
        self._thread.start()

    def play(self, job: Callable[[Connection], Draft[T]]) -> Future[T]:
        return self._hand_in(_Task(job, turn=True))

    def submit(self, job: Callable[[Connection], T]) -> Future[T]:
        return self._hand_in(_Task(job, turn=False))

    def read(self, job: Callable[[Connection], T]) -> T:
        with reaching(), self._reader.connect() as connection:
            return job(connection)

    def waiting(self) -> int:
        return self._queue.qsize()

    def close(self) -> None:
        with self._door:
            self._closed = True
            self._queue.put(None)
        self._thread.join()
        self._writer.dispose()
        self._reader.dispose()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _hand_in(self, task: _Task) -> Future[Any]:
        if threading.current_thread() is self._thread:
            raise Defect("A job may not call the store: it would wait for itself.")
        with self._door:
            if self._closed:
                raise StoreUnavailable
            self._queue.put(task)
        return task.future

    # ------------------------------------------------------------------ in the writer thread

    def _serve(self) -> None:
        last = False
        while not last:
            group, last = self._gather()
            self._together([task for task in group if task.future.set_running_or_notify_cancel()])
        if self._connection is not None:
            self._connection.close()

    def _gather(self) -> tuple[list[_Task], bool]:
        """Wait for a job, and take all that wait with it; and whether nothing comes after them."""
        group: list[_Task] = []
        task = self._queue.get()
        while task is not None:
            group.append(task)
            if len(group) == GROUP or self._queue.empty():
                return group, False
            task = self._queue.get()
        return group, True

    def _together(self, group: list[_Task]) -> None:
        """Commit the group; where its transaction is lost, one job at a time: each has its own fate."""
        if not group:
            return
        try:
            self._commit(group)
        except _NotBegunError as error:
            self._give_up()
            for task in group:
                task.settle(error.__cause__)
        except Exception as error:  # noqa: BLE001 - whatever it is, callers wait for it
            self._give_up()
            if len(group) == 1:
                group[0].settle(error.__cause__ if isinstance(error, _LostTransactionError) else error)
                return
            for task in group:
                task.value = task.error = None
                self._together([task])
        else:
            for task in group:
                task.settle()

    def _commit(self, group: list[_Task]) -> None:
        try:
            connection = self._connection = self._connection or self._writer.connect()
            driver = driver_of(connection)
            self._refuse_moved()
            driver.execute(_BEGIN)
        except Exception as error:
            raise _NotBegunError from error
        mark = _ALONE if len(group) == 1 else _AMONG_OTHERS
        for task in group:
            self._inside(connection, driver, task, mark)
        turns = any(task.turn for task in group)
        if turns:
            hit("turn.before-commit")
        driver.execute("COMMIT")
        if turns:
            hit("turn.after-commit")

    def _inside(self, connection: Connection, driver: sqlite3.Connection, task: _Task, mark: _Mark) -> None:
        for _ in range(_TRIES):
            _say(driver, mark.begin)
            try:
                task.value = self._apply(connection, task.job) if task.turn else task.job(connection)
                task.error = None
            except BaseException as error:
                task.error = error
                if not driver.in_transaction:  # a full disk may have taken it away
                    raise _LostTransactionError from error
                _say(driver, mark.take_back)
            _say(driver, mark.end)
            if not isinstance(task.error, _LostRaceError):
                return
        task.error = StoreBusy()

    def _apply(self, connection: Connection, job: Callable[[Connection], Draft[T]]) -> T:
        with asking_once(connection):
            draft = job(connection)
        planned = plan(draft)
        for condition in (planned.claim, planned.guard):
            if condition is not None:
                phrase = self._phrases.of(condition)
                if said(connection, phrase.text, phrase.params).rowcount != 1:
                    raise _LostRaceError
        for write in planned.writes:
            phrase = self._phrases.of(write)
            said(connection, phrase.text, phrase.params)
        return draft.result

    def _give_up(self) -> None:
        """Leave nothing half done, and go on with a fresh connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()


def _say(driver: sqlite3.Connection, statements: tuple[str, ...]) -> None:
    for statement in statements:
        driver.execute(statement)
