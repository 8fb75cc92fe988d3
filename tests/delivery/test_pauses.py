from datetime import timedelta

import pytest

from adapters.port import Lane, RetryLater
from bot.store.tables import throttles
from tests.delivery.stage import Outbox, Stage


async def test_a_platform_that_asks_to_wait_stops_the_whole_tenant(outbox: Outbox, stage: Stage) -> None:
    stage.faults = [RetryLater(30)]
    outbox.put("first")
    dispatcher = outbox.dispatcher(stage)
    await dispatcher.drain()
    outbox.put("other", to="ben")
    assert (await dispatcher.drain(), stage.tries) == (0, 1)


async def test_after_the_pause_everything_goes_out_in_order(outbox: Outbox, stage: Stage) -> None:
    stage.faults = [RetryLater(30)]
    outbox.put("first")
    outbox.put("second")
    dispatcher = outbox.dispatcher(stage)
    await dispatcher.drain()
    outbox.clock.move(seconds=30)
    assert (await dispatcher.drain(), stage.said) == (2, ["first", "second"])


async def test_another_tenant_goes_on(outbox: Outbox, stage: Stage) -> None:
    stage.faults = [RetryLater(30)]
    outbox.put("first")
    dispatcher = outbox.dispatcher(stage)
    await dispatcher.drain()
    outbox.put("elsewhere", tenant="u", to="cy", person_id="")
    assert (await dispatcher.drain(), stage.said) == (1, ["elsewhere"])


@pytest.mark.parametrize("lane", [Lane.SAFETY, Lane.REPLY, Lane.ALERT])
async def test_a_pause_that_a_nudge_caused_stops_no_first_try_of_another_kind(
    outbox: Outbox, stage: Stage, lane: Lane
) -> None:
    stage.faults = [RetryLater(30)]
    outbox.nudge("nudge", to="ben")
    dispatcher = outbox.dispatcher(stage)
    await dispatcher.drain()
    outbox.put("said", lane=lane)
    outbox.nudge("another nudge")
    assert (await dispatcher.drain(), stage.said) == (1, ["said"])


async def test_the_second_try_of_a_reply_waits_for_that_pause_too(outbox: Outbox, stage: Stage) -> None:
    stage.faults = [RetryLater(30)]
    outbox.nudge("nudge", to="ben")
    dispatcher = outbox.dispatcher(stage)
    await dispatcher.drain()
    outbox.put("said", attempts=1)
    assert (await dispatcher.drain(), stage.said) == (0, [])


async def test_a_first_safety_card_is_tried_in_any_pause(outbox: Outbox, stage: Stage) -> None:
    stage.faults = [RetryLater(30)]
    outbox.put("reply")
    dispatcher = outbox.dispatcher(stage)
    await dispatcher.drain()
    outbox.put("card", lane=Lane.SAFETY, to="ben")
    assert (await dispatcher.drain(), stage.said) == (1, ["card"])


async def test_a_nudge_does_not_lengthen_a_pause_of_all_lanes(outbox: Outbox, stage: Stage) -> None:
    stage.faults = [RetryLater(30), RetryLater(600)]
    outbox.put("reply")
    outbox.nudge("nudge", to="ben")
    await outbox.dispatcher(stage).drain()
    pause = outbox.rows(throttles)[0]
    assert (pause.nudges_only, pause.until) == (False, outbox.clock.real() + timedelta(seconds=30))


async def test_a_reply_that_is_told_to_wait_widens_the_pause_of_nudges(outbox: Outbox, stage: Stage) -> None:
    stage.faults = [RetryLater(600), RetryLater(30)]
    outbox.nudge("nudge", to="ben")
    dispatcher = outbox.dispatcher(stage)
    await dispatcher.drain()
    outbox.put("reply")
    await dispatcher.drain()
    pause = outbox.rows(throttles)[0]
    assert (pause.nudges_only, pause.until) == (False, outbox.clock.real() + timedelta(seconds=30))


async def test_rows_taken_before_the_pause_began_go_back_untried(outbox: Outbox, stage: Stage) -> None:
    stage.faults = [RetryLater(30)]
    rows = [outbox.put(name, to=name, person_id="") for name in ("cy", "di", "ed")]
    await outbox.dispatcher(stage, parallel=1).drain()
    assert (stage.tries, [outbox.row(row).attempts for row in rows]) == (1, [1, 0, 0])


@pytest.mark.parametrize(
    ("header", "wait"),
    [(1.5, 2.0), (0.0, 2.0), (-1.0, 2.0), (7.25, 7.25), (86_400.0, 900.0), (float("inf"), 900.0)],
)
async def test_any_header_leads_to_one_bounded_wait(
    outbox: Outbox, stage: Stage, header: float, wait: float
) -> None:
    stage.faults = [RetryLater(header)]
    row = outbox.put("hello")
    await outbox.dispatcher(stage).drain()
    assert outbox.row(row).retry_at == outbox.clock.real() + timedelta(seconds=wait)


async def test_five_minutes_of_refusals_cost_few_calls_and_lose_nothing(outbox: Outbox, stage: Stage) -> None:
    stage.faults = [RetryLater(30) for _ in range(10)]
    for number in range(5):
        outbox.put(str(number))
    dispatcher = outbox.dispatcher(stage)
    for _ in range(1200):
        await dispatcher.drain()
        outbox.clock.move(seconds=5)
        if not outbox.states().count("waiting"):
            break
    assert (stage.said, stage.tries) == (["0", "1", "2", "3", "4"], 15)


async def test_nudges_leave_a_fifth_of_the_minute_to_others(outbox: Outbox, stage: Stage) -> None:
    for number in range(20):
        outbox.nudge(str(number), to=f"p{number}", person_id="")
    dispatcher = outbox.dispatcher(stage, rate=10)
    assert await dispatcher.drain() == 8
    outbox.put("reply")
    assert (await dispatcher.drain(), stage.said[-1]) == (1, "reply")
    outbox.clock.move(minutes=1)
    assert await dispatcher.drain() == 8


async def test_what_is_drawn_anew_takes_no_nudge_its_place(outbox: Outbox, stage: Stage) -> None:
    for number in range(20):
        outbox.put(f"home {number}", to=f"h{number}", person_id="", lane=Lane.COSMETIC)
        outbox.nudge(f"nudge {number}", to=f"n{number}", person_id="")
    await outbox.dispatcher(stage, rate=10).drain()
    kinds = [text.split()[0] for text in stage.said]
    assert (kinds.count("nudge"), kinds.count("home")) == (8, 20)
