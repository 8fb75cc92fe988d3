"""What is no longer needed goes."""

from datetime import datetime, timedelta
from functools import partial

from adapters.port import TRANSCRIPT
from bot.nudges.retention import BATCH, RULES, Retention, delete_some
from bot.store.draft import Insert
from bot.store.tables import events, measures, notes, outbox, shelf, silences
from tests.conftest import MONDAY
from tests.nudges.ward import Ward

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def job(ward: Ward) -> Retention:
    return Retention(ward.store, lambda: 0)


def message(state: str, due: datetime = MONDAY) -> Insert:
    row = {"platform": "web", "tenant": "demo", "user": "ana", "lane": 1, "operation": "post", "state": state}
    return Insert(outbox, row | {"due_at": due, "created_at": due})


def claim(number: int, at: datetime = MONDAY) -> Insert:
    return Insert(
        events, {"platform": "web", "tenant": "demo", "event_id": f"e{number}", "at": at, "reply": "nothing"}
    )


def test_claims_of_events_go_after_two_days(ward: Ward) -> None:
    ward.put(claim(1), claim(2, MONDAY + HOUR))
    assert job(ward).run(MONDAY + 2 * DAY) == 1
    assert [row["event_id"] for row in ward.rows(events)] == ["e2"]


def test_sent_and_skipped_messages_go_and_all_others_stay(ward: Ward) -> None:
    ward.put(*(message(state) for state in ("sent", "skipped", "dead", "waiting", "leased", "sending")))
    job(ward).run(MONDAY + 3 * DAY)
    assert {row["state"] for row in ward.rows(outbox)} == {"dead", "waiting", "leased", "sending"}


def test_a_dead_letter_is_kept_for_two_weeks_to_be_looked_at(ward: Ward) -> None:
    ward.put(message("dead"), message("waiting"))
    job(ward).run(MONDAY + 14 * DAY)
    assert [row["state"] for row in ward.rows(outbox)] == ["waiting"]


def test_a_note_goes_on_its_own_day(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    row = {
        "talk_id": "t",
        "key": "line",
        "person_id": "ana",
        "at": MONDAY,
        "expires_at": MONDAY + DAY,
        "body": b"x",
    }
    ward.put(Insert(notes, row))
    assert [job(ward).run(MONDAY + HOUR), job(ward).run(MONDAY + DAY)] == [0, 1]


def test_a_check_in_answer_goes_after_half_a_year(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    row = {"key": "week", "person_id": "ana", "body": b"x"}
    ward.put(*(Insert(measures, row | {"talk_id": f"t{n}", "at": MONDAY + n * DAY}) for n in range(2)))
    assert [job(ward).run(MONDAY + 181 * DAY), job(ward).run(MONDAY + 182 * DAY)] == [0, 1]
    assert [row["talk_id"] for row in ward.rows(measures)] == ["t1"]


def shown(user: str, subject: str, kind: str = TRANSCRIPT) -> Insert:
    row = {"platform": "web", "tenant": "demo", "kind": kind, "item": user, "subject": subject}
    return Insert(shelf, row | {"body": b"x", "at": MONDAY})


def test_what_was_shown_to_who_has_not_started_goes_after_two_days(ward: Ward) -> None:
    ward.put(shown("ana", "person:ana"), shown("new", "tenant:web:demo"))
    ward.put(shown("key", "tenant:web:demo", "link"))
    assert job(ward).run(MONDAY + 2 * DAY - HOUR) == 0
    assert job(ward).run(MONDAY + 2 * DAY) == 1
    assert [row["item"] for row in ward.rows(shelf)] == ["ana", "key"]


def test_a_silence_is_remembered_for_a_week(ward: Ward) -> None:
    ward.enrol("ana", MONDAY)
    ward.silence("ana", "shift", MONDAY, MONDAY + HOUR)
    job(ward).run(MONDAY + 7 * DAY + HOUR)
    assert ward.rows(silences) == []


def test_it_is_next_due_when_the_first_of_them_is_over(ward: Ward) -> None:
    assert job(ward).next_due() is None
    ward.put(claim(1), message("sent", MONDAY + HOUR))
    assert job(ward).next_due() == MONDAY + 2 * DAY


def test_more_than_a_batch_goes_in_several(ward: Ward) -> None:
    ward.put(*(claim(number, MONDAY + timedelta(seconds=number)) for number in range(BATCH + 10)))
    assert job(ward).run(MONDAY + 5 * DAY) == BATCH + 10


def test_what_ends_at_one_instant_goes_in_batches_too(ward: Ward) -> None:
    ward.put(*(claim(number) for number in range(BATCH + 10)))
    one = partial(delete_some, rule=RULES[0], now=MONDAY + 5 * DAY)
    assert [ward.store.write(one) for _ in range(3)] == [BATCH, 10, 0]


def test_unused_keys_are_swept_each_time(ward: Ward) -> None:
    swept = iter((3, 0))
    Retention(ward.store, lambda: next(swept)).run(MONDAY)
    assert list(swept) == [0]
