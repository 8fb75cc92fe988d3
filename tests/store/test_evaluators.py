"""No coach evaluates: the database itself refuses it, and ends what a later evaluation overlaps."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.exc import IntegrityError

from bot.store.draft import Draft, Insert, Update
from bot.store.store import Store
from bot.store.tables import assignments, evaluations, inbox, memberships
from tests.store import people

JAN, MAR, MAY, JUL = date(2026, 1, 1), date(2026, 3, 1), date(2026, 5, 1), date(2026, 7, 1)
Range = tuple[date, date | None]
COACH = {"program_id": "demo", "coach_id": "cleo", "trainee_id": "ana"}


@pytest.fixture(autouse=True)
def house(store: Store) -> None:
    people.settle(store, "ana", "ben", "cleo", "dora")
    people.put(store, people.program("other"))


def evaluation(
    held: Range, *, trainee: str = "ana", program: str = "demo", evaluator: str = "cleo"
) -> Insert:
    row = {"program_id": program, "evaluator_id": evaluator, "trainee_id": trainee}
    return Insert(evaluations, {**row, "starts": held[0], "ends": held[1]})


def assignment(held: Range, **row: str) -> Insert:
    return Insert(assignments, {**COACH, **row, "starts": held[0], "ends": held[1]})


def membership(person: str, program: str, held: Range, role: str = "trainee") -> Insert:
    row = {"program_id": program, "person_id": person, "role": role, "starts": held[0], "ends": held[1]}
    return Insert(memberships, row)


def ended(store: Store) -> list[tuple[str, date | None]]:
    found = people.rows(store, assignments)
    return sorted((row["trainee_id"], row["ends"]) for row in found)


OVERLAPPING: list[tuple[Range, Range]] = [
    ((JAN, None), (JAN, None)),
    ((JAN, MAR), (JAN, MAR)),
    ((JAN, MAY), (MAR, JUL)),
    ((MAR, JUL), (JAN, MAY)),
    ((JAN, JUL), (MAR, MAY)),
    ((MAR, MAY), (JAN, JUL)),
    ((JAN, None), (MAY, JUL)),
    ((MAR, JUL), (JAN, None)),
]
APART: list[tuple[Range, Range]] = [
    ((JAN, MAR), (MAR, MAY)),
    ((MAR, MAY), (JAN, MAR)),
    ((JAN, MAR), (MAY, None)),
    ((MAY, None), (JAN, MAY)),
    ((MAR, MAR), (JAN, None)),
]


@pytest.mark.parametrize(("evaluates", "coaches"), OVERLAPPING)
def test_who_evaluates_cannot_be_assigned(store: Store, evaluates: Range, coaches: Range) -> None:
    people.put(store, evaluation(evaluates))
    with pytest.raises(IntegrityError, match="coach evaluates this trainee"):
        people.put(store, assignment(coaches))
    assert people.rows(store, assignments) == []


@pytest.mark.parametrize(("evaluates", "coaches"), APART)
def test_before_and_after_it_they_can(store: Store, evaluates: Range, coaches: Range) -> None:
    people.put(store, evaluation(evaluates), assignment(coaches))
    assert len(people.rows(store, assignments)) == 1


@pytest.mark.parametrize(("evaluates", "coaches"), OVERLAPPING)
def test_a_later_evaluation_ends_the_assignment(store: Store, evaluates: Range, coaches: Range) -> None:
    people.put(store, assignment(coaches), evaluation(evaluates))
    assert ended(store) == [("ana", max(evaluates[0], coaches[0]))]


@pytest.mark.parametrize(("evaluates", "coaches"), APART)
def test_a_later_evaluation_apart_from_it_leaves_it(store: Store, evaluates: Range, coaches: Range) -> None:
    people.put(store, assignment(coaches), evaluation(evaluates))
    assert ended(store) == [("ana", coaches[1])]
    assert people.rows(store, inbox) == []


def test_both_are_told_once_and_their_versions_move(store: Store) -> None:
    people.put(store, assignment((JAN, None)), evaluation((MAR, None)))
    told = people.rows(store, inbox)
    assert {(row["person_id"], row["kind"]) for row in told} == {
        ("ana", "assignment-ended"),
        ("cleo", "assignment-ended"),
    }
    assert all(abs((row["created_at"] - datetime.now(UTC)).total_seconds()) < 600 for row in told)
    assert [people.version(store, name) for name in ("ana", "ben", "cleo")] == [1, 0, 1]


def test_an_assignment_cannot_be_stretched_over_an_evaluation(store: Store) -> None:
    people.put(store, assignment((JAN, MAR)), evaluation((MAR, None)))
    with pytest.raises(IntegrityError, match="coach evaluates this trainee"):
        people.put(store, Update(assignments, COACH, {"ends": MAY}))
    assert ended(store) == [("ana", MAR)]


def test_an_evaluation_that_moves_ends_what_it_now_overlaps(store: Store) -> None:
    people.put(store, assignment((JAN, MAY)), evaluation((MAY, None)))
    people.put(store, Update(evaluations, {"evaluator_id": "cleo"}, {"starts": MAR}))
    assert ended(store) == [("ana", MAR)]


def test_the_evaluator_of_another_may_coach(store: Store) -> None:
    people.put(store, evaluation((JAN, None), trainee="ben"), evaluation((JAN, None), evaluator="dora"))
    people.put(store, assignment((JAN, None)))
    assert len(people.rows(store, assignments)) == 1


def test_an_evaluation_in_one_program_counts_in_all(store: Store) -> None:
    people.put(store, evaluation((JAN, None), program="other"))
    with pytest.raises(IntegrityError, match="coach evaluates this trainee"):
        people.put(store, assignment((JAN, None)))


def test_who_evaluates_a_whole_program_coaches_nobody_in_it(store: Store) -> None:
    people.put(store, evaluation((MAR, MAY), trainee=""))
    with pytest.raises(IntegrityError, match="coach evaluates this trainee"):
        people.put(store, assignment((JAN, None)))


def test_a_later_evaluator_of_the_whole_program_ends_every_assignment(store: Store) -> None:
    people.put(store, assignment((JAN, None)), assignment((MAY, None), trainee_id="ben"))
    people.put(store, evaluation((MAR, None), trainee=""))
    assert ended(store) == [("ana", MAR), ("ben", MAY)]
    assert len(people.rows(store, inbox)) == 4


def test_a_member_of_another_program_is_coached_until_they_join_it(store: Store) -> None:
    people.put(store, evaluation((JAN, None), trainee="", program="other"), assignment((JAN, None)))
    assert ended(store) == [("ana", None)]
    people.put(store, membership("ana", "other", (MAY, JUL)))
    assert ended(store) == [("ana", MAY)]


def test_a_member_of_an_evaluated_program_gets_no_such_coach_elsewhere(store: Store) -> None:
    people.put(store, evaluation((JAN, None), trainee="", program="other"))
    people.put(store, membership("ana", "other", (JAN, MAR)))
    with pytest.raises(IntegrityError, match="coach evaluates this trainee"):
        people.put(store, assignment((JAN, None)))
    people.put(store, assignment((MAR, None)))
    assert ended(store) == [("ana", None)]


def test_two_evaluations_end_it_at_the_first(store: Store) -> None:
    people.put(store, assignment((JAN, None)))
    people.put(store, evaluation((MAY, JUL)), evaluation((MAR, MAY), trainee=""))
    assert ended(store) == [("ana", MAR)]


def test_an_evaluation_in_the_draft_of_a_turn_raises_the_guarded_version_too(store: Store) -> None:
    people.put(store, assignment((JAN, None)))
    draft = Draft("done", (evaluation((MAR, None)),), people.claim(), people.guard())
    store.play(lambda _: draft).result()
    assert people.version(store, "ana") == 2


def test_two_that_write_at_the_same_moment_do_not_slip_past_each_other(store: Store) -> None:
    first = people.holding(store, assignments.insert().values(**COACH, starts=JAN))
    draft = Draft("done", (evaluation((MAR, None)),))
    second = store.play(lambda _: draft)
    first.result()
    assert (second.result(), ended(store)) == ("done", [("ana", MAR)])


@pytest.mark.parametrize("role", ["evaluator", "coordinator"])
def test_the_role_alone_bars_from_every_assignment(store: Store, role: str) -> None:
    people.put(store, membership("cleo", "demo", (MAR, MAY), role))
    with pytest.raises(IntegrityError, match="coach evaluates this trainee"):
        people.put(store, assignment((JAN, None)))
    people.put(store, assignment((MAY, None)))
    assert ended(store) == [("ana", None)]


@pytest.mark.parametrize("role", ["evaluator", "coordinator"])
def test_the_role_that_comes_later_ends_the_assignment_and_tells_both(store: Store, role: str) -> None:
    people.put(store, assignment((JAN, None)), membership("cleo", "demo", (MAR, None), role))
    assert ended(store) == [("ana", MAR)]
    assert {row["person_id"] for row in people.rows(store, inbox)} == {"ana", "cleo"}


@pytest.mark.parametrize("role", ["trainee", "coach", "peer", "facilitator", "operator"])
def test_other_roles_bar_from_nothing(store: Store, role: str) -> None:
    people.put(store, assignment((JAN, None)), membership("cleo", "demo", (JAN, None), role))
    assert ended(store) == [("ana", None)]


def test_a_role_in_a_program_that_the_trainee_joins_bars_too(store: Store) -> None:
    people.put(store, membership("cleo", "other", (JAN, None), "evaluator"), assignment((JAN, None)))
    people.put(store, membership("ana", "other", (MAY, JUL)))
    assert ended(store) == [("ana", MAY)]
