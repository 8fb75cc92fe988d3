"""The walking clock: domain time goes forward as if it were lived, instant by instant, never in one leap."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import select

from bot.clock import Clock
from bot.errors import Defect
from bot.nudges.jobs import Job, earliest_due
from bot.store.apply import apply
from bot.store.draft import Upsert
from bot.store.store import Store
from bot.store.tables import meta

_NAME = "clock"
_ROUNDS = 1000
_MS = timedelta(milliseconds=1)


class Sends(Protocol):
    """The dispatcher, as the walk sees it."""

    def next_due(self) -> datetime | None: ...

    async def drain(self) -> int: ...


Inbox = Callable[[], Awaitable[int]]
"""Plays what waits in the inbox; returns how many moves were played."""


async def walk(
    to: datetime,
    *,
    jobs: Sequence[Job],
    dispatcher: Sends,
    inbox: Inbox,
    clock: Clock,
    lock: asyncio.Lock,
    store: Store | None = None,
    halted: Callable[[], bool] = lambda: False,
) -> int:
    """Walk to the next instant at which anything is due, until nothing is left to do then, and so on to `to`.

    Only forward: an earlier target does what is due now and moves nothing. With a store the offset is kept
    before each step is lived, so that a restart never goes back. Once `halted` it ends after the step under
    way. Returns how many steps were taken.
    """
    steps = 0
    async with lock:
        if halted():
            return 0
        await _settle(jobs, dispatcher, inbox, clock)
        while (now := clock.now()) < to and not halted():
            clock.walk(min(_next(jobs, dispatcher, now) or to, to))
            if store is not None:
                await asyncio.to_thread(save_offset, store, clock)
            await _settle(jobs, dispatcher, inbox, clock)
            steps += 1
    return steps


def save_offset(store: Store, clock: Clock) -> None:
    """Keep how far domain time has been walked."""
    row = {"name": _NAME, "value": str(clock.ahead // _MS)}
    store.write(lambda conn: apply(conn, Upsert(meta, row, ("name",))))


def load_offset(store: Store) -> timedelta:
    """How far domain time had been walked; zero where it never was."""
    found = store.read(lambda conn: conn.execute(select(meta.c.value).where(meta.c.name == _NAME)).scalar())
    return int(found) * _MS if found else timedelta(0)


def _next(jobs: Sequence[Job], dispatcher: Sends, now: datetime) -> datetime | None:
    sends = dispatcher.next_due()
    due = (earliest_due(jobs, after=now), sends if sends and sends > now else None)
    return min((one for one in due if one is not None), default=None)


async def _settle(jobs: Sequence[Job], dispatcher: Sends, inbox: Inbox, clock: Clock) -> None:
    """Run, play and send until nothing more happens at this instant."""
    for _ in range(_ROUNDS):
        done = 0
        for job in jobs:
            done += await asyncio.to_thread(job.run, clock.now())
        done += await inbox()
        done += await dispatcher.drain()
        if done == 0:
            return
    raise Defect("the walking clock does not come to rest")
