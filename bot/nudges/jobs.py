"""What the ticker and the walking clock call: named jobs that know when they are next due."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol


class Job(Protocol):
    """A pair: when, and what. Synchronous, run in a worker thread, never two at once in a process.

    `every` is how often the ticker calls it, in seconds. `next_due` is domain time, None for nothing ahead.
    `run` does all that is due at `now` and says how much that was; run again at once, it does nothing.
    """

    name: str
    every: int

    def next_due(self) -> datetime | None: ...

    def run(self, now: datetime) -> int: ...


def earliest_due(jobs: Iterable[Job], *, after: datetime) -> datetime | None:
    """The first instant after `after` at which one of the jobs has something to do."""
    found = (job.next_due() for job in jobs)
    return min((due for due in found if due is not None and due > after), default=None)
