"""Unanswered check-ins become fewer, then one question, then nothing; ours to miss is never theirs."""

from datetime import timedelta

from bot.nudges.plans import unsent
from bot.store.tables import occurrences, outbox
from tests.conftest import MONDAY
from tests.nudges.ward import SUNDAY, Ward

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def live(ward: Ward, days: int) -> None:
    """Sweep every hour."""
    for hours in range(days * 24):
        ward.sweep(SUNDAY + hours * HOUR)


def firsts(ward: Ward) -> list[str]:
    """The dates on which a check-in was sent, reminders left out."""
    rows = sorted(ward.rows(occurrences, slot=0), key=lambda row: row["due_at"])
    return [f"{row['local_date']:%d %b}" for row in rows if row["state"] in {"invited", "opened", "expired"}]


def test_ignored_twice_comes_every_second_week(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    live(ward, 40)
    assert firsts(ward) == ["08 Nov", "15 Nov", "29 Nov", "13 Dec"]


def test_ignored_four_times_asks_once_and_then_stops(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    live(ward, 70)
    texts = [text for _, text in ward.sent()]
    assert texts == ["nudge.check-in", "nudge.check-in-reminder"] * 4 + ["nudge.keep-change-stop"]
    assert ward.rows(occurrences, state="planned") == []


def test_the_question_opens_the_settings(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    live(ward, 60)
    last = max(ward.rows(occurrences, slot=0), key=lambda row: row["due_at"])
    assert [row["flow"] for row in ward.rows(outbox, occurrence_id=last["id"])] == ["settings"]


def test_keep_begins_again_at_the_chosen_interval(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    live(ward, 60)
    later = SUNDAY + 60 * DAY
    ward.change("ana", later, check_in_every="1")
    assert ward.unanswered("ana") == 0
    assert len(ward.rows(occurrences, state="planned")) == 1


def test_an_answer_brings_the_weekly_rhythm_back(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    live(ward, 10)
    ward.press("ana", ward.talk("ana"), SUNDAY + 10 * DAY)
    ward.answer("ana", ward.talk_answered("ana"), SUNDAY + 10 * DAY)
    planned = ward.rows(occurrences, state="planned", slot=0)
    assert [f"{row['local_date']:%d %b}" for row in planned] == ["22 Nov"]
    assert ward.unanswered("ana") == 0


def test_an_older_invitation_expires_when_the_next_one_comes(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    live(ward, 8)
    states = [row["state"] for row in sorted(ward.rows(occurrences, slot=0), key=lambda row: row["due_at"])]
    assert states == ["expired", "invited", "planned"]


def test_what_was_never_sent_is_not_counted_as_ignored(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    ward.sweep(SUNDAY)
    number = ward.rows(occurrences, state="invited")[0]["id"]
    ward.store.write(lambda conn: unsent(conn, number, "late"))
    assert ward.unanswered("ana") == 0
    assert [day[2:] for day in ward.days("ana")] == [
        ("skipped", "late"),
        ("skipped", "late"),
        ("planned", ""),
    ]


def test_a_pause_is_not_counted_as_ignored(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    ward.silence("ana", "pause", SUNDAY - DAY, SUNDAY + 20 * DAY)
    live(ward, 20)
    assert ward.sent() == []
    assert {day[3] for day in ward.days("ana", state="skipped")} == {"pause"}
    assert ward.unanswered("ana") == 0


def test_a_check_in_begun_by_the_person_stands_for_the_same_days(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    ward.answer("ana", "begun-by-ana", SUNDAY - 4 * HOUR)
    assert ward.days("ana") == [("08 18:00", 0, "skipped", "answered"), ("15 18:00", 0, "planned", "")]


def test_begun_on_the_day_of_one_of_two_weeks_the_next_comes_two_weeks_later(ward: Ward) -> None:
    ward.enrol("ana", MONDAY, check_in_every="2")
    ward.press("ana", "begun-by-ana", SUNDAY - HOUR)
    ward.answer("ana", "begun-by-ana", SUNDAY + 7 * HOUR)
    assert ward.days("ana", state="planned") == [("22 18:00", 0, "planned", "")]


def test_a_check_in_begun_on_another_day_leaves_the_plan(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    ward.answer("ana", "begun-by-ana", SUNDAY - DAY)
    assert ward.days("ana") == [("08 18:00", 0, "planned", "")]
