"""A migration that stops half-way leaves whole revisions, and the next start goes on from there."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from bot import failpoints
from bot.errors import StoreTooNew
from bot.opening import open_all
from bot.settings import Settings
from bot.store import schema
from bot.store.backup_entries import FUNCTIONS
from bot.store.schema import migrate, revision_of, revisions
from bot.store.tables import metadata
from tests.conftest import HandClock
from tests.ops.deployment import Deployment
from tests.servers import PostgresServer


class Stopped(BaseException):
    """What ends the process in the middle."""


def stops_in(revision: str, url: str) -> None:
    """Migrate, and end once the changes of this revision are made and not committed."""
    left = [*revisions()[: revisions().index(revision) + 1]]

    def hit(name: str) -> None:
        if name == "migrate.before-commit":
            left.pop(0)
            if not left:
                raise Stopped

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(failpoints, "hit", hit)
        with pytest.raises(Stopped):
            migrate(url)


def tables(url: str) -> set[str]:
    with schema._connected(url) as connection:
        return set(inspect(connection).get_table_names())


@pytest.mark.parametrize("revision", ["0002", "0005", "0009"])
def test_the_revision_in_which_it_stops_has_not_happened(empty_url: str, revision: str) -> None:
    stops_in(revision, empty_url)
    before = revisions()[revisions().index(revision) - 1]
    assert revision_of(empty_url) == before
    assert ("talks" in tables(empty_url)) is (revision > "0002")


def test_the_next_start_goes_on_to_the_same_tables(empty_url: str) -> None:
    stops_in("0008", empty_url)
    migrate(empty_url)
    with schema._connected(empty_url) as connection:
        options = {"compare_server_default": connection.dialect.name == "postgresql"}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []


def test_what_is_backed_up_before_an_upgrade_comes_back_and_is_brought_forward(
    tmp_path: Path, empty_url: str, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrate(empty_url, "0008")
    here = Deployment(tmp_path, empty_url, clock, monkeypatch)
    here.back_up(keys="keys-apart")
    with here.server():
        assert revision_of(empty_url) == revisions()[-1]
    here.restore()
    assert revision_of(empty_url) == "0008"
    with here.server():
        assert revision_of(empty_url) == revisions()[-1]


@pytest.mark.postgres
def test_a_restore_knows_every_function_that_any_revision_makes(postgres_server: PostgresServer) -> None:
    url, made = postgres_server.create_database(), set[str]()
    for revision in revisions():
        migrate(url, revision)
        with schema._connected(url) as connection:
            own = "SELECT proname FROM pg_proc WHERE pronamespace = current_schema()::regnamespace"
            made |= set(connection.scalars(text(own)))
    assert made == set(FUNCTIONS)


def test_a_server_refuses_a_newer_schema_in_a_line_and_writes_nothing(tmp_path: Path, empty_url: str) -> None:
    settings = Settings(data_folder=tmp_path / "data", database_url=empty_url)
    open_all(settings, single=True).close()
    with schema._connected(empty_url) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    with pytest.raises(StoreTooNew) as refused:
        open_all(settings, single=True)
    assert (refused.value.exit_code, revision_of(empty_url)) == (78, "9999")
