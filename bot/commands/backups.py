"""`companion backup`: copies of the database and of the key store, beside a running server."""

from contextlib import ExitStack
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bot.commands.copying import Told, size
from bot.commands.terminal import say, started
from bot.errors import OperatorError
from bot.failpoints import hit
from bot.opening import Opened, opened
from bot.paths import refuse_unreachable
from bot.store import backup_postgres, backup_sqlite
from bot.store.backup import FILES, Engine, Part, new_folder, refuse_taken, write_manifest
from bot.store.engines import sqlite_path
from bot.store.epoch import own_epoch
from bot.store.schema import current_of
from bot.store.wrapping import KEY_STORE


def backup(folder: Path, keys: Path | None) -> None:
    """Copy the database, and with `keys` then the key store: a key is kept before what it seals goes.

    The database may be of an earlier version: before an upgrade brings it forward there has to be a copy.
    Raises OperatorError, StoreUnavailable.
    """
    refuse_unreachable(folder, keys)
    _refuse_together(folder, keys)
    said = []
    with opened(started(), may_be_older=True) as at, ExitStack() as folders:
        said.append(_copied(at, "database", folder, folders))
        at.next_epoch()  # whatever holds the copy from now on is known as older
        if keys is not None:
            said.append(_copied(at, "keys", keys, folders))
    for line in said:
        say(line)


def _refuse_together(folder: Path, keys: Path | None) -> None:
    if keys is not None:
        one, other = folder.resolve(), keys.resolve()
        if one == other or one in other.parents or other in one.parents:
            apart = "The key store is kept apart from the database."
            raise OperatorError(apart, hint="Name a folder elsewhere.")
    for new in (folder, keys):
        if new is not None:
            refuse_taken(new)


def _copied(at: Opened, part: Part, folder: Path, folders: ExitStack) -> str:
    """Copy one part; gives what is said of it once the folder has its name."""
    url = at.settings.database_url if part == "database" else at.settings.key_store_url
    path = sqlite_path(url)
    engine: Engine = "sqlite" if path else "postgresql"
    told, made_at = Told(f"Copying the {part}"), datetime.now(UTC)
    revision, epoch = at.store.read(lambda conn: (current_of(conn), own_epoch(conn)))
    beside = folders.enter_context(new_folder(folder))
    target = beside / FILES[part, engine]
    if path is not None:
        backup_sqlite.copy_out(path, target, told)
    else:
        backup_postgres.copy_out(url, part, target, told)
    hit("backup.copied")
    made = write_manifest(
        beside,
        part=part,
        engine=engine,
        version=version("coaching-companion"),
        revision=revision,
        made_at=made_at,
        epoch=epoch,
        key_store=at.keys.mark(KEY_STORE),
    )
    return f"{folder / made.file}: {size(made.bytes)} in {told.seconds}, sha256 {made.sha256}"
