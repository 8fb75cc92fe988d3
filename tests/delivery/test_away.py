"""The database goes away and comes back."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TypeVar

import pytest
from sqlalchemy import Connection

from adapters.port import Operation
from bot.delivery.row import Row
from bot.errors import StoreUnavailable
from bot.store.store import Store
from tests.delivery.stage import Outbox, Stage, render
from tests.soon import until

T = TypeVar("T")


async def test_a_send_that_could_not_be_written_down_is_written_down_later_and_not_repeated(
    outbox: Outbox, stage: Stage
) -> None:
    row = outbox.put("hello")
    stage.gate.clear()
    dispatcher = outbox.dispatcher(stage)
    serving = asyncio.create_task(dispatcher.run())
    await until(lambda: stage.tries == 1)
    comes_back = take_away(outbox.store)
    stage.gate.set()
    await until(lambda: stage.together == 0)
    comes_back()
    outbox.clock.move(minutes=5)
    dispatcher.wake()
    await until(lambda: outbox.row(row).state == "sent")
    await dispatcher.stop()
    await serving
    assert (stage.said, outbox.row(row).repeats) == (["hello"], 0)


async def test_the_dispatcher_waits_for_a_database_that_is_away(outbox: Outbox, stage: Stage) -> None:
    outbox.put("hello")
    comes_back = take_away(outbox.store)
    dispatcher = outbox.dispatcher(stage, look=0.01)
    serving = asyncio.create_task(dispatcher.run())
    await until(lambda: comes_back.refused > 2)
    comes_back()
    await until(lambda: stage.said == ["hello"])
    await dispatcher.stop()
    await serving
    assert stage.tries == 1


async def test_rows_that_could_not_be_begun_wait_for_no_lease(outbox: Outbox, stage: Stage) -> None:
    row = outbox.put("hello")
    away = [StoreUnavailable(), StoreUnavailable()]

    def drawn(row: Row) -> Operation | None:
        if away:
            raise away.pop()
        return render(row)

    dispatcher = outbox.dispatcher(stage, render=drawn)
    tries = [await dispatcher.drain() for _ in range(5)]
    assert (sum(tries), stage.said, outbox.row(row).attempts) == (1, ["hello"], 1)


async def test_what_could_not_be_written_down_is_written_in_one_go_and_nothing_twice(
    outbox: Outbox, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [outbox.put(name, to=name, person_id="ben") for name in ("cy", "di", "ed")]
    stage.gate.clear()
    dispatcher = outbox.dispatcher(stage)
    sending = asyncio.create_task(dispatcher.drain())
    await until(lambda: stage.tries == 3)
    comes_back = take_away(outbox.store)
    stage.gate.set()
    with pytest.raises(StoreUnavailable):
        await sending
    comes_back()
    writes = count(outbox.store, monkeypatch)
    await dispatcher.drain()
    assert ([outbox.row(row).state for row in rows], stage.tries) == (["sent"] * 3, 3)
    assert len(writes) == 2  # all of them, and a look for more


async def test_a_stop_while_the_database_is_away_still_waits_for_what_was_begun(
    outbox: Outbox, stage: Stage
) -> None:
    rows = [outbox.put(name, to=name, person_id="ben") for name in ("cy", "di")]
    stage.gate.clear()
    dispatcher = outbox.dispatcher(stage, parallel=1)
    serving = asyncio.create_task(dispatcher.run())
    await until(lambda: stage.tries == 1)
    comes_back = take_away(outbox.store)
    refused = comes_back.refused
    stopping = asyncio.create_task(dispatcher.stop())
    await until(lambda: comes_back.refused > refused)
    await serving
    comes_back()
    stage.gate.set()
    await stopping
    assert [outbox.row(row).state for row in rows] == ["sent", "waiting"]


def count(store: Store, monkeypatch: pytest.MonkeyPatch) -> list[None]:
    """Grows by one with every transaction."""
    written: list[None] = []
    submit = store.submit

    def counted(job: Callable[[Connection], T]) -> Future[T]:
        written.append(None)
        return submit(job)

    monkeypatch.setattr(store, "submit", counted)
    return written


@dataclass
class Away:
    """Every write fails until this is called. `refused`: how many did."""

    refused: int = 0
    _patch: pytest.MonkeyPatch = field(default_factory=pytest.MonkeyPatch)

    def __call__(self) -> None:
        self._patch.undo()

    def submit(self, job: Callable[[Connection], T]) -> Future[T]:
        del job
        self.refused += 1
        failed: Future[T] = Future()
        failed.set_exception(StoreUnavailable())
        return failed


def take_away(store: Store) -> Away:
    """The database is away until what is returned is called."""
    away = Away()
    away._patch.setattr(store, "submit", away.submit)
    return away
