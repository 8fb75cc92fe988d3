"""One long night: traffic, kills, restarts, until everything is quiet."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import aiohttp
from sqlalchemy import update

from bot.store.key_tables import default_key_store
from bot.store.keys import open_keys
from bot.store.masters import Masters
from bot.store.store import Store, open_store
from bot.store.tables import occurrences, outbox
from tests.kill.ledger import Ledger, ledger, open_rows
from tests.kill.resident import Resident
from tests.kill.server import Server
from tests.stub_platform.process import RunningStub

T = TypeVar("T")

_STEPS = 60  # of one resident, more than any talk has
_AWAKE = 6
_KILL_WITHIN = 120.0
_QUIET_WITHIN = 300.0


@dataclass
class Night:
    """A server on one database, its residents, and what they saw."""

    server: Server
    stub: RunningStub
    database_url: str
    residents: list[Resident]
    kills: int = 0
    _served: list[Resident] = field(default_factory=list)

    def kill_at(self, failpoint: str, newcomers: int) -> None:
        """Let some newcomers talk until the process dies there; then a minute passes."""
        self._arrive(newcomers)
        if failpoint.startswith("sweep"):
            self._with_store(_bring_up_nudges)
        self.server.start(failpoint)
        asyncio.run(self._talk())
        self.server.wait_for_death(_KILL_WITHIN)
        self.kills += 1
        self._with_store(_end_leases)

    def settle(self) -> None:
        """Serve undisturbed until everybody has had their answers and nothing waits; then stop."""
        self.server.start()
        asyncio.run(self._talk())
        asyncio.run(self._quiet())
        if code := self.server.stop():
            raise RuntimeError(f"the server ended with exit code {code}")

    def ledger(self) -> Ledger:
        """Hold the database against what was seen."""
        accepted = [event for resident in self._served for event in resident.accepted]
        masters = Masters.load(self.server.data / "master.key")
        keys = open_keys(default_key_store(self.database_url), masters)
        posts = self.stub.posts
        try:
            return self._with_store(lambda store: ledger(store, keys, accepted, posts))
        finally:
            keys.close()

    def _arrive(self, newcomers: int) -> None:
        at = len(self._served)
        self._served.extend(self.residents[at : at + newcomers])

    async def _talk(self) -> None:
        async with aiohttp.ClientSession() as session:
            here = [one for one in self._served if one.waits or one in self._served[-_AWAKE:]]
            await asyncio.gather(*(self._one(session, resident, _STEPS) for resident in here))

    async def _one(self, session: aiohttp.ClientSession, resident: Resident, steps: int) -> None:
        """Until the talk is over; a resident whose event was not acknowledged hands it in again."""
        until = resident.finished + 1
        for _ in range(steps):
            posts = await asyncio.to_thread(self.stub.posts_to, resident.user)
            try:
                await resident.step(session, self.server.url, posts)
            except (aiohttp.ClientError, TimeoutError):
                if self.server.has_died():
                    return
                await asyncio.sleep(0.05)
            if resident.finished >= until and not resident.waits:
                return

    async def _quiet(self) -> None:
        async with asyncio.timeout(_QUIET_WITHIN):
            while await asyncio.to_thread(self._with_store, open_rows):  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.2)

    def _with_store(self, job: Callable[[Store], T]) -> T:
        store = open_store(self.database_url, single=False)
        try:
            return job(store)
        finally:
            store.close()


def _end_leases(store: Store) -> None:
    """As if the minute of a lease had passed; waits between tries are over too."""
    held = outbox.c.state.in_(("leased", "sending"))
    over = datetime.now(UTC) - timedelta(seconds=1)
    store.write(lambda conn: conn.execute(update(outbox).where(held).values(lease_until=over)).rowcount)
    store.write(lambda conn: conn.execute(update(outbox).values(retry_at=None)).rowcount)


def _bring_up_nudges(store: Store) -> None:
    """As if the hour of every planned check-in had come."""
    now = datetime.now(UTC)
    planned = (occurrences.c.state == "planned") & (occurrences.c.slot == 0)
    due = {"due_at": now - timedelta(seconds=1), "late_at": now + timedelta(hours=2)}
    store.write(lambda conn: conn.execute(update(occurrences).where(planned).values(due)).rowcount)
