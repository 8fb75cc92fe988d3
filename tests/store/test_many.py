"""Sets of values and rows as one parameter and one statement, the same on both databases."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from bot.store.many import add_rows, among
from bot.store.store import Store
from bot.store.tables import memberships, outbox, persons
from tests.store import people


def member(name: str, **more: object) -> dict[str, Any]:
    row = {"program_id": "demo", "person_id": name, "role": "trainee", "starts": date(2026, 7, 1)}
    return row | {"ends": None} | more


def found(store: Store, *names: str) -> list[str]:
    query = select(persons.c.id).where(among(persons.c.id, "names")).order_by(persons.c.id)
    return store.read(lambda conn: list(conn.scalars(query, {"names": names})))


def test_rows_are_found_by_a_list_of_any_length(store: Store) -> None:
    people.settle(store, "ana", "ben", "o'brien")
    assert found(store, "ben", "o'brien", "nobody", *map(str, range(40_000))) == ["ben", "o'brien"]
    assert found(store) == []


def test_numbers_are_found_as_numbers(store: Store) -> None:
    query = select(outbox.c.id).where(among(outbox.c.id, "ids"))
    row = {"platform": "web", "tenant": "demo", "lane": 1, "operation": "post"}
    rows = [row | {"user": name, "due_at": people.NOW, "created_at": people.NOW} for name in "abc"]
    store.write(lambda conn: add_rows(conn, outbox, rows))
    assert sorted(store.read(lambda conn: conn.scalars(query, {"ids": [1, 3, 2**40]}).all())) == [1, 3]


def test_rows_are_written_with_their_dates_and_without_what_is_not_there(store: Store) -> None:
    people.settle(store, "ana", "ben")
    rows = [member("ana"), member("ben", ends=date(2026, 8, 1))]
    store.write(lambda conn: add_rows(conn, memberships, rows))
    ends = {row["person_id"]: row["ends"] for row in people.rows(store, memberships)}
    assert ends == {"ana": None, "ben": date(2026, 8, 1)}


def test_one_that_is_there_stays_as_it_is_where_that_is_asked_for(store: Store) -> None:
    people.settle(store, "ana", "ben")
    store.write(lambda conn: add_rows(conn, memberships, [member("ana", stage="PGY-1")]))
    again = [member("ana", stage="PGY-2"), member("ben", stage="PGY-2")]
    with pytest.raises(IntegrityError):
        store.write(lambda conn: add_rows(conn, memberships, again))
    store.write(lambda conn: add_rows(conn, memberships, again, ignore=True))
    stages = {row["person_id"]: row["stage"] for row in people.rows(store, memberships)}
    assert stages == {"ana": "PGY-1", "ben": "PGY-2"}


AWKWARD = ("null", "", " ", "a,b", '{"}', "\\", r"\x41", "o'brien\n\t", "日本", "%s :x")
"""What means something to those who read arrays, statements or escapes."""


@given(st.lists(st.sampled_from(AWKWARD) | st.text(st.characters(exclude_characters="\0", codec="utf-8"))))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_text_is_kept_as_it_is_whatever_it_holds(store: Store, names: list[str]) -> None:
    row = {"program_id": "demo", "state": "roster", "zone": "UTC"}
    rows = [row | {"id": f"{number:03}", "name": name} for number, name in enumerate(names)]
    store.write(lambda conn: conn.execute(delete(persons)))
    people.put(store, replace(people.program(), ignore=True))
    store.write(lambda conn: add_rows(conn, persons, rows))
    kept = sorted((row["id"], row["name"]) for row in people.rows(store, persons))
    assert [name for _, name in kept] == names


def test_bytes_and_instants_are_kept_as_they_are(store: Store) -> None:
    row = {"platform": "web", "tenant": "demo", "user": "ana", "lane": 1, "operation": "post"}
    body = bytes(range(256))
    times = {"due_at": people.NOW, "created_at": people.NOW}
    store.write(lambda conn: add_rows(conn, outbox, [row | times | {"body": body}]))
    (kept,) = people.rows(store, outbox)
    assert (kept["body"], kept["due_at"]) == (body, people.NOW)
