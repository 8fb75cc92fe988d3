"""One long night: an old database, traffic, kills, restarts, until everything is quiet."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeVar

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import update

from bot.store import schema
from bot.store.key_tables import default_key_store
from bot.store.keys import open_keys
from bot.store.masters import Masters
from bot.store.store import Store, open_store
from bot.store.tables import metadata, occurrences, outbox
from tests.kill.crowd import Crowd
from tests.kill.earlier import Earlier, leave
from tests.kill.ledger import Ledger, ledger, open_rows
from tests.kill.resident import Resident
from tests.kill.rotation import falsehoods
from tests.kill.server import Deployment, Server

T = TypeVar("T")

NEWCOMERS = 2
"""To each kill: somebody who has no key yet."""
_STEPS = 60  # of one resident, more than any talk has
_CALM = 0.2
"""Seconds between a resident's steps where something else, and not their number, is the point."""
_KILL_WITHIN = 120.0
_QUIET_WITHIN = 300.0
_LEASE = timedelta(minutes=1)
_LONG_HELD = timedelta(seconds=8)  # no server that lives holds a row for so long


@dataclass
class Night:
    """Servers on one database, their residents, and what they saw."""

    deployment: Deployment
    crowd: Crowd
    earlier: Earlier
    kills: list[str] = field(default_factory=list)
    untrue: list[str] = field(default_factory=list)

    def live(self, kills: Sequence[str], say: Callable[[str], None] = lambda line: None) -> Ledger:
        """Kill at each of these places, settle, and count."""
        self._say = say
        migrating = [one for one in kills if one.startswith("migrate.")]
        rotating = [one for one in kills if one.startswith("rotate.")]
        serving = [one for one in kills if one not in migrating + rotating]
        if migrating:
            self._migrate(migrating)
        half = len(serving) // 2
        self._serve(serving, range(half))
        if rotating:
            self._rotate(rotating)
        self._serve(serving, range(half, len(serving)))
        self._settle()
        return self._ledger()

    def live_beside(self, trouble: Callable[[], Awaitable[None]], newcomers: int) -> Ledger:
        """Serve newcomers while something happens to the machine; then settle, and count."""
        for server in self._servers:
            server.start()
        self.crowd.arrive(newcomers)
        asyncio.run(self._talk_beside(trouble))
        self._settle()
        return self._ledger()

    async def _talk_beside(self, trouble: Callable[[], Awaitable[None]]) -> None:
        happening = asyncio.ensure_future(trouble())
        await self.crowd.talk(lambda _: happening.done(), within=_KILL_WITHIN, pause=_CALM)
        await happening

    @property
    def _servers(self) -> list[Server]:
        return self.crowd.servers

    def _died(self, failpoint: str) -> None:
        self.kills.append(failpoint)
        self._say(f"killed at {failpoint}")

    # ------------------------------------------------------------------------------- migrations

    def _migrate(self, failpoints: Sequence[str]) -> None:
        """Servers that start together take turns, each dies in its turn, and the next goes on from there.

        After the last revision only one can die, so that one starts when the others are dead.
        """
        last = [one for one in failpoints if one.startswith("migrate.after-last")]
        within = [one for one in failpoints if one not in last]
        together = len(self._servers)
        for at in range(0, len(within), together):
            self._die_starting(within[at : at + together])
        for one in last:
            self._die_starting([one])

    def _die_starting(self, failpoints: Sequence[str]) -> None:
        for server, failpoint in zip(self._servers, failpoints, strict=False):
            server.begin(failpoint)
        for server, failpoint in zip(self._servers, failpoints, strict=False):
            server.wait_for_death(_KILL_WITHIN)
            self._died(failpoint)
        if schema.revision_of(self.deployment.database_url) == schema.revisions()[-1]:
            return
        refused = self.deployment.command("keys", "status")
        if (refused.returncode, refused.stderr.count("\n")) != (78, 1):
            self.untrue.append(f"on a database half-way a command ends with {refused.returncode}")

    # ------------------------------------------------------------------------------- traffic

    def _serve(self, failpoints: Sequence[str], which: Iterable[int]) -> None:
        """Each server is killed a few times in a row, while the others go on."""
        for number in which:
            victim = self._servers[number * len(self._servers) // len(failpoints)]
            for server in self._servers:
                if server is not victim and not server.is_running:
                    server.start()
            victim.stop()
            self._kill(victim, failpoints[number])

    def _kill(self, victim: Server, failpoint: str) -> None:
        """Let newcomers talk until it dies there; the others go on; then a minute passes."""
        self.crowd.arrive(NEWCOMERS)
        victim.start(failpoint)
        asyncio.run(self._talk_until_dead(victim, failpoint))
        victim.has_died()
        self._died(failpoint)
        if any(server.is_running for server in self._servers):
            asyncio.run(self.crowd.talk(lambda one: not one.waits, within=_KILL_WITHIN))
        self.with_store(self._end_leases)

    async def _talk_until_dead(self, victim: Server, failpoint: str) -> None:
        nudging = asyncio.create_task(self._bring_up_nudges()) if failpoint.startswith("sweep.") else None
        try:
            await self.crowd.talk(lambda _: victim.has_died(), within=_KILL_WITHIN)
        finally:
            if nudging is not None:
                nudging.cancel()
                await asyncio.gather(nudging, return_exceptions=True)

    async def _bring_up_nudges(self) -> None:
        """Again and again: with several servers another's sweep may come first."""
        while True:
            await asyncio.to_thread(self.with_store, plan_nudges)
            await asyncio.sleep(0.2)

    # ------------------------------------------------------------------------------- rotations

    def _rotate(self, failpoints: Sequence[str]) -> None:
        """Beside servers that answer; what was killed is told truly, and the next one goes on."""
        for server in self._servers:
            if not server.is_running:
                server.start()
        for failpoint in [*failpoints, ""]:
            code = asyncio.run(self._rotate_beside(failpoint))
            if failpoint:
                self._died(failpoint)
            if code != (-signal.SIGKILL if failpoint else 0):
                self.untrue.append(f"a rotation killed at {failpoint or 'no place'} ended with {code}")
            status = self.deployment.command("keys", "status").stdout
            masters = Masters.load(self.deployment.master_keys)
            key_store = default_key_store(self.deployment.database_url)
            self.untrue += [f"{failpoint}: {one}" for one in falsehoods(status, key_store, masters)]

    async def _rotate_beside(self, failpoint: str) -> int:
        """The exit code. Everybody who is awake goes on until it is done, and has had an answer meanwhile."""
        before = {one.user: len(one.accepted) for one in self.crowd.awake}
        rotate = partial(self.deployment.command, "keys", "rotate", failpoint=failpoint)
        rotating = asyncio.create_task(asyncio.to_thread(rotate))

        def over(one: Resident) -> bool:
            return rotating.done() and len(one.accepted) > before[one.user]

        await self.crowd.talk(over, within=_KILL_WITHIN, pause=_CALM)
        return (await rotating).returncode

    # ------------------------------------------------------------------------------- the end

    def _settle(self) -> None:
        """Serve undisturbed until everybody has had their answers and nothing waits; then stop."""
        for server in self._servers:
            if not server.is_running:
                server.start()
        asyncio.run(self.crowd.finish(steps=_STEPS, within=_QUIET_WITHIN))
        asyncio.run(self._quiet())
        for server in self._servers:
            server.stop()
        self.untrue += [f"after all the tables differ: {one}" for one in self._differences()]

    def _differences(self) -> list[object]:
        """Between the tables as they were brought forward and as they should be."""
        with schema._connected(self.deployment.database_url) as connection:
            options = {"compare_server_default": connection.dialect.name == "postgresql"}
            return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))

    async def _quiet(self) -> None:
        async with asyncio.timeout(_QUIET_WITHIN):
            while await asyncio.to_thread(self.with_store, open_rows):
                await asyncio.to_thread(self.with_store, self._end_leases)
                await asyncio.sleep(0.2)

    def _ledger(self) -> Ledger:
        """Hold the database against what was seen."""
        masters = Masters.load(self.deployment.master_keys)
        with closing(open_keys(default_key_store(self.deployment.database_url), masters)) as keys:
            count = partial(
                ledger,
                keys=keys,
                accepted=self.crowd.accepted,
                posts=self.crowd.stub.posts,
                earlier=self.earlier,
                kills=self.kills,
                untrue=self.untrue,
            )
            return self.with_store(count)

    def _end_leases(self, store: Store) -> None:
        """As if the minute of a dead server's lease had passed; waits between tries are over too.

        Where others live, only what no server that lives would hold for so long is a dead one's.
        """
        alone = not any(server.is_running for server in self._servers)
        now = datetime.now(UTC)
        dead_until = now + _LEASE - (timedelta() if alone else _LONG_HELD)
        held = outbox.c.state.in_(("leased", "sending")) & (outbox.c.lease_until <= dead_until)
        over = {"lease_until": now - timedelta(seconds=1)}
        store.write(lambda conn: conn.execute(update(outbox).where(held).values(over)).rowcount)
        waits = outbox.c.retry_at.is_not(None)
        store.write(lambda conn: conn.execute(update(outbox).where(waits).values(retry_at=None)).rowcount)

    def with_store(self, job: Callable[[Store], T]) -> T:
        with closing(open_store(self.deployment.database_url, single=False)) as store:
            return job(store)


def prepared(deployment: Deployment) -> Earlier:
    """An old database with its keys under the first master; a second one is there to be rotated to."""
    masters = Masters.make(deployment.master_keys)
    with closing(open_keys(default_key_store(deployment.database_url), masters)) as keys:
        found = leave(deployment.database_url, keys, masters)
    added = deployment.command("keys", "make", "--add")
    if added.returncode:
        raise RuntimeError(added.stderr)
    return found


def plan_nudges(store: Store, ahead: timedelta = timedelta(seconds=-1)) -> int:
    """As if every planned check-in were due so far from now. Returns how many there are."""
    due_at = datetime.now(UTC) + ahead
    planned = (occurrences.c.state == "planned") & (occurrences.c.slot == 0)
    due = {"due_at": due_at, "late_at": due_at + timedelta(hours=2)}
    return store.write(lambda conn: conn.execute(update(occurrences).where(planned).values(due)).rowcount)
