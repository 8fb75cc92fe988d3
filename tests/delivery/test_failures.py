import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import update

from adapters.port import Lane, Rejected, UnknownOutcome, Unreachable
from bot.delivery.outcome import Gone
from bot.delivery.row import Row
from bot.delivery.settle import settle
from bot.errors import KeyForgotten
from bot.store.tables import accounts, messages, persons
from tests.delivery.stage import Outbox, Stage
from tests.soon import until


async def test_who_left_gets_nothing_more_not_even_a_safety_card_tried_before(
    outbox: Outbox, stage: Stage
) -> None:
    stage.faults = [Unreachable()]
    later = outbox.clock.real() + timedelta(minutes=1)
    outbox.put("card", lane=Lane.SAFETY, attempts=1, retry_at=later)
    outbox.put("first")
    outbox.put("second")
    await outbox.dispatcher(stage).drain()
    assert (stage.tries, outbox.states()) == (1, ["skipped"] * 3)


async def test_who_writes_while_a_send_to_them_fails_is_there_and_gets_the_card(
    outbox: Outbox, stage: Stage
) -> None:
    sending = await _fails_to_arrive(outbox, stage)
    outbox.put("card", lane=Lane.SAFETY)
    outbox.put("reply")
    stage.gate.set()
    await sending
    there = {row.user: row.reachable for row in outbox.rows(accounts)}
    assert (stage.said, there["ana"]) == (["card", "reply"], True)


async def test_what_the_companion_writes_meanwhile_makes_nobody_reachable(
    outbox: Outbox, stage: Stage
) -> None:
    sending = await _fails_to_arrive(outbox, stage)
    outbox.nudge("nudge")
    stage.gate.set()
    await sending
    there = {row.user: row.reachable for row in outbox.rows(accounts)}
    assert (stage.said, there["ana"]) == ([], False)


async def _fails_to_arrive(outbox: Outbox, stage: Stage) -> asyncio.Task[int]:
    """A send to ana under way that will end in Unreachable, and a nudge that waits."""
    stage.gate.clear()
    stage.faults = [Unreachable()]
    outbox.put("first")
    outbox.nudge("waits")
    sending = asyncio.create_task(outbox.dispatcher(stage).drain())
    await until(lambda: stage.tries == 1)
    return sending


@pytest.mark.parametrize("state", ["waiting", "leased"])
async def test_a_safety_card_on_its_first_try_survives_a_send_that_fails(outbox: Outbox, state: str) -> None:
    first = outbox.row(outbox.put("first", state="sending", attempts=1))
    card = outbox.put("card", lane=Lane.SAFETY, state=state, attempts=int(state == "leased"))
    now = outbox.clock.now()
    outbox.store.write(lambda conn: settle(conn, first, Gone(newest=card), now=now, real=now))
    there = {row.user: row.reachable for row in outbox.rows(accounts)}
    assert (outbox.row(card).state, there["ana"]) == (state, True)


async def test_who_left_is_marked_and_a_turn_that_read_it_runs_again(outbox: Outbox, stage: Stage) -> None:
    stage.faults = [Unreachable()]
    outbox.put("first")
    await outbox.dispatcher(stage).drain()
    there = {row.user: row.reachable for row in outbox.rows(accounts)}
    versions = {row.id: row.version for row in outbox.rows(persons)}
    assert (there, versions) == ({"ana": False, "ben": True}, {"ana": 1, "ben": 0})


async def test_what_is_written_to_somebody_who_left_is_not_tried(outbox: Outbox, stage: Stage) -> None:
    outbox.store.write(lambda conn: conn.execute(update(accounts).values(reachable=False)).rowcount)
    row = outbox.put("hello")
    await outbox.dispatcher(stage).drain()
    assert (stage.tries, outbox.row(row).reason) == (0, "unreachable")


async def test_what_the_platform_refuses_becomes_a_dead_letter_and_the_rest_goes_on(
    outbox: Outbox, stage: Stage
) -> None:
    stage.faults = [Rejected("what the platform said about it")]
    bad = outbox.put("bad", body=b"sealed", subject="person:ana")
    outbox.put("good")
    await outbox.dispatcher(stage).drain()
    row = outbox.row(bad)
    assert (row.state, row.reason, row.body, stage.said) == ("dead", "rejected", b"sealed", ["good"])


async def test_a_row_that_cannot_be_drawn_becomes_a_dead_letter(outbox: Outbox, stage: Stage) -> None:
    def broken(row: Row) -> None:
        raise ValueError("words of the person")

    row = outbox.put("hello")
    await outbox.dispatcher(stage, render=broken).drain()
    assert (outbox.row(row).state, outbox.row(row).reason) == ("dead", "defect ValueError")


async def test_what_was_sealed_for_somebody_forgotten_is_skipped(outbox: Outbox, stage: Stage) -> None:
    def forgotten(row: Row) -> None:
        raise KeyForgotten

    row = outbox.put("hello")
    await outbox.dispatcher(stage, render=forgotten).drain()
    assert (outbox.row(row).state, outbox.row(row).reason) == ("skipped", "forgotten")


async def test_nothing_goes_to_a_forgotten_person(outbox: Outbox, stage: Stage) -> None:
    outbox.store.write(lambda conn: conn.execute(update(persons).values(state="forgotten")).rowcount)
    outbox.put("hello")
    await outbox.dispatcher(stage).drain()
    assert (stage.tries, outbox.states()) == (0, ["skipped"])


async def test_what_has_become_pointless_is_skipped(outbox: Outbox, stage: Stage) -> None:
    row = outbox.put("nothing")
    await outbox.dispatcher(stage).drain()
    assert (outbox.row(row).state, stage.tries) == ("skipped", 0)


async def test_an_account_without_a_person_leaves_no_row_behind(outbox: Outbox, stage: Stage) -> None:
    outbox.put("hello", to="stranger", person_id="", talk_id="talk", key="week")
    await outbox.dispatcher(stage).drain()
    assert (stage.said, outbox.states(), outbox.rows(messages)) == (["hello"], [], [])


async def test_a_receipt_is_kept_by_talk_and_key_and_the_newest_counts(outbox: Outbox, stage: Stage) -> None:
    for text in ("one", "two"):
        outbox.put(text, talk_id="talk", key="week")
    outbox.put("of no talk")
    await outbox.dispatcher(stage).drain()
    assert [(row.talk_id, row.key, row.reference) for row in outbox.rows(messages)] == [
        ("talk", "week", "r2")
    ]


async def test_a_removed_message_has_no_receipt_any_more(outbox: Outbox, stage: Stage) -> None:
    outbox.put("one", talk_id="talk", key="week")
    outbox.put("", talk_id="talk", key="week", operation="remove", lane=Lane.COSMETIC)
    await outbox.dispatcher(stage).drain()
    assert outbox.rows(messages) == []


# ------------------------------------------------------------------------------- unknown outcomes


async def test_a_reply_in_doubt_is_said_again_and_counted(outbox: Outbox, stage: Stage) -> None:
    stage.lost = [UnknownOutcome()]
    row = outbox.put("hello")
    dispatcher = outbox.dispatcher(stage)
    await dispatcher.drain()
    outbox.clock.move(minutes=1)
    await dispatcher.drain()
    assert (stage.said, outbox.row(row).repeats) == (["hello", "hello"], 1)


@pytest.mark.parametrize(("lane", "tender"), [(Lane.REPLY, True), (Lane.NUDGE, False)])
async def test_a_tender_message_or_a_nudge_in_doubt_is_left_alone(
    outbox: Outbox, stage: Stage, lane: Lane, tender: bool
) -> None:
    stage.lost = [UnknownOutcome()]
    row = outbox.put("hello", lane=lane, tender=tender)
    await outbox.dispatcher(stage).drain()
    assert (stage.said, outbox.row(row).state, outbox.row(row).reason) == (["hello"], "sent", "unknown")


async def test_a_message_that_the_platform_can_find_is_not_repeated(outbox: Outbox, stage: Stage) -> None:
    stage.finds, stage.lost = True, [UnknownOutcome()]
    row = outbox.put("hello", talk_id="talk", key="week")
    await outbox.dispatcher(stage).drain()
    assert (stage.said, outbox.row(row).state) == (["hello"], "sent")
    assert outbox.rows(messages)[0].reference == "found"


async def test_a_message_that_cannot_be_found_is_looked_for_again_before_it_is_repeated(
    outbox: Outbox, stage: Stage
) -> None:
    stage.finds, stage.faults = True, [UnknownOutcome()]
    row = outbox.put("hello")
    dispatcher = outbox.dispatcher(stage)
    await dispatcher.drain()
    assert (outbox.row(row).state, outbox.row(row).reason) == ("sending", "unknown")
    outbox.clock.move(seconds=31)
    await dispatcher.drain()
    outbox.clock.move(seconds=31)
    await dispatcher.drain()
    assert (stage.said, outbox.row(row).repeats) == (["hello"], 0)


async def test_what_the_port_does_not_name_counts_as_unknown(outbox: Outbox, stage: Stage) -> None:
    stage.lost = [ConnectionResetError("with words")]
    row = outbox.put("hello")
    await outbox.dispatcher(stage).drain()
    assert (outbox.row(row).state, outbox.row(row).reason) == ("waiting", "unknown")


async def test_a_send_that_never_ends_is_given_up_as_unknown(outbox: Outbox, stage: Stage) -> None:
    stage.gate.clear()
    row = outbox.put("hello")
    await outbox.dispatcher(stage, lease=timedelta(seconds=0.06)).drain()
    assert (outbox.row(row).state, outbox.row(row).repeats) == ("waiting", 1)


async def test_after_eight_doubtful_tries_it_is_a_dead_letter(outbox: Outbox, stage: Stage) -> None:
    stage.lost = [UnknownOutcome() for _ in range(20)]
    row = outbox.put("hello")
    dispatcher = outbox.dispatcher(stage)
    for _ in range(12):
        await dispatcher.drain()
        outbox.clock.move(minutes=15)
    assert (outbox.row(row).state, stage.tries) == ("dead", 8)


async def test_the_number_of_a_deleted_row_is_never_given_again(outbox: Outbox, stage: Stage) -> None:
    first = outbox.put("hello", to="stranger", person_id="")
    await outbox.dispatcher(stage).drain()
    assert outbox.put("next", to="stranger", person_id="") > first
