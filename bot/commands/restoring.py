"""`companion restore` and `companion fence`: a backup comes back, and says nothing again."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import typer
from sqlalchemy import Connection, text

from bot.commands.broken import broken_keys
from bot.commands.copying import Told
from bot.commands.terminal import counted, say, started
from bot.errors import (
    CompanionError,
    InputError,
    OperatorError,
    OtherKeyStore,
    SettingsError,
    StoreBroken,
    StoreInUse,
    StoreUnavailable,
)
from bot.opening import belong_together, masters_there, opened
from bot.paths import refuse_unreachable
from bot.private import make_private_folder
from bot.settings import Settings
from bot.store import backup_postgres, backup_sqlite
from bot.store.backup import Manifest, copied, read_manifest, refuse_changed
from bot.store.engines import lock_instance, postgres_engine, sqlite_path
from bot.store.epoch import outrun, own_epoch
from bot.store.faults import reaching
from bot.store.glance import glance, is_there, key_store_mark
from bot.store.key_tables import SCHEMA
from bot.store.keys import Keys, open_keys
from bot.store.masters import Masters
from bot.store.presence import STOP, hold_up, masters_of_living, servers_that_live
from bot.store.schema import refuse_newer
from bot.store.store import open_store

_HALF = "The database is back, and the restore is not finished."
_AGAIN = "Look at both databases and their disk, and run it again, without --keys: a key store stays."


def restore(folder: Path, keys: Path | None, *, yes: bool) -> None:
    """Bring the database back, and with `keys` first the key store where that is lost.

    Raises OperatorError, StoreUnavailable; then nothing has changed, or it says that the database is back.
    """
    refuse_unreachable(folder, keys)
    settings = started()
    masters = masters_there(settings)
    if masters is None:
        raise SettingsError("There is no master key: put back the one that the backup was kept with.")
    manifest = read_manifest(folder, "database")
    _refuse_engine(folder, manifest, settings.database_url)
    refuse_newer(manifest.revision)
    kept_keys = _key_store(settings, masters, manifest, keys)
    make_private_folder(settings.data_folder)
    with _alone(settings):
        _ask(manifest, settings, yes=yes)
        with ExitStack() as ready:
            bring_database = ready.enter_context(_database(settings.database_url, folder, manifest))
            if keys is not None and kept_keys is not None:
                ready.enter_context(_keys(settings.key_store_url, masters, keys, kept_keys))()
            kept = bring_database()
        if kept_keys is not None:  # also where it is not finished: run again, it brings no keys
            say(f"Whoever asked to be forgotten after {_at(kept_keys)} comes back: have them delete again.")
        _belong_together(settings, masters, manifest)
    say(f"Restored from {_at(manifest)}.{f' What stood before is {kept}.' if kept else ''}")
    say("The next server sends nothing of what waited in it; see docs/running.md, Restoring.")


def fence() -> None:
    """Let the database count as restored: a snapshot of the whole machine came back. Raises StoreInUse."""
    settings = started()
    with _alone(settings), opened(settings) as at:
        at.store.write(partial(_fence, keys=at.keys))
    say("At its next start the server sends nothing of what waits now.")


def _fence(connection: Connection, keys: Keys) -> None:
    """One transaction: a server that says only after it that it is here looks at the epoch once more."""
    hold_up(connection)
    if connection.dialect.name == "postgresql":  # an SQLite file is ours alone
        _refuse_served(len(masters_of_living(connection, datetime.now(UTC))))
    outrun(keys, own_epoch(connection))


def _refuse_served(number: int) -> None:
    if number:
        raise StoreInUse(f"The database is served by {counted(number, 'server')}.", hint=STOP)


def _refuse_engine(folder: Path, manifest: Manifest, url: str) -> None:
    named = "postgresql" if sqlite_path(url) is None else "sqlite"
    if manifest.engine != named:
        raise InputError(f"{folder} was made on {manifest.engine}, and the settings name {named}.")


def _key_store(
    settings: Settings, masters: Masters, manifest: Manifest, keys: Path | None
) -> Manifest | None:
    """The manifest of the key store to bring back, if any.

    Raises OtherKeyStore, WrongMasterKey, StoreBroken.
    """
    there = is_there(settings.key_store_url)
    try:
        mark = key_store_mark(settings.key_store_url, masters) if there else None
    except StoreBroken as error:
        raise broken_keys(settings) from error
    if keys is None:
        if mark != manifest.key_store:
            lost = "Where it is lost, bring back its newest copy too: --keys FOLDER."
            raise OtherKeyStore(hint=lost) if mark is None else OtherKeyStore
        return None
    if mark is not None:
        raise OperatorError(
            "The key store is there, and knows who was forgotten since that copy of it.",
            hint="Leave --keys away; only where it is lost is an older one brought back.",
        )
    found = read_manifest(keys, "keys")
    _refuse_engine(keys, found, settings.key_store_url)
    if found.key_store != manifest.key_store:
        raise OtherKeyStore(hint="Give the folder that was made beside this backup.")
    return found


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """While no server runs, and on SQLite none can start. Raises StoreInUse, StoreUnavailable.

    On PostgreSQL one may start meanwhile: what changes something looks again within its own transaction.
    """
    path = sqlite_path(settings.database_url)
    if path is None:
        with glance(settings.database_url) as store:
            _refuse_served(servers_that_live(store, datetime.now(UTC)))
        yield
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = lock_instance(path)
    try:
        yield
    finally:
        os.close(handle)


def _ask(manifest: Manifest, settings: Settings, *, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise OperatorError("Nothing was changed.", hint="Without a terminal say --yes.")
    say(f"This brings back the database as it was on {_at(manifest)}. What was said since is lost.")
    if sqlite_path(settings.database_url) is None:
        say("What stands now is replaced. To keep it, first run: companion backup ANOTHER-FOLDER")
    if not typer.confirm("Go on?"):
        raise OperatorError("Nothing was changed.")


@contextmanager
def _keys(url: str, masters: Masters, folder: Path, manifest: Manifest) -> Iterator[Callable[[], object]]:
    """What is given puts it in its place. Where the database does not come, on PostgreSQL it goes again."""
    path = sqlite_path(url)
    if path is None:
        refuse_changed(folder, manifest, _told(manifest))
        try:
            yield lambda: _load_keys(url, masters, folder, manifest)
        except CompanionError:
            _drop_keys(url)
            raise
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _beside(path) as fresh:
        copied(folder, manifest, fresh, _told(manifest))
        _refuse_other(f"sqlite:///{fresh}", masters, manifest)
        yield partial(backup_sqlite.swap_in, fresh, path, datetime.now(UTC))


def _load_keys(url: str, masters: Masters, folder: Path, manifest: Manifest) -> None:
    backup_postgres.bring_back(url, "keys", folder / manifest.file, _told(manifest))
    _refuse_other(url, masters, manifest)


def _refuse_other(url: str, masters: Masters, manifest: Manifest) -> None:
    if key_store_mark(url, masters) != manifest.key_store:
        raise OtherKeyStore


def _drop_keys(url: str) -> None:
    """There was none before."""
    engine = postgres_engine(url, size=1, autocommit=True)
    with reaching(), engine.connect() as connection:
        connection.execute(text(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE"))
    engine.dispose()


@contextmanager
def _database(url: str, folder: Path, manifest: Manifest) -> Iterator[Callable[[], Path | None]]:
    """What is given puts it in its place, and says where it keeps what stood there, if it does."""
    path = sqlite_path(url)
    if path is None:
        backup_postgres.refuse_hanging(url)
        refuse_changed(folder, manifest, _told(manifest))
        yield partial(backup_postgres.bring_back, url, "database", folder / manifest.file, _told(manifest))
        return
    with _beside(path) as fresh:
        copied(folder, manifest, fresh, _told(manifest))
        revision, mark = backup_sqlite.look_into(fresh)
        refuse_newer(revision)
        if mark not in {"", manifest.key_store}:
            raise OtherKeyStore
        backup_sqlite.without_servers(fresh)
        if path.exists():
            backup_sqlite.log_into_file(path)  # whoever reads it is said before a key store comes back
        yield partial(backup_sqlite.swap_in, fresh, path, datetime.now(UTC))


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """The name of a file to write beside this one; what a killed restore left of it goes."""
    fresh = path.with_name(f"{path.name}.restoring")
    fresh.unlink(missing_ok=True)
    try:
        yield fresh
    finally:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)


def _belong_together(settings: Settings, masters: Masters, manifest: Manifest) -> None:
    """A database from before its first start does not know the key store, which may hold keys since.

    Raises OtherKeyStore, StoreUnavailable.
    """
    try:
        with closing(open_keys(settings.key_store_url, masters)) as keys:
            outrun(keys, manifest.epoch)
            with closing(open_store(settings.database_url, single=False)) as store:
                belong_together(store, keys)
    except StoreUnavailable as error:
        raise StoreUnavailable(_HALF, hint=_AGAIN) from error


def _told(manifest: Manifest) -> Told:
    return Told(f"Restoring {manifest.file}")


def _at(manifest: Manifest) -> str:
    return f"{manifest.made_at:%Y-%m-%d %H:%M} UTC"
