"""Opening what a process stands on: master keys, database, key store, clock."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from bot.clock import Clock
from bot.errors import OperatorError, OtherKeyStore, SettingsError, StoreUnavailable
from bot.logs import get_log, use_log_key
from bot.nudges.walk import load_offset
from bot.partners import kept_mark, refuse_alone
from bot.private import make_private_folder
from bot.restored import set_aside
from bot.settings import Settings
from bot.store.apply import apply
from bot.store.closing import refuse_closed
from bot.store.draft import Insert
from bot.store.epoch import next_epoch, own_epoch, seen_epoch
from bot.store.glance import has_rows
from bot.store.key_tables import secrets
from bot.store.keys import Keys, open_keys
from bot.store.ledger import enter_forgotten, replay_ledger, replay_within
from bot.store.masters import Masters
from bot.store.schema import migrate, revisions
from bot.store.store import Store, open_store
from bot.store.tables import meta
from bot.store.wrapping import KEY_STORE

log = get_log("bot.opening")


@dataclass(frozen=True, kw_only=True)
class Opened:
    """What a process holds open; `single` as a server."""

    settings: Settings
    store: Store
    keys: Keys
    clock: Clock
    single: bool

    def next_epoch(self) -> int:
        """Begin the next epoch; a server first sets aside what a restored database would do again.

        Whoever it knows again is wiped in the same transaction: a database may go back under servers that go
        on, and none of them opens it anew. Returns the epoch. Raises StoreUnavailable.
        """
        skipped: list[int] = []

        def aside(conn: Connection, own: int, new: int) -> None:
            replay_within(conn, self.keys)
            skipped.append(set_aside(conn, own, new, now=self.clock.now()))

        found = next_epoch(self.store, self.keys, aside if self.single else None)
        if skipped:
            log.warning("epoch.restored", count=skipped[-1])
        if found.has_older_keys:
            log.warning("epoch.older-keys", count=enter_forgotten(self.store, self.keys))
        return found.now

    def look_again(self) -> bool:
        """Whether another database was put in the place of this one; then it is brought forward first.

        A restore that did not know of this server yet let it be. Raises OperatorError, StoreUnavailable.
        """
        seen = seen_epoch(self.keys)  # before the own one, which is the first to rise
        if self.store.read(own_epoch) >= seen:
            return False
        migrate(self.settings.database_url)
        self.next_epoch()
        return True

    def close(self) -> None:
        """Let go of both databases. A server ends its epoch: a copy from before is known by that."""
        if self.single:
            with suppress(StoreUnavailable):
                self.next_epoch()
        self.let_go()

    def let_go(self) -> None:
        """The same with nothing written any more."""
        self.store.close()
        self.keys.close()


def open_all(settings: Settings, *, single: bool, may_be_older: bool = False) -> Opened:
    """Open everything; `single` as a server, else as a command beside one, which migrates nothing.

    `may_be_older`: also a database at an earlier revision, for a command that copies it as it stands.
    A server holds the lock of an SQLite file, migrates, wipes again whoever was forgotten since a backup, and
    sets aside what a restored one would do again. Raises OperatorError, StoreUnavailable.
    """
    # What is wrong with any of them is said before anything is made.
    revision = refuse_alone(settings, masters_there)
    if not single:
        _refuse_older(revision, may_be_older=may_be_older)
    make_private_folder(settings.data_folder)
    masters = masters_of(settings)
    store = open_store(settings.database_url, single=single)
    try:
        if single:
            migrate(settings.database_url)
        refuse_closed(store)
        clock = walked_clock(settings, store)
        keys = open_keys(settings.key_store_url, masters, real=clock.real)
    except BaseException:
        store.close()
        raise
    found = Opened(settings=settings, store=store, keys=keys, clock=clock, single=single)
    try:
        if single:
            belong_together(store, keys)
            replay_ledger(store, keys)
            found.next_epoch()
    except BaseException:
        found.let_go()
        raise
    use_log_key(keys.mark("logs").encode())
    return found


@contextmanager
def opened(settings: Settings, *, may_be_older: bool = False) -> Iterator[Opened]:
    """For a command, beside a running server."""
    found = open_all(settings, single=False, may_be_older=may_be_older)
    try:
        yield found
    finally:
        found.close()


def masters_of(settings: Settings) -> Masters:
    """The master keys. In development a first start makes one; production never does."""
    found = masters_there(settings)
    if found is not None:
        return found
    file = _key_file(settings)
    try:
        return Masters.make(file)
    except FileExistsError:  # another process made it meanwhile
        return Masters.load(file)


def masters_there(settings: Settings) -> Masters | None:
    """The master keys; None where a first start would make one.

    Raises SettingsError, NotPrivate, StoreUnavailable.
    """
    if settings.master_key is not None:
        return Masters.read(settings.master_key.get_secret_value(), "COMPANION_MASTER_KEY")
    file = _key_file(settings)
    if not (settings.production or file.exists() or has_rows(settings.key_store_url, secrets)):
        return None
    if settings.production or file.exists():  # perhaps made since that look
        return Masters.load(file)
    raise SettingsError(f"{file} is gone, and only that key opens what is kept: put it back.")


def _key_file(settings: Settings) -> Path:
    """Where the master keys are kept. Raises SettingsError."""
    if settings.master_key_file is None:
        raise SettingsError("There is no master key: set COMPANION_MASTER_KEY_FILE.")
    return settings.master_key_file


def walked_clock(settings: Settings, store: Store) -> Clock:
    """The clock as far as a demo has walked it. Raises SettingsError: production takes no such database."""
    offset = load_offset(store)
    if offset and settings.production:
        raise SettingsError("This database's clock was walked in a demo; production takes one of its own.")
    return Clock(ahead=offset)


def _refuse_older(revision: str | None, *, may_be_older: bool) -> None:
    if revision is None:
        raise OperatorError("There is no database yet.", hint="Run: companion migrate")
    if revision != revisions()[-1] and not may_be_older:
        raise OperatorError("The database is older than this version.", hint="Run: companion migrate")


def belong_together(store: Store, keys: Keys) -> None:
    """Let the database know its key store. Raises OtherKeyStore where it knows another.

    A database without its key store would serve people whose answers nobody can open any more.
    """
    mark = keys.mark(KEY_STORE)

    def look(conn: Connection) -> str | None:
        apply(conn, Insert(meta, {"name": KEY_STORE, "value": mark}, ignore=True))
        return kept_mark(conn)

    if store.write(look) != mark:
        raise OtherKeyStore
