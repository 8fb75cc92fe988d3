"""Talks that nobody goes on with are set aside, and their words destroyed."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.errors import KeyForgotten
from bot.nudges.idle import RESUMABLE, Idle
from bot.store.draft import Insert
from bot.store.keys import Keys
from bot.store.tables import accounts, persons, talks
from tests.conftest import MONDAY
from tests.nudges.ward import Ward

HOUR = timedelta(hours=1)


def hold(ward: Ward, keys: Keys, talk: str, due: datetime | None, **more: object) -> None:
    """A talk with something typed in it."""
    keys.ensure(f"talk:{talk}")
    row = {
        "id": talk,
        "person_id": "ana",
        "flow": "check-in",
        "version": 1,
        "state": "open",
        "account_id": ward.rows(accounts)[0]["id"],
        "rank": 1,
        "opened_at": MONDAY,
        "touched_at": MONDAY,
        "due_at": due,
        "journal": b"sealed",
        "words": keys.seal(f"talk:{talk}", f"talks/{talk}/words", b"hard week"),
    }
    ward.put(Insert(talks, row | more))


@pytest.fixture
def ana(ward: Ward) -> Ward:
    ward.enrol("ana", MONDAY)
    return ward


def talk_row(ward: Ward, talk: str) -> tuple[Any, ...]:
    row = ward.rows(talks, id=talk)[0]
    return row["state"], row["ended"], row["words"], row["journal"], row["due_at"]


def test_an_idle_talk_is_parked_and_its_words_are_destroyed(ana: Ward, keys: Keys) -> None:
    hold(ana, keys, "t1", MONDAY + HOUR)
    assert Idle(ana.store, keys.forget).run(MONDAY + HOUR) == 1
    assert talk_row(ana, "t1") == ("parked", "", None, b"sealed", MONDAY + HOUR + RESUMABLE)
    assert not keys.has("talk:t1")


def test_what_was_typed_cannot_be_read_again(ana: Ward, keys: Keys) -> None:
    hold(ana, keys, "t1", MONDAY + HOUR)
    sealed = ana.rows(talks)[0]["words"]
    Idle(ana.store, keys.forget).run(MONDAY + HOUR)
    with pytest.raises(KeyForgotten):
        keys.open("talk:t1", "talks/t1/words", sealed)


def test_a_talk_that_is_not_due_is_left_alone(ana: Ward, keys: Keys) -> None:
    hold(ana, keys, "t1", MONDAY + HOUR)
    assert Idle(ana.store, keys.forget).run(MONDAY + HOUR / 2) == 0
    assert keys.has("talk:t1")


def test_after_twelve_more_hours_it_closes_and_its_journal_goes(ana: Ward, keys: Keys) -> None:
    hold(ana, keys, "t1", MONDAY + HOUR)
    job = Idle(ana.store, keys.forget)
    job.run(MONDAY + HOUR)
    assert job.next_due() == MONDAY + 13 * HOUR
    job.run(MONDAY + 13 * HOUR)
    assert talk_row(ana, "t1") == ("closed", "expired", None, None, None)
    assert job.next_due() is None


def test_later_stays_until_its_own_day(ana: Ward, keys: Keys) -> None:
    hold(ana, keys, "t1", MONDAY + timedelta(days=14), state="parked", later=True)
    job = Idle(ana.store, keys.forget)
    assert job.run(MONDAY + timedelta(days=13)) == 0
    assert job.run(MONDAY + timedelta(days=14)) == 1


def test_a_waiting_talk_has_no_idle_rule(ana: Ward, keys: Keys) -> None:
    hold(ana, keys, "t1", MONDAY, state="waiting")
    job = Idle(ana.store, keys.forget)
    assert job.next_due() is None
    assert job.run(MONDAY + timedelta(days=9)) == 0


def test_the_whole_stack_is_set_aside_with_its_top(ana: Ward, keys: Keys) -> None:
    hold(ana, keys, "below", MONDAY + 12 * HOUR)
    hold(ana, keys, "top", MONDAY + HOUR, rank=2, parent_id="below")
    Idle(ana.store, keys.forget).run(MONDAY + HOUR)
    assert {row["state"] for row in ana.rows(talks)} == {"parked"}


def test_a_talk_below_one_that_goes_on_waits_for_it(ana: Ward, keys: Keys) -> None:
    hold(ana, keys, "below", MONDAY + HOUR)
    hold(ana, keys, "top", MONDAY + 2 * HOUR, rank=2)
    job = Idle(ana.store, keys.forget)
    job.run(MONDAY + HOUR)
    assert {row["state"] for row in ana.rows(talks)} == {"open"}
    assert job.next_due() == MONDAY + 2 * HOUR


def test_whose_talk_was_parked_has_a_new_version(ana: Ward, keys: Keys) -> None:
    before = ana.rows(persons)[0]["version"]
    hold(ana, keys, "t1", MONDAY + HOUR)
    Idle(ana.store, keys.forget).run(MONDAY + HOUR)
    assert ana.rows(persons)[0]["version"] > before
