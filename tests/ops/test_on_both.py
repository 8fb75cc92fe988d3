"""The commands on a live database of each kind: what they read there, and what they write."""

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import func, insert, select

from adapters.port import Lane
from bot.commands.checking import findings
from bot.opening import open_all
from bot.program.load import load_program
from bot.program.seed import seed
from bot.settings import DEMO_PROGRAM, Settings
from bot.store.engines import sqlite_path
from bot.store.store import Store, open_store
from bot.store.tables import outbox, persons
from tests.conftest import MONDAY
from tests.ops.console import FREE, companion
from tests.ops.programs import ASSIGNED, COACHES_NOW, EVALUATES, own_program
from tests.servers import PostgresServer

Run = Callable[..., str]


@pytest.fixture
def run(database_url: str, tmp_path: Path) -> Run:
    """A command on this database; what it prints, whether it succeeds or not."""

    def run(*words: str, code: int = 0) -> str:
        done = companion(*words, folder=tmp_path, database_url=database_url, **FREE)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    return run


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Of a companion whose first start was on this database."""
    found = Settings(data_folder=tmp_path / "data", database_url=database_url, port=0, internal_port=0)
    open_all(found, single=True).close()
    return found


def notes(settings: Settings) -> dict[str, str]:
    """What `check` says of each."""
    return {one.what: one.note for one in findings(settings)}


def amiss(settings: Settings) -> dict[str, int]:
    """What `check` finds amiss, and the code of each."""
    return {one.what: one.error.exit_code for one in findings(settings) if one.error is not None}


def put_dead_letters(url: str, number: int) -> None:
    """Messages that were refused for good."""
    row = {"platform": "web", "tenant": "demo", "user": "resident", "lane": int(Lane.REPLY), "state": "dead"}
    row |= {"operation": "post", "reason": "rejected", "due_at": MONDAY, "created_at": MONDAY}
    store = open_store(url)
    store.write(lambda conn: conn.execute(insert(outbox), [row] * number).rowcount)
    store.close()


def test_migrate_says_where_the_database_stands_twice(run: Run) -> None:
    assert run("migrate") == run("migrate")


def test_a_hold_is_placed_on_the_roster_seen_and_lifted(run: Run) -> None:
    assert "5 people on the roster" in run("roster", "import")
    by = ("--by", "Dr. Helen Brandt", "--stage", "PGY-2")
    run("hold", "place", *by)
    assert "Dr. Helen Brandt" in run("hold", "list")
    run("hold", "lift", *by)
    assert run("hold", "list") == "No hold stands.\n"


def test_keys_are_added_rotated_and_counted(run: Run) -> None:
    run("keys", "status")
    run("keys", "make", "--add")
    run("keys", "rotate")
    assert "Version 2 wraps 0 keys, and new ones." in run("keys", "status")


def test_dead_letters_are_listed_sent_again_and_dropped(run: Run, database_url: str) -> None:
    put_dead_letters(database_url, 2)
    assert run("outbox", "list").count("rejected") == 2
    assert run("outbox", "requeue", "1") == "To be sent again: 1 message.\n"
    assert "still to be sent, so nothing was dropped: 1." in run("outbox", "drop", "1", "2", code=66)
    assert run("outbox", "drop", "2") == "Dropped: 1 message.\n"
    assert (run("outbox", "list"), "requeued" in run("outbox", "list", "--all")) == (
        "There are no dead letters.\n",
        True,
    )


def test_a_list_that_is_not_whole_says_so(run: Run, database_url: str) -> None:
    put_dead_letters(database_url, 101)
    shown = run("outbox", "list")
    assert (shown.count("rejected"), shown.splitlines()[-1]) == (100, "These are the oldest 100 of 101.")


def test_check_finds_nothing_amiss_before_the_first_use_and_after_it(run: Run) -> None:
    assert "key store:    not there yet" in run("check")
    run("roster", "import")
    assert "not there yet" not in run("check")


def test_check_names_the_revision_and_opens_the_key_store(settings: Settings) -> None:
    found = notes(settings)
    assert found["database"].startswith("present, revision 00")
    assert found["key store"] == "present, the master key opens it"


def people(store: Store) -> int | None:
    return store.read(lambda conn: conn.scalar(select(func.count()).select_from(persons)))


def test_check_tries_the_roster_and_takes_it_back(settings: Settings) -> None:
    told = notes(settings)["roster"]
    store = open_store(settings.database_url)
    brought_in = people(store)
    store.close()
    assert (told, brought_in) == ("fits what the database keeps", 0)


def test_check_tries_the_roster_beside_a_server(settings: Settings) -> None:
    serving = open_all(settings, single=True)
    seed(serving.store, load_program(DEMO_PROGRAM), serving.clock)
    assert notes(settings)["roster"] == "fits what the database keeps"
    assert people(serving.store) == 5
    serving.close()


def test_check_sees_a_coach_whom_the_database_knows_as_evaluator(settings: Settings, tmp_path: Path) -> None:
    serving = open_all(settings, single=True)
    seed(serving.store, load_program(DEMO_PROGRAM), serving.clock)
    folder = own_program(tmp_path, (EVALUATES, ""), ASSIGNED, COACHES_NOW)
    changed = settings.model_copy(update={"program_folder": folder})
    assert amiss(changed) == {"roster": 78}
    serving.close()


def test_check_misses_a_key_store_that_is_gone(settings: Settings) -> None:
    path = sqlite_path(settings.key_store_url)
    if path is not None:
        path.unlink()
    else:
        with psycopg.connect(settings.key_store_url.replace("+psycopg", "")) as connection:
            connection.execute("DROP SCHEMA keys CASCADE")
    assert amiss(settings) == {"key store": 77}


def test_check_tries_the_master_key(settings: Settings) -> None:
    assert settings.master_key_file is not None
    settings.master_key_file.write_text(f"1:{'B' * 43}=\n")
    assert amiss(settings) == {"key store": 77}


@pytest.mark.postgres
def test_check_and_migrate_know_an_empty_database(postgres_server: PostgresServer, tmp_path: Path) -> None:
    url = postgres_server.create_database()
    empty = Settings(data_folder=tmp_path / "data", database_url=url, port=0, internal_port=0)
    assert amiss(empty) == {}
    assert notes(empty)["database"] == "empty; its tables are made at the first start"
    assert notes(empty)["roster"].startswith("not tried before the database is at revision")
    assert companion("migrate", folder=tmp_path, database_url=url).returncode == 0
    postgres_server.drop_database(url)
