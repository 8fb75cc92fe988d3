"""Wall-clock times to instants, over all zones and nine years."""

import itertools
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given

from bot.nudges.zones import instant, is_known, local
from tests.nudges.made import DAYS, MINUTES, ZONES

MINUTE = timedelta(minutes=1)


def wall(day: date, minute: int) -> datetime:
    return datetime(day.year, day.month, day.day) + timedelta(minutes=minute)  # noqa: DTZ001 - as clocks show it


def shown(at: datetime, zone: str) -> datetime:
    return local(at, zone).replace(tzinfo=None)


@given(DAYS, MINUTES, ZONES)
@example(date(2026, 3, 8), 150, "America/New_York")
@example(date(2024, 3, 30), 1410, "America/Nuuk")
@example(date(2025, 9, 7), 30, "America/Santiago")
@example(date(2026, 10, 4), 135, "Australia/Lord_Howe")
def test_a_time_is_found_as_clocks_show_it_or_at_the_first_instant_after_a_gap(
    day: date, minute: int, zone: str
) -> None:
    found = instant(day, minute, zone)
    if shown(found, zone) != wall(day, minute):
        assert shown(found - MINUTE, zone) < wall(day, minute) < shown(found, zone)


@given(DAYS, MINUTES, ZONES)
@example(date(2026, 11, 1), 90, "America/New_York")
@example(date(2026, 4, 5), 105, "Australia/Lord_Howe")
@example(date(2026, 2, 15), 150, "Africa/Casablanca")
def test_a_repeated_time_is_taken_the_first_time(day: date, minute: int, zone: str) -> None:
    found = instant(day, minute, zone)
    earlier = [found - timedelta(minutes=shift) for shift in (30, 60, 120, 180)]
    assert all(shown(at, zone) != wall(day, minute) for at in earlier)


@given(DAYS, MINUTES, ZONES)
def test_each_local_date_has_one_instant_and_they_strictly_increase(
    day: date, minute: int, zone: str
) -> None:
    days = [day + timedelta(days=ahead) for ahead in range(9)]
    found = [instant(one, minute, zone) for one in days]
    assert all(one < other for one, other in itertools.pairwise(found))


@given(DAYS, MINUTES, ZONES)
def test_two_days_lie_22_to_26_hours_apart(day: date, minute: int, zone: str) -> None:
    apart = instant(day + timedelta(days=1), minute, zone) - instant(day, minute, zone)
    assert timedelta(hours=22) <= apart <= timedelta(hours=26)


def test_the_spring_gap_in_new_york_ends_at_three() -> None:
    assert instant(date(2026, 3, 8), 150, "America/New_York") == datetime(2026, 3, 8, 7, 0, tzinfo=UTC)


def test_the_autumn_overlap_in_new_york_is_taken_in_summer_time() -> None:
    assert instant(date(2026, 11, 1), 90, "America/New_York") == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


def test_lord_howe_moves_by_half_an_hour() -> None:
    before = instant(date(2026, 10, 3), 18 * 60, "Australia/Lord_Howe")
    after = instant(date(2026, 10, 4), 18 * 60, "Australia/Lord_Howe")
    assert after - before == timedelta(hours=23, minutes=30)


def test_casablanca_leaves_its_summer_time_for_ramadan() -> None:
    days = [date(2026, 2, 1) + timedelta(days=ahead) for ahead in range(90)]
    offsets = {ZoneInfo("Africa/Casablanca").utcoffset(wall(day, 1080)) for day in days}
    assert offsets == {timedelta(0), timedelta(hours=1)}
    assert all(shown(instant(day, 1080, "Africa/Casablanca"), "Africa/Casablanca").hour == 18 for day in days)


def test_apia_has_no_thirtieth_of_december_2011() -> None:
    assert shown(instant(date(2011, 12, 30), 1080, "Pacific/Apia"), "Pacific/Apia") == wall(
        date(2011, 12, 31), 0
    )


@pytest.mark.parametrize("zone", sorted(available_timezones())[::20])
def test_every_zone_of_the_database_is_known(zone: str) -> None:
    assert is_known(zone)


@pytest.mark.parametrize(
    "zone", ["", "Mars/Olympus", "../etc/passwd", "/etc/localtime", "Eastern Standard Time"]
)
def test_what_is_no_zone_is_not_known(zone: str) -> None:
    assert not is_known(zone)
