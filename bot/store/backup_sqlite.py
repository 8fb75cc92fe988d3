"""SQLite's part of backups: a copy beside a running server, and a copy put in the place of what stands."""

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from bot.errors import InputError, OperatorError, StoreUnavailable
from bot.failpoints import hit
from bot.store.backup import Progress, on_disk
from bot.store.presence import NOBODY, in_words
from bot.store.wrapping import KEY_STORE

_PAGES = 2000
_BUSY_SECONDS = 5.0
_ASIDE = ".before-"


def copy_out(source: Path, target: Path, progress: Progress) -> None:
    """A consistent copy in one file, whatever is written meanwhile. Raises OperatorError."""
    try:
        with closing(_opened(source)) as reading, closing(sqlite3.connect(target)) as writing:
            reading.execute("PRAGMA query_only = ON")
            size = reading.execute("PRAGMA page_size").fetchone()[0]
            # Within a transaction every step copies the same state, and no writer makes it begin anew.
            reading.execute("BEGIN")
            reading.execute("SELECT count(*) FROM sqlite_master").fetchone()
            reading.backup(
                writing,
                pages=_PAGES,
                progress=lambda _, left, pages: progress((pages - left) * size, pages * size),
            )
            writing.execute("PRAGMA journal_mode = DELETE")
            refuse_damaged(writing, source)
    except sqlite3.Error as error:
        raise OperatorError(f"{source} cannot be copied: {error.sqlite_errorname}.") from error


def refuse_damaged(connection: sqlite3.Connection, path: Path) -> None:
    """Raises InputError where SQLite finds its own structures broken."""
    if connection.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
        raise InputError(f"{path} is damaged.", hint="Restore an older backup.")


def look_into(path: Path) -> tuple[str, str]:
    """Revision, and mark of the key store ("" where it was never served). Raises InputError."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as connection:
            refuse_damaged(connection, path)
            revision = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
            mark = connection.execute("SELECT max(value) FROM meta WHERE name = ?", (KEY_STORE,)).fetchone()[
                0
            ]
    except (sqlite3.Error, TypeError) as error:
        raise InputError(f"{path} is no database of the companion.") from error
    return revision, mark or ""


def without_servers(path: Path) -> None:
    """Take out of a copy which servers were here when it was made. Raises OperatorError."""
    try:
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("PRAGMA journal_mode = MEMORY")  # killed in it, it leaves no file for the next
            connection.execute(in_words(NOBODY))
    except sqlite3.Error as error:
        raise OperatorError(f"{path} cannot be written: {error.sqlite_errorname}.") from error


def swap_in(fresh: Path, path: Path, at: datetime) -> Path | None:
    """Put `fresh` in the place of the database, at once; what stood there keeps a dated name, which is given.

    Nobody has the database open. What its log holds is brought into its file first, and the log goes with it:
    beside another file it would be taken for that one's. Killed anywhere, one of the two stands, whole.
    Raises StoreUnavailable before anything has a new name: somebody reads it, so that its log has to stay.
    """
    kept = path.with_name(f"{path.name}{_ASIDE}{at:%Y-%m-%dT%H%M%S.%fZ}")
    stood = path.exists()
    if stood:
        log_into_file(path)
        kept.hardlink_to(path)
    for end in ("-wal", "-shm"):
        beside = path.with_name(path.name + end)
        if beside.exists():
            beside.rename(kept.with_name(kept.name + end))
    hit("restore.before-swap")
    fresh.replace(path)
    on_disk(path.parent)
    hit("restore.after-swap")
    return kept if stood else None


def put_aside(path: Path) -> list[Path]:
    """What earlier restores replaced of the database of this name."""
    return sorted(path.parent.glob(f"{path.name}{_ASIDE}*"))


def log_into_file(path: Path) -> None:
    """As far as it can be read: what is damaged is kept as it is. Raises StoreUnavailable."""
    try:
        with closing(_opened(path)) as connection:
            is_read, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError as error:
        raise StoreUnavailable from error
    except sqlite3.Error:
        return
    if is_read:
        raise StoreUnavailable(f"Somebody reads {path}.", hint="Have them stop, and run this again.")


def _opened(path: Path) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?mode=rw"
    return sqlite3.connect(uri, uri=True, timeout=_BUSY_SECONDS, isolation_level=None)
