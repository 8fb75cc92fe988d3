"""Why PostgreSQL does not serve is told apart, in one line and without a password."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from bot.errors import StoreRefused, StoreUnavailable
from bot.store import engines
from bot.store.store import open_store
from bot.store.tables import meta
from tests import servers
from tests.ops.console import FREE, companion

pytestmark = pytest.mark.postgres

HBA = """host all locked 127.0.0.1/32 scram-sha-256
host all hidden 127.0.0.1/32 reject
host all all 127.0.0.1/32 trust"""
MADE = (
    "CREATE ROLE locked LOGIN PASSWORD 'right'",
    "CREATE ROLE nobody NOLOGIN",
    "CREATE ROLE crowd LOGIN CONNECTION LIMIT 0",
    "CREATE ROLE guest LOGIN",
    "CREATE DATABASE walled",
    "REVOKE CONNECT ON DATABASE walled FROM public",
    "CREATE TABLE meta (name text, value text)",
    "CREATE ROLE reader LOGIN",
    "ALTER ROLE reader SET default_transaction_read_only = on",
    "GRANT ALL ON meta TO reader",
)


@pytest.fixture(scope="module")
def server() -> Iterator[servers.PostgresServer]:
    """One that does not let everybody in."""
    servers.require("postgres")
    with servers.postgres() as started:
        with psycopg.connect(started.url.replace("+psycopg", ""), autocommit=True) as connection:
            for line in MADE:
                connection.execute(line)
            [hba] = connection.execute("SHOW hba_file").fetchone() or ()
            Path(hba).write_text(HBA)
            connection.execute("SELECT pg_reload_conf()")
        yield started


def refused(url: str) -> StoreUnavailable:
    """What the first row that somebody writes comes to."""
    store = open_store(url)
    try:
        with pytest.raises(StoreUnavailable) as found:
            store.write(lambda conn: conn.execute(meta.insert().values(name="a", value="b")))
    finally:
        store.close()
    return found.value


CASES = {
    "a wrong password": ("locked:hunter2@{}/postgres", "does not take this user and password", True),
    "no password": ("locked@{}/postgres", "asks for a password", True),
    "no such role": ("who@{}/postgres", "has no role of that name", True),
    "a role that may not log in": ("nobody@{}/postgres", "has no role of that name", True),
    "no such database": ("postgres@{}/none", "has no database of that name", True),
    "a rejected user, perhaps for want of TLS": ("hidden@{}/postgres?sslmode=disable", "without TLS", True),
    "no TLS there": ("postgres@{}/postgres?sslmode=require", "speaks no TLS", True),
    "no right to connect": ("guest@{}/walled", "does not let this user do", True),
    "no right to a table": ("guest@{}/postgres", "does not let this user do", True),
    "too many": ("crowd@{}/postgres", "has no connection left", False),
    "one that takes no writes": ("reader@{}/postgres", "takes no writes", False),
    "nobody there": ("postgres@127.0.0.1:1/postgres", "127.0.0.1:1 takes no connection", False),
    "no such host": ("postgres@nowhere.invalid/postgres", "has a host whose name is not found", False),
}


@pytest.mark.parametrize("case", CASES)
def test_each_mistake_is_told_as_what_it_is(case: str, server: servers.PostgresServer) -> None:
    where, words, is_set_wrong = CASES[case]
    found = refused(f"postgresql+psycopg://{where.format(f'127.0.0.1:{server.port}')}")
    assert (words in found.line, isinstance(found, StoreRefused)) == (True, is_set_wrong), found.line
    assert ("hunter2" in found.line, "postgresql://" in found.line, "\n" in found.line) == (False,) * 3


def test_what_takes_a_connection_and_says_nothing_does_not_answer_in_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engines, "_CONNECT_SECONDS", 2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        found = refused(f"postgresql+psycopg://postgres@127.0.0.1:{silent.getsockname()[1]}/postgres")
    assert (str(found), found.exit_code) == ("PostgreSQL does not answer in time.", 69)


def answering(listener: socket.socket, *answers: bytes) -> None:
    """Somebody who says this to one connection, a piece to each of what it asks."""
    with listener.accept()[0] as line:
        for answer in answers:
            line.recv(1024)
            line.sendall(answer)


def fatal(words: str) -> tuple[bytes, bytes]:
    """No TLS, and this refusal."""
    body = f"SFATAL\0C28P01\0M{words}\0\0".encode()
    return b"N", b"E" + (4 + len(body)).to_bytes(4) + body


IN_GERMAN = "Passwort-Authentifizierung für Benutzer »ana« fehlgeschlagen"


@pytest.mark.parametrize(
    ("answers", "words", "code"),
    [
        (fatal(IN_GERMAN), "does not let the companion in", 69),
        (fatal('role "ana" takes a rest'), "does not let the companion in", 69),
        (fatal('database "x" is not currently accepting connections'), "lets nobody into this database", 69),
        (fatal('cannot connect to invalid database "x"'), "has this database only in part", 78),
        (fatal('LDAP authentication failed for user "ana"'), "asked elsewhere", 69),
        ((b"HTTP/1.1 400 Bad Request\r\n\r\n",), "does not speak as PostgreSQL does", 69),
    ],
)
def test_what_is_said_in_other_words_is_told_as_far_as_it_is_known(
    answers: tuple[bytes, ...], words: str, code: int
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(1) as other:
        other.submit(answering, listener, *answers)
        found = refused(f"postgresql+psycopg://ana@127.0.0.1:{listener.getsockname()[1]}/postgres")
    assert (words in found.line, found.exit_code) == (True, code)


def test_a_server_that_goes_while_tls_is_agreed_on_may_come_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(1) as other:
        other.submit(answering, listener, b"S", b"")
        where = f"127.0.0.1:{listener.getsockname()[1]}/postgres?sslmode=require"
        found = refused(f"postgresql+psycopg://ana@{where}")
    assert ("breaks off before TLS" in found.line, found.exit_code) == (True, 69)


@pytest.mark.parametrize("words", [("check",), ("migrate",), ("serve",), ("outbox", "list")])
def test_every_command_says_it_in_a_line_and_ends_with_its_code(
    words: tuple[str, ...], server: servers.PostgresServer, tmp_path: Path
) -> None:
    url = f"postgresql://locked:hunter2@127.0.0.1:{server.port}/postgres"
    done = companion(*words, folder=tmp_path, database_url=url, **FREE)
    told = done.stdout + done.stderr
    assert (done.returncode, told.count("does not take this user and password")) == (78, 1), told
    assert ("hunter2" in told, done.stderr.count("\n")) == (False, 1)
