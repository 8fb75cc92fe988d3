"""Who is barred from whom, where a program has another beside it."""

from datetime import date

import pytest

from bot.people.alerts import alerts_of
from bot.store.draft import Insert
from bot.store.store import Store
from bot.store.tables import alerts, memberships, threads
from tests.store import people

JAN, JUL = date(2026, 1, 1), date(2026, 7, 1)


def member(person: str, role: str, program: str = "demo") -> Insert:
    return Insert(memberships, {"program_id": program, "person_id": person, "role": role, "starts": JAN})


def request(trainee: str) -> tuple[Insert, ...]:
    """A request of this trainee to Cleo."""
    thread = {"id": f"t-{trainee}", "program_id": "demo", "kind": "alert", "visibility": "pair"}
    instants = {"created_at": people.NOW, "moved_at": people.NOW}
    ladder = {"thread_id": f"t-{trainee}", "program_id": "demo", "trainee_id": trainee, "coach_id": "cleo"}
    return (
        Insert(threads, thread | instants | {"state": "sent"}),
        Insert(alerts, ladder | {"due_at": people.NOW, "expires_at": people.NOW}),
    )


@pytest.fixture(autouse=True)
def house(store: Store) -> None:
    """Cleo coaches in one program and coordinates another."""
    people.settle(store, "ana", "ben", "cleo")
    people.put(
        store, people.program("other"), member("cleo", "coach"), member("cleo", "coordinator", "other")
    )
    people.put(store, *request("ana"), *request("ben"))


def readable(store: Store, trainee: str) -> bool:
    (one,) = store.read(lambda conn: alerts_of(conn, trainee, JUL))
    return one.is_coached


def test_a_coordinator_elsewhere_reads_nothing_of_who_is_enrolled_there(store: Store) -> None:
    people.put(store, member("ana", "trainee", "other"))
    assert not readable(store, "ana")


def test_and_goes_on_reading_requests_of_everybody_else(store: Store) -> None:
    people.put(store, member("ana", "trainee", "other"))
    assert readable(store, "ben")
