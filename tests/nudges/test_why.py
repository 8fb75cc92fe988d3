"""Why one came when it came: "you chose" is said of what was chosen, and of nothing else."""

from datetime import timedelta

from bot.nudges.why import why
from tests.conftest import MONDAY
from tests.nudges.ward import SUNDAY, Ward

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def said(ward: Ward) -> str:
    return ward.store.read(lambda conn: why(conn, "ana"))


def test_before_the_first_there_is_no_reason(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    assert said(ward) == "why.none"


def test_the_usual_time_is_not_called_chosen(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    ward.sweep(SUNDAY)
    assert said(ward) == "why.usual"


def test_the_usual_day_of_somebody_who_chose_how_often_only(ward: Ward) -> None:
    ward.enrol("ana", MONDAY, check_in_every="2")
    ward.sweep(SUNDAY)
    assert said(ward) == "why.usual"


def test_a_day_and_time_of_their_own_were_chosen(ward: Ward) -> None:
    ward.enrol("ana", MONDAY, weekday="wednesday", time="12:00")
    ward.sweep(SUNDAY - 4 * DAY - 6 * HOUR)
    assert said(ward) == "why.chosen"


def test_a_plan_that_was_changed_since_explains_nothing(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    ward.sweep(SUNDAY)
    ward.change("ana", SUNDAY + HOUR, weekday="wednesday")
    assert said(ward) == "why.weekly"


def test_after_a_quiet_time_it_came_at_the_next_free_one(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    ward.silence("ana", "shift", SUNDAY - HOUR, SUNDAY + HOUR)
    ward.sweep(SUNDAY)
    ward.sweep(SUNDAY + HOUR)
    assert said(ward) == "why.catch-up"


def test_what_was_put_off_and_what_is_a_reminder_say_so(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    ward.sweep(SUNDAY)
    ward.sweep(SUNDAY + 26 * HOUR)  # the last hour before quiet hours
    reminded = said(ward)
    ward.snooze("ana", SUNDAY + 42 * HOUR, SUNDAY + 27 * HOUR)
    ward.sweep(SUNDAY + 42 * HOUR)
    assert (reminded, said(ward)) == ("why.reminder", "why.snoozed")


def test_one_that_was_put_off_was_sent_all_the_same(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    ward.sweep(SUNDAY)
    ward.snooze("ana", SUNDAY + 24 * HOUR, SUNDAY + HOUR)
    assert said(ward) == "why.usual"


def test_after_six_that_were_each_put_off_the_last_is_explained(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    for week in range(6):
        sunday = SUNDAY + week * 7 * DAY
        ward.sweep(sunday)
        ward.snooze("ana", sunday + 24 * HOUR, sunday + HOUR)
        ward.sweep(sunday + 24 * HOUR)
        ward.snooze("ana", sunday + 7 * DAY, sunday + 25 * HOUR)
    assert said(ward) == "why.snoozed"


def test_the_question_after_four_that_were_ignored_says_so(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    for hours in range(60 * 24):
        ward.sweep(SUNDAY + hours * HOUR)
    assert said(ward) == "why.unanswered"
