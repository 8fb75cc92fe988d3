"""APScheduler as a clock: a few named interval jobs. It holds no person's schedule; the database does."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.logs import get_log
from bot.nudges.jobs import Job

log = get_log("nudges")

_LOOK = 5.0
"""Seconds between two looks whether the machine's clock was set back."""


class Ticker:
    """Calls each job every so many seconds in a worker thread, one job at a time, first at once.

    A job that fails is logged by type and called again at its next time. `now` may ask the database, so it
    is called in that thread. `lock` is shared with the walking clock; `after` is told when a job did
    something (the dispatcher wakes).
    """

    def __init__(
        self, jobs: Sequence[Job], now: Callable[[], datetime], lock: asyncio.Lock, after: Callable[[], None]
    ) -> None:
        self._jobs = jobs
        self._now = now
        self._lock = lock
        self._after = after
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._stopping = False
        self._minding: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin ticking on the running event loop."""
        for job in self._jobs:
            self._scheduler.add_job(
                self.tick,
                "interval",
                args=[job],
                id=job.name,
                seconds=job.every,
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
                next_run_time=datetime.now(UTC),
            )
        self._scheduler.start()
        self._minding = asyncio.create_task(self._mind_the_clock())

    async def stop(self) -> None:
        """Stop ticking; a job that runs is waited for, and none begins."""
        self._stopping = True
        if self._minding is not None:
            self._minding.cancel()
        async with self._lock:  # APScheduler's own shutdown would leave the job's thread alone with its work
            if self._scheduler.running:
                self._scheduler.shutdown(wait=False)

    async def tick(self, job: Job) -> None:
        """Call one job now, or none once the ticker stops."""
        async with self._lock:
            if self._stopping:
                return
            try:
                done = await asyncio.to_thread(lambda: job.run(self._now()))
            except Exception as error:  # whatever failed, the next tick tries again
                log.error("nudges.job-failed", kind=job.name, exc_info=error)
                return
        if done:
            self._after()

    async def _mind_the_clock(self) -> None:
        """A machine's clock that is set back leaves every next time that far away: they are brought near."""
        while True:
            await asyncio.sleep(_LOOK)
            now = datetime.now(UTC)
            for job in self._jobs:
                planned = self._scheduler.get_job(job.name)
                if planned.next_run_time > now + timedelta(seconds=job.every):
                    planned.modify(next_run_time=now)
