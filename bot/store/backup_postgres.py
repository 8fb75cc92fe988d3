"""PostgreSQL's part of backups, through its own programs. No password stands on a command line."""

import gzip
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterable, Iterator, Sequence
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
from bot.store.backup_entries import FUNCTIONS, TABLES, VIEWS, entry, ours_of
from bot.store.engines import postgres_engine
from bot.store.faults import reaching
from bot.store.key_tables import SCHEMA
from bot.store.presence import NOBODY, STOP, in_words, living
from bot.store.tables import meta

_DUMP = (
    *("--format=plain", "--compress=6", "--no-owner", "--no-privileges", "--no-comments", "--no-tablespaces"),
    *("--no-security-labels", "--no-publications", "--no-subscriptions"),
)
_POLL = 0.05
_IN_USE = "55006"
"""object_in_use (PostgreSQL's manual, appendix A)."""
_INSTALL = "Install PostgreSQL's client programs (Debian package: postgresql-client) of the server's version."
_HANGS = "2BP01"
"""dependent_objects_still_exist."""
_OWN = """
SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = :schema AND c.relname = ANY(:names)
"""
_ON_OURS = f"""
WITH own AS ({_OWN})
SELECT CASE rulename WHEN '_RETURN' THEN 'view ' ELSE 'rule of ' END || r.ev_class::regclass FROM pg_rewrite r
JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid IN (TABLE own) AND r.ev_class NOT IN (TABLE own)
UNION
SELECT 'foreign key ' || quote_ident(conname) || ' of ' || conrelid::regclass FROM pg_constraint
WHERE contype = 'f' AND confrelid IN (TABLE own) AND conrelid NOT IN (TABLE own)
ORDER BY 1
"""  # noqa: S608 - every word stands in this file
_SCHEMA = """
SELECT coalesce((SELECT nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.oid = to_regclass('alembic_version')), current_schema(), 'public')
"""
_BODIES = """
SELECT proname || chr(10) || pg_get_functiondef(p.oid) FROM pg_proc p
JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname = :schema AND proname = ANY(:names) AND pronargs = 0 ORDER BY 1
"""


def copy_out(url: str, part: Part, target: Path, progress: Progress) -> None:
    """Write the part's dump, compressed. Raises OperatorError, StoreUnavailable.

    Of the database it has our tables, views and functions alone: others' need not come back with them.
    """
    program = _program("pg_dump")
    _refuse_older(program, url)
    where, secret = _address(url)
    schema = _schema(url)
    functions = _functions(url, schema) if part == "database" else ""
    words = (program, *_DUMP, *_which(part, schema), f"--dbname={where}")
    own = os.environ | secret
    with TemporaryFile() as said, target.open("wb") as written:
        written.write(gzip.compress(functions.encode()))
        written.flush()
        with subprocess.Popen(words, stdout=written, stderr=said, env=own) as running:  # noqa: S603 - the words are ours
            while running.poll() is None:
                progress(target.stat().st_size, 0)
                time.sleep(_POLL)
        if running.returncode:
            raise OperatorError(f"pg_dump failed: {_first(said)}")
    if part == "database" and functions != _functions(url, schema):
        raise OperatorError("The database was brought forward meanwhile.", hint="Run this again.")


def _which(part: Part, schema: str) -> Iterable[str]:
    if part == "keys":
        return ("--clean", "--if-exists", f"--schema={SCHEMA}")
    return (f"--table={_quoted(schema)}.{_quoted(name)}" for name in (*TABLES, *VIEWS))


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def _functions(url: str, schema: str) -> str:
    """Those of ours that stand, as entries of a dump: with tables by name pg_dump takes no function."""
    found = (str(one).partition("\n") for one in _asked(url, _BODIES, schema=schema, names=[*FUNCTIONS]))
    return "".join(entry(f"{name}()", "FUNCTION", schema, body.rstrip()) for name, _, body in found)


def _schema(url: str) -> str:
    """Where our tables stand, or would be made."""
    return str(_asked(url, _SCHEMA)[0])


def refuse_hanging(url: str) -> None:
    """Raises OperatorError for what of others would go with our tables: views of them, and foreign keys."""
    found = _asked(url, _ON_OURS, schema=_schema(url), names=[*TABLES, *VIEWS])
    if found:
        named = ", ".join(map(str, found))
        raise OperatorError(
            f"A restore would take away what is not the companion's: {named}. Nothing was changed.",
            hint="Drop them, restore, and make them again.",
        )


def bring_back(url: str, part: Part, source: Path, progress: Progress) -> None:
    """Put a dump in the place of what stands, in one transaction: of the database ours alone.

    Raises StoreInUse where a server lives on the database, OperatorError, StoreUnavailable.
    """
    program = _program("psql")
    where, secret = _address(url)
    schema = _schema(url)
    words = (program, "-XqAt", "-v", "ON_ERROR_STOP=1", "-v", "VERBOSITY=sqlstate", f"--dbname={where}")
    own = os.environ | secret | {"PGOPTIONS": "-c client_min_messages=error"}
    with gzip.open(source, "rb") as dump, TemporaryFile() as said:
        with subprocess.Popen(  # noqa: S603 - the same
            words, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said, env=own
        ) as running:
            _feed(running.stdin, _script(dump, schema, part, progress))
        if running.returncode:
            raise _refused(_first(said))


def _refused(line: str) -> OperatorError:
    code = next(reversed(line.split()), "")
    if code == _IN_USE:
        return StoreInUse("A server has started meanwhile, and nothing was changed.", hint=STOP)
    if code == _HANGS:
        hangs = "Something that is not the companion's hangs on its tables, and nothing was changed."
        return OperatorError(hangs, hint="PostgreSQL's log names it: drop it, restore, and make it again.")
    return OperatorError(f"PostgreSQL refused the backup, and nothing was changed: {line}")


def _script(dump: gzip.GzipFile, schema: str, part: Part, progress: Progress) -> Iterator[bytes]:
    """Whoever is killed in the middle never says COMMIT, so nothing has happened."""
    lines: Iterable[bytes] = dump
    yield b"BEGIN;\nSET lock_timeout = '10s';\n"
    if part == "database":  # what a later revision than the backup's made goes too
        lines = ours_of(dump, schema)
        yield _unless_served(datetime.now(UTC)).encode()
        yield f"DROP VIEW IF EXISTS {', '.join(VIEWS)};\n".encode()
        yield f"DROP TABLE IF EXISTS {', '.join(map(_quoted, TABLES))};\n".encode()
        yield f"DROP FUNCTION IF EXISTS {', '.join(f'{name}()' for name in FUNCTIONS)};\n".encode()
    for piece in _pieces(lines):
        yield piece
        progress(dump.tell(), 0)
    if part == "database":  # a dump leaves no schema to look in
        yield f"\nRESET search_path;\n{in_words(NOBODY)};\n".encode()
    hit("restore.before-commit")
    yield b"\nCOMMIT;\n"


def _pieces(lines: Iterable[bytes]) -> Iterator[bytes]:
    held, size = list[bytes](), 0
    for line in lines:
        held.append(line)
        size += len(line)
        if size >= CHUNK:
            yield b"".join(held)
            held, size = [], 0
    yield b"".join(held)


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
    server = int(str(_asked(url, "SHOW server_version_num")[0])) // 10000
    if own is None or int(own[1]) < server:
        raise OperatorError(f"pg_dump is older than the server, which is PostgreSQL {server}.", hint=_INSTALL)


def _asked(url: str, query: str, **values: object) -> Sequence[object]:
    """The first column of what PostgreSQL answers. Raises StoreUnavailable."""
    engine = postgres_engine(url, size=1, autocommit=True)
    try:
        with reaching(), engine.connect() as connection:
            return connection.scalars(text(query), values).all()
    finally:
        engine.dispose()


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
