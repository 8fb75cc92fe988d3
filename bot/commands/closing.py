"""`companion close`: close a program down for good, and check the statement that it leaves."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

import typer
from sqlalchemy import func, select

from bot.commands.closing_file import AGAIN, StatementFile, taken
from bot.commands.groups import named
from bot.commands.terminal import Progress, counted, say, started
from bot.errors import Closed, InputError, NotFound, OperatorError, StoreUnavailable
from bot.opening import masters_there
from bot.partners import kept_mark, mark_of_both, refuse_gone
from bot.settings import Settings
from bot.store.backup_sqlite import put_aside
from bot.store.closing import (
    Closing,
    begin,
    begun,
    destroy_keys,
    empty_file,
    finish,
    keep_statement,
    looked_up,
    make_room,
    programs_of,
    refuse_closed,
    wipe,
)
from bot.store.closing_statement import signed, stated, verified
from bot.store.engines import sqlite_path
from bot.store.glance import glance, is_there
from bot.store.key_tables import data_keys
from bot.store.keys import Keys, open_keys
from bot.store.masters import Masters
from bot.store.schema import migrate
from bot.store.store import Store, open_store
from bot.store.tables import metadata

_LOST = "But that every row was deleted is not known: the database, with names in it, was lost meanwhile."
_OLDER = "Delete the older key store that came back (keys.db; on PostgreSQL the schema keys)."


def close(*, by: str, out: Path, yes: str, backups_until: date | None) -> None:
    """Destroy every key and row, and write the statement.

    Raises BadParameter for a name that does not print, OperatorError, StoreUnavailable.
    """
    by, settings = named(by), started()
    with taken(out, settings.database_url, settings.key_store_url) as file:
        masters, before = _looked(settings)
        _refuse_past(backups_until, before)
        with _alone(settings, masters) as (store, keys):
            _confirm(before.programs if before else programs_of(store), yes, _number(keys))
            make_room(store)
            migrate(settings.database_url)
            with _going_on():
                text = _statement(store, keys, _destroy(settings, store, keys, by), backups_until)
                file.write(text)
                finish(store, keys, settings.key_store_url, now=_now())
        _refuse_gone(file, text)
    say(f"Closed. {out} says what was destroyed; check it with: companion close --verify {out} --key PUBLIC")
    _tell_of_copies(settings)


def _destroy(settings: Settings, store: Store, keys: Keys, by: str) -> Closing:
    closing = begin(store, keys, by=by, now=_now())
    destroy_keys(keys, Progress("keys destroyed", of=_number(keys)))
    empty_file(settings.key_store_url)
    say("Every key is destroyed.")
    wipe(store, settings.database_url, Progress("tables emptied", of=len(metadata.tables)))
    say("Every row is deleted.")
    return begun(keys) or closing


def _refuse_past(backups_until: date | None, before: Closing | None) -> None:
    """Raises InputError: the statement says until when backups exist, at the earliest until it is signed.

    Where it is signed already, the day is the one that it says. Yesterday may be today where it was given.
    """
    if backups_until is None or (before is not None and before.statement):
        return
    if backups_until < _now().date() - timedelta(days=1):
        so = "nothing was changed" if before is None else "the closing down is not finished"
        raise InputError(
            f"--backups-until {backups_until} is in the past, and {so}.",
            hint="Give the last day on which a backup of the key store exists, today or later.",
        )


def verify(file: Path, public: str) -> None:
    """Raises InputError where the statement does not stand as it was signed, NotFound."""
    try:
        text = file.read_text(encoding="utf-8")
    except OSError:
        raise NotFound(f"{file} cannot be read.") from None
    except ValueError:
        raise InputError("That is no statement of a closing down.") from None
    found = verified(text, public)
    names = ", ".join(one["id"] for one in found["programs"])
    say(f"Genuine: {names}, closed on {found['closed_at'][:10]} by {found['closed_by']!r}.")
    for kind, number in found["keys_destroyed"].items():
        say(f"Keys of {kind} destroyed: {number}.")
    for line in found["in_words"]:
        say(line)


def _looked(settings: Settings) -> tuple[Masters, Closing | None]:
    """The master keys, and how far an earlier run came. Raises OperatorError, StoreUnavailable.

    Where database or key store is lost nothing is made in its place, which would keep it from coming back.
    Only once closing down has begun nothing is left to come back to: then it goes on without the database.
    """
    masters = masters_there(settings)
    before = looked_up(settings.key_store_url, masters) if masters else None
    if before is None:
        refuse_gone(settings)
    mark_of_both(settings, masters_there, closing=True)
    served = _has_served(settings.database_url)
    if masters is None or not (served or before):
        raise NotFound("There is nothing to close: no companion has served from here.")
    if not served:
        say("The database is lost: an empty one takes its place.")
    return masters, before


def _has_served(url: str) -> bool:
    """Whether the database knows its key store. Raises Closed where it knows more than an older one."""
    if not is_there(url):
        return False
    with glance(url) as store:
        served = store.read(kept_mark) is not None
        try:
            if served:
                refuse_closed(store, closing=True)
        except Closed as error:
            raise Closed(str(error), hint=_OLDER) from None
    return served


@contextmanager
def _alone(settings: Settings, masters: Masters) -> Iterator[tuple[Store, Keys]]:
    """Database and key store of a companion that serves nowhere. Raises OperatorError, StoreUnavailable."""
    store = open_store(settings.database_url, single=True)
    try:
        keys = open_keys(settings.key_store_url, masters, closing=True)
    except BaseException:
        store.close()
        raise
    try:
        yield store, keys
    finally:
        store.close()
        keys.close()


def _confirm(programs: Mapping[str, str], yes: str, number: int) -> None:
    """Raises OperatorError where the program's id is not given, or another's; NotFound where none is kept."""
    wanted = ",".join(programs)
    if not wanted:
        raise NotFound("There is nothing to close: the database keeps no program.")
    if not yes and not sys.stdin.isatty():
        raise OperatorError(
            "Nobody is at a terminal to confirm it.", hint="Give the program's id: --yes PROGRAM_ID"
        )
    if not yes:
        say(
            f"This destroys {counted(number, 'key')} and every row of {wanted}, for good. Nobody can undo it."
        )
        say("Have people taken their own export (the word `export`)? No operator can do that for them.")
        yes = typer.prompt("The program's id, to close it down", default="", show_default=False)
    if yes.strip() != wanted:
        raise OperatorError(f"{yes.strip() or 'Nothing'} is not the program that this database keeps.")


def _statement(store: Store, keys: Keys, closing: Closing, backups_until: date | None) -> str:
    """The text that is signed; where an earlier run was killed after signing, the one that it signed."""
    if closing.statement:
        return closing.statement
    mark = store.read(kept_mark) or ""
    told = stated(
        keys,
        closing,
        now=_now(),
        version=version("coaching-companion"),
        database_mark=mark,
        backups_until=backups_until,
    )
    if not mark:
        told["in_words"].append(_LOST)
    return keep_statement(keys, signed(keys, told))


@contextmanager
def _going_on() -> Iterator[None]:
    """From the beginning on it is not true any more that nothing was changed. Raises StoreUnavailable."""
    try:
        yield
    except StoreUnavailable as error:
        raise StoreUnavailable(f"{error} The closing down is not finished.", hint=AGAIN) from error


def _tell_of_copies(settings: Settings) -> None:
    paths = map(sqlite_path, (settings.database_url, settings.key_store_url))
    copies = [str(one) for path in paths if path is not None for one in put_aside(path)]
    if copies:
        say(f"Delete what restores put aside, which holds names still: {', '.join(copies)}")


def _refuse_gone(file: StatementFile, text: str) -> None:
    """There is no second statement, so it is printed where its file went. Raises OperatorError."""
    if not file.stands():
        say(text)
        raise OperatorError(
            f"Closed, but {file.path} is not there any more.", hint="Keep what is printed here."
        )


def _number(keys: Keys) -> int:
    with keys.reading() as connection:
        return connection.scalar(select(func.count()).select_from(data_keys)) or 0


def _now() -> datetime:
    return datetime.now(UTC)
