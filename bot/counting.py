"""Counting at the seams: turns at the door, runs of the timed jobs, what waits."""

import time
from collections.abc import Callable
from datetime import datetime
from functools import partial

from adapters.port import Incoming, NotCommitted, Receive, Reply
from bot.backlog import backlog
from bot.clock import Clock
from bot.nudges.jobs import Job
from bot.nudges.sweep import Sweep
from bot.store.store import Store
from bot.web.metrics import Metrics


def counted_receive(receive: Receive, metrics: Metrics) -> Receive:
    """The door, with each turn counted by how it ended."""

    async def counted(event: Incoming) -> Reply:
        began = time.monotonic()
        outcome = "failed"
        try:
            reply = await receive(event)
            outcome = "committed"
        except NotCommitted:
            outcome = "refused"
            raise
        finally:
            metrics.turn(platform=event.account.platform, outcome=outcome, seconds=time.monotonic() - began)
        return reply

    return counted


class CountedJob:
    """A job, with each run counted."""

    def __init__(self, job: Job, metrics: Metrics) -> None:
        self._job, self._metrics = job, metrics
        self.name, self.every = job.name, job.every

    def next_due(self) -> datetime | None:
        """The job's own."""
        return self._job.next_due()

    def run(self, now: datetime) -> int:
        """Run it and count that it did."""
        began, result = time.monotonic(), "failed"
        try:
            done = self._job.run(now)
            result = "done"
        finally:
            self._metrics.job(self.name, result=result, seconds=time.monotonic() - began)
        if self.name == Sweep.name:
            self._metrics.swept(done)
        return done


class WatchedJob:
    """A job, with a call each time that it ran without an error."""

    def __init__(self, job: Job, ran: Callable[[], None]) -> None:
        self._job, self._ran = job, ran
        self.name, self.every = job.name, job.every

    def next_due(self) -> datetime | None:
        """The job's own."""
        return self._job.next_due()

    def run(self, now: datetime) -> int:
        """Run it."""
        done = self._job.run(now)
        self._ran()
        return done


class BacklogCount:
    """The job that counts what waits."""

    name = "counting"
    every = 30

    def __init__(self, store: Store, clock: Clock, metrics: Metrics) -> None:
        self._store, self._clock, self._metrics = store, clock, metrics

    def next_due(self) -> datetime | None:
        """Nothing is ever due: it only looks."""
        return None

    def run(self, now: datetime) -> int:
        """Look; nothing is done to the rows."""
        look = partial(backlog, now=now, real=self._clock.real())
        self._metrics.backlog(self._store.read(look))
        return 0
