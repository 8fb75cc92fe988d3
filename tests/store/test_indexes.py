"""What runs often, or for every row, is found through an index: SQLite says how it would look for it."""

import sqlite3
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from shutil import copy

import pytest
from sqlalchemy import Connection, Table, event

from adapters.port import TRANSCRIPT
from bot.nudges.due import BATCHES, due_rows, recent
from bot.nudges.retention import RULES, Retention
from bot.people.alerts import alerts_of
from bot.people.coaches import eligible
from bot.people.ladder import Ladder
from bot.people.roles import roles_of
from bot.store.draft import Insert
from bot.store.keys import open_keys
from bot.store.ledger import replay_ledger
from bot.store.sqlite import SqliteStore
from bot.store.store import Store, open_store
from bot.store.tables import (
    accounts,
    events,
    measures,
    messages,
    metadata,
    notes,
    outbox,
    shelf,
    silences,
    talks,
)
from tests.conftest import MASTERS, MONDAY, HandClock
from tests.store import people

TODAY = MONDAY.date()
LONG_AGO = MONDAY - timedelta(days=365)


@pytest.fixture
def sqlite_store(sqlite_template: Path, tmp_path: Path) -> Iterator[Store]:
    path = tmp_path / "companion.db"
    copy(sqlite_template, path)
    path.chmod(0o600)
    opened = open_store(f"sqlite:///{path}")
    yield opened
    opened.close()


@pytest.fixture
def steps(sqlite_store: Store, tmp_path: Path) -> Iterator[list[str]]:
    """How SQLite goes about each statement from now on, step by step."""
    found: list[str] = []
    beside = sqlite3.connect(tmp_path / "companion.db", check_same_thread=False)

    def explain(said: str) -> None:
        if said.startswith(("SELECT", "UPDATE", "DELETE")):
            found.extend(row[3] for row in beside.execute(f"EXPLAIN QUERY PLAN {said}"))

    def listen(driver: sqlite3.Connection, *_: object) -> None:
        driver.set_trace_callback(explain)

    assert isinstance(sqlite_store, SqliteStore)
    for engine in (sqlite_store._writer, sqlite_store._reader):
        event.listen(engine, "checkout", listen)
    yield found
    beside.close()


def looked_through(steps: list[str]) -> list[str]:
    """The steps that read a whole table; of a least value without an index SQLite says SEARCH alone.

    What is asked for comes as one list, which is read through.
    """
    assert steps
    bare = {f"SEARCH {table.name}" for table in metadata.sorted_tables}
    scans = [step for step in steps if step.startswith("SCAN ") and not step.startswith("SCAN json_each ")]
    return scans + [step for step in steps if step in bare]


ASKED: dict[str, Callable[[Connection], object]] = {
    "who is due": lambda conn: due_rows(conn, MONDAY, MONDAY.date(), BATCHES[0]),
    "what somebody was sent": lambda conn: recent(conn, ["ana"], MONDAY),
    "which roles somebody has": lambda conn: roles_of(conn, "ana", TODAY),
    "who may be asked": lambda conn: eligible(conn, "demo", "ana", TODAY),
    "which requests somebody has": lambda conn: alerts_of(conn, "ana", TODAY),
}


@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED)
def test_a_turn_and_the_sweep_look_through_no_table(
    sqlite_store: Store, steps: list[str], asked: Callable[[Connection], object]
) -> None:
    sqlite_store.read(asked)
    assert looked_through(steps) == []


def test_a_start_looks_the_forgotten_up_by_their_ids(
    sqlite_store: Store, steps: list[str], tmp_path: Path
) -> None:
    """Its cost follows how many were forgotten, not how many are enrolled."""
    keys = open_keys(f"sqlite:///{tmp_path}/keys.db", MASTERS, real=HandClock().real)
    keys.forget("person:ana", "thread:t1")
    replay_ledger(sqlite_store, keys)
    keys.close()
    assert looked_through(steps) == []


def old_row(table: Table, **more: object) -> Insert:
    """A row of a year ago that says nothing: everything of it is "x"."""
    blank: dict[type[object], object] = {str: "x", int: 1, bytes: b"x", bool: False}
    needed = [one for one in table.columns if not (one.nullable or one.server_default)]
    row = {one.name: blank.get(one.type.python_type, LONG_AGO) for one in needed if one.name != "id"}
    return Insert(table, row | more)


def everything_over(store: Store) -> None:
    """One row for each rule."""
    account = {"id": 1, "platform": "web", "tenant": "demo", "user": "x", "person_id": "x"}
    people.put(store, people.program(), people.person("x"), Insert(accounts, account))
    people.put(store, *(old_row(table) for table in (events, messages, notes, measures, silences)))
    people.put(store, *(old_row(outbox, state=state) for state in ("sent", "skipped", "dead")))
    people.put(store, old_row(talks, id="x", state="closed"))
    people.put(store, old_row(shelf, kind=TRANSCRIPT, subject="tenant:web:demo"))


def test_what_is_over_is_found_and_deleted_without_looking_through_what_stays(
    sqlite_store: Store, steps: list[str]
) -> None:
    everything_over(sqlite_store)
    steps.clear()
    retention = Retention(sqlite_store, lambda: 0)
    retention.next_due()
    assert retention.run(MONDAY) == len(RULES)
    assert looked_through(steps) == []


def test_the_ladder_looks_through_no_table(sqlite_store: Store, steps: list[str], clock: HandClock) -> None:
    ladder = Ladder(sqlite_store, lambda *_: None, clock, "Europe/London")
    ladder.next_due()
    ladder.run(MONDAY)
    assert looked_through(steps) == []
