"""One open page of the web chat, as its scripts speak: events by POST, what is shown by a stream.

Everything that arrives is looked at: whose words it holds, and whether it is what the act before it leads to.
"""

import asyncio
import json
import re
import uuid
from collections.abc import Awaitable, Callable, Iterator, Sequence
from http import HTTPStatus
from time import monotonic
from typing import TypeVar

from aiohttp import ClientResponse, ClientTimeout

from adapters.web.door import COOKIE
from adapters.web.files import PAGE, TYPES
from adapters.web.wire import Json
from tests.load.notes import CARD, IN_BAND, IN_STREAM, LOADED
from tests.load.stream import PATIENCE, Amiss, Edge, Stream

FILES = sorted(path.name for path in PAGE.iterdir() if path.suffix in TYPES)
"""What a browser loads with the page the first time, and then keeps."""

_VERSION = re.compile(r'"/chat/([0-9a-f]+)/main\.js"')
_USUAL = ClientTimeout(total=PATIENCE)
_NEWS = ("There is news for you here.", "There is something for you here.")


T = TypeVar("T")


class Page:
    """`form` is the open one; `stream` has the chat."""

    def __init__(self, edge: Edge, user: str, zone: str, may_see: Callable[[str], bool]) -> None:
        self.edge, self.user, self.zone = edge, user, zone
        self.stream = Stream(edge, user, may_see)
        self.form: Json | None = None
        self._kept: set[str] = set()
        self._mark = 0
        self._acted = 0.0
        self._answer = ""

    # ------------------------------------------------------------------------------- coming, going

    async def load(self) -> None:
        """Open the page: everything a browser asks for, and a stream that stays. Raises Amiss."""
        since = monotonic()
        page, cookie = await self._get("/chat", key=self.edge.key)
        if cookie != self.edge.key:
            raise Amiss("the page began no session")
        for name in self._not_kept(page):
            await self._get(name)
        await self._get("/chat/people", **{"as": self.user})
        await self.look()
        self.edge.notes.timed(LOADED, since)

    def _not_kept(self, page: str) -> list[str]:
        """The addresses of the files that this browser has not loaded yet."""
        version = _VERSION.search(page)
        if version is None:
            raise Amiss("the page names no files")
        names = {f"/chat/{version[1]}/{name}" for name in FILES} - self._kept
        self._kept |= names
        return sorted(names)

    async def look(self) -> None:
        """A stream of this page from the beginning, once all of it is there. Raises Amiss."""
        self.stream.begin()
        await self._within(self.stream.ready.wait(), "the stream shows what there is")
        self._mark = len(self.stream.order)

    async def leave(self) -> None:
        """Close the page."""
        self.form = None
        await self.stream.leave()

    async def reload(self) -> None:
        """Close and open it: what was there is there again, in the same order. Raises Amiss."""
        before = self.stream.order
        await self.leave()
        await self.load()
        self._holds(before)

    async def look_again(self) -> None:
        """As `reload` does, without the page's files: what a stream told bit by bit is what there is."""
        before = self.stream.order
        await self.leave()
        await self.look()
        self._holds(before)

    def _holds(self, before: Sequence[str]) -> None:
        if self.stream.order[: len(before)] != before:
            raise Amiss("a new stream shows another chat")

    # ------------------------------------------------------------------------------- acts

    async def opens(self) -> None:
        """Say that the page is open, as it does once the chat is there."""
        await self._act({"kind": "opened"})

    async def says(self, text: str) -> None:
        """Type in the chat."""
        self.form = None
        await self._act({"kind": "message", "text": text})

    async def presses(self, label: str, *, asks: str = "", on: str = "") -> None:
        """Press the form's button of this label, else that of the newest message. Raises Amiss.

        `asks`: how the form's question begins that must follow in the answer. `on`: the message's ref.
        """
        press, origin = self._button(label, on)
        await self._act({"kind": "press", "press": press, "origin": origin})
        self._asks(asks)

    async def presses_again(self, press: str, notice: str) -> None:
        """Press what is no longer shown; a form with this notice must follow. Raises Amiss."""
        await self._act({"kind": "press", "press": press})
        if self.form is None or not self.form["notice"].startswith(notice):
            raise Amiss(f"an old button is not answered by {notice!r}")

    async def fills(self, *values: str, asks: str = "") -> None:
        """Submit the open form: a text, or options. Raises Amiss."""
        form = self.open_form
        key = form["field"]["key"] if form["field"] else form["choices"][0]["key"]
        await self._act({"kind": "form", "press": form["submit"], "fields": {key: list(values)}})
        self._asks(asks)

    async def repeats_itself(self) -> None:
        """Type the same twice under one id, as a page whose answer was lost does. Raises Amiss."""
        self.form = None
        self._begins()
        event = self._event({"kind": "message", "text": "help"})
        first = await self._post(event)
        if await self._post(event) != first:
            raise Amiss("a repeated event is answered in another way")

    async def hears(self, *words: str, safety: bool = False) -> Json:
        """The message that this act leads to, as soon as it is there: one that says any of these.

        Raises Amiss.
        """
        try:
            found = await self._within(self._heard(words, safety=safety), "what follows an act")
        except Amiss:
            raise Amiss(f"not {words!r} but {self._said()} follows") from None
        self.edge.notes.timed(CARD if safety else IN_STREAM, self._acted)
        return found

    async def waits_for(self, words: str, seconds: float) -> None:
        """What somebody else's act leads to. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            await self._heard((words,), safety=False)

    @property
    def open_form(self) -> Json:
        """Raises Amiss where none is open."""
        if self.form is None:
            raise Amiss(f"no form is open after {self._answer}")
        return self.form

    def button(self, label: str) -> str:
        """What the open form's button of this label stands for. Raises Amiss."""
        return self._button(label)[0]

    # ------------------------------------------------------------------------------- underneath

    async def _act(self, more: Json) -> None:
        self._begins()
        reply = await self._post(self._event(more))
        self.edge.notes.timed(IN_BAND, self._acted)
        self._answer = f"{reply['kind']} {reply['notice']} {reply['card'] and reply['card']['paragraphs']}"
        if reply["errors"]:
            raise Amiss("a form is refused")
        if reply["kind"] == "form":
            self.form = reply["form"]
        elif reply["kind"] in {"close", "replace"}:
            self.form = None

    def _begins(self) -> None:
        """What comes from now on follows this act."""
        self.no_doubles()
        self._mark, self._acted = len(self.stream.order), monotonic()

    def _event(self, more: Json) -> Json:
        return {"id": str(uuid.uuid4()), "as": self.user, "zone": self.zone, "locale": "en", **more}

    async def _post(self, event: Json) -> Json:
        """An event's reply. Raises Amiss for any other answer."""
        address = f"{self.edge.origin}/chat/events"
        headers = self.stream.headers | {"Origin": self.edge.origin}
        self.edge.notes.requests["event"] += 1
        async with self.edge.session.post(address, json=event, headers=headers, timeout=_USUAL) as response:
            body = await self._read(response, "an event")
        self.edge.notes.accepted.append(f"{self.user}.{event['id']}")
        self.stream.sees(body)
        found: Json = json.loads(body)
        return found

    async def _get(self, path: str, **query: str) -> tuple[str, str]:
        """Its text, and the cookie that it sets, if any. Raises Amiss."""
        self.edge.notes.requests["page"] += 1
        address = f"{self.edge.origin}{path}"
        headers = {} if "key" in query else self.stream.headers
        async with self.edge.session.get(address, params=query, headers=headers, timeout=_USUAL) as response:
            body = await self._read(response, path)
            cookie = response.cookies.get(COOKIE)
        return body, cookie.value if cookie else ""

    async def _read(self, response: ClientResponse, what: str) -> str:
        if response.status != HTTPStatus.OK:
            raise Amiss(f"{what} is answered with {response.status}")
        return await response.text()

    def _asks(self, words: str) -> None:
        if words and not self.open_form["question"].startswith(words):
            raise Amiss(f"the form does not ask {words!r}")

    def _button(self, label: str, on: str = "") -> tuple[str, str]:
        for origin, one in self._buttons():
            if one["label"] == label and origin == (on or origin):
                return one["press"], origin
        raise Amiss(f"no button {label!r}")

    def _buttons(self) -> Iterator[tuple[str, Json]]:
        if self.form is not None:  # it lies over the chat
            yield from (("", one) for one in (*self.form["choices"], *self.form["controls"]))
            return
        for ref in reversed(self.stream.order):
            if card := self.stream.shown[ref]["card"]:
                yield from ((ref, one) for one in card["choices"])

    def _came(self) -> list[tuple[str, ...]]:
        """The messages since the act, as their lines."""
        came = (self.stream.shown[ref]["card"] for ref in self.stream.order[self._mark :])
        return [tuple(card["paragraphs"]) for card in came if card]

    def _said(self) -> list[str]:
        """How each message since the act begins."""
        return [one[0] for one in self._came()]

    def no_doubles(self) -> None:
        """What one act led to never says the same twice; news of others' acts may."""
        said = [one for one in self._came() if one[0] not in _NEWS]
        if len(said) != len(set(said)):
            self.edge.notes.amiss("a message came twice")

    async def _heard(self, words: Sequence[str], *, safety: bool) -> Json:
        while True:
            for ref in self.stream.order[self._mark :]:
                card = self.stream.shown[ref]["card"]
                said = "\n".join(card["paragraphs"]) if card else ""
                if said and (card["safety"] or not safety) and any(one in said for one in words or ("",)):
                    found: Json = self.stream.shown[ref]
                    return found
            self.stream.news.clear()
            await self.stream.news.wait()

    async def _within(self, coming: Awaitable[T], what: str) -> T:
        try:
            async with asyncio.timeout(PATIENCE):
                return await coming
        except TimeoutError:
            raise Amiss(f"missing: {what}") from None
