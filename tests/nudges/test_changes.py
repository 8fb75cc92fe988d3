"""What a person chooses about the weekly check-in."""

import pytest

from bot.store.tables import occurrences, plans
from tests.conftest import MONDAY
from tests.nudges.ward import SUNDAY, Ward


def test_enrolling_plans_sunday_at_six(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    assert ward.days("ana") == [("08 18:00", 0, "planned", "")]


@pytest.mark.parametrize("day", ["2", "wednesday"])
def test_another_evening_is_planned(ward: Ward, day: str) -> None:
    ward.enrol("ana", MONDAY)
    ward.change("ana", MONDAY, weekday=day, time="19:30")
    assert ward.days("ana") == [("04 19:30", 0, "planned", "")]


def test_only_when_asked_plans_nothing(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    ward.change("ana", MONDAY, check_in_every="0")
    assert ward.rows(occurrences) == []


def test_asked_for_again_it_comes_again(ward: Ward) -> None:
    ward.enrol("ana", MONDAY, check_in_every="0")
    ward.change("ana", MONDAY, check_in_every="1")
    assert ward.days("ana") == [("08 18:00", 0, "planned", "")]


def test_every_second_week_counts_from_the_last(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    ward.sweep(SUNDAY)
    ward.change("ana", SUNDAY, check_in_every="2")
    assert ward.days("ana", slot=0, state="planned") == [("22 18:00", 0, "planned", "")]


def test_a_move_to_new_york_keeps_the_wall_clock(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    ward.change("ana", MONDAY, zone="America/New_York")
    assert ward.days("ana") == [("08 23:00", 0, "planned", "")]


def test_a_move_after_the_invitation_never_brings_the_same_sunday_again(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    ward.sweep(SUNDAY)
    ward.change("ana", SUNDAY, zone="Pacific/Honolulu")
    dates = [f"{row['local_date']:%d}" for row in ward.rows(occurrences, slot=0)]
    assert sorted(dates) == ["08", "15"]


def test_said_twice_is_planned_once(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    for _ in range(3):
        ward.change("ana", MONDAY, weekday="2")
    assert len(ward.rows(occurrences)) == len(ward.rows(plans)) == 1


def test_two_changes_in_one_turn_leave_one_occurrence(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    ward.change_twice("ana", MONDAY, {"weekday": "2"}, {"time": "19:00"})
    assert ward.days("ana") == [("04 19:00", 0, "planned", "")]


def test_a_change_in_the_turn_that_answers_is_not_undone_by_the_answer(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    ward.sweep(SUNDAY)
    ward.change_and_answer("ana", SUNDAY, check_in_every="2")
    assert ward.days("ana", state="planned", slot=0) == [("22 18:00", 0, "planned", "")]


@pytest.mark.parametrize("change", [{"time": "late"}, {"weekday": "someday"}, {"check_in_every": "often"}])
def test_what_names_no_time_is_refused(ward: Ward, change: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"invalid literal|not in tuple"):
        ward.enrol("ana", MONDAY, **change)
