"""From a plan to its next date."""

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nudges import dates, windows, zones
from bot.nudges.dates import Due, Plan, next_due, occurrence, reminder, weeks_between
from bot.nudges.windows import Quiet, quiet_end
from bot.nudges.zones import instant, local
from tests.nudges.made import INSTANTS, PLANS, QUIETS, ZONES

SUNDAYS = Plan(weekday=6, minute=18 * 60)
SIX_HOURS = timedelta(hours=6)
"""The least between two check-ins, also of somebody who flies over the date line."""
NEW_YORK, LONDON, AUCKLAND, HONOLULU = (
    "America/New_York",
    "Europe/London",
    "Pacific/Auckland",
    "Pacific/Honolulu",
)


def follow(plan: Plan, zone: str, quiet: Quiet, now: datetime, count: int) -> list[Due]:
    """The plan's next occurrences, each lived at its hour."""
    found: list[Due] = []
    for _ in range(count):
        last = found[-1] if found else None
        due = next_due(plan, zone=zone, quiet=quiet, last=last, now=last.due_at if last else now)
        assert due is not None
        found.append(due)
    return found


@given(PLANS, QUIETS, INSTANTS, ZONES)
def test_occurrences_follow_the_plan_on_its_weekday(
    plan: Plan, quiet: Quiet, now: datetime, zone: str
) -> None:
    found = follow(plan, zone, quiet, now, 4)
    days = [due.local_date for due in found]
    assert {day.weekday() for day in days} == {plan.weekday}
    assert {(other - one).days for one, other in itertools.pairwise(days)} == {7 * weeks_between(plan)}


@given(PLANS, QUIETS, INSTANTS, ZONES)
def test_instants_strictly_increase_and_are_never_quiet(
    plan: Plan, quiet: Quiet, now: datetime, zone: str
) -> None:
    found = follow(plan, zone, quiet, now, 3)
    assert now < found[0].due_at < found[1].due_at < found[2].due_at
    assert not any(quiet_end(due.due_at, quiet, zone) for due in found)


@given(PLANS, QUIETS, INSTANTS, ZONES, st.integers(0, 100000))
def test_planning_again_before_it_is_due_changes_nothing(
    plan: Plan, quiet: Quiet, now: datetime, zone: str, later: int
) -> None:
    first = follow(plan, zone, quiet, now, 1)[0]
    again = min(now + timedelta(seconds=later), first.due_at - timedelta(seconds=1))
    assert follow(plan, zone, quiet, again, 1) == [first]


@given(PLANS, QUIETS, INSTANTS, ZONES, st.booleans())
def test_what_is_remembered_is_what_is_found_anew(
    plan: Plan, quiet: Quiet, now: datetime, zone: str, is_late: bool
) -> None:
    last = follow(plan, zone, quiet, now, 1)[0]
    asked = partial(next_due, plan, zone=zone, quiet=quiet, last=last, now=now, catch_up=is_late)
    remembered = asked()
    for one in (dates._next, dates._at, zones.instant, windows.quiet_end, windows.quiet_start):
        one.cache_clear()
    assert asked() == remembered


@given(PLANS, QUIETS, INSTANTS, st.lists(ZONES, min_size=2, max_size=6))
def test_moving_never_gives_two_for_a_local_date_nor_two_within_six_hours(
    plan: Plan, quiet: Quiet, now: datetime, zones: list[str]
) -> None:
    found: list[Due] = []
    for zone in zones:
        due = next_due(plan, zone=zone, quiet=quiet, last=found[-1] if found else None, now=now)
        assert due is not None
        found.append(due)
        now = due.due_at
    assert all(one.local_date < other.local_date for one, other in itertools.pairwise(found))
    assert all(other.due_at - one.due_at >= SIX_HOURS for one, other in itertools.pairwise(found))


@given(PLANS, QUIETS, INSTANTS, ZONES, ZONES, st.permutations(("move", "tick", "restart")))
def test_the_order_of_a_move_a_tick_and_a_restart_does_not_matter(
    plan: Plan, quiet: Quiet, now: datetime, old: str, new: str, order: list[str]
) -> None:
    zone = old
    for step in order:
        zone = new if step == "move" else zone
        next_due(plan, zone=zone, quiet=quiet, last=None, now=now)
    assert next_due(plan, zone=zone, quiet=quiet, last=None, now=now) == follow(plan, new, quiet, now, 1)[0]


@pytest.mark.parametrize(
    "zone", [NEW_YORK, LONDON, "Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca"]
)
def test_sunday_evening_stays_at_six_over_all_clock_changes(zone: str) -> None:
    found = follow(SUNDAYS, zone, Quiet(), datetime(2026, 1, 1, tzinfo=UTC), 104)
    assert {local(due.due_at, zone).strftime("%a %H:%M") for due in found} == {"Sun 18:00"}


@pytest.mark.parametrize(
    ("zone", "day", "minute", "shown"),
    [
        (NEW_YORK, date(2026, 3, 8), 150, "Sun 03:00"),
        (LONDON, date(2026, 3, 29), 90, "Sun 02:00"),
        ("Australia/Lord_Howe", date(2026, 10, 4), 135, "Sun 02:30"),
        ("Africa/Casablanca", date(2026, 3, 22), 150, "Sun 03:00"),
    ],
)
def test_a_time_that_clocks_skip_comes_when_they_go_on(zone: str, day: date, minute: int, shown: str) -> None:
    plan, always = replace(SUNDAYS, minute=minute), Quiet(starts=0, ends=0)
    due = occurrence(plan, day, zone=zone, quiet=always)
    assert local(due.due_at, zone).strftime("%a %H:%M") == shown


def test_a_move_over_the_date_line_skips_rather_than_doubles() -> None:
    sunday = occurrence(SUNDAYS, date(2026, 11, 1), zone=AUCKLAND, quiet=Quiet())
    found = next_due(SUNDAYS, zone=HONOLULU, quiet=Quiet(), last=sunday, now=sunday.due_at)
    assert found is not None
    assert found.local_date == date(2026, 11, 8)


@pytest.mark.parametrize(("hour", "day"), [(12, 8), (13, 15), (17, 15)])
def test_less_than_six_hours_after_one_that_was_put_off_no_other_comes(hour: int, day: int) -> None:
    sunday = occurrence(SUNDAYS, date(2026, 11, 1), zone=LONDON, quiet=Quiet())
    put_off = replace(sunday, due_at=instant(date(2026, 11, 8), hour * 60, LONDON))
    found = next_due(SUNDAYS, zone=LONDON, quiet=Quiet(), last=put_off, now=put_off.due_at)
    assert found is not None
    assert found.local_date == date(2026, 11, day)


def test_a_weekday_in_quiet_hours_comes_at_their_end() -> None:
    due = occurrence(replace(SUNDAYS, minute=22 * 60), date(2026, 11, 1), zone=LONDON, quiet=Quiet())
    assert due.due_at == instant(date(2026, 11, 2), 7 * 60, LONDON)


def test_a_changed_weekday_comes_at_least_four_days_after_the_last() -> None:
    sunday = occurrence(SUNDAYS, date(2026, 11, 1), zone=LONDON, quiet=Quiet())
    days = [replace(SUNDAYS, weekday=weekday) for weekday in range(7)]
    found = [next_due(day, zone=LONDON, quiet=Quiet(), last=sunday, now=sunday.due_at) for day in days]
    assert min(due.local_date for due in found if due) == date(2026, 11, 5)


def test_late_is_three_hours_and_before_quiet_hours() -> None:
    at_six = occurrence(SUNDAYS, date(2026, 11, 1), zone=LONDON, quiet=Quiet())
    at_eight = occurrence(replace(SUNDAYS, minute=20 * 60), date(2026, 11, 1), zone=LONDON, quiet=Quiet())
    noon = occurrence(replace(SUNDAYS, minute=12 * 60), date(2026, 11, 1), zone=LONDON, quiet=Quiet())
    late = [local(due.late_at, LONDON).strftime("%H:%M") for due in (noon, at_six, at_eight)]
    assert late == ["15:00", "20:59", "20:59"]


def test_only_when_asked_has_no_next() -> None:
    asked = replace(SUNDAYS, every=0)
    assert (
        next_due(asked, zone=LONDON, quiet=Quiet(), last=None, now=datetime(2026, 11, 1, tzinfo=UTC)) is None
    )


def test_ignored_twice_comes_every_second_week() -> None:
    assert [weeks_between(replace(SUNDAYS, unanswered=count)) for count in range(4)] == [1, 1, 2, 2]
    assert weeks_between(replace(SUNDAYS, every=4, unanswered=3)) == 4


@given(INSTANTS, QUIETS, ZONES)
def test_a_reminder_comes_24_to_36_hours_later_outside_quiet_hours(
    invited: datetime, quiet: Quiet, zone: str
) -> None:
    found = reminder(invited, quiet=quiet, zone=zone)
    if found is not None:
        due, late = found
        assert timedelta(hours=24) <= due - invited <= late - invited <= timedelta(hours=36)
        assert quiet_end(due, quiet, zone) is None


def test_sunday_evening_is_reminded_on_monday_evening() -> None:
    found = reminder(datetime(2026, 11, 1, 18, 0, tzinfo=UTC), quiet=Quiet(), zone=LONDON)
    assert found is not None
    assert local(found[0], LONDON).strftime("%a %H:%M") == "Mon 20:00"
