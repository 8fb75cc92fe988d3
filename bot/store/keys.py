"""The keys of persons, talks, threads and tenants, and what they seal.

A key commits before the turn that uses it. Destroying a key is how things are forgotten.
"""

import secrets
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, bindparam, delete, select, update

from bot.errors import KeyForgotten, StoreUnavailable
from bot.failpoints import hit
from bot.logs import get_log
from bot.store import wrapping
from bot.store.engines import log_emptied
from bot.store.faults import reaching
from bot.store.key_tables import data_keys, forgotten, key_engines, make_tables
from bot.store.masters import KEY_BYTES, Masters
from bot.store.seals import DataKey, new_version
from bot.store.upsert import insert_into

log = get_log("keys")

CACHE_SECONDS = 60.0
MOST_CACHED = 4096
"""Keys in memory, 0.4 kB each: the oldest make room, and are unwrapped anew where they are needed."""
UNUSED_SECONDS = 3600
"""A new key waits so long for the turn that uses it before the sweep takes it for abandoned."""
_LASTING = ("person:", "thread:")
_BATCH = 500

_FIND = select(data_keys).where(data_keys.c.subject == bindparam("subject"))


def _now() -> datetime:
    return datetime.now(UTC)


def open_keys(
    url: str,
    masters: Masters,
    *,
    real: Callable[[], datetime] = _now,
    seconds: Callable[[], float] = time.monotonic,
    closing: bool = False,
) -> "Keys":
    """The key store at an address. Raises WrongMasterKey where the masters do not open what it holds, Closed.

    `real` dates keys and ledger, `seconds` only ever rises and times the cache; `closing`: also while the
    program is being closed down.
    """
    keys = Keys(url, masters, real, seconds)
    try:
        keys.start(closing=closing)
    except BaseException:
        keys.close()
        raise
    return keys


class Keys:
    """Thread-safe. Unwrapped keys stay in memory for a minute at most.

    A subject is "person:<id>", "talk:<id>", "thread:<id>" or "tenant:<platform>:<tenant>"; a place is
    "<table>/<row>/<column>". What is sealed opens in the same place only.
    """

    def __init__(
        self, url: str, masters: Masters, real: Callable[[], datetime], seconds: Callable[[], float]
    ) -> None:
        self._masters = masters
        self._real = real
        self._seconds = seconds
        self._guard = threading.Lock()
        self._cache: dict[str, tuple[float, DataKey]] = {}
        self._cleaned = seconds()
        self._marking = b""
        self._writer, self._reader = key_engines(url)
        self._sqlite = self._writer.dialect.name == "sqlite"

    def start(self, *, closing: bool = False) -> None:
        """Make the tables where they are not there, and see that the masters are the right ones."""
        with self.writing() as connection:
            make_tables(connection)
            self._marking = wrapping.open_secrets(connection, self._masters, closing=closing)

    def ensure(self, subject: str) -> None:
        """Make and commit a key where there is none. Raises KeyForgotten for who was forgotten."""
        if self._cached(subject) is not None:
            return
        key = self._look(subject)
        if key is None:
            self._make(subject)
        elif not key.used and key.made_at < self._ms() - UNUSED_SECONDS * 500:
            self._make_young(subject)

    def seal(self, subject: str, place: str, text: bytes) -> bytes:
        """Raises KeyForgotten where the subject has no key."""
        return self._key(subject).seal(place, text)

    def open(self, subject: str, place: str, sealed: bytes) -> bytes:
        """Raises KeyForgotten where the key is gone, SealBroken where the bytes were changed or moved."""
        return self._key(subject).open(place, sealed)

    def has(self, subject: str) -> bool:
        return self._find(subject) is not None

    def forget(self, *subjects: str) -> None:
        """Destroy the keys. Persons and threads go into the ledger, so that no backup brings them back.

        Where another process is reading an SQLite file meanwhile, its log keeps the destroyed bytes until a
        later `forget` or `sweep_unused` finds it let go.
        """
        rows = [{"subject": one, "at": self._ms()} for one in subjects if one.startswith(_LASTING)]
        with self.writing() as connection:
            connection.execute(delete(data_keys).where(data_keys.c.subject.in_(subjects)))
            if rows:
                connection.execute(insert_into(connection, forgotten).on_conflict_do_nothing(), rows)
        self._drop(subjects)
        self.empty_log()

    def ledger(self) -> tuple[str, ...]:
        """Every person and thread that was forgotten."""
        return self._subjects(select(forgotten.c.subject).order_by(forgotten.c.at))

    def mark(self, name: str) -> str:
        """A keyed hash: the same for the same name, telling nothing of it. Outlives the masters."""
        return wrapping.marked(self._marking, name)

    def sweep_unused(self, used: Callable[[Collection[str]], Collection[str]]) -> int:
        """Destroy keys older than an hour that nothing uses: `used` says which of the subjects are.

        A key that was once seen in use is not looked at again, but for those of talks: a talk's words go
        before its key, and a process that died in between has left the key.
        """
        old = data_keys.c.made_at < self._ms() - UNUSED_SECONDS * 1000
        subject = data_keys.c.subject
        query = select(subject).where(old, data_keys.c.used.is_(False)).order_by(subject).limit(_BATCH)
        swept, last = 0, ""
        while found := self._subjects(query.where(subject > last)):
            swept, last = swept + self._sweep_these(found, set(used(found)), old), found[-1]
        self.empty_log()
        return swept

    def _sweep_these(self, found: Collection[str], kept: Collection[str], old: ColumnElement[bool]) -> int:
        gone = [subject for subject in found if subject not in kept]
        lasting = [subject for subject in found if subject in kept and not subject.startswith("talk:")]
        subject = data_keys.c.subject
        with self.writing() as connection:
            connection.execute(update(data_keys).where(subject.in_(lasting), old).values(used=True))
            connection.execute(delete(data_keys).where(subject.in_(gone), old))
        self._drop(found)
        return len(gone)

    def _subjects(self, query: Select[str]) -> tuple[str, ...]:
        with self.reading() as connection:
            return tuple(connection.scalars(query))

    def _drop(self, subjects: Collection[str]) -> None:
        with self._guard:
            for subject in subjects:
                self._cache.pop(subject, None)

    @property
    def masters(self) -> Masters:
        """The master keys that are held here."""
        return self._masters

    @property
    def versions(self) -> frozenset[int]:
        """The versions of the master key that are held here."""
        return frozenset(self._masters.keys)

    def wrapping_version(self) -> int:
        """The version that wraps new keys."""
        with self.writing() as connection:
            return wrapping.wrapping_version(connection, self._masters)

    def cached(self) -> int:
        """How many unwrapped keys are in memory."""
        return len(self._cache)

    def close(self) -> None:
        self._cache.clear()
        self._writer.dispose()
        self._reader.dispose()

    def _key(self, subject: str) -> DataKey:
        key = self._find(subject)
        if key is None:
            raise KeyForgotten
        return key

    def _find(self, subject: str) -> DataKey | None:
        cached = self._cached(subject)
        if cached is not None:
            return cached
        # The time is taken before the look: a key forgotten meanwhile is not kept longer than promised.
        looked = self._seconds()
        row = self._look(subject)
        if row is None:
            return None
        raw = wrapping.unwrap(self._masters, row.master, wrapping.name_of(subject, row.version), row.wrapped)
        key = DataKey(subject, row.version, raw)
        self._remember(looked, key)
        return key

    def _cached(self, subject: str) -> DataKey | None:
        entry = self._cache.get(subject)
        return entry[1] if entry is not None and self._seconds() - entry[0] < CACHE_SECONDS else None

    def _look(self, subject: str) -> Row[Any] | None:
        with self.reading() as connection:
            return connection.execute(_FIND, {"subject": subject}).one_or_none()

    def _make(self, subject: str) -> None:
        version, key = new_version(), secrets.token_bytes(KEY_BYTES)
        with self.writing() as connection:
            if connection.scalar(select(forgotten.c.subject).where(forgotten.c.subject == subject)):
                raise KeyForgotten
            master = wrapping.wrapping_version(connection, self._masters)
            row = {
                "subject": subject,
                "version": version,
                "master": master,
                "wrapped": wrapping.wrap(self._masters, master, wrapping.name_of(subject, version), key),
                "made_at": self._ms(),
                "used": False,
            }
            connection.execute(insert_into(connection, data_keys).values(row).on_conflict_do_nothing())
        hit("keys.after-commit")

    def _make_young(self, subject: str) -> None:
        """An old key that is about to be used for the first time is not for the sweep."""
        with self.writing() as connection:
            of = update(data_keys).where(data_keys.c.subject == subject)
            connection.execute(of.values(made_at=self._ms()))

    def _remember(self, looked: float, key: DataKey) -> None:
        with self._guard:
            if looked - self._cleaned > CACHE_SECONDS / 2:
                self._cleaned = looked
                fresh = {s: entry for s, entry in self._cache.items() if looked - entry[0] < CACHE_SECONDS}
                self._cache = fresh
            self._cache.pop(key.subject, None)
            while len(self._cache) >= MOST_CACHED:
                del self._cache[next(iter(self._cache))]
            self._cache[key.subject] = (looked, key)

    def empty_log(self) -> bool:
        """What SQLite wrote ahead still holds the wrapped keys that were just destroyed or turned.

        They are gone for the companion whether or not the log can be emptied now, so nothing is raised:
        returns whether it was. The hourly sweep tries again, also what another process left.
        """
        if not self._sqlite:
            return True
        try:
            with reaching():
                emptied = log_emptied(self._writer)
        except StoreUnavailable:
            emptied = False
        if not emptied:
            log.warning("keys.log-left")
        return emptied

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction of the key store, for what looks after all keys. Raises StoreUnavailable."""
        with reaching(), self._writer.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that only reads. Raises StoreUnavailable."""
        with reaching(), self._reader.connect() as connection:
            yield connection

    def _ms(self) -> int:
        return int(self._real().timestamp() * 1000)
