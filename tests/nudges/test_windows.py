"""Quiet hours and silences."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.nudges.windows import QUIET, Quiet, Span, earliest, quiet_end, quiet_start
from bot.nudges.zones import local
from tests.nudges.made import INSTANTS, QUIETS, ZONES, spans

NEW_YORK = "America/New_York"
SUNDAY = datetime(2026, 11, 1, 23, 0, tzinfo=UTC)  # 18:00 in New York


def is_quiet(at: datetime, quiet: Quiet, zone: str) -> bool:
    """The definition by the wall clock alone, for zones that did not just change."""
    minute = local(at, zone).hour * 60 + local(at, zone).minute
    if quiet.starts <= quiet.ends:
        return quiet.starts <= minute < quiet.ends
    return minute >= quiet.starts or minute < quiet.ends


@given(st.data(), INSTANTS, QUIETS, ZONES)
def test_what_is_found_is_never_in_quiet_hours_or_a_silence(
    data: st.DataObject, due: datetime, quiet: Quiet, zone: str
) -> None:
    silences = data.draw(spans(due))
    found = earliest(due, late=due + timedelta(days=9), quiet=quiet, silences=silences, zone=zone).at
    if found is not None:
        assert quiet_end(found, quiet, zone) is None
        assert not any(span.starts <= found < span.ends for span in silences)


@given(st.data(), INSTANTS, QUIETS, ZONES)
def test_nothing_earlier_would_have_done(data: st.DataObject, due: datetime, quiet: Quiet, zone: str) -> None:
    silences = data.draw(spans(due))
    limit = due + timedelta(days=9)
    found = earliest(due, late=limit, quiet=quiet, silences=silences, zone=zone)
    until = found.at or limit
    for step in range(20):
        at = due + (until - due) * step / 20
        held = any(span.starts <= at < span.ends for span in silences)
        assert at >= until or held or quiet_end(at, quiet, zone)


@given(INSTANTS, QUIETS, st.sampled_from(("UTC", "Asia/Kathmandu", "Asia/Tokyo", "America/Phoenix")))
def test_quiet_hours_are_what_the_wall_clock_says(at: datetime, quiet: Quiet, zone: str) -> None:
    assert (quiet_end(at, quiet, zone) is not None) == is_quiet(at, quiet, zone)


@given(INSTANTS, QUIETS, ZONES)
def test_quiet_hours_end_after_they_begin(at: datetime, quiet: Quiet, zone: str) -> None:
    ends, starts = quiet_end(at, quiet, zone), quiet_start(at, quiet, zone)
    assert ends is None or ends > at
    assert starts is None or starts > at


def test_a_silence_moves_to_its_end() -> None:
    shift = Span(starts=SUNDAY - timedelta(hours=6), ends=SUNDAY + timedelta(hours=1), reason="shift")
    found = earliest(SUNDAY, late=SUNDAY + timedelta(hours=2), quiet=Quiet(), silences=[shift], zone=NEW_YORK)
    assert (found.at, found.reason) == (SUNDAY + timedelta(hours=1), "shift")


def test_a_silence_beyond_the_limit_is_the_reason() -> None:
    nights = Span(starts=SUNDAY - timedelta(hours=6), ends=SUNDAY + timedelta(days=3), reason="nights")
    found = earliest(
        SUNDAY, late=SUNDAY + timedelta(hours=3), quiet=Quiet(), silences=[nights], zone=NEW_YORK
    )
    assert (found.at, found.reason) == (None, "nights")


def test_late_in_the_evening_waits_for_seven_in_the_morning() -> None:
    late = SUNDAY + timedelta(hours=4)  # 22:00
    found = earliest(late, late=late + timedelta(days=1), quiet=Quiet(), silences=[], zone=NEW_YORK)
    assert (found.at, found.reason) == (datetime(2026, 11, 2, 12, 0, tzinfo=UTC), QUIET)


def test_a_rota_closes_times_as_a_silence_does() -> None:
    class Rota:
        def closed(self, *, starts: datetime, ends: datetime) -> tuple[Span, ...]:
            return (Span(starts=starts, ends=starts + timedelta(minutes=30), reason="call"),)

    limit = SUNDAY + timedelta(hours=2)
    found = earliest(SUNDAY, late=limit, quiet=Quiet(), silences=[], zone=NEW_YORK, calendar=Rota())
    assert (found.at, found.reason) == (SUNDAY + timedelta(minutes=30), "call")
