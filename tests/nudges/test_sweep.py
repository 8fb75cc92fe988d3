"""From a due occurrence to one message, on both databases."""

from datetime import UTC, datetime, timedelta

from bot.nudges.sweep import Sweep
from bot.store.draft import Insert, Update
from bot.store.tables import accounts, holds, memberships, occurrences, outbox, persons
from tests.conftest import MONDAY
from tests.nudges.crowd import crowd
from tests.nudges.ward import SUNDAY, Ward

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)


def test_sunday_at_six_brings_one_neutral_opener(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    ward.sweep(SUNDAY - timedelta(seconds=1))
    assert ward.sent() == []
    ward.sweep(SUNDAY)
    assert ward.sent() == [("ana", "nudge.check-in")]


def test_the_row_names_the_reserved_talk_and_carries_no_words(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    ward.sweep(SUNDAY)
    row, due = ward.rows(outbox)[0], ward.rows(occurrences, state="invited")[0]
    assert (row["talk_id"], row["occurrence_id"], row["late_at"]) == (
        due["talk_id"],
        due["id"],
        due["late_at"],
    )
    assert (row["key"], row["flow"], row["started_by_us"], row["lane"]) == ("!nudge:0", "check-in", True, 3)
    assert row["body"] is None


def test_a_second_sweep_sends_nothing_more(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    assert [ward.sweep(SUNDAY), ward.sweep(SUNDAY), ward.sweep(SUNDAY + HOUR)] == [1, 0, 0]
    assert len(ward.sent()) == 1


def test_an_invitation_plans_its_reminder_and_the_next_sunday(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    ward.sweep(SUNDAY)
    assert ward.days("ana") == [
        ("08 18:00", 0, "invited", ""),
        ("09 20:00", 1, "planned", ""),
        ("15 18:00", 0, "planned", ""),
    ]


def test_one_reminder_comes_in_a_different_form_with_the_same_talk(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    for hours in range(100):
        ward.sweep(SUNDAY + hours * HOUR)
    assert ward.sent() == [("ana", "nudge.check-in"), ("ana", "nudge.check-in-reminder")]
    assert len({row["talk_id"] for row in ward.rows(outbox)}) == 1


def test_who_answered_is_not_reminded(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    ward.sweep(SUNDAY)
    ward.press("ana", ward.talk("ana"), SUNDAY + HOUR)
    ward.sweep(SUNDAY + 2 * DAY)
    assert ward.sent() == [("ana", "nudge.check-in")]


def test_three_hours_late_still_comes(ward: Ward) -> None:
    ward.enrol("ana", MONDAY, time="12:00")
    ward.sweep(SUNDAY - 3 * HOUR)
    assert ward.sent() == [("ana", "nudge.check-in")]


def test_later_than_three_hours_is_passed_over_and_not_counted(ward: Ward) -> None:
    ward.enrol("ana", MONDAY, time="12:00")
    ward.sweep(SUNDAY - 3 * HOUR + timedelta(minutes=1))
    assert ward.sent() == []
    assert ward.days("ana") == [("08 12:00", 0, "skipped", "late"), ("15 12:00", 0, "planned", "")]
    assert ward.unanswered("ana") == 0


def test_late_never_reaches_into_quiet_hours(ward: Ward) -> None:
    ward.enrol("ana", MONDAY, time="20:00")
    ward.sweep(SUNDAY + 3 * HOUR)
    assert ward.sent() == []


def test_two_days_of_outage_bring_at_most_one_message_each(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    ward.enrol("bo", MONDAY, weekday="1", time="17:00")
    ward.sweep(SUNDAY)
    ward.snooze("ana", SUNDAY + 3 * HOUR, SUNDAY + HOUR)
    tuesday = SUNDAY + 2 * DAY
    ward.sweep(tuesday)
    assert ward.sent() == [("ana", "nudge.check-in"), ("bo", "nudge.check-in")]


def test_weeks_of_outage_bring_only_the_present_week(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    ward.sweep(SUNDAY + 3 * WEEK + HOUR)
    assert ward.days("ana", state="invited") == [("29 19:00", 0, "invited", "")]
    assert len(ward.sent()) == 1


def test_ten_thousand_due_at_once_are_each_sent_once(ward: Ward) -> None:
    crowd(ward.store, 10_000)
    assert Sweep(ward.store, zone="UTC").run(SUNDAY) == 10_000
    assert len({row["user"] for row in ward.rows(outbox)}) == len(ward.rows(outbox)) == 10_000


def test_what_is_ready_is_told_of_before_the_rest_is_judged(ward: Ward) -> None:
    crowd(ward.store, 500)
    told: list[int] = []
    Sweep(ward.store, zone="UTC", wake=lambda: told.append(len(ward.sent()))).run(SUNDAY)
    assert told == [20, 80, 280, 480, 500]


def test_a_hold_stops_the_program_and_moves_to_the_next_window(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    ward.put(Insert(holds, hold(ends_at=SUNDAY + DAY)))
    ward.sweep(SUNDAY)
    assert ward.sent() == []
    assert ward.days("ana") == [("09 18:00", 0, "planned", "hold")]


def test_a_hold_without_an_end_is_asked_again_and_gives_up_after_five_days(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    ward.put(Insert(holds, hold()))
    for hours in range(6 * 24):
        ward.sweep(SUNDAY + hours * HOUR)
    assert ward.sent() == []
    assert ward.days("ana", state="skipped")[0][3] == "hold"
    assert ward.unanswered("ana") == 0


def test_a_hold_that_ends_lets_the_same_evening_through(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    ward.put(Insert(holds, hold()))
    ward.sweep(SUNDAY)
    ward.put(Update(holds, {"program_id": "demo"}, {"ends_at": SUNDAY + HOUR / 2}))
    ward.sweep(SUNDAY + HOUR)
    assert ward.sent() == [("ana", "nudge.check-in")]


def test_a_hold_of_a_cohort_leaves_the_others(ward: Ward) -> None:
    ward.enrol("ana", MONDAY, stage="PGY1")
    ward.enrol("bo", MONDAY, stage="PGY2")
    ward.put(Insert(holds, hold(stage="PGY1")))
    ward.sweep(SUNDAY)
    assert ward.sent() == [("bo", "nudge.check-in")]


def test_two_invitations_of_one_person_draw_their_own_surface_once(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    ward.sweep(SUNDAY)
    ward.snooze("ana", SUNDAY + 24 * HOUR, SUNDAY + HOUR)
    ward.sweep(SUNDAY + 24 * HOUR)
    assert [row["user"] for row in ward.rows(outbox, operation="publish")] == ["ana"]


def test_a_surface_that_was_drawn_is_drawn_again_by_the_next_invitation(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    ward.sweep(SUNDAY)
    ward.put(Update(outbox, {"operation": "publish"}, {"state": "sent"}))
    ward.sweep(SUNDAY + WEEK)
    assert [row["state"] for row in ward.rows(outbox, operation="publish")] == ["sent", "waiting"]


def test_who_cannot_be_reached_is_passed_over(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    ward.put(Update(accounts, {"user": "ana"}, {"reachable": False}))
    ward.sweep(SUNDAY)
    assert ward.days("ana")[0][2:] == ("skipped", "unreachable")


def test_after_a_gap_in_membership_they_come_again_by_themselves(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    mine = {"person_id": "ana", "program_id": "demo", "role": "trainee"}
    ward.put(Update(memberships, mine, {"ends": SUNDAY.date() - 2 * DAY}))
    ward.put(Insert(memberships, mine | {"starts": SUNDAY.date() + 12 * DAY}))
    for week in range(4):
        ward.sweep(SUNDAY + week * WEEK)
    assert [day[2:] for day in ward.days("ana", slot=0)[:3]] == [
        ("skipped", "gone"),
        ("skipped", "gone"),
        ("expired", ""),
    ]
    assert len(ward.sent("ana")) == 2


def test_their_last_day_is_a_day_of_the_program(ward: Ward) -> None:
    ward.enrol("ana", MONDAY, zone="America/Los_Angeles")
    ward.put(Update(memberships, {"person_id": "ana"}, {"ends": SUNDAY.date() + DAY}))
    ward.sweep(SUNDAY + 8 * HOUR, zone="America/Los_Angeles")
    assert ward.sent() == [("ana", "nudge.check-in")]


def test_who_left_for_good_has_nothing_planned(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    ward.put(Update(persons, {"id": "ana"}, {"state": "forgotten"}))
    ward.sweep(SUNDAY)
    assert [day[2:] for day in ward.days("ana")] == [("skipped", "gone")]


def test_a_zone_that_is_gone_stops_nobody_else(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    ward.enrol("bo", MONDAY)
    ward.put(Update(persons, {"id": "ana"}, {"zone": "Mars/Olympus"}))
    ward.sweep(SUNDAY)
    assert ward.sent() == [("bo", "nudge.check-in")]


def test_whoever_is_invited_has_a_new_version(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    before = ward.rows(persons)[0]["version"]
    ward.sweep(SUNDAY)
    assert ward.rows(persons)[0]["version"] > before


def test_the_sweep_knows_when_it_is_next_due(ward: Ward) -> None:
    assert Sweep(ward.store, zone="UTC").next_due() is None
    ward.enrol("ana", MONDAY)
    assert Sweep(ward.store, zone="UTC").next_due() == SUNDAY


def hold(stage: str = "", ends_at: datetime | None = None) -> dict[str, object]:
    return {
        "program_id": "demo",
        "stage": stage,
        "placed_by": "boss",
        "starts_at": datetime(2026, 11, 8, 12, 0, tzinfo=UTC),
        "ends_at": ends_at,
    }
