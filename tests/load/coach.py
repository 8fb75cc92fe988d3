"""A coach at the page: opens each request as it comes, and says "I have it"."""

import asyncio
import random
from contextlib import suppress

from aiohttp import ClientError

from tests.load.notes import Notes
from tests.load.page import Page
from tests.load.program import marks_in
from tests.load.stream import Amiss

REQUEST = "There is something for you here."
_LOOK = 2.0
_AT_THE_END = 60.0
"""Seconds that requests may still wait for once all else is over."""


class Coach:
    """`think`: seconds until a request is opened, and until it is answered, on average."""

    def __init__(self, page: Page, dice: random.Random, *, think: float) -> None:
        self.page, self._dice, self._think = page, dice, think
        self.notes: Notes = page.edge.notes
        self._seen: set[str] = set()
        self._is_over = asyncio.Event()

    @property
    def is_done(self) -> bool:
        """Whether every request to this coach is acknowledged."""
        return all(coach != self.page.user for _, coach in self.notes.sent - self.notes.acknowledged)

    async def lives(self, is_over: asyncio.Event) -> None:
        """Until it is over and every request is answered, at most a minute later."""
        self._is_over = is_over
        try:
            await self.page.load()
            await self.page.opens()
            await self.page.hears("Requests from trainees come here")
            while not is_over.is_set():
                await self._answers_one()
                with suppress(TimeoutError):
                    await asyncio.wait_for(is_over.wait(), _LOOK)
            async with asyncio.timeout(_AT_THE_END):
                while not self.is_done:
                    await self._answers_one()
                    await asyncio.sleep(0.1)
        except (Amiss, ClientError, TimeoutError) as error:
            what = error if isinstance(error, Amiss) else type(error).__name__
            self.notes.amiss(f"a coach: {what}")

    async def _answers_one(self) -> None:
        offered = self.page.stream.offers(REQUEST, self._seen)
        if offered is None:
            return
        self._seen.add(offered[0])
        await self._thinks()
        await self.page.presses(offered[1], asks="What would you like to do?", on=offered[0])
        form = self.page.open_form
        await self._thinks()
        await self.page.presses("I have it")
        self.notes.acknowledged |= {(mark, self.page.user) for mark in marks_in(form["paragraphs"][0])}
        self.page.form = None

    async def _thinks(self) -> None:
        """Be elsewhere for a while; at the end nobody is waited for."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._is_over.wait(), self._dice.uniform(0.2, 1.8) * self._think)
