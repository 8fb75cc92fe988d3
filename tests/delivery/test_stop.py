import asyncio

from tests.delivery.stage import Outbox, Stage
from tests.soon import until


async def test_a_stop_waits_for_what_was_begun_and_gives_back_the_rest(outbox: Outbox, stage: Stage) -> None:
    stage.gate.clear()
    rows = [outbox.put(str(number), to=f"p{number}", person_id="ben") for number in range(10)]
    dispatcher = outbox.dispatcher(stage, parallel=4)
    serving = asyncio.create_task(dispatcher.run())
    await until(lambda: stage.tries == 4)
    stopping = asyncio.create_task(dispatcher.stop())
    await until(lambda: outbox.states().count("leased") == 0)
    stage.gate.set()
    await stopping
    await serving
    assert sorted(outbox.states()) == ["sent"] * 4 + ["waiting"] * 6
    assert [outbox.row(row).attempts for row in rows[4:]] == [0] * 6


async def test_a_send_that_outlasts_the_grace_is_left_in_doubt(outbox: Outbox, stage: Stage) -> None:
    stage.gate.clear()
    row = outbox.put("hello")
    dispatcher = outbox.dispatcher(stage, grace=0.01)
    serving = asyncio.create_task(dispatcher.run())
    await until(lambda: stage.tries == 1)
    await dispatcher.stop()
    await serving
    assert outbox.row(row).state == "sending"


async def test_a_stop_before_the_start_is_no_trouble(outbox: Outbox, stage: Stage) -> None:
    await outbox.dispatcher(stage).stop()
    assert stage.tries == 0


async def test_a_wake_is_heard_from_another_thread(outbox: Outbox, stage: Stage) -> None:
    dispatcher = outbox.dispatcher(stage)
    serving = asyncio.create_task(dispatcher.run())
    await asyncio.sleep(0)
    outbox.put("hello")
    await asyncio.to_thread(dispatcher.wake)
    await until(lambda: stage.said == ["hello"])
    await dispatcher.stop()
    await serving


async def test_at_most_so_many_are_sent_at_once(outbox: Outbox, stage: Stage) -> None:
    for number in range(30):
        outbox.put(str(number), to=f"p{number}", person_id="")
    assert await outbox.dispatcher(stage, parallel=3, batch=10).drain() == 30
    assert stage.most_together <= 3
