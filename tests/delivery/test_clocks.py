"""Servers whose clocks differ, or jump, hold a row one at a time, and nothing waits for a clock's mistake."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import func

from adapters.port import Lane, Receipt, UnknownOutcome
from bot.delivery.check import Moment, begin
from bot.delivery.claim import Taken, Wish, claim
from bot.delivery.outcome import Sent, Unsettled
from bot.delivery.settle import settle, settle_all
from tests.conftest import HandClock
from tests.delivery.stage import Outbox, Stage, go
from tests.soon import until

LEASE = timedelta(minutes=1)
SENT = Sent(receipt=Receipt("r"))
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def server(outbox: Outbox, **ahead: float) -> Outbox:
    """Another server on the same database, by whose clock it is later."""
    clock = HandClock(outbox.clock.at + timedelta(**ahead))
    clock.by_hand = False
    return replace(outbox, clock=clock)


def take(outbox: Outbox) -> list[Taken]:
    wish = Wish(platform="stage", now=outbox.clock.now(), real=outbox.clock.real(), lease=LEASE, limit=10)
    return outbox.store.write(partial(claim, wish=wish))


def start(outbox: Outbox) -> Taken:
    """Taken, and marked as being sent."""
    (taken,) = take(outbox)
    moment = Moment(now=outbox.clock.now(), real=outbox.clock.real(), lease=LEASE)
    outbox.store.write(lambda conn: begin(conn, [taken.row], moment, go))
    return taken


# ------------------------------------------------------------------------------- two clocks


@on_postgresql
@pytest.mark.parametrize("ahead", [5, -5, 60 * 24])
async def test_servers_whose_clocks_differ_say_it_once(outbox: Outbox, stage: Stage, ahead: float) -> None:
    row = outbox.put("hello", due_at=outbox.clock.now() - timedelta(days=2))
    stage.gate.clear()
    first, second = server(outbox), server(outbox, minutes=ahead)
    sending = asyncio.create_task(first.dispatcher(stage).drain())
    await until(lambda: stage.tries == 1)
    assert await second.dispatcher(stage).drain() == 0
    second.clock.move(minutes=1)
    assert await second.dispatcher(stage).drain() == 0
    stage.gate.set()
    await sending
    assert (stage.said, outbox.row(row).state, outbox.row(row).repeats) == (["hello"], "sent", 0)


@on_postgresql
async def test_a_server_ahead_of_the_others_hurries_no_retry(outbox: Outbox, stage: Stage) -> None:
    outbox.put("hello", due_at=outbox.clock.now() - timedelta(days=2))
    stage.lost = [UnknownOutcome()]
    await server(outbox, days=-1).dispatcher(stage, between=lambda least, most: 900).drain()
    assert outbox.states() == ["waiting"]
    await server(outbox, days=1).dispatcher(stage).drain()
    assert stage.said == ["hello"]


@on_postgresql
@pytest.mark.parametrize(("due", "ahead", "said"), [(30, 1, []), (-30, -1, ["hello"])])
async def test_what_is_due_is_due_by_the_databases_clock(
    outbox: Outbox, stage: Stage, due: float, ahead: float, said: list[str]
) -> None:
    outbox.put("hello", due_at=datetime.now(UTC) + timedelta(minutes=due))
    apart = datetime.now(UTC) - outbox.clock.at + timedelta(hours=ahead)
    await server(outbox, seconds=apart.total_seconds()).dispatcher(stage).drain()
    assert stage.said == said


@on_postgresql
async def test_a_server_a_day_ahead_leaves_leases_of_a_minute(outbox: Outbox, stage: Stage) -> None:
    row = outbox.put("card", lane=Lane.SAFETY, due_at=outbox.clock.now() - timedelta(days=2))
    stage.gate.clear()
    ahead = server(outbox, days=1)
    sending = asyncio.create_task(ahead.dispatcher(stage).drain())
    await until(lambda: stage.tries == 1)
    held, now = (
        outbox.row(row).lease_until,
        outbox.store.read(lambda conn: conn.scalar(func.clock_timestamp())),
    )
    stage.gate.set()
    await sending
    assert held is not None
    assert now is not None
    assert timedelta(0) < held - now < timedelta(minutes=1, seconds=1)


async def test_a_clock_that_jumps_while_it_sends_does_not_send_twice(outbox: Outbox, stage: Stage) -> None:
    row = outbox.put("card", lane=Lane.SAFETY)
    stage.gate.clear()
    dispatcher = outbox.dispatcher(stage)
    sending = asyncio.create_task(dispatcher.drain())
    await until(lambda: stage.tries == 1)
    outbox.clock.move(hours=1)
    again = asyncio.create_task(dispatcher.drain())
    outbox.put("other", to="ben", lane=Lane.SAFETY)
    await until(lambda: stage.together == 2)
    stage.gate.set()
    await asyncio.gather(sending, again)
    assert (stage.said.count("card"), outbox.row(row).repeats) == (1, 0)


async def test_what_was_written_by_a_clock_that_was_set_back_since_goes_at_once(
    outbox: Outbox, stage: Stage
) -> None:
    for name, lane in (("card", Lane.SAFETY), ("reply", Lane.REPLY)):
        outbox.put(name, lane=lane)
    outbox.clock.move(hours=-1)
    outbox.put("after")
    for _ in range(3):
        await outbox.dispatcher(stage).drain()
    assert stage.said == ["card", "reply", "after"]


async def test_a_clock_that_was_set_back_hurries_nothing(outbox: Outbox, stage: Stage) -> None:
    outbox.put("later", due_at=outbox.clock.now() + timedelta(minutes=30))
    outbox.clock.move(hours=-1)
    await outbox.dispatcher(stage).drain()
    assert stage.said == []


# ------------------------------------------------------------------------------- leases that cannot be


@pytest.mark.parametrize("state", ["leased", "sending"])
async def test_a_lease_of_a_day_holds_no_safety_card_back(outbox: Outbox, stage: Stage, state: str) -> None:
    a_day = outbox.clock.real() + timedelta(days=1)
    row = outbox.put("card", lane=Lane.SAFETY, lease_until=a_day, state=state, attempts=1)
    dispatcher = outbox.dispatcher(stage)
    for _ in range(2):
        await dispatcher.drain()
        outbox.clock.move(minutes=1)
    assert (stage.said, outbox.row(row).state) == (["card"], "sent")


async def test_a_retry_in_a_day_holds_no_safety_card_back(outbox: Outbox, stage: Stage) -> None:
    outbox.put("card", lane=Lane.SAFETY, attempts=1, retry_at=outbox.clock.real() + timedelta(days=1))
    await outbox.dispatcher(stage).drain()
    assert stage.said == ["card"]


async def test_a_lease_that_may_be_is_kept(outbox: Outbox, stage: Stage) -> None:
    outbox.put("hello", lease_until=outbox.clock.real() + LEASE, state="leased", attempts=1)
    await outbox.dispatcher(stage).drain()
    assert stage.said == []


# ------------------------------------------------------------------------------- late workers


@pytest.mark.parametrize("one_by_one", [True, False])
async def test_a_send_after_the_lease_was_lost_changes_nothing_and_counts_as_a_possible_repeat(
    outbox: Outbox, one_by_one: bool
) -> None:
    row = outbox.put("hello")
    late, times = start(outbox), {"now": outbox.clock.now(), "real": outbox.clock.real()}
    outbox.clock.move(minutes=2)
    take(outbox)
    before = outbox.row(row)
    if one_by_one:
        assert not outbox.store.write(lambda conn: settle(conn, late.row, SENT, **times))
    else:
        assert outbox.store.write(lambda conn: settle_all(conn, [(late.row, SENT)], **times)) == [False]
    assert outbox.row(row) == replace(before, repeats=1)


async def test_what_was_written_down_already_is_no_repeat(outbox: Outbox) -> None:
    row, times = outbox.put("hello"), {"now": outbox.clock.now(), "real": outbox.clock.real()}
    taken = start(outbox)
    done = [outbox.store.write(lambda conn: settle(conn, taken.row, SENT, **times)) for _ in range(2)]
    assert (done, outbox.row(row).repeats) == ([True, False], 0)


async def test_a_late_look_for_an_earlier_send_is_no_repeat(outbox: Outbox) -> None:
    row, times = outbox.put("hello"), {"now": outbox.clock.now(), "real": outbox.clock.real()}
    start(outbox)
    outbox.clock.move(minutes=2)
    (late,) = take(outbox)
    outbox.clock.move(minutes=2)
    assert len(take(outbox)) == 1
    outbox.store.write(lambda conn: settle(conn, late.row, SENT, **times))
    assert outbox.row(row).repeats == 0


# ------------------------------------------------------------------------------- when a send began


async def test_a_message_in_doubt_is_looked_for_from_when_it_was_sent_however_often(outbox: Outbox) -> None:
    outbox.put("hello")
    began = outbox.clock.real()
    taken = start(outbox)
    for _ in range(5):
        at = outbox.clock.real() + timedelta(minutes=10)
        times = {"now": outbox.clock.now(), "real": outbox.clock.real()}
        row, outcome = taken.row, Unsettled(at=at)
        outbox.store.write(lambda conn: settle(conn, row, outcome, **times))  # noqa: B023 - waited for
        outbox.clock.move(minutes=9)
        assert take(outbox) == []
        outbox.clock.move(minutes=2)
        (taken,) = take(outbox)
        assert taken.since is not None
        assert timedelta(0) < began - taken.since < timedelta(minutes=4)


async def test_who_looks_into_a_doubt_holds_it_for_a_lease(outbox: Outbox) -> None:
    outbox.put("hello")
    start(outbox)
    outbox.clock.move(minutes=2)
    assert len(take(outbox)) == 1
    assert take(outbox) == []
    outbox.clock.move(minutes=1)
    assert len(take(outbox)) == 1
