"""PostgreSQL: two statements a turn, and a server that comes and goes."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Connection, func, select

from bot.errors import StoreUnavailable
from bot.nudges.walk import save_offset
from bot.people.checked import keep_checked
from bot.store.draft import Draft, Insert, Update
from bot.store.postgres import WORKERS, PostgresStore
from bot.store.prepared import Prepared
from bot.store.schema import migrate
from bot.store.store import Store
from bot.store.tables import events, inbox, marks, meta, persons
from bot.web.readiness import database_writable
from tests import servers
from tests.conftest import HandClock, empty
from tests.store import people
from tests.trips import trips

pytestmark = pytest.mark.postgres


@pytest.fixture
def store(postgres_database: str) -> Iterator[PostgresStore]:
    empty(postgres_database)
    opened = PostgresStore(postgres_database)
    yield opened
    opened.close()


@pytest.fixture
def server() -> Iterator[servers.PostgresServer]:
    """A server of its own, to be taken away."""
    servers.require("postgres")
    with servers.postgres() as started:
        yield started


@pytest.fixture
def its_store(server: servers.PostgresServer) -> Iterator[PostgresStore]:
    """A store on that server."""
    migrate(server.url)
    opened = PostgresStore(server.url)
    people.settle(opened, "ana")
    yield opened
    opened.close()


def answering(connection: Connection) -> Draft[str]:
    number = connection.scalar(select(persons.c.version).where(persons.c.id == "ana")) or 0
    row = {"id": f"i{number}", "person_id": "ana", "kind": "timer", "created_at": people.NOW}
    writes = (
        Insert(inbox, row, ignore=True),
        Update(persons, {"id": "ana"}, {"zone": "Europe/Berlin"}),
        Insert(marks, {"mark": f"m{number}"}),
    )
    return Draft("said", writes, people.claim(f"e{number}"), people.guard("ana", number))


def test_a_plain_answer_takes_two_statements(store: PostgresStore, tmp_path: Path) -> None:
    people.settle(store, "ana")
    with trips(tmp_path) as asked:
        assert store.play(answering).result() == "said"
    assert asked == [2]
    assert len(people.rows(store, events)) == len(people.rows(store, inbox)) == 1


def test_a_turn_that_changes_nothing_writes_nothing(store: PostgresStore, tmp_path: Path) -> None:
    people.settle(store, "ana")
    with trips(tmp_path) as asked:
        assert store.play(lambda _: Draft("nothing")).result() == "nothing"
    assert asked == [0]


def test_no_turn_waits_for_a_lock_without_end(store: PostgresStore) -> None:
    asked = ("lock_timeout", "statement_timeout")
    found = store.write(lambda conn: [conn.exec_driver_sql(f"SHOW {name}").scalar() for name in asked])
    assert found == ["5s", "20s"]


END_ALL_OTHERS = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()"""
"""As a restart of the server does to every connection of a pool."""
LOOKS = Prepared(select(func.pg_sleep(0.05).label("slept")))


def slow(connection: Connection) -> Draft[str]:
    """Long enough that as many at once need as many connections."""
    LOOKS.all(connection)
    return Draft("said")


KEPT: dict[str, Callable[[Store], object]] = {
    "probe": lambda store: database_writable(store, HandClock())(),
    "clock": lambda store: save_offset(store, HandClock()),
    "evaluators-checked:demo": lambda store: store.write(
        lambda conn: keep_checked(conn, "demo", people.NOW.date())
    ),
}


@pytest.mark.parametrize("name", KEPT)
def test_what_another_server_keeps_at_the_same_moment_is_kept_after_it(
    store: PostgresStore, postgres_database: str, name: str
) -> None:
    with psycopg.connect(postgres_database.replace("+psycopg", "")) as other, ThreadPoolExecutor(1) as own:
        other.execute("INSERT INTO meta (name, value) VALUES (%s, 'theirs')", (name,))
        kept = own.submit(KEPT[name], store)
        waiting = "SELECT 1 FROM pg_locks WHERE NOT granted"
        while not (kept.done() or other.execute(waiting).fetchone()):
            pass
        other.commit()
        kept.result()
    assert people.rows(store, meta, name=name)[0]["value"] != "theirs"


def test_a_server_that_restarted_meanwhile_is_not_noticed(
    server: servers.PostgresServer, its_store: PostgresStore
) -> None:
    its_store.play(answering).result()
    server.stop()
    server.start()
    assert its_store.play(answering).result() == "said"
    assert people.version(its_store, "ana") == 2


def test_a_server_that_is_away_is_refused_and_found_again(
    server: servers.PostgresServer, its_store: PostgresStore
) -> None:
    server.stop()
    refused: list[Future[str]] = [its_store.play(answering), its_store.submit(lambda _: "never")]
    for future in refused:
        assert isinstance(future.exception(), StoreUnavailable)
    with pytest.raises(StoreUnavailable):
        people.rows(its_store, persons)
    server.start()
    assert its_store.play(answering).result() == "said"


def test_after_a_restart_no_turn_is_refused_for_a_connection_from_before(its_store: PostgresStore) -> None:
    together = [its_store.play(slow) for _ in range(WORKERS)]
    assert [one.result() for one in together] == ["said"] * WORKERS
    its_store.write(lambda conn: conn.exec_driver_sql(END_ALL_OTHERS).all())

    assert [its_store.play(slow).result() for _ in range(WORKERS)] == ["said"] * WORKERS
