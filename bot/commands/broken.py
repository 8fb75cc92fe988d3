"""Which file of SQLite is broken, and what brings it back."""

from bot.errors import CompanionError, StoreBroken
from bot.settings import Settings
from bot.store.engines import sqlite_path
from bot.store.glance import glance

_RESTORE = "Stop the server and restore the newest backup: companion restore FOLDER."
_ASIDE = (
    "Stop the server, move it aside, then restore with --keys: companion restore FOLDER --keys KEYS-FOLDER."
)


def refuse_broken(settings: Settings) -> None:
    """Raises StoreBroken where SQLite finds a file broken; StoreUnavailable, NotPrivate."""
    if not _is_whole(settings.database_url):
        raise StoreBroken(f"{sqlite_path(settings.database_url)} is broken.", hint=_RESTORE)
    if not _is_whole(settings.key_store_url):
        raise broken_keys(settings)


def broken_keys(settings: Settings) -> StoreBroken:
    """Of the key store, which nothing takes the place of while it stands."""
    return StoreBroken(f"{sqlite_path(settings.key_store_url)} is broken.", hint=_ASIDE)


def named(settings: Settings, error: StoreBroken) -> CompanionError:
    """The same with the file that it is about; as it was where SQLite finds each whole."""
    try:
        refuse_broken(settings)
    except CompanionError as found:
        return found
    return error


def _is_whole(url: str) -> bool:
    """Also where it is not there, or none of SQLite's."""
    path = sqlite_path(url)
    if path is None or not path.exists():
        return True
    try:
        with glance(url) as store:
            found = store.read(lambda conn: conn.exec_driver_sql("PRAGMA quick_check(1)").scalar_one())
    except StoreBroken:
        return False
    return bool(found == "ok")
