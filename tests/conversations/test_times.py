"""A time that somebody names: tonight, hours of either half of the day, years, and any text whatever."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.times import FARTHEST, in_words, read_local

DAY = timedelta(days=1)
NAMED_DAYS = [
    "",
    "tonight",
    "this evening",
    "today",
    "tomorrow",
    "fri",
    "monday",
    "29 feb",
    "jan 2 2027",
    "5 nov",
]
NAMED_HOURS = ["", "noon", "midnight", "at 7", "7:30", "11pm", "12am", "18:00+09:00", "18:00z"]
DAYS = st.sampled_from(NAMED_DAYS) | st.dates().map(str)
HOURS = st.sampled_from(NAMED_HOURS) | st.times().map("{:%H:%M}".format) | st.integers(0, 30).map(str)
PHRASES = st.tuples(DAYS, HOURS).map(" ".join)
START, NEAR, END = (datetime(year, 1, 1, tzinfo=UTC) for year in (2000, 2027, 2101))
NOWS = st.floats(0, 1).map(lambda part: START + part * (END - START)) | st.floats(-1, 1).map(
    lambda part: NEAR + part * 365 * DAY
)


def read(now: str, typed: str) -> str | None:
    """What is read back to whoever types this at that time in the week from Monday 2 November 2026 on."""
    days, _, clock = now.rpartition(" ")
    day = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun").index(days) + 2
    found = read_local(typed, datetime.fromisoformat(f"2026-11-{day:02}T{clock}").replace(tzinfo=UTC))
    return None if found is None else in_words(found)


@pytest.mark.parametrize(
    ("now", "typed", "back"),
    [
        ("Mon 14:00", "tonight 7", "Monday 2 November, 19:00"),
        ("Mon 14:00", "Tonight at 7:30", "Monday 2 November, 19:30"),
        ("Mon 06:00", "tonight 7", "Monday 2 November, 19:00"),
        ("Mon 01:00", "tonight 7", "Monday 2 November, 19:00"),
        ("Sun 18:05", "tonight 11", "Sunday 8 November, 23:00"),
        ("Mon 14:00", "this evening 7", "Monday 2 November, 19:00"),
        ("Mon 14:00", "tonight 19:00", "Monday 2 November, 19:00"),
        ("Mon 14:00", "tonight 12", "Tuesday 3 November, 00:00"),
        ("Mon 14:00", "tonight 12am", "Tuesday 3 November, 00:00"),
        ("Mon 14:00", "tonight midnight", "Tuesday 3 November, 00:00"),
        ("Mon 14:00", "today midnight", "Tuesday 3 November, 00:00"),
        ("Mon 00:10", "tonight 12:30", "Monday 2 November, 00:30"),
        ("Mon 22:00", "tonight 3am", "Tuesday 3 November, 03:00"),
        ("Mon 01:00", "tonight 03:00", "Monday 2 November, 03:00"),
        ("Mon 14:00", "midnight", "Tuesday 3 November, 00:00"),
        ("Mon 14:00", "noon", "Tuesday 3 November, 12:00"),
        ("Mon 14:00", "today evening", "Monday 2 November, 18:00"),
    ],
)
def test_tonight_is_the_night_that_comes(now: str, typed: str, back: str) -> None:
    assert read(now, typed) == back


@pytest.mark.parametrize("typed", ["tonight", "tonight 7", "tonight 7pm", "this evening 7", "tonight 19:00"])
def test_a_tonight_that_has_gone_by_is_asked_for_again(typed: str) -> None:
    assert read("Mon 20:00", typed) is None


@pytest.mark.parametrize(
    "typed",
    ["tonight", "this evening", "tomorrow night", "tonight 7am", "tonight 3", "tonight 12pm", "tonight noon"],
)
def test_a_tonight_without_an_hour_of_the_night_is_asked_for_again(typed: str) -> None:
    assert read("Mon 14:00", typed) is None


@pytest.mark.parametrize(
    "typed", ["7", "7:30", "at 7", "today 7", "fri 7", "friday 12", "friday 10:00", "6 november 7"]
)
def test_an_hour_that_may_be_of_either_half_of_this_day_is_not_guessed(typed: str) -> None:
    assert read("Fri 14:00", typed) is None


@pytest.mark.parametrize(
    ("now", "typed", "back"),
    [
        ("Fri 06:00", "7", "Friday 6 November, 07:00"),
        ("Fri 20:00", "7", "Saturday 7 November, 07:00"),
        ("Fri 14:00", "07:00", "Saturday 7 November, 07:00"),
        ("Fri 14:00", "fri 7pm", "Friday 6 November, 19:00"),
        ("Fri 14:00", "fri 7am", "Friday 13 November, 07:00"),
        ("Fri 14:00", "fri 07:00", "Friday 13 November, 07:00"),
        ("Fri 20:00", "friday 7", "Friday 13 November, 07:00"),
        ("Wed 14:00", "friday 7", "Friday 6 November, 07:00"),
        ("Fri 14:00", "friday noon", "Friday 13 November, 12:00"),
    ],
)
def test_where_one_reading_is_left_it_is_taken(now: str, typed: str, back: str) -> None:
    assert read(now, typed) == back


@pytest.mark.parametrize(
    "typed", ["friday midnight", "tomorrow midnight", "6 nov midnight", "2026-11-06 midnight"]
)
def test_a_midnight_that_may_begin_or_end_its_day_is_asked_for_again(typed: str) -> None:
    assert read("Mon 14:00", typed) is None


@pytest.mark.parametrize(
    "typed",
    [
        "9999-12-31 23:59",
        "9999-12-30",
        "2999-01-01 10:00",
        "2027-11-05 18:00",
        "5 Nov 2027",
        "1 Nov",
        "Nov 5 2030",
    ],
)
def test_a_date_that_would_need_its_year_is_asked_for_again(typed: str) -> None:
    assert read("Mon 14:00", typed) is None


@pytest.mark.parametrize(
    "typed",
    ["2026-11-04T18:00+09:00", "2026-11-04T18:00Z", "2026-11-04T18:00:30", "20261104", "2026-W46-1"],
)
def test_an_offset_or_another_calendar_is_asked_for_again(typed: str) -> None:
    assert read("Mon 14:00", typed) is None


@pytest.mark.parametrize(
    ("typed", "back"),
    [
        ("5 Nov 2026", "Thursday 5 November, 08:00"),
        ("Nov 5, 2026 6pm", "Thursday 5 November, 18:00"),
        ("5 nov 1830", "Thursday 5 November, 18:30"),
        ("2026-11-05 6pm", "Thursday 5 November, 18:00"),
        ("28 Sep 14:00", "Tuesday 28 September, 14:00"),
    ],
)
def test_a_date_may_be_said_with_its_year(typed: str, back: str) -> None:
    assert read("Mon 14:00", typed) == back


@given(st.text(st.characters(exclude_categories=())) | PHRASES, NOWS)
def test_whatever_is_typed_is_no_time_or_the_only_one_of_that_day_and_month(
    typed: str, now: datetime
) -> None:
    found, here = read_local(typed, now), now.replace(tzinfo=None)
    days = [found + number * DAY for number in range(-400, 401)] if found else []
    possible = [at for at in days if here < at <= here + FARTHEST]
    assert [at for at in possible if read_back(at) == read_back(found)] == ([found] if found else [])


@given(PHRASES, NOWS)
def test_a_time_is_whole_minutes_ahead(typed: str, now: datetime) -> None:
    found = read_local(typed, now)
    assert found is None or (found.second, found.microsecond, found.tzinfo) == (0, 0, None)


def read_back(at: datetime | None) -> str:
    """What tells it from others without counting weekdays."""
    return "" if at is None else in_words(at).partition(" ")[2]
