"""Prepared statements give what SQLAlchemy gives: the same rows, one view, and its own types."""

import pytest
from sqlalchemy import Connection, bindparam, select, update

from bot.errors import Defect
from bot.store.draft import Draft, Insert
from bot.store.prepared import Prepared
from bot.store.store import Store
from bot.store.tables import inbox, marks
from tests.store import people

WAITING = Prepared(select(inbox).where(inbox.c.person_id == bindparam("person")).order_by(inbox.c.id))
LATER = Prepared(
    update(inbox).where(inbox.c.person_id == bindparam("person")).values(attempts=inbox.c.attempts + 1)
)


@pytest.fixture
def waiting(store: Store) -> Store:
    """Ana has two moves that wait, and Ben has none."""
    people.settle(store, "ana", "ben")
    moves = [
        {"id": name, "person_id": "ana", "kind": "news", "created_at": people.NOW} for name in ("a", "b")
    ]
    people.put(store, *(Insert(inbox, move) for move in moves))
    return store


def test_rows_are_as_sqlalchemy_reads_them(waiting: Store) -> None:
    found = waiting.read(lambda conn: WAITING.all(conn, person="ana"))
    plain = waiting.read(lambda conn: conn.execute(select(inbox).order_by(inbox.c.id)).mappings().all())
    assert [one._asdict() for one in found] == [dict(row) for row in plain]
    assert found[0].created_at == people.NOW


def test_an_update_says_how_many_rows_it_changed(waiting: Store) -> None:
    assert waiting.write(lambda conn: LATER.run(conn, person="ana")) == 2
    assert waiting.write(lambda conn: LATER.run(conn, person="ben")) == 0
    assert {one.attempts for one in waiting.read(lambda conn: WAITING.all(conn, person="ana"))} == {1}


def test_what_one_job_reads_is_one_view(waiting: Store) -> None:
    def looks_twice(conn: Connection) -> tuple[int, int]:
        before = len(WAITING.all(conn, person="ana"))
        people.put(
            waiting, Insert(inbox, {"id": "c", "person_id": "ana", "kind": "news", "created_at": people.NOW})
        )
        return before, len(WAITING.all(conn, person="ana"))

    assert waiting.read(looks_twice) == (2, 2)


def test_a_list_of_values_is_refused(waiting: Store) -> None:
    some = Prepared(select(marks).where(marks.c.mark.in_(["a", "b"])))
    with pytest.raises(Defect, match="one by one"):
        waiting.read(some.all)


def test_a_turn_asks_the_same_question_once(waiting: Store) -> None:
    def turn(conn: Connection) -> Draft[bool]:
        return Draft(WAITING.all(conn, person="ana") is WAITING.all(conn, person="ana"))

    assert waiting.play(turn).result() is True
    assert waiting.read(lambda conn: turn(conn).result) is False
