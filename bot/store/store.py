"""The store: turns and other writes go in as jobs, and come back as futures once they are durable."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import Future
from typing import ClassVar, TypeVar

from sqlalchemy import Connection

from bot.store.draft import Draft
from bot.store.engines import sqlite_path

T = TypeVar("T")


class Store(ABC):
    """One database. Its own errors come back as StoreUnavailable, and the same store works on after them.

    After StoreUnavailable nothing was written; only where PostgreSQL broke off within a write it may be
    there, and then the claim makes a second try of a turn harmless.

    A job may run more than once before its result counts, so it reads, computes and writes through the
    connection. Keys are the one exception: it may make and destroy them (`Keys.ensure`, `Keys.forget`), which
    commits at once, whatever becomes of the job. Both may be repeated, for the second time finds it done: a
    key that no row came to need is swept later, and a key that is gone stays gone though the job fails after.
    It never calls the store from within.
    """

    dialect: ClassVar[str]

    @abstractmethod
    def play(self, job: Callable[[Connection], Draft[T]]) -> Future[T]:
        """Run a turn: the job reads, its draft happens entirely or not at all.

        Where the event was claimed or the person changed meanwhile, it runs again; in the end StoreBusy.
        """

    @abstractmethod
    def submit(self, job: Callable[[Connection], T]) -> Future[T]:
        """Run any other write in a transaction of its own."""

    @abstractmethod
    def read(self, job: Callable[[Connection], T]) -> T:
        """Run a job that only reads, in the caller's thread, on one unchanging view of the database."""

    def waiting(self) -> int:
        """How many jobs wait to be begun."""
        return 0

    @abstractmethod
    def close(self) -> None:
        """Finish what was handed in, then let go of the database."""

    def write(self, job: Callable[[Connection], T]) -> T:
        """Submit and wait."""
        return self.submit(job).result()


def open_store(url: str, *, single: bool = True) -> Store:
    """The store at an SQLAlchemy address, `sqlite:///<path>` or `postgresql+psycopg://…`.

    `single` holds the lock that keeps a second server off an SQLite file (StoreInUse); commands beside a
    running server leave it. PostgreSQL takes any number of servers.
    """
    path = sqlite_path(url)
    if path is None:
        from bot.store.postgres import PostgresStore

        return PostgresStore(url)
    from bot.store.sqlite import SqliteStore

    return SqliteStore(url, path, single=single)
