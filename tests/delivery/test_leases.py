import asyncio
from datetime import timedelta
from functools import partial

from adapters.port import Receipt
from bot.delivery.check import Moment, begin
from bot.delivery.claim import Taken, Wish, claim
from bot.delivery.outcome import Sent
from bot.delivery.settle import settle
from tests.delivery.stage import Outbox, Stage, go
from tests.soon import until

MINUTE = timedelta(minutes=1)


def take(outbox: Outbox) -> Taken:
    now = outbox.clock.now()
    wish = Wish(platform="stage", now=now, real=outbox.clock.real(), lease=MINUTE, limit=10)
    return outbox.store.write(partial(claim, wish=wish))[0]


def start(outbox: Outbox, taken: Taken) -> bool:
    moment = Moment(now=outbox.clock.now(), real=outbox.clock.real(), lease=MINUTE)
    return outbox.store.write(lambda conn: taken.row.id in begin(conn, [taken.row], moment, go))


def finish(outbox: Outbox, taken: Taken) -> bool:
    now, sent = outbox.clock.now(), Sent(receipt=Receipt("r"))
    return outbox.store.write(lambda conn: settle(conn, taken.row, sent, now=now, real=now))


async def test_a_worker_that_paused_past_its_lease_cannot_begin(outbox: Outbox) -> None:
    outbox.put("hello")
    paused = take(outbox)
    outbox.clock.move(minutes=2)
    assert not start(outbox, paused)
    other = take(outbox)
    assert (start(outbox, paused), start(outbox, other)) == (False, True)


async def test_a_worker_that_paused_past_its_lease_cannot_finish(outbox: Outbox) -> None:
    row = outbox.put("hello")
    paused = take(outbox)
    start(outbox, paused)
    outbox.clock.move(minutes=2)
    take(outbox)
    assert (finish(outbox, paused), outbox.row(row).state) == (False, "sending")


async def test_a_lease_that_ends_before_the_send_costs_no_attempt(outbox: Outbox) -> None:
    row = outbox.put("hello")
    take(outbox)
    outbox.clock.move(minutes=2)
    again = take(outbox)
    assert (again.since, again.row.attempts, outbox.row(row).attempts) == (None, 1, 1)


async def test_a_lease_that_ends_in_the_send_leaves_a_doubt(outbox: Outbox) -> None:
    outbox.put("hello")
    began = outbox.clock.real()
    start(outbox, take(outbox))
    outbox.clock.move(minutes=2)
    doubtful = take(outbox)
    assert doubtful.since is not None
    assert (doubtful.since < began, doubtful.row.state) == (True, "sending")


async def test_a_doubt_left_by_a_crash_is_resolved_by_the_next_one(outbox: Outbox, stage: Stage) -> None:
    row = outbox.put("hello")
    start(outbox, take(outbox))
    outbox.clock.move(minutes=2)
    dispatcher = outbox.dispatcher(stage)
    await dispatcher.drain()
    outbox.clock.move(minutes=2)
    await dispatcher.drain()
    assert (stage.said, outbox.row(row).repeats, outbox.row(row).state) == (["hello"], 1, "sent")


async def test_a_row_deleted_while_it_is_being_sent_stays_deleted(outbox: Outbox) -> None:
    outbox.put("hello", talk_id="talk", key="week")
    taken = take(outbox)
    start(outbox, taken)
    outbox.store.write(lambda conn: conn.exec_driver_sql("DELETE FROM outbox").rowcount)
    assert (finish(outbox, taken), outbox.states()) == (False, [])


async def test_a_lone_server_frees_what_its_predecessor_held(outbox: Outbox, stage: Stage) -> None:
    outbox.put("hello")
    take(outbox)
    dispatcher = outbox.dispatcher(stage)
    if outbox.store.dialect == "postgresql":  # another server may hold it
        outbox.clock.move(minutes=2)
    serving = asyncio.create_task(dispatcher.run())
    await until(lambda: stage.said == ["hello"])
    await dispatcher.stop()
    await serving
