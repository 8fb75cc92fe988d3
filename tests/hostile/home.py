"""The whole companion in one process, reached over HTTP: real listeners, door, store, outbox and web chat."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import ClientSession

from adapters.web.wire import Json
from bot.app import App
from bot.settings import Settings
from tests.web.visitor import NotShown, Visitor, visiting


@dataclass
class Home:
    """A running companion, and its resident at the page."""

    app: App
    session: ClientSession
    resident: Visitor

    @property
    def origin(self) -> str:
        return self.resident.origin

    @property
    def port(self) -> int:
        return self.app.listeners.port

    def visitor(self, user: str) -> Visitor:
        """Somebody else at the page, or the resident on a second device."""
        return Visitor(self.session, self.origin, user)

    async def raw(self, sent: bytes) -> bytes:
        """All that is answered to these bytes, until the server closes the connection."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(sent)
            return await reader.read()
        finally:
            writer.close()


@asynccontextmanager
async def at_home(folder: Path, database_url: str = "") -> AsyncIterator[Home]:
    """Serve on free ports until the block ends."""
    data = folder / "data"
    url = database_url or f"sqlite:///{data / 'companion.db'}"
    settings = Settings(data_folder=data, database_url=url, port=0, internal_port=0)
    app = App.from_settings(settings)
    await app.start()
    try:
        origin = f"http://127.0.0.1:{app.listeners.port}"
        link = app.link
        async with visiting(link) as session:
            yield Home(app, session, Visitor(session, origin, "resident"))
    finally:
        await app.stop()


async def presses(visitor: Visitor, *labels: str) -> None:
    """Press each button, as soon as it has come."""
    async with asyncio.timeout(60):
        for label in labels:
            while True:
                try:
                    await visitor.presses(label)
                except NotShown:
                    await asyncio.sleep(0.01)
                    await visitor.look()
                else:
                    break


async def begins_check_in(visitor: Visitor) -> None:
    """From hello to the first question of a check-in, in its form."""
    await visitor.opens()
    await presses(visitor, "Start", "Sunday 18:00", "Not now")
    await visitor.says("check in")
    await presses(visitor, "Start")


def event(visitor: Visitor, kind: str, **more: object) -> Json:
    """The body of one act, with an id of its own."""
    return {"id": str(uuid.uuid4()), "as": visitor.user, "kind": kind} | more


def choice(form: Mapping[str, Json] | Json | None, label: str) -> str:
    """The value of this button of a form."""
    assert form is not None
    found: str = next(one["press"] for one in (*form["choices"], *form["controls"]) if one["label"] == label)
    return found
