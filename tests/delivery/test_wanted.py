from datetime import datetime, timedelta

from sqlalchemy import Connection, insert

from adapters.port import Lane
from bot.delivery.outbox import outbox_drop
from bot.delivery.row import Row
from bot.nudges.wanted import Defer, Go, Skip
from bot.store.tables import occurrences, plans
from tests.conftest import MONDAY
from tests.delivery.stage import Outbox, Stage

TONIGHT = MONDAY + timedelta(hours=9)


def paused(conn: Connection, row: Row, now: datetime) -> Skip:
    return Skip("pause")


def until_tonight(conn: Connection, row: Row, now: datetime) -> Go | Defer:
    return Go() if now >= TONIGHT else Defer(TONIGHT, "shift")


async def test_what_is_not_wanted_any_more_is_not_sent(outbox: Outbox, stage: Stage) -> None:
    row = outbox.nudge("nudge")
    await outbox.dispatcher(stage, wanted=paused).drain()
    assert (stage.tries, outbox.row(row).state, outbox.row(row).reason) == (0, "skipped", "pause")


async def test_replies_are_never_held_back(outbox: Outbox, stage: Stage) -> None:
    outbox.put("reply")
    await outbox.dispatcher(stage, wanted=paused).drain()
    assert stage.said == ["reply"]


async def test_no_silence_and_no_hold_keeps_a_safety_card_back(outbox: Outbox, stage: Stage) -> None:
    outbox.put("card", lane=Lane.SAFETY)
    await outbox.dispatcher(stage, wanted=paused).drain()
    assert stage.said == ["card"]


async def test_a_nudge_moves_to_the_next_window_and_replies_pass_it(outbox: Outbox, stage: Stage) -> None:
    row = outbox.nudge("nudge")
    dispatcher = outbox.dispatcher(stage, wanted=until_tonight)
    await dispatcher.drain()
    outbox.put("reply")
    assert (await dispatcher.drain(), outbox.row(row).due_at, outbox.row(row).attempts) == (1, TONIGHT, 0)
    outbox.clock.move(hours=9)
    await dispatcher.drain()
    assert stage.said == ["reply", "nudge"]


async def test_a_nudge_that_would_be_late_in_the_next_window_is_skipped(outbox: Outbox, stage: Stage) -> None:
    row = outbox.nudge("nudge", late_at=TONIGHT - timedelta(hours=1))
    await outbox.dispatcher(stage, wanted=until_tonight).drain()
    assert (outbox.row(row).state, outbox.row(row).reason) == ("skipped", "shift")


async def test_a_message_past_its_late_limit_is_skipped(outbox: Outbox, stage: Stage) -> None:
    row = outbox.nudge("nudge", late_at=outbox.clock.now() + timedelta(hours=3))
    outbox.clock.move(hours=4)
    await outbox.dispatcher(stage).drain()
    assert (stage.tries, outbox.row(row).reason) == (0, "late")


async def test_an_invitation_that_never_arrived_is_our_silence(outbox: Outbox, stage: Stage) -> None:
    _invited(outbox)
    outbox.nudge("nudge", occurrence_id=1)
    await outbox.dispatcher(stage, wanted=paused).drain()
    assert [(row.state, row.reason) for row in outbox.rows(occurrences)] == [("skipped", "pause")] * 2


async def test_a_dropped_invitation_is_our_silence_and_no_reminder_follows(outbox: Outbox) -> None:
    _invited(outbox)
    row = outbox.nudge("nudge", occurrence_id=1, state="dead")
    outbox_drop(outbox.store, now=outbox.clock.now(), ids=[row])
    kept = [(row.slot, row.state, row.reason) for row in outbox.rows(occurrences)]
    assert kept == [(0, "skipped", "dropped"), (1, "skipped", "dropped")]
    assert [row.unanswered for row in outbox.rows(plans)] == [0]


async def test_an_invitation_that_was_sent_cannot_be_dropped(outbox: Outbox, stage: Stage) -> None:
    _invited(outbox)
    row = outbox.nudge("nudge", occurrence_id=1)
    await outbox.dispatcher(stage).drain()
    outbox_drop(outbox.store, now=outbox.clock.now(), ids=[row])
    assert [row.state for row in outbox.rows(occurrences)] == ["invited", "planned"]


async def test_an_invitation_that_arrived_stays_open(outbox: Outbox, stage: Stage) -> None:
    _invited(outbox)
    outbox.nudge("nudge", occurrence_id=1)
    await outbox.dispatcher(stage).drain()
    assert [row.state for row in outbox.rows(occurrences)] == ["invited", "planned"]


def _invited(outbox: Outbox) -> None:
    plan = {
        "id": 1,
        "program_id": "demo",
        "person_id": "ana",
        "kind": "check-in",
        "weekday": 6,
        "minute": 1080,
        "unanswered": 1,
    }
    occurrence = {
        "id": 1,
        "program_id": "demo",
        "person_id": "ana",
        "plan_id": 1,
        "local_date": MONDAY.date(),
        "zone": "UTC",
        "due_at": MONDAY,
        "late_at": TONIGHT,
        "state": "invited",
        "talk_id": "talk",
    }

    reminder = {"id": 2, "slot": 1, "state": "planned"}

    def add(conn: Connection) -> None:
        conn.execute(insert(plans).values(plan))
        conn.execute(insert(occurrences).values(occurrence))
        conn.execute(insert(occurrences).values(occurrence | reminder))

    outbox.store.write(add)


def broken(conn: Connection, row: Row, now: datetime) -> Go:
    raise KeyError


async def test_what_cannot_be_judged_becomes_a_dead_letter_and_holds_up_nobody(
    outbox: Outbox, stage: Stage
) -> None:
    row = outbox.nudge("nudge")
    dispatcher = outbox.dispatcher(stage, wanted=broken)
    await dispatcher.drain()
    outbox.put("reply")
    await dispatcher.drain()
    assert (outbox.row(row).state, outbox.row(row).reason) == ("dead", "defect KeyError")
    assert stage.said == ["reply"]
