"""What most tests stand on: a clean database on both engines, its keys, and a clock moved by hand."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, settings

from bot.clock import Clock
from bot.store import key_tables, tables
from bot.store.key_tables import default_key_store
from bot.store.keys import Keys, open_keys
from bot.store.masters import Masters
from bot.store.schema import migrate
from bot.store.store import Store, open_store
from tests import servers
from tests.warm import warm

MONDAY = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
PATIENCE = 600.0
"""Seconds: a deadline that no story comes to, on the busiest machine."""
MASTERS = Masters({1: b"1" * 32})

# A machine that stands still for a moment says nothing about an example. Where CI is set, Hypothesis draws
# the same examples each time, so that a failure there is the change's; everywhere else it draws new ones.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


@dataclass
class HandClock(Clock):
    """Real time stands still until a test moves it."""

    at: datetime = MONDAY
    ahead: timedelta = field(default_factory=timedelta)

    def __init__(self, at: datetime = MONDAY) -> None:
        self.at = at
        super().__init__(real=lambda: self.at, by_hand=True)

    def move(self, **by: float) -> None:
        """Move real time (and domain time with it), as in move(hours=1)."""
        self.at += timedelta(**by)


@pytest.fixture
def clock() -> HandClock:
    """Monday 2 November 2026, 09:00 UTC."""
    return HandClock()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[servers.PostgresServer]:
    """A running PostgreSQL for the whole run, with a migrated database to copy."""
    servers.require("postgres")
    with servers.postgres() as server:
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "companion.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_server: servers.PostgresServer) -> str:
    """The name of a migrated database to copy."""
    url = postgres_server.create_database()
    migrate(url)
    return url.rpartition("/")[2]


@pytest.fixture(scope="session")
def postgres_database(postgres_server: servers.PostgresServer, postgres_template: str) -> Iterator[str]:
    """The address of the one database that tests of the store use in turn."""
    url = postgres_server.create_database(postgres_template)
    with warm(url):
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a clean migrated database, on each engine in turn."""
    if request.param == "sqlite":
        path = tmp_path / "companion.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        path.chmod(0o600)
        return f"sqlite:///{path}"
    url: str = request.getfixturevalue("postgres_database")
    empty(url)
    return url


def empty(url: str) -> None:
    """Take every row out of a migrated PostgreSQL database: tens of times quicker than a new copy.

    Whatever a failed test left in a transaction is cut off first.
    """
    lines = ["SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state <> 'idle'"]
    lines[0] += " AND datname = current_database() AND pid <> pg_backend_pid()"
    lines += [f'DELETE FROM "{table.name}"' for table in reversed(tables.metadata.sorted_tables)]  # noqa: S608
    lines += [
        f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), 1, false)"
        for table in tables.metadata.tables.values()
        if table.autoincrement_column is not None
    ]
    held = "".join(f"DELETE FROM {name};" for name in key_tables.metadata.tables)  # noqa: S608
    lines.append(f"DO $$ BEGIN IF to_regclass('keys.secrets') IS NOT NULL THEN {held} END IF; END $$")
    with psycopg.connect(url.replace("+psycopg", ""), options="-c client_min_messages=error") as connection:
        connection.execute("; ".join(lines))


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """An open store on a clean database, on each engine in turn."""
    opened = open_store(database_url)
    yield opened
    opened.close()


@pytest.fixture
def keys(database_url: str, clock: HandClock) -> Iterator[Keys]:
    """The keys of that database."""
    opened = open_keys(default_key_store(database_url), MASTERS, real=clock.real)
    yield opened
    opened.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database, on each engine in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/fresh/companion.db"
        return
    server: servers.PostgresServer = request.getfixturevalue("postgres_server")
    url = server.create_database()
    yield url
    server.drop_database(url)
