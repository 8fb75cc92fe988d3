"""Counting at the seams: turns at the door, runs of the timed jobs, rows of the outbox."""

import time
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import func, select

from adapters.port import Incoming, NotCommitted, Receive, Reply
from bot.nudges.jobs import Job
from bot.store.store import Store
from bot.store.tables import outbox
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
        """Run it and count what it did."""
        try:
            done = self._job.run(now)
        except Exception:
            self._metrics.job(self.name, result="failed")
            raise
        self._metrics.job(self.name, result="done", count=done)
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


class OutboxCount:
    """The job that counts the outbox, by lane and state."""

    name = "counting"
    every = 30

    def __init__(self, store: Store, metrics: Metrics) -> None:
        self._store, self._metrics = store, metrics

    def next_due(self) -> datetime | None:
        """Nothing is ever due: it only looks."""
        return None

    def run(self, now: datetime) -> int:
        """Look; nothing is done to the rows."""
        del now
        numbers = select(outbox.c.lane, outbox.c.state, func.count()).group_by(outbox.c.lane, outbox.c.state)
        for lane, state, number in self._store.read(lambda conn: conn.execute(numbers).all()):
            self._metrics.outbox(lane, state=state, count=number)
        return 0
