"""Outages over the nights in which clocks change, and people who move: one check-in for each local date."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from bot.nudges.sweep import Sweep
from bot.store.tables import occurrences, outbox, persons
from tests.nudges.conftest import ward
from tests.nudges.ward import Ward

__all__ = ["ward"]

NEW_YORK = "America/New_York"
GAP, OVERLAP = datetime(2027, 3, 14, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def at(zone: str, year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A wall-clock time there, as an instant."""
    return datetime(year, month, day, hour, minute, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def awake_at_night(ward: Ward, name: str) -> None:
    """Somebody without quiet hours."""
    never = update(persons).where(persons.c.id == name).values(quiet_from=0, quiet_until=0)
    ward.store.write(lambda conn: conn.execute(never))


def restarted(ward: Ward, now: datetime) -> int:
    """How many messages stand to be sent once a server that was down until then has swept, twice."""
    for _ in range(2):
        Sweep(ward.store, zone="UTC").run(now)
    return len(ward.sent())


def invited(ward: Ward, name: str) -> list[datetime]:
    """When each invitation of somebody was due, of those that were sent."""
    rows = [row for row in ward.rows(occurrences, person_id=name, slot=0) if row["state"] != "planned"]
    return sorted(row["due_at"] for row in rows if row["reason"] == "")


# Sunday check-ins at 02:30, which clocks skip on 14 March and repeat (at 01:30) on 1 November.
NIGHTS = {
    "gap, back in time": (14, "02:30", (2027, 3, 10), (2027, 3, 14, 5, 0), 1),
    "gap, back too late": (14, "02:30", (2027, 3, 10), (2027, 3, 14, 9, 0), 0),
    "overlap, back in time": (1, "01:30", (2026, 10, 28), (2026, 11, 1, 3, 0), 1),
    "overlap, back too late": (1, "01:30", (2026, 10, 28), (2026, 11, 1, 6, 0), 0),
    "over midnight, back in time": (8, "23:30", (2026, 11, 4), (2026, 11, 9, 1, 0), 1),
    "over midnight, back too late": (8, "23:30", (2026, 11, 4), (2026, 11, 9, 4, 0), 0),
}


@pytest.mark.parametrize("name", NIGHTS)
def test_case_30_after_an_outage_over_that_night_at_most_one_comes(ward: Ward, name: str) -> None:
    day, time, down, back, sent = NIGHTS[name]
    ward.enrol("ana", at(NEW_YORK, *down), zone=NEW_YORK, time=time)
    awake_at_night(ward, "ana")
    ward.change("ana", at(NEW_YORK, *down), zone=NEW_YORK, time=time)
    first = restarted(ward, at(NEW_YORK, *back))
    later = restarted(ward, at(NEW_YORK, *back) + HOUR)
    dates = [row["local_date"].day for row in ward.rows(occurrences, slot=0)]

    assert (first, later) == (sent, sent)
    assert dates.count(day) == 1
    assert ward.unanswered("ana") == sent


def test_case_31_two_moves_in_a_day_bring_one_for_each_date_and_six_hours_between(ward: Ward) -> None:
    start = at(NEW_YORK, 2026, 11, 2, 9)
    ward.enrol("ana", start, zone=NEW_YORK)
    zones = ("Pacific/Apia", "Pacific/Honolulu", NEW_YORK, "Pacific/Kiritimati")
    now = start
    for hour in range(24 * 28):
        now = start + hour * HOUR
        if hour % 12 == 7:
            ward.change("ana", now, zone=zones[hour // 12 % len(zones)])
        ward.sweep(now)
    days = [row["local_date"] for row in ward.rows(occurrences, person_id="ana", slot=0)]
    came = invited(ward, "ana")

    assert len(days) == len(set(days))
    assert len(came) >= 2
    assert all(later - earlier >= 6 * HOUR for earlier, later in pairwise(came))


def test_case_31_over_the_date_line_no_date_has_two(ward: Ward) -> None:
    start = at("Pacific/Apia", 2026, 11, 4, 9)
    ward.enrol("ana", start, zone="Pacific/Apia")
    sunday = at("Pacific/Apia", 2026, 11, 8, 18)
    ward.sweep(sunday)
    ward.change("ana", sunday + HOUR, zone="Pacific/Pago_Pago")  # the same Sunday once more
    for hour in range(48):
        ward.sweep(sunday + hour * HOUR)

    assert len([row for row in ward.rows(outbox) if row["text_id"] == "nudge.check-in"]) == 1
