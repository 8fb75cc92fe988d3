"""Silences and snoozes: nothing comes in them, and what was put off comes when asked for."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.nudges.silences import FOREVER, silences_of
from bot.store.draft import Insert
from bot.store.tables import accounts, occurrences, outbox, silences, talks
from tests.conftest import MONDAY
from tests.nudges.ward import SUNDAY, Ward

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MORNING = datetime(2026, 11, 9, 7, 0, tzinfo=UTC)


def test_a_shift_that_ends_in_time_moves_the_check_in_to_its_end(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    ward.silence("ana", "shift", SUNDAY - 8 * HOUR, SUNDAY + 2 * HOUR)
    ward.sweep(SUNDAY)
    assert ward.days("ana") == [("08 20:00", 0, "planned", "shift")]
    ward.sweep(SUNDAY + 2 * HOUR)
    assert ward.sent() == [("ana", "nudge.check-in")]
    assert [row["why"] for row in ward.rows(occurrences, state="invited")] == ["catch-up"]


def test_nights_move_it_to_the_first_free_evening(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    ward.silence("ana", "nights", SUNDAY - DAY, SUNDAY + 3 * DAY - 2 * HOUR)
    ward.sweep(SUNDAY)
    assert ward.days("ana") == [("11 18:00", 0, "planned", "nights")]


@pytest.mark.parametrize(("reason", "days"), [("nights", 6), ("leave", 1), ("pause", 1)])
def test_with_no_window_in_five_days_or_a_week_away_the_week_is_passed_over(
    ward: Ward, reason: str, days: int
) -> None:
    ward.enrol("ana", MONDAY)
    ward.silence("ana", reason, SUNDAY - DAY, SUNDAY + days * DAY)
    ward.sweep(SUNDAY)
    assert ward.days("ana") == [("08 18:00", 0, "skipped", reason), ("15 18:00", 0, "planned", "")]


def test_the_reminder_is_not_sent_in_a_silence(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    ward.sweep(SUNDAY)
    ward.silence("ana", "shift", SUNDAY + DAY, SUNDAY + 2 * DAY)
    ward.sweep(SUNDAY + DAY + 2 * HOUR)
    assert ward.days("ana", slot=1)[0][2:] == ("skipped", "shift")


def test_resume_ends_what_holds_and_drops_what_was_to_come(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    ward.silence("ana", "pause", MONDAY, MONDAY + 14 * DAY)
    ward.silence("ana", "leave", MONDAY + 20 * DAY, MONDAY + 30 * DAY)
    ward.hear("ana", MONDAY + DAY)
    assert [row["ends_at"] for row in ward.rows(silences)] == [MONDAY + DAY]
    ward.sweep(SUNDAY)
    assert ward.sent() == [("ana", "nudge.check-in")]


def test_a_silence_that_ends_before_it_begins_is_none(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    ward.silence("ana", "shift", MONDAY, MONDAY)
    assert ward.rows(silences) == []


def test_no_silence_lasts_for_ever(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    ward.silence("ana", "leave", MONDAY, datetime(2999, 1, 1, tzinfo=UTC))
    found = ward.store.read(lambda conn: silences_of(conn, ["ana", "bo"], MONDAY))
    assert [span.ends - span.starts for span in found["ana"]] == [FOREVER]


def test_later_today_comes_later_today_with_the_same_talk(ward: Ward) -> None:
    ward.enrol("ana", MONDAY, time="12:00")
    ward.sweep(SUNDAY - 6 * HOUR)
    ward.snooze("ana", SUNDAY - 2 * HOUR, SUNDAY - 5 * HOUR)
    ward.sweep(SUNDAY - 2 * HOUR)
    assert ward.sent() == [("ana", "nudge.check-in")] * 2
    assert len({row["talk_id"] for row in ward.rows(outbox)}) == 1


def test_it_says_why_it_came(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    ward.sweep(SUNDAY)
    ward.snooze("ana", SUNDAY + DAY, SUNDAY + HOUR)
    assert [row["why"] for row in ward.rows(occurrences, slot=2)] == ["snoozed"]


def test_put_off_is_not_ignored_and_gets_no_reminder(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    ward.sweep(SUNDAY)
    ward.snooze("ana", SUNDAY + DAY, SUNDAY + HOUR)
    ward.sweep(SUNDAY + 2 * DAY)
    assert ward.days("ana") == [
        ("08 18:00", 0, "skipped", "snoozed"),
        ("09 20:00", 1, "skipped", "snoozed"),
        ("10 18:00", 2, "invited", ""),
        ("15 18:00", 0, "planned", ""),
    ]
    assert ward.unanswered("ana") == 0


def test_put_off_twice_takes_a_third_slot(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    ward.sweep(SUNDAY)
    for day in (1, 2):
        ward.snooze("ana", SUNDAY + day * DAY, SUNDAY + (day - 1) * DAY + HOUR)
        ward.sweep(SUNDAY + day * DAY)
    assert [day[1:3] for day in ward.days("ana", state="invited")] == [(3, "invited")]
    assert len(ward.sent()) == 3


def test_put_off_into_the_night_comes_at_seven(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    ward.sweep(SUNDAY)
    ward.snooze("ana", SUNDAY + 5 * HOUR, SUNDAY + HOUR)
    assert [row["due_at"] for row in ward.rows(occurrences, slot=2)] == [MORNING]


def test_put_off_beyond_the_next_one_needs_no_message_of_its_own(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    ward.sweep(SUNDAY)
    ward.snooze("ana", SUNDAY + 9 * DAY, SUNDAY + HOUR)
    assert ward.rows(occurrences, slot=2) == []
    assert ward.days("ana", state="planned") == [("15 18:00", 0, "planned", "")]


def test_with_nothing_to_put_off_nothing_is_planned(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    ward.snooze("ana", SUNDAY, MONDAY)
    assert ward.days("ana") == [("08 18:00", 0, "planned", "")]


def test_answered_before_it_comes_again_it_stays_away(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    ward.sweep(SUNDAY)
    talk = ward.talk("ana")
    ward.snooze("ana", SUNDAY + DAY, SUNDAY + HOUR)
    ward.answer("ana", talk, SUNDAY + 2 * HOUR)
    ward.sweep(SUNDAY + DAY)
    assert len(ward.sent()) == 1


def test_a_talk_that_has_closed_gets_a_new_id_when_it_comes_again(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    ward.sweep(SUNDAY)
    talk = ward.talk("ana")
    ward.put(Insert(talks, closed_talk(talk, ward.rows(accounts)[0]["id"])))
    ward.snooze("ana", SUNDAY + DAY, SUNDAY + HOUR, talk)
    assert ward.rows(occurrences, slot=2)[0]["talk_id"] != talk


def closed_talk(talk: str, account: int) -> dict[str, object]:
    return {
        "id": talk,
        "person_id": "ana",
        "flow": "check-in",
        "version": 1,
        "state": "closed",
        "account_id": account,
        "rank": 1,
        "opened_at": SUNDAY,
        "touched_at": SUNDAY,
    }
