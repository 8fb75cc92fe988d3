"""The composition root: settings in, running parts out. The one place where concrete things meet."""

import asyncio
from datetime import datetime
from functools import partial
from importlib import import_module
from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from adapters.port import EventKind, Form, Incoming, Link, Platform
from bot.care.screen import Evidence
from bot.delivery.dispatcher import Dispatcher
from bot.delivery.row import Row
from bot.demo import WebDemo
from bot.notices import Notices
from bot.nudges.idle import Idle
from bot.nudges.jobs import Job
from bot.nudges.retention import Retention
from bot.nudges.sweep import Sweep
from bot.nudges.ticker import Ticker
from bot.nudges.walk import walk
from bot.opening import Opened, open_all
from bot.people.ladder import Ladder
from bot.presentation.render import Renderer
from bot.presentation.views import Wordings
from bot.program.load import load_program
from bot.program.program import Program
from bot.program.resources import load_resources
from bot.program.seed import seed
from bot.settings import Settings
from bot.store.shelf import StoreShelf
from bot.turns import pages
from bot.turns.door import Door
from bot.turns.house import House, links
from bot.turns.inbox import Inbox, Timers
from bot.turns.seen import see
from bot.turns.work import Heard, Work
from bot.web.listeners import Listeners
from bot.web.readiness import Readiness, Ticks, database_writable, outbox_moves

_MOST_SILENT_TICK = 120.0


class App:
    """Everything that runs in one process."""

    def __init__(self, settings: Settings, opened: Opened, program: Program) -> None:
        self.settings, self.opened, self.program = settings, opened, program
        self.store, self.clock, self.keys = opened.store, opened.clock, opened.keys
        resources = load_resources(settings.program_folder / "resources.toml")
        self.house = House(
            self.keys, self.clock, resources, program.id, program.zone, Wordings(program.texts)
        )
        self.notices = Notices(settings.data_folder / "notices.log", self.keys, self.clock)
        self.lock = asyncio.Lock()
        self.ticks = Ticks(_MOST_SILENT_TICK)
        self.link = ""
        self._tasks: list[asyncio.Task[None]] = []

    @classmethod
    def from_settings(cls, settings: Settings) -> "App":
        """Open, migrate and seed. Raises OperatorError."""
        program = load_program(settings.program_folder)
        opened = open_all(settings, single=True)
        seed(opened.store, program, opened.clock)
        return cls(settings, opened, program)

    async def start(self) -> None:
        """Begin to listen, send and tick."""
        self.door = Door(self.store, self.house, self._wake, self.notices.notify)
        self.inbox = Inbox(self.store, self.clock, self.door.play)
        platforms = self._platforms()
        renderer = Renderer(self.store, self.keys, self.house.wordings, self._lines, self._home)
        self.dispatcher = Dispatcher(
            self.store,
            self.clock,
            platforms,
            renderer,
            rate_per_minute=self.settings.dispatch_rate_per_minute,
        )
        self.jobs: tuple[Job, ...] = self._jobs()
        self.ticker = Ticker(self.jobs, self._now_ticked, self.lock, self._wake)
        self._wanted = asyncio.Event()
        self.listeners = Listeners(
            self.settings, self._routes(platforms), self._readiness(), on_stop=self._closing
        )
        await self.listeners.start()
        self.ticker.start()
        self._tasks = [asyncio.create_task(self.dispatcher.run()), asyncio.create_task(self._play_inbox())]
        if self.web is not None:
            self.link = await self.web.link(f"http://{self.settings.host}:{self.listeners.port}")

    async def stop(self) -> None:
        """Take nothing new, finish what is under way, let go of the databases."""
        if hasattr(self, "listeners"):
            await self.listeners.stop()
            await self.ticker.stop()
            await self.dispatcher.stop()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.to_thread(self.opened.close)

    async def walk(self, to: datetime) -> int:
        """Live domain time forward to an instant. Demo only."""
        return await walk(
            to,
            jobs=self.jobs,
            dispatcher=self.dispatcher,
            inbox=self.inbox.drain,
            clock=self.clock,
            lock=self.lock,
            store=self.store,
        )

    # ------------------------------------------------------------------ parts

    def _platforms(self) -> dict[str, Platform]:
        found: dict[str, Platform] = {}
        self.web, self._closing = None, []
        if self.settings.web_chat:
            from adapters.web.chat import WebChat

            shelf = StoreShelf(self.store, self.keys, "web", partial(shelf_subject, "web"))
            demo = WebDemo(self)
            self.web = WebChat(shelf, self.door.receive, demo, hosts=self.settings.web_chat_hosts)
            self._closing.append(self.web.close)
            found[self.web.name] = self.web
        if self.settings.extra_platform:
            module, _, name = self.settings.extra_platform.partition(":")
            self.extra: Any = getattr(import_module(module), name)(self.settings.extra_platform_url)
            found[self.extra.name] = self.extra
        return found

    def _routes(self, platforms: dict[str, Platform]) -> list[web.AbstractRouteDef]:
        routes: list[web.AbstractRouteDef] = []
        if self.web is not None:
            routes.extend(self.web.routes())
        if self.settings.extra_platform:
            routes.extend(self.extra.routes(self.door.receive))
        del platforms
        return routes

    def _jobs(self) -> tuple[Job, ...]:
        return (
            Sweep(self.store, every=self.settings.sweep_seconds),
            Idle(self.store, self.keys.forget),
            Ladder(self.store),
            Timers(self.store),
            Retention(self.store, self._sweep_keys),
        )

    def _readiness(self) -> Readiness:
        return Readiness(
            {
                "database": database_writable(self.store, self.clock),
                "outbox": outbox_moves(self.store, self.clock),
                "sweep": self.ticks.alive,
                "resources": lambda: bool(self.house.lines(("crisis", "emergency"), self.clock.now())),
            }
        )

    # ------------------------------------------------------------------ small hands

    def _wake(self) -> None:
        self.dispatcher.wake()
        self._wanted.set()

    def _now_ticked(self) -> datetime:
        self.ticks.ticked()
        self._wanted.set()
        return self.clock.now()

    async def _play_inbox(self) -> None:
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            if not self.lock.locked():
                await self.inbox.drain()

    def _lines(self) -> tuple[Link, ...]:
        return links(self.house.lines(("crisis", "emergency", "counselling"), self.clock.now()))

    def _home(self, conn: Connection, row: Row) -> Form | None:
        event = Incoming("", row.account, EventKind.OPENED)
        seen = see(conn, row.account, "")
        if seen.person is None or seen.person.state != "active":
            return None
        work = Work(self.house, conn, Heard(event, "", Evidence(), ()), seen, self.clock.now())
        return pages.home(work)

    def _sweep_keys(self) -> int:
        from bot.store.used import used_subjects

        return self.keys.sweep_unused(
            lambda subjects: self.store.read(lambda conn: used_subjects(conn, subjects))
        )


def shelf_subject(platform: str, tenant: str, kind: str, item: str) -> str:
    """Whose key seals an adapter's item: the tenant's."""
    del kind, item
    return f"tenant:{platform}:{tenant}"
