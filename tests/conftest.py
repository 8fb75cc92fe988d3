"""What most tests stand on: a clean database on both engines, its keys, and a clock moved by hand."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.clock import Clock
from bot.store.key_tables import default_key_store
from bot.store.keys import Keys, open_keys
from bot.store.masters import Masters
from bot.store.schema import migrate
from bot.store.store import Store, open_store
from tests import servers

MONDAY = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
MASTERS = Masters({1: b"1" * 32})


@dataclass
class HandClock(Clock):
    """Real time stands still until a test moves it."""

    at: datetime = MONDAY
    ahead: timedelta = field(default_factory=timedelta)

    def __init__(self, at: datetime = MONDAY) -> None:
        self.at = at
        super().__init__(real=lambda: self.at)

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


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a clean migrated database, on each engine in turn."""
    if request.param == "sqlite":
        path = tmp_path / "companion.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        path.chmod(0o600)
        yield f"sqlite:///{path}"
        return
    server: servers.PostgresServer = request.getfixturevalue("postgres_server")
    url = server.create_database(request.getfixturevalue("postgres_template"))
    yield url
    server.drop_database(url)


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
