"""APScheduler ticks; it knows of no person."""

import asyncio
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo

import pytest

from bot.nudges.ticker import Ticker
from tests.conftest import MONDAY
from tests.soon import until


@dataclass
class Recorded:
    """A job that writes down when and where it ran."""

    name: str = "recorded"
    every: int = 3600
    result: int = 1
    failure: Exception | None = None
    ran: list[datetime] = field(default_factory=list)
    threads: set[str] = field(default_factory=set)

    def next_due(self) -> datetime | None:
        return None

    def run(self, now: datetime) -> int:
        self.ran.append(now)
        self.threads.add(threading.current_thread().name)
        if self.failure:
            raise self.failure
        return self.result


def ticker(
    *jobs: Recorded, after: Callable[[], None] = lambda: None, lock: asyncio.Lock | None = None
) -> Ticker:
    return Ticker(jobs, lambda: MONDAY, lock or asyncio.Lock(), after)


async def test_each_job_runs_at_once_when_the_clock_starts() -> None:
    jobs = Recorded(name="one"), Recorded(name="two")
    clock = ticker(*jobs)
    clock.start()
    await until(lambda: all(job.ran for job in jobs))
    await clock.stop()
    assert [job.ran for job in jobs] == [[MONDAY], [MONDAY]]


class LongAgo(datetime):
    """A clock that stood still thirty hours and a half ago."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> "LongAgo":
        return cls.fromtimestamp(time.time(), tz) - timedelta(hours=30.5)


async def test_a_job_that_could_not_run_for_many_hours_runs_as_soon_as_it_can(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.nudges.ticker.datetime", LongAgo)
    job = Recorded()
    clock = ticker(job)
    clock.start()
    await until(lambda: bool(job.ran))
    await clock.stop()
    assert job.ran == [MONDAY]


async def test_a_machines_clock_that_is_set_back_keeps_no_job_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.nudges.ticker._LOOK", 0.01)
    job = Recorded()
    clock = ticker(job)
    clock.start()
    await until(lambda: len(job.ran) == 1)
    for module in ("bot.nudges.ticker", "apscheduler.schedulers.base"):
        monkeypatch.setattr(f"{module}.datetime", LongAgo)
    await until(lambda: len(job.ran) == 2)
    await clock.stop()
    assert job.ran == [MONDAY, MONDAY]


async def test_a_job_runs_off_the_event_loop() -> None:
    job = Recorded()
    await ticker(job).tick(job)
    assert threading.current_thread().name not in job.threads


@pytest.mark.parametrize(("result", "told"), [(0, 0), (3, 1)])
async def test_only_work_done_wakes_the_dispatcher(result: int, told: int) -> None:
    job, calls = Recorded(result=result), list[int]()
    await ticker(job, after=lambda: calls.append(1)).tick(job)
    assert len(calls) == told


async def test_a_failing_job_stops_nothing_and_is_called_again() -> None:
    job = Recorded(failure=RuntimeError("what somebody wrote"))
    clock = ticker(job)
    await clock.tick(job)
    await clock.tick(job)
    assert len(job.ran) == 2


async def test_no_job_runs_while_the_clock_is_walked() -> None:
    job, lock = Recorded(), asyncio.Lock()
    clock = ticker(job, lock=lock)
    async with lock:
        waiting = asyncio.create_task(clock.tick(job))
        await asyncio.sleep(0)
        assert job.ran == []
    await waiting
    assert job.ran == [MONDAY]


@dataclass
class Slow(Recorded):
    """A job that is in the middle until it is let go."""

    go: threading.Event = field(default_factory=threading.Event)
    ended: bool = False

    def run(self, now: datetime) -> int:
        self.ran.append(now)
        self.go.wait(60)
        self.ended = True
        return 0


async def test_stopping_waits_for_the_job_that_runs_and_begins_no_other() -> None:
    slow, other = Slow(name="slow"), Recorded(name="other")
    clock = ticker(slow, other)
    clock.start()
    await until(lambda: bool(slow.ran))
    stopping = asyncio.create_task(clock.stop())
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asyncio.shield(stopping), 0.05)
    slow.go.set()
    await stopping
    assert (slow.ended, other.ran) == (True, [])


async def test_a_clock_that_never_started_can_be_stopped() -> None:
    await ticker(Recorded()).stop()
