import asyncio
from datetime import timedelta

import pytest

from adapters.port import Lane, RetryLater, UnknownOutcome
from tests.delivery.stage import Outbox, Stage
from tests.soon import until


async def test_what_is_due_is_sent_once_and_its_receipt_is_kept(outbox: Outbox, stage: Stage) -> None:
    row = outbox.put("hello", talk_id="talk", key="week")
    assert await outbox.dispatcher(stage).drain() == 1
    assert await outbox.dispatcher(stage).drain() == 0
    assert (stage.said, outbox.row(row).state) == (["hello"], "sent")


async def test_a_sent_body_is_wiped(outbox: Outbox, stage: Stage) -> None:
    row = outbox.put("hello", body=b"sealed", subject="person:ana")
    await outbox.dispatcher(stage).drain()
    assert outbox.row(row).body is None


async def test_one_person_reads_replies_in_the_order_they_were_written(outbox: Outbox, stage: Stage) -> None:
    for number in range(12):
        outbox.put(f"ana {number}")
        outbox.put(f"ben {number}", to="ben")
    await outbox.dispatcher(stage, parallel=8).drain()
    assert [text for text in stage.said if text.startswith("ana")] == [f"ana {n}" for n in range(12)]


async def test_one_message_is_on_its_way_to_a_person_at_a_time(outbox: Outbox, stage: Stage) -> None:
    for lane in (Lane.REPLY, Lane.ALERT, Lane.COSMETIC):
        outbox.put(lane.name, lane=lane)
    await outbox.dispatcher(stage).drain()
    assert (stage.most_together, stage.said) == (1, ["REPLY", "ALERT", "COSMETIC"])


async def test_a_safety_card_overtakes_what_was_written_before_it(outbox: Outbox, stage: Stage) -> None:
    outbox.put("question")
    outbox.put("card", lane=Lane.SAFETY)
    await outbox.dispatcher(stage).drain()
    assert stage.said == ["card", "question"]


async def test_a_safety_card_does_not_wait_for_slow_sends(outbox: Outbox, stage: Stage) -> None:
    stage.gate.clear()
    for number in range(6):
        outbox.put(f"slow {number}", to=f"p{number}", person_id="")
    dispatcher = outbox.dispatcher(stage, parallel=2, batch=4)
    serving = asyncio.create_task(dispatcher.run())
    await until(lambda: stage.tries == 2)
    outbox.put("card", lane=Lane.SAFETY)
    dispatcher.wake()
    await until(lambda: stage.tries == 3)
    stage.gate.set()
    await dispatcher.stop()
    await serving
    assert "card" in stage.said


async def test_a_reply_that_has_to_wait_holds_back_the_next_one_but_nobody_else(
    outbox: Outbox, stage: Stage
) -> None:
    first = outbox.put("first", retry_at=outbox.clock.real() + timedelta(minutes=1), attempts=1)
    outbox.put("second")
    outbox.put("other", to="ben")
    await outbox.dispatcher(stage).drain()
    assert (stage.said, outbox.row(first).state) == (["other"], "waiting")


@pytest.mark.parametrize("fault", [UnknownOutcome(), RetryLater(300)])
@pytest.mark.parametrize("finds", [False, True])
async def test_a_card_that_has_to_be_tried_again_holds_up_no_later_card(
    outbox: Outbox, stage: Stage, fault: Exception, finds: bool
) -> None:
    stage.faults, stage.finds = [fault], finds
    outbox.put("first danger", lane=Lane.SAFETY)
    dispatcher = outbox.dispatcher(stage)
    await dispatcher.drain()
    outbox.put("second danger", lane=Lane.SAFETY)
    await dispatcher.drain()
    assert stage.said == ["second danger"]


async def test_a_card_that_is_refused_every_time_holds_up_no_reply_after_the_pause(
    outbox: Outbox, stage: Stage
) -> None:
    dispatcher = outbox.dispatcher(stage)
    stage.faults = [RetryLater(300)]
    outbox.put("card", lane=Lane.SAFETY)
    await dispatcher.drain()
    outbox.put("help")
    stage.faults = [RetryLater(300)]
    outbox.clock.move(minutes=5)
    await dispatcher.drain()
    assert stage.said == ["help"]


async def test_a_card_that_a_killed_server_left_in_doubt_holds_up_no_later_card(
    outbox: Outbox, stage: Stage
) -> None:
    stage.finds = True
    now = outbox.clock.real()
    outbox.put("first danger", lane=Lane.SAFETY, state="sending", attempts=1, lease_until=now)
    outbox.put("second danger", lane=Lane.SAFETY)
    await outbox.dispatcher(stage).drain()
    assert stage.said[0] == "second danger"


async def test_cards_that_were_not_tried_yet_keep_their_order(outbox: Outbox, stage: Stage) -> None:
    for number in range(5):
        outbox.put(str(number), lane=Lane.SAFETY)
    await outbox.dispatcher(stage).drain()
    assert stage.said == ["0", "1", "2", "3", "4"]


@pytest.mark.parametrize("lane", [Lane.NUDGE, Lane.COSMETIC])
async def test_what_the_companion_starts_or_tidies_waits_for_a_card_that_is_tried_again(
    outbox: Outbox, stage: Stage, lane: Lane
) -> None:
    stage.faults = [UnknownOutcome()]
    outbox.put("card", lane=Lane.SAFETY)
    dispatcher = outbox.dispatcher(stage)
    await dispatcher.drain()
    outbox.put("later", lane=lane)
    assert (await dispatcher.drain(), stage.said) == (0, [])


async def test_a_nudge_that_waits_for_its_hour_holds_back_nothing(outbox: Outbox, stage: Stage) -> None:
    outbox.nudge("nudge", due_at=outbox.clock.now() + timedelta(hours=3))
    outbox.put("answered", lane=Lane.COSMETIC)
    outbox.put("reply")
    await outbox.dispatcher(stage).drain()
    assert stage.said == ["reply", "answered"]


async def test_what_fails_keeps_its_place_in_the_order(outbox: Outbox, stage: Stage) -> None:
    stage.faults = [RetryLater(0)]
    outbox.put("first")
    outbox.put("second")
    dispatcher = outbox.dispatcher(stage)
    assert await dispatcher.drain() == 0
    outbox.clock.move(seconds=5)
    assert await dispatcher.drain() == 2
    assert stage.said == ["first", "second"]


async def test_the_next_hour_in_which_something_is_due_is_known(outbox: Outbox, stage: Stage) -> None:
    dispatcher = outbox.dispatcher(stage)
    assert dispatcher.next_due() is None
    at = outbox.clock.now() + timedelta(hours=3)
    outbox.nudge("nudge", due_at=at)
    assert dispatcher.next_due() == at
