"""PostgreSQL's part of backups, through its own programs. No password stands on a command line."""

import gzip
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from psycopg.conninfo import make_conninfo
from sqlalchemy import text
from sqlalchemy.engine import make_url

from bot.errors import OperatorError, StoreInUse, StoreUnavailable
from bot.failpoints import hit
from bot.store.backup import CHUNK, Part, Progress
from bot.store.engines import postgres_engine
from bot.store.faults import reaching
from bot.store.key_tables import SCHEMA
from bot.store.presence import NOBODY, STOP, in_words, living
from bot.store.tables import meta, metadata

_WHICH: Mapping[Part, str] = {"database": f"--exclude-schema={SCHEMA}", "keys": f"--schema={SCHEMA}"}
_DUMP = ("--format=plain", "--clean", "--if-exists", "--no-owner", "--no-privileges", "--compress=6")
_POLL = 0.05
_IN_USE = "55006"
"""object_in_use (PostgreSQL's manual, appendix A)."""
_INSTALL = "Install PostgreSQL's client programs (Debian package: postgresql-client) of the server's version."

FUNCTIONS = (
    *("refuse_evaluating_coach", "end_evaluated_assignments"),
    *("look_at_memberships", "look_at_evaluations", "look_at_assignments"),
)
"""Those that a migration makes or made: they stay where a table goes, whose triggers alone call them."""


def copy_out(url: str, part: Part, target: Path, progress: Progress) -> None:
    """Write the part's dump, compressed. Raises OperatorError, StoreUnavailable."""
    program = _program("pg_dump")
    _refuse_older(program, url)
    where, secret = _address(url)
    words = (program, *_DUMP, _WHICH[part], f"--file={target}", f"--dbname={where}")
    own = os.environ | secret
    with TemporaryFile() as said:
        with subprocess.Popen(words, stderr=said, env=own) as running:  # noqa: S603 - the words are ours
            while running.poll() is None:
                progress(target.stat().st_size if target.exists() else 0, 0)
                time.sleep(_POLL)
        if running.returncode:
            raise OperatorError(f"pg_dump failed: {_first(said)}")


def bring_back(url: str, part: Part, source: Path, progress: Progress) -> None:
    """Put a dump in the place of what stands, in one transaction.

    Raises StoreInUse where a server lives on the database, OperatorError, StoreUnavailable.
    """
    program = _program("psql")
    where, secret = _address(url)
    words = (program, "-XqAt", "-v", "ON_ERROR_STOP=1", "-v", "VERBOSITY=sqlstate", f"--dbname={where}")
    own = os.environ | secret | {"PGOPTIONS": "-c client_min_messages=error"}
    with gzip.open(source, "rb") as dump, TemporaryFile() as said:
        with subprocess.Popen(  # noqa: S603 - the same
            words, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said, env=own
        ) as running:
            _feed(running.stdin, _script(dump, part, progress))
        if running.returncode:
            raise _refused(_first(said))


def _refused(line: str) -> OperatorError:
    if line.split()[-1:] == [_IN_USE]:
        return StoreInUse("A server has started meanwhile, and nothing was changed.", hint=STOP)
    return OperatorError(f"PostgreSQL refused the backup, and nothing was changed: {line}")


def _script(dump: gzip.GzipFile, part: Part, progress: Progress) -> Iterator[bytes]:
    """Whoever is killed in the middle never says COMMIT, so nothing has happened."""
    yield b"BEGIN;\nSET lock_timeout = '10s';\n"
    if part == "database":  # what a later revision than the backup's made goes too
        yield _unless_served(datetime.now(UTC)).encode()
        names = ", ".join(f'"{name}"' for name in (*metadata.tables, "alembic_version"))
        yield f"DROP TABLE IF EXISTS {names} CASCADE;\n".encode()
        yield f"DROP FUNCTION IF EXISTS {', '.join(f'{name}()' for name in FUNCTIONS)};\n".encode()
    done = 0
    while chunk := dump.read(CHUNK):
        yield chunk
        done += len(chunk)
        progress(done, 0)
    if part == "database":  # a dump leaves no schema to look in
        yield f"\nRESET search_path;\n{in_words(NOBODY)};\n".encode()
    hit("restore.before-commit")
    yield b"\nCOMMIT;\n"


def _unless_served(now: datetime) -> str:
    """Ends the transaction where a server lives; none can say before its end that it is here."""
    return (
        f"DO $$ BEGIN IF to_regclass('{meta.name}') IS NOT NULL THEN\n"
        f"LOCK TABLE {meta.name} IN ACCESS EXCLUSIVE MODE;\n"
        f"IF EXISTS ({in_words(living(now))}) THEN RAISE EXCEPTION USING ERRCODE = '{_IN_USE}'; END IF;\n"
        "END IF; END $$;\n"
    )


def _feed(pipe: IO[bytes] | None, script: Iterator[bytes]) -> None:
    """A psql that has failed takes no more."""
    if pipe is None:
        return
    try:
        with pipe:
            for piece in script:
                pipe.write(piece)
    except BrokenPipeError:
        return


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise OperatorError(f"{name} is not installed.", hint=_INSTALL)
    return found


def _refuse_older(program: str, url: str) -> None:
    asked = [program, "--version"]
    said = subprocess.run(asked, capture_output=True, text=True, check=False).stdout  # noqa: S603 - the same
    own = re.search(r"(\d+)(\.\d+)?", said)
    engine = postgres_engine(url, size=1, autocommit=True)
    try:
        with reaching(), engine.connect() as connection:
            server = int(connection.scalar(text("SHOW server_version_num")) or 0) // 10000
    finally:
        engine.dispose()
    if own is None or int(own[1]) < server:
        raise OperatorError(f"pg_dump is older than the server, which is PostgreSQL {server}.", hint=_INSTALL)


def _address(url: str) -> tuple[str, dict[str, str]]:
    """What may stand on a command line, and what stands in the environment alone."""
    parsed = make_url(url)
    named = parsed.get_dialect()().create_connect_args(parsed)[1]  # as every connection of ours is opened
    given = {name: str(value) for name, value in named.items() if value is not None}
    secret = given.pop("password", None)
    return make_conninfo(**given), {"PGPASSWORD": secret} if secret else {}


def _first(said: IO[bytes]) -> str:
    """The first line that a program of PostgreSQL said, which names no row.

    It says it into a file: a pipe that is read only once it has ended would stop it when full.
    """
    said.seek(0)
    lines = said.read(CHUNK).decode(errors="replace").strip().splitlines()
    line = next(iter(lines), "it gave no reason.")
    if "connection to server" in line:
        raise StoreUnavailable
    return line
