import asyncio
from datetime import timedelta

from adapters.port import Lane, RetryLater
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
