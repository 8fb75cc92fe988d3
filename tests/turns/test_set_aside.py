"""A database that comes back from a backup says nothing again, and everything that was open goes on."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import insert

from adapters.port import OperationKind
from bot.nudges.idle import Idle
from bot.store import epoch
from bot.store.epoch import keep_seen, next_epoch, own_epoch, seen_epoch
from bot.store.key_tables import forgotten
from bot.store.ledger import enter_forgotten
from bot.store.tables import alerts, inbox, occurrences, outbox, plans, talks, throttles
from tests.conftest import MONDAY
from tests.town import Person, Town
from tests.turns.brought_back import Restarts, hands_in, nothing_sent
from tests.turns.stories import begins_check_in, deletes, sends_alert

WEEK = timedelta(days=7)
SUNDAY = MONDAY + timedelta(days=6, hours=14)  # 18:00 in New York is 23:00 UTC
NUDGE = "Your check-in is ready."


@pytest.fixture
def restarts(town: Town) -> Restarts:
    """The town's server has started once."""
    found = Restarts(town)
    found.start()
    return found


async def test_what_waited_in_the_backup_and_was_sent_since_is_not_sent_again(
    resident: Person, town: Town, restarts: Restarts
) -> None:
    await hands_in(resident, "check in")
    restore = restarts.back_up()
    await town.settle()
    sent = len(town.chat.sent)
    town.clock.move(days=7)
    assert restore().is_restored
    await town.settle()
    assert len(town.chat.sent) == sent
    assert {(row.state, row.body) for row in town.rows(outbox, reason="restored")} == {("skipped", None)}


async def test_new_turns_are_answered_by_messages_that_no_platform_takes_for_old_ones(
    resident: Person, town: Town, restarts: Restarts
) -> None:
    restore = restarts.back_up()
    for _ in range(3):
        await resident.says("check in")
    restore()
    for _ in range(3):
        await resident.says("check in")
    restore()
    await resident.says("check in")
    ids = [one.id for one in town.chat.sent]
    assert len(ids) == len(set(ids))


def posts(town: Town) -> int:
    """How many messages were posted to anybody; what draws a surface anew is none."""
    return sum(one.kind is OperationKind.POST for one in town.chat.sent)


def invitations(person: Person) -> int:
    return sum(NUDGE in "\n".join(card.paragraphs) for card in person.chat)


async def test_last_weeks_nudge_does_not_come_again_and_next_weeks_comes(
    resident: Person, town: Town, restarts: Restarts
) -> None:
    restore = restarts.back_up()
    await town.walks_to(SUNDAY + timedelta(hours=1))
    assert invitations(resident) == 1
    restore()  # an hour after it was sent, when it would still be in time
    await town.walks_to(SUNDAY + timedelta(days=6))
    assert invitations(resident) == 1
    await town.walks_to(SUNDAY + timedelta(days=7, hours=1))
    assert invitations(resident) == 2


async def test_what_was_planned_for_the_time_that_was_lost_is_our_silence(
    resident: Person, town: Town, restarts: Restarts
) -> None:
    restore = restarts.back_up()
    town.clock.move(days=17)
    restore()
    states = [(row.state, row.reason) for row in town.rows(occurrences)]
    assert states == [("skipped", "restored"), ("planned", "")]
    assert [row.unanswered for row in town.rows(plans)] == [0]


async def test_an_invitation_that_may_have_been_answered_since_is_not_counted_and_no_reminder_comes(
    resident: Person, town: Town, restarts: Restarts
) -> None:
    await town.walks_to(SUNDAY + timedelta(hours=1))
    restore = restarts.back_up()
    before = [row.unanswered for row in town.rows(plans)]
    restore()
    assert (before, [row.unanswered for row in town.rows(plans)]) == ([1], [0])
    await town.walks_to(SUNDAY + timedelta(days=3))
    assert invitations(resident) == 1


async def test_an_invitation_that_still_waited_counts_as_never_sent(
    resident: Person, town: Town, restarts: Restarts
) -> None:
    town.clock.at = SUNDAY + timedelta(minutes=1)
    town.jobs[0].run(town.clock.now())
    restore = restarts.back_up()
    restore()
    states = sorted((row.slot, row.state, row.reason) for row in town.rows(occurrences))
    assert states == [(0, "planned", ""), (0, "skipped", "restored"), (1, "skipped", "restored")]
    assert [row.unanswered for row in town.rows(plans)] == [0]


async def test_an_open_question_is_answered_a_week_later(
    resident: Person, town: Town, restarts: Restarts
) -> None:
    await begins_check_in(resident)
    form, restore = resident.form, restarts.back_up()
    await resident.presses("Stretched")
    town.clock.move(days=7)
    restore()
    Idle(town.store, town.keys.forget).run(town.clock.now())
    resident.form = form
    await resident.presses("Steady")
    assert resident.shown.question == "Noted. What helped?"


async def test_a_safety_talk_stays_open_and_says_nothing_by_itself(
    resident: Person, town: Town, restarts: Restarts
) -> None:
    await resident.says("I want to kill myself")
    restore, before = restarts.back_up(), town.state("resident")
    town.clock.move(days=7)
    restore()
    sent = len(town.chat.sent)
    await town.walks_to(town.clock.now() + timedelta(minutes=1))
    assert town.state("resident") == before
    assert len(town.chat.sent) == sent


async def test_an_open_talk_is_set_aside_after_its_own_idle_time(
    resident: Person, town: Town, restarts: Restarts
) -> None:
    await begins_check_in(resident)
    restore = restarts.back_up()
    town.clock.move(days=7)
    restore()
    (due,) = [row.due_at for row in town.rows(talks, state="open")]
    assert due == town.clock.now() + timedelta(hours=12)


async def test_of_a_request_whose_hour_passed_meanwhile_nothing_is_said_for_a_day(
    resident: Person, coach: Person, town: Town, restarts: Restarts
) -> None:
    await sends_alert(resident)
    restore = restarts.back_up()
    town.clock.move(days=7)
    restore()
    before = posts(town)
    await town.walks_to(town.clock.now() + timedelta(hours=23))
    assert posts(town) == before
    await town.walks_to(town.clock.now() + timedelta(hours=2))
    told = [one.to.user for one in town.chat.sent if one.kind is OperationKind.POST][before:]
    assert sorted(told) == ["coach", "resident"]


async def test_a_coach_is_not_told_again_of_a_request(
    resident: Person, coach: Person, town: Town, restarts: Restarts
) -> None:
    await sends_alert(resident)
    (thread,) = town.rows(alerts)
    row = {"id": "again", "person_id": town.ids["coach"], "kind": "alert", "thread_id": thread.thread_id}
    town.store.write(lambda conn: conn.execute(insert(inbox).values(row | {"created_at": MONDAY})).rowcount)
    restore = restarts.back_up()
    await town.settle()
    told = len(coach.chat)
    restore()
    await town.settle()
    assert len(coach.chat) == told


async def test_a_move_that_a_talk_waits_for_is_played_all_the_same(
    resident: Person, coach: Person, town: Town, restarts: Restarts
) -> None:
    await sends_alert(resident)
    with nothing_sent(town):
        await coach.presses("Open", "I have it")
    kept = {row.kind for row in town.rows(inbox)}
    restore = restarts.back_up()
    restore()
    assert {row.kind for row in town.rows(inbox)} == kept
    await town.settle()
    assert town.rows(inbox) == []


async def test_what_a_platform_asked_to_wait_is_over(town: Town, restarts: Restarts) -> None:
    pause = {"platform": "web", "tenant": "demo", "until": MONDAY + WEEK}
    town.store.write(lambda conn: conn.execute(insert(throttles).values(pause)).rowcount)
    restore = restarts.back_up()
    restore()
    assert town.rows(throttles) == []


async def test_a_database_that_was_not_restored_keeps_what_waits(
    resident: Person, town: Town, restarts: Restarts
) -> None:
    await hands_in(resident, "check in")
    assert not restarts.start().is_restored
    sent = len(town.chat.sent)
    await town.settle()
    assert len(town.chat.sent) > sent


async def test_killed_between_database_and_key_store_nothing_is_set_aside(
    resident: Person, town: Town, restarts: Restarts
) -> None:
    await hands_in(resident, "check in")
    with pytest.MonkeyPatch.context() as killed:
        killed.setattr(epoch, "keep_seen", lambda *_: None)
        restarts.start()
    found = restarts.start()
    assert (found.is_restored, found.has_older_keys, found.now) == (False, False, found.own)
    assert town.rows(outbox, reason="restored") == []


def test_of_servers_that_start_together_one_sets_aside(town: Town, restarts: Restarts) -> None:
    done: list[int] = []

    def once(conn: object, own: int, now: int) -> None:
        done.append(own)

    keep_seen(town.keys, seen_epoch(town.keys) + 5)
    starts = [threading.Thread(target=next_epoch, args=(town.store, town.keys, once)) for _ in range(4)]
    for one in starts:
        one.start()
    for one in starts:
        one.join()
    assert len(done) == 1
    assert town.store.read(own_epoch) >= seen_epoch(town.keys)


def test_a_command_leaves_it_to_the_next_server(town: Town, restarts: Restarts) -> None:
    keep_seen(town.keys, seen_epoch(town.keys) + 5)
    assert next_epoch(town.store, town.keys).is_restored
    assert restarts.start().is_restored


async def test_an_older_key_store_is_told_again_who_was_forgotten(
    resident: Person, town: Town, restarts: Restarts
) -> None:
    gone = f"person:{town.ids['resident']}"
    await deletes(resident)
    with town.keys.writing() as connection:  # as in a copy from before
        connection.execute(forgotten.delete())
    assert (gone in town.keys.ledger(), enter_forgotten(town.store, town.keys)) == (False, 1)
    assert gone in town.keys.ledger()
