"""The web chat on a free port of this machine, with a scripted companion behind it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

from aiohttp import web

from adapters.web.chat import WebChat
from adapters.web.door import MOST_BYTES
from tests.adapters.shelf import MemoryShelf
from tests.web.scripted import Scripted
from tests.web.story import Story

Behind = TypeVar("Behind", Scripted, Story)


@dataclass
class Served(Generic[Behind]):
    """What a test needs: the parts, and where they are."""

    chat: WebChat
    behind: Behind
    shelf: MemoryShelf
    origin: str
    link: str


@asynccontextmanager
async def serving(
    behind: Behind, *, port: int = 0, heartbeat: float = 15.0, hosts: tuple[str, ...] = ()
) -> AsyncIterator[Served[Behind]]:
    """Serve until the block ends."""
    shelf = MemoryShelf()
    chat = WebChat(shelf, behind.receive, behind, heartbeat=heartbeat, hosts=hosts)
    behind.platform = chat
    app = web.Application(client_max_size=MOST_BYTES)
    app.add_routes(chat.routes())
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    origin = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield Served(chat, behind, shelf, origin, await chat.link(origin))
    finally:
        await chat.close()
        await runner.cleanup()
