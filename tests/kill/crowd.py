"""Residents who speak, all at once, to whichever server is there."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import aiohttp

from tests.kill.resident import Resident
from tests.kill.server import Server
from tests.stub_platform.process import RunningStub

_AWAKE = 6
_MOMENT = 0.05  # until a server that was not there is tried again

Over = Callable[[Resident], bool]
"""Whether a resident may rest now."""


@dataclass
class Crowd:
    """`here` are those who have come so far; the last few, and whoever has no answer yet, are awake."""

    servers: list[Server]
    stub: RunningStub
    residents: list[Resident]
    here: list[Resident] = field(default_factory=list)

    def arrive(self, newcomers: int) -> None:
        at = len(self.here)
        self.here.extend(self.residents[at : at + newcomers])

    @property
    def awake(self) -> list[Resident]:
        return [one for one in self.here if one.waits or one in self.here[-_AWAKE:]]

    @property
    def accepted(self) -> list[str]:
        """Every event that was acknowledged."""
        return [event for resident in self.here for event in resident.accepted]

    async def talk(self, over: Over, *, within: float, pause: float = 0.0) -> None:
        """Until it is over for each of them, who pause so long between two steps.

        Raises TimeoutError after so many seconds.
        """
        async with aiohttp.ClientSession() as session, asyncio.timeout(within):
            await asyncio.gather(*(self._one(session, resident, over, pause) for resident in self.awake))

    async def finish(self, *, steps: int, within: float) -> None:
        """Until each has had an answer to everything, and gone through a talk or `steps` of one."""
        goals = {one.user: (one.finished + 1, len(one.accepted) + steps) for one in self.awake}

        def over(resident: Resident) -> bool:
            finished, accepted = goals[resident.user]
            return not resident.waits and (
                resident.finished >= finished or len(resident.accepted) >= accepted
            )

        await self.talk(over, within=within)

    async def _one(
        self, session: aiohttp.ClientSession, resident: Resident, over: Over, pause: float
    ) -> None:
        while not over(resident):
            urls = [server.url for server in self.servers if server.is_running]
            posts = await asyncio.to_thread(self.stub.posts_to, resident.user)
            try:
                if urls:
                    await resident.step(session, resident.dice.choice(urls), posts)
                    await asyncio.sleep(pause)
                    continue
            except (aiohttp.ClientError, TimeoutError):
                resident.refused += 1
            await asyncio.sleep(_MOMENT)
