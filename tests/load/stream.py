"""One open stream of the web chat: what it shows, bit by bit, and whose words they are."""

import asyncio
import json
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout

from adapters.web.door import COOKIE
from adapters.web.wire import Json
from tests.load.notes import Notes
from tests.load.program import marks_in

PATIENCE = 30.0
"""Seconds after which what should have come counts as missing; the page itself gives up after twenty."""
_ENDLESS = ClientTimeout(total=None, sock_connect=PATIENCE)


class Amiss(Exception):
    """Something is not as a person at the page would expect. Its words name no person."""


@dataclass(frozen=True)
class Edge:
    """What all pages share: the connections, where the server is, the key of its link, and the notes."""

    session: ClientSession
    origin: str
    key: str
    notes: Notes


class Stream:
    """What one page is shown. `may_see`: whether somebody's mark may stand here. `order`: messages' refs."""

    def __init__(self, edge: Edge, user: str, may_see: Callable[[str], bool]) -> None:
        self.edge, self.user, self._may_see = edge, user, may_see
        self.shown: dict[str, Json] = {}
        self.order: list[str] = []
        self.ready, self.news = asyncio.Event(), asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._leaving = False

    def begin(self) -> None:
        """Open it from the beginning; `ready` is set once all of it is there."""
        self.shown, self.order, self._leaving = {}, [], False
        self.ready.clear()
        self._task = asyncio.create_task(self._listen())

    async def leave(self) -> None:
        """Close it."""
        self._leaving = True
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    @property
    def headers(self) -> dict[str, str]:
        """Those of the page's session."""
        return {"Cookie": f"{COOKIE}={self.edge.key}"}

    def offers(self, says: str, besides: Collection[str] = ()) -> tuple[str, str] | None:
        """The newest message that says this and has a button, but for these: its ref, the button's label."""
        for ref in reversed(self.order):
            card = self.shown[ref]["card"]
            if ref not in besides and card and card["choices"] and card["paragraphs"] == [says]:
                return ref, card["choices"][0]["label"]
        return None

    def sees(self, text: str) -> None:
        """Note an error where somebody else's words, name or id stand in it."""
        if strange := {mark for mark in marks_in(text) if not self._may_see(mark)}:
            self.edge.notes.amiss(f"somebody else’s words are shown, of {len(strange)} people")

    async def _listen(self) -> None:
        """Keep the stream open; an end that nobody asked for is an error, and so is `trouble`."""
        address = f"{self.edge.origin}/chat/stream"
        self.edge.notes.requests["stream"] += 1
        try:
            async with self.edge.session.get(
                address, params={"as": self.user}, headers=self.headers, timeout=_ENDLESS
            ) as response:
                if response.status != HTTPStatus.OK:
                    self.edge.notes.amiss(f"a stream is answered with {response.status}")
                    return
                await self._follow(response)
        except ClientError as error:
            self.edge.notes.amiss(f"a stream broke: {type(error).__name__}")
            return
        if not self._leaving:
            self.edge.notes.amiss("a stream ended")

    async def _follow(self, response: ClientResponse) -> None:
        name = ""
        async for raw in response.content:
            line = raw.decode("ascii")
            if line.startswith("event: "):
                name = line[7:-1]
            elif line.startswith("data: ") and name != "clock":
                self.sees(line)
                self.take(name, json.loads(line[6:]))

    def take(self, name: str, data: Json) -> None:
        if data["as"] != self.user:
            self.edge.notes.amiss("a stream tells of somebody else")
        if name == "message":
            if data["ref"] not in self.shown:
                self.order.append(data["ref"])
            self.shown[data["ref"]] = data
        elif name == "ready":
            self.ready.set()
        elif name != "surface":
            self.edge.notes.amiss(f"a stream says {name}")
        self.news.set()
