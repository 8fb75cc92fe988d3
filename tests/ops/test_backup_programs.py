"""PostgreSQL's own programs: which are needed, what they are told, and what of them is said."""

import gzip
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.clock import Clock
from bot.errors import OperatorError, StoreInUse, StoreUnavailable
from bot.store import backup_postgres
from bot.store.backup_entries import entry
from bot.store.presence import Presence
from bot.store.schema import migrate, revision_of
from bot.store.store import open_store
from tests.servers import PostgresServer

pytestmark = pytest.mark.postgres


def nobody(done: int, of: int) -> None:
    """Hears how far it is."""


def bring_back(url: str, folder: Path) -> None:
    backup_postgres.bring_back(url, "database", folder / "companion.sql.gz", nobody)


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder in which programs are looked for."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def put(folder: Path, name: str, *, version: str, does: str = "exit 1") -> None:
    """A program of that name, which says its version and else does this."""
    script = folder / name
    script.write_text(
        f'#!/bin/sh\n[ "$1" = --version ] && echo "{name} (PostgreSQL) {version}" && exit\n{does}\n'
    )
    script.chmod(0o700)


def dump(url: str, folder: Path) -> None:
    backup_postgres.copy_out(url, "database", folder / "companion.sql.gz", nobody)


def test_without_pg_dump_it_says_what_to_install(
    programs: Path, postgres_server: PostgresServer, tmp_path: Path
) -> None:
    with pytest.raises(OperatorError) as refused:
        dump(postgres_server.url, tmp_path)
    assert refused.value.line.startswith("pg_dump is not installed. Install PostgreSQL's client programs")


def test_an_older_pg_dump_is_refused(programs: Path, postgres_server: PostgresServer, tmp_path: Path) -> None:
    put(programs, "pg_dump", version="9.6.24 (Debian 9.6.24-1)")
    with pytest.raises(OperatorError, match="pg_dump is older than the server, which is PostgreSQL 1"):
        dump(postgres_server.url, tmp_path)


def test_the_password_stands_on_no_command_line(
    programs: Path, postgres_server: PostgresServer, tmp_path: Path
) -> None:
    told = tmp_path / "told"
    put(programs, "pg_dump", version="99.1", does=f'echo "$@" > {told}; echo "$PGPASSWORD" > {told}.secret')
    url = postgres_server.url.replace("postgres@", "postgres:h%2Funter2@") + "?application_name=a%20b"
    dump(url, tmp_path)
    assert "h/unter2" not in told.read_text()
    assert "application_name='a b'" in told.read_text()
    assert (tmp_path / "told.secret").read_text() == "h/unter2\n"
    assert "h/unter2" not in os.environ.values()


def test_what_pg_dump_complains_of_is_one_line(
    programs: Path, postgres_server: PostgresServer, tmp_path: Path
) -> None:
    put(programs, "pg_dump", version="99.1", does="echo 'pg_dump: error: no room' >&2; echo more >&2; exit 1")
    with pytest.raises(OperatorError, match=r"^pg_dump failed: pg_dump: error: no room$"):
        dump(postgres_server.url, tmp_path)


def test_a_pg_dump_that_complains_at_length_comes_to_its_end(
    programs: Path, postgres_server: PostgresServer, tmp_path: Path
) -> None:
    much = "while [ $((i += 1)) -le 5000 ]; do echo 'pg_dump: warning: a page of words' >&2; done; exit 1"
    put(programs, "pg_dump", version="99.1", does=f"i=0; {much}")
    with pytest.raises(OperatorError, match=r"^pg_dump failed: pg_dump: warning: a page of words$"):
        dump(postgres_server.url, tmp_path)


def test_a_server_that_is_away_is_said_as_everywhere(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable):
        dump("postgresql+psycopg://postgres@127.0.0.1:1/none", tmp_path)


def test_a_dump_that_fails_half_way_changes_nothing(postgres_database: str, tmp_path: Path) -> None:
    broken = tmp_path / "broken.sql.gz"
    with gzip.open(broken, "wb") as file:
        file.write(entry("meta", "TABLE", "public", "CREATE TABLE public.half (id integer)").encode())
        file.write(b"SELECT no_such_function();\n")
    with pytest.raises(OperatorError, match=r"nothing was changed: ERROR:  42883$") as refused:
        backup_postgres.bring_back(postgres_database, "database", broken, nobody)
    assert "\n" not in refused.value.line
    dump(postgres_database, tmp_path)
    with gzip.open(tmp_path / "companion.sql.gz", "rt") as file:
        text = file.read()
    assert ("CREATE TABLE public.outbox" in text, "half" in text) == (True, False)


@pytest.fixture
def presence(postgres_database: str) -> Iterator[Presence]:
    """A server that is about to say that it is here."""
    migrate(postgres_database)
    store = open_store(postgres_database)
    yield Presence(store, {"1"}, Clock())
    store.close()


def test_under_a_server_that_has_started_since_nothing_is_brought_back(
    postgres_database: str, presence: Presence, tmp_path: Path
) -> None:
    dump(postgres_database, tmp_path)
    presence.beat()
    with pytest.raises(StoreInUse, match=r"^A server has started meanwhile, and nothing was changed"):
        bring_back(postgres_database, tmp_path)
    presence.leave()
    bring_back(postgres_database, tmp_path)


def test_into_an_empty_database_a_dump_comes_as_well(
    postgres_database: str, postgres_server: PostgresServer, presence: Presence, tmp_path: Path
) -> None:
    empty = postgres_server.create_database()
    dump(postgres_database, tmp_path)
    bring_back(empty, tmp_path)
    assert revision_of(empty) == revision_of(postgres_database)
