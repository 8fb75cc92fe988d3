"""Somebody at the web chat, over HTTP: says, presses and fills in what the page would show."""

import json
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import ClientSession, CookieJar

from adapters.web.wire import Json


class NotShown(AssertionError):
    """Nothing that the page shows has this label."""


class Visitor:
    """One person. `messages`, `own` and `form` are what this person sees after the last `look` or act."""

    def __init__(self, session: ClientSession, origin: str, user: str) -> None:
        self.session, self.origin, self.user = session, origin, user
        self.zone = "America/New_York"  # what the device says
        self.messages: list[Json] = []
        self.own: Json | None = None
        self.form: Json | None = None
        self.errors: dict[str, str] = {}
        self.notice = ""

    async def look(self) -> list[Json]:
        """Everything in the chat, oldest first, as a page that just opened sees it."""
        self.messages, self.own = [], None
        async with self.session.get(f"{self.origin}/chat/stream", params={"as": self.user}) as response:
            async for name, data in events(response.content):
                if name == "ready":
                    break
                if name == "message" and data["card"]:
                    self.messages.append(data)
                if name == "surface":
                    self.own = data["form"]
        return self.messages

    @property
    def said(self) -> list[str]:
        """Each message of the chat as plain lines."""
        return ["\n".join((*one["card"]["paragraphs"], *one["answered"])) for one in self.messages]

    async def opens(self) -> Json:
        """Open the page."""
        return await self._act({"kind": "opened"})

    async def says(self, text: str) -> Json:
        """Type in the chat."""
        return await self._act({"kind": "message", "text": text})

    async def presses(self, *labels: str) -> None:
        """Press each button: of the open form, else of the newest message with it, else of the own page."""
        for label in labels:
            press, origin = self._button(label)
            await self._act({"kind": "press", "press": press, "origin": origin})

    async def fills(self, text: str) -> Json:
        """Submit the open form with this text."""
        assert self.form is not None
        assert self.form["field"] is not None
        return await self._submit({self.form["field"]["key"]: [text]})

    async def ticks(self, *labels: str) -> Json:
        """Submit the open form with these options."""
        assert self.form is not None
        picked = [one for one in self.form["choices"] if one["label"] in labels]
        return await self._submit({picked[0]["key"]: [one["option"] for one in picked]})

    async def post(self, body: Json) -> tuple[int, Json]:
        """Post an event exactly as given."""
        headers = {"Origin": self.origin}
        async with self.session.post(f"{self.origin}/chat/events", json=body, headers=headers) as response:
            is_json = response.content_type == "application/json"
            return response.status, await response.json() if is_json else {}

    async def jumps(self, to: str) -> Json:
        """Move the demo clock."""
        async with self.session.post(
            f"{self.origin}/chat/clock", json={"to": to}, headers={"Origin": self.origin}
        ) as response:
            response.raise_for_status()
            found: Json = await response.json()
            return found

    async def _submit(self, fields: Json) -> Json:
        assert self.form is not None
        return await self._act({"kind": "form", "press": self.form["submit"], "fields": fields})

    async def _act(self, event: Json) -> Json:
        known = {"id": str(uuid.uuid4()), "as": self.user, "zone": self.zone}
        status, reply = await self.post(known | event)
        assert status == 200, f"{status} for {event['kind']}"
        self.errors, self.notice = reply["errors"], reply["notice"]
        if reply["kind"] == "form":
            self.form = reply["form"]
        elif reply["kind"] in {"close", "replace"}:
            self.form = None
        await self.look()
        return reply

    def _button(self, label: str) -> tuple[str, str]:
        for origin, one in self._shown():
            if one["label"] == label:
                return one["press"], origin
        raise NotShown(f"{label!r} is not among {[one['label'] for _, one in self._shown()]}")

    def _shown(self) -> Iterator[tuple[str, Json]]:
        if self.form:
            yield from (("", one) for one in (*self.form["choices"], *self.form["controls"]))
        for message in reversed(self.messages):
            yield from ((message["ref"], one) for one in message["card"]["choices"])
        if self.own:
            yield from (("", one) for one in (*self.own["choices"], *self.own["controls"]))


async def events(content: Any) -> AsyncIterator[tuple[str, Json]]:  # noqa: ANN401 - aiohttp's stream reader
    """Names and values of server-sent events."""
    name = ""
    async for raw in content:
        line = raw.decode("ascii").rstrip("\n")
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield name, json.loads(line.removeprefix("data: "))


@asynccontextmanager
async def visiting(link: str) -> AsyncIterator[ClientSession]:
    """A browser's session, begun with the printed link."""
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
        async with session.get(link) as response:
            response.raise_for_status()
        yield session
