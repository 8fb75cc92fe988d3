"""The last question before a nudge is sent."""

from datetime import timedelta

from sqlalchemy import Connection, select

from bot.delivery.row import Row
from bot.nudges.wanted import Defer, Go, Skip, wanted
from bot.store.draft import Insert, Update
from bot.store.tables import holds, memberships, outbox, persons
from tests.conftest import MONDAY
from tests.nudges.ward import SUNDAY, Ward

HOUR = timedelta(hours=1)


def asked(ward: Ward, after: timedelta = HOUR, zone: str = "UTC") -> Go | Skip | Defer:
    """What is answered about the one message that waits, in a program with the dates of `zone`."""

    def job(conn: Connection) -> Go | Skip | Defer:
        row = Row.of(conn.execute(select(outbox).where(outbox.c.operation == "post")).mappings().one())
        return wanted(conn, row, SUNDAY + after, zone=zone)

    return ward.store.write(job)


def invited(ward: Ward) -> Ward:
    ward.enrol("ana", MONDAY)
    ward.sweep(SUNDAY)
    return ward


def test_an_unanswered_invitation_goes(ward: Ward) -> None:
    assert asked(invited(ward)) == Go()


def test_one_that_was_opened_meanwhile_does_not(ward: Ward) -> None:
    invited(ward).press("ana", ward.talk("ana"), SUNDAY)
    assert asked(ward) == Skip("moved on")


def test_one_that_was_put_off_meanwhile_does_not(ward: Ward) -> None:
    invited(ward).snooze("ana", SUNDAY + 20 * HOUR, SUNDAY)
    assert asked(ward) == Skip("moved on")


def test_a_pause_stops_it(ward: Ward) -> None:
    invited(ward).silence("ana", "pause", SUNDAY, SUNDAY + 200 * HOUR)
    assert asked(ward) == Skip("pause")


def test_a_shift_that_ends_in_time_defers_it(ward: Ward) -> None:
    invited(ward).silence("ana", "shift", SUNDAY, SUNDAY + 2 * HOUR)
    assert asked(ward) == Defer(SUNDAY + 2 * HOUR, "shift")


def test_after_the_shift_it_goes(ward: Ward) -> None:
    invited(ward).silence("ana", "shift", SUNDAY, SUNDAY + 2 * HOUR)
    assert asked(ward, 2 * HOUR) == Go()


def test_a_hold_defers_within_the_late_limit_and_then_stops(ward: Ward) -> None:
    hold = {"program_id": "demo", "placed_by": "boss", "starts_at": SUNDAY}
    invited(ward).put(Insert(holds, hold))
    assert asked(ward, HOUR) == Defer(SUNDAY + 2 * HOUR, "hold")
    assert asked(ward, 2.5 * HOUR) == Skip("hold")


def test_quiet_hours_are_asked_last(ward: Ward) -> None:
    invited(ward).put(Update(persons, {"id": "ana"}, {"quiet_from": 18 * 60 + 30}))
    assert asked(ward) == Skip("quiet")


def test_too_late_is_too_late(ward: Ward) -> None:
    assert asked(invited(ward), 3 * HOUR) == Skip("late")


def test_on_the_last_day_of_a_membership_it_goes_by_the_programs_date(ward: Ward) -> None:
    invited(ward).put(Update(memberships, {"person_id": "ana"}, {"ends": SUNDAY.date()}))
    assert (asked(ward), asked(ward, zone="Pacific/Apia")) == (Skip("gone"), Skip("gone"))
    ward.put(Update(memberships, {"person_id": "ana"}, {"ends": SUNDAY.date() + 24 * HOUR}))
    assert (asked(ward), asked(ward, zone="Pacific/Apia")) == (Go(), Skip("gone"))


def test_who_was_forgotten_gets_nothing(ward: Ward) -> None:
    invited(ward).put(Update(persons, {"id": "ana"}, {"state": "forgotten"}))
    assert asked(ward) == Skip("gone")
