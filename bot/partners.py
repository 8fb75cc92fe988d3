"""A database and the key store that it was kept with: neither goes on without the other.

Both are only looked into. What is refused here has made nothing on the disk yet.
"""

from collections.abc import Callable

from sqlalchemy import Connection, inspect, select

from bot.errors import DatabaseGone, OtherKeyStore
from bot.settings import Settings
from bot.store.closing import refuse_closed
from bot.store.glance import glance, has_rows, is_there, key_store_mark
from bot.store.key_tables import data_keys
from bot.store.masters import Masters
from bot.store.schema import current_of, refuse_newer
from bot.store.tables import meta
from bot.store.wrapping import KEY_STORE

Find = Callable[[Settings], Masters | None]
"""Looks for the master keys: None where a first start would make one. Raises SettingsError, NotPrivate."""


def refuse_alone(settings: Settings, find: Find) -> str | None:
    """Give the revision that the database stands at; None before a first start.

    Raises DatabaseGone, OtherKeyStore, WrongMasterKey, SettingsError, StoreTooNew, Closed, NotPrivate,
    StoreUnavailable.
    """
    revision = refuse_over(settings)
    mark_of_both(settings, find)
    return revision


def refuse_over(settings: Settings) -> str | None:
    """Give the revision that the database stands at; None before a first start.

    Raises DatabaseGone, StoreTooNew, Closed, NotPrivate, StoreUnavailable.
    """
    refuse_gone(settings)
    revision = _revision(settings)
    if revision is not None:
        with glance(settings.database_url) as store:
            refuse_closed(store)
    return revision


def refuse_gone(settings: Settings) -> None:
    """Raises DatabaseGone where keys are held and there is no database that they could be of, StoreTooNew.

    The keys are looked at first: none is made before the database knows its key store. Tables alone are not
    that database: they may have been made since it was lost.
    """
    if has_rows(settings.key_store_url, data_keys) and (
        _revision(settings) is None or _known(settings) is None
    ):
        raise DatabaseGone


def mark_of_both(settings: Settings, find: Find, *, closing: bool = False) -> str | None:
    """The mark of the key store, which the database knows or does not know yet; None before a first start.

    The database is looked at first: the master keys are made before the key store has its mark, and that
    before the database knows it. `closing`: also while the program is being closed down.
    Raises OtherKeyStore, WrongMasterKey, SettingsError, Closed, NotPrivate, StoreUnavailable.
    """
    known, mark = _known(settings), None
    masters = find(settings)
    if masters is not None and is_there(settings.key_store_url):
        mark = key_store_mark(settings.key_store_url, masters, closing=closing)
    if known not in {None, mark}:
        raise OtherKeyStore
    return mark


def kept_mark(connection: Connection) -> str | None:
    """The mark of the key store that a database was kept with; None where it never was."""
    if not inspect(connection).has_table(meta.name):
        return None
    found: str | None = connection.execute(select(meta.c.value).where(meta.c.name == KEY_STORE)).scalar()
    return found


def _known(settings: Settings) -> str | None:
    if not is_there(settings.database_url):
        return None
    with glance(settings.database_url) as store:
        return store.read(kept_mark)


def _revision(settings: Settings) -> str | None:
    """Raises StoreTooNew."""
    if not is_there(settings.database_url):
        return None
    with glance(settings.database_url) as store:
        revision = store.read(current_of)
    refuse_newer(revision)
    return revision
