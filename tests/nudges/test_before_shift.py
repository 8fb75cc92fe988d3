"""Before a shift: early enough, outside quiet hours, and never so late that it falls into the shift."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.nudges.snooze import back_before
from bot.nudges.windows import Quiet, quiet_end
from tests.nudges.made import INSTANTS, QUIETS, ZONES
from tests.nudges.ward import SUNDAY

HOUR = timedelta(hours=1)
AHEAD = st.integers(1, 14 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))


@given(now=INSTANTS, ahead=AHEAD, quiet=QUIETS, zone=ZONES)
def test_it_comes_after_now_outside_quiet_hours_and_before_the_start(
    now: datetime, ahead: timedelta, quiet: Quiet, zone: str
) -> None:
    back = back_before(now + ahead, now, quiet, zone)
    if back is not None:
        assert now < back.due <= back.late <= now + ahead - HOUR / 2
        assert quiet_end(back.due, quiet, zone) is None is quiet_end(back.late, quiet, zone)


def test_with_a_day_to_go_and_no_quiet_hours_it_comes_two_hours_earlier() -> None:
    back = back_before(SUNDAY + 24 * HOUR, SUNDAY, Quiet(starts=0, ends=0), "UTC")
    assert back is not None
    assert back.due == SUNDAY + 22 * HOUR


def test_an_hour_before_the_start_none_is_left() -> None:
    assert back_before(SUNDAY + HOUR, SUNDAY, Quiet(), "UTC") is None
