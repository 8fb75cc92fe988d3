"""The composition root: settings in, running parts out. The one place where concrete things meet."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from importlib import import_module
from typing import Any

from aiohttp import web

from adapters.port import Platform
from adapters.web.chat import WebChat
from bot.counting import BacklogCount, CountedJob, WatchedJob, counted_receive
from bot.delivery.desk import agreed_now
from bot.delivery.dispatcher import Dispatcher
from bot.demo import WebDemo
from bot.logs import get_log
from bot.notices import Notices
from bot.nudges.idle import Idle
from bot.nudges.jobs import Job
from bot.nudges.retention import Retention
from bot.nudges.sweep import Sweep
from bot.nudges.ticker import Ticker
from bot.nudges.walk import walk
from bot.nudges.wanted import wanted
from bot.opening import Opened, open_all
from bot.people.ladder import Ladder
from bot.presentation.render import Renderer
from bot.presentation.views import Wordings
from bot.program.load import load_program
from bot.program.program import Program
from bot.program.resources import Resources, load_resources
from bot.program.seed import seed
from bot.settings import Settings
from bot.store.epoch import EpochJob
from bot.store.presence import Presence
from bot.store.schema import revisions
from bot.store.shelf import StoreShelf
from bot.store.subjects import subject_of
from bot.store.used import used_subjects
from bot.turns import pages
from bot.turns.door import Door
from bot.turns.house import House
from bot.turns.inbox import Inbox, Timers
from bot.turns.rehearsed import SafetyRehearsal
from bot.web.listeners import Listeners
from bot.web.metrics import Metrics
from bot.web.readiness import (
    LATE,
    Readiness,
    SweepMark,
    Ticks,
    database_writable,
    keys_can_be_made,
    outbox_moves,
)
from conversations.catalogue import texts

_log = get_log("bot.app")
_TEXTS_AFTER = 60.0
"""Seconds after the start at which the flows are walked for their texts: a start has more urgent work."""


class App:
    """Everything that runs in one process: built here, begun by `start`, ended by `stop`."""

    def __init__(self, settings: Settings, opened: Opened, program: Program, resources: Resources) -> None:
        self.settings, self.opened, self.program = settings, opened, program
        self.store, self.clock, self.keys = opened.store, opened.clock, opened.keys
        self.metrics, self.lock = Metrics(revision=revisions()[-1]), asyncio.Lock()
        self.ticks = Ticks(settings.sweep_seconds + LATE)
        wordings = Wordings(program.texts)
        self.house = House(
            self.keys, self.clock, resources, program.id, program.zone, wordings, program.languages
        )
        notices = Notices(settings.data_folder / "notices.log", self.keys, self.clock)
        self.door = Door(self.store, self.house, self._wake, notices.notify, self.metrics.unread)
        self.inbox = Inbox(self.store, self.clock, self.door.play)
        self.receive = counted_receive(self.door.receive, self.metrics)
        self.web = self._web_chat() if settings.web_chat else None
        self.extra = self._extra_platform() if settings.extra_platform else None
        renderer = Renderer(self.store, self.house, partial(pages.home_of, self.house))
        platforms: list[Platform] = [one for one in (self.web, self.extra) if one is not None]
        self.dispatcher = Dispatcher(
            self.store,
            self.clock,
            {one.name: one for one in platforms},
            renderer,
            rate_per_minute=settings.dispatch_rate_per_minute,
            grace=settings.drain_seconds / 2,  # the other half is for requests and the running job
            wanted=partial(wanted, zone=program.zone),
            told=self.metrics.delivery,
        )
        self._rehearsal = SafetyRehearsal(resources, wordings)
        self.jobs = self._jobs()
        self._count(platforms)
        self.ticker = Ticker(self.jobs, partial(agreed_now, self.store, self.clock), self.lock, self._wake)
        self.readiness = self._readiness()
        self.listeners = Listeners(
            settings, self._routes(), self.readiness, metrics=self.metrics, on_stop=self._closing()
        )
        self.presence = Presence(self.store, self.keys.masters.held, self.clock)
        self.link = ""
        self.loops: list[asyncio.Task[None]] = []
        self._stopping = False

    @classmethod
    def from_settings(cls, settings: Settings) -> "App":
        """Open, migrate and seed. Raises OperatorError."""
        program = load_program(settings.program_folder, for_real=settings.production)
        resources = load_resources(settings.program_folder / "resources.toml", for_real=settings.production)
        opened = open_all(settings, single=True)
        try:
            seed(opened.store, program, opened.clock)
            return cls(settings, opened, program, resources)
        except BaseException:
            opened.close()
            raise

    async def start(self) -> None:
        """Begin to listen, send and tick. Raises OperatorError: an address is taken, a card is missing."""
        await asyncio.to_thread(self._rehearsal.run, self.clock.now())  # loads the lexicon as well
        await asyncio.to_thread(self.presence.beat)
        # A rotation that did not know of this server yet may have handed over to a master that it lacks,
        await asyncio.to_thread(self.keys.start)
        # and a restore may have put another database in the place of what was opened.
        if await asyncio.to_thread(self.opened.look_again):
            await asyncio.to_thread(seed, self.store, self.program, self.clock)
        await self.listeners.start()
        self.ticker.start()
        running = (self.dispatcher.run(), self.inbox.run(self.lock), self.presence.stay())
        self.loops = [asyncio.create_task(one) for one in running]
        for task in self.loops:
            task.add_done_callback(_ended)
        loop = asyncio.get_running_loop()
        self._texts = loop.call_later(_TEXTS_AFTER, loop.run_in_executor, None, texts)
        if self.web is not None:
            self.link = await self.web.link(f"http://{self.settings.host}:{self.listeners.port}")

    async def stop(self) -> None:
        """Take nothing new, finish what is under way, let go of the databases."""
        self._stopping = True
        if self.loops:
            self._texts.cancel()
            await self.listeners.stop()
            await self.ticker.stop()
            await self.dispatcher.stop()
            async with self.lock:  # a cancelled batch of moves would go on in its thread without a database
                for task in self.loops:
                    task.cancel()
            await asyncio.gather(*self.loops, return_exceptions=True)
        await asyncio.to_thread(self.presence.leave)
        if self.extra is not None:
            await self.extra.close()
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
            halted=lambda: self._stopping,
        )

    # ------------------------------------------------------------------ parts

    def _web_chat(self) -> WebChat:
        subject = subject_of(WebChat.name)
        shelf = StoreShelf(self.store, self.keys, WebChat.name, subject, self.clock.now)
        return WebChat(shelf, self.receive, WebDemo(self), hosts=self.settings.web_chat_hosts)

    def _extra_platform(self) -> Any:  # noqa: ANN401 - named by a setting that production refuses
        module, _, name = self.settings.extra_platform.partition(":")
        return getattr(import_module(module), name)(self.settings.extra_platform_url)

    def _routes(self) -> list[web.AbstractRouteDef]:
        routes: list[web.AbstractRouteDef] = []
        if self.web is not None:
            routes.extend(self.web.routes())
        if self.extra is not None:
            routes.extend(self.extra.routes(self.receive))
        return routes

    def _closing(self) -> list[Callable[[], Awaitable[None]]]:
        return [self.web.close] if self.web is not None else []

    def _jobs(self) -> tuple[Job, ...]:
        every = self.settings.sweep_seconds
        sweep = Sweep(self.store, zone=self.program.zone, every=every, wake=self.dispatcher.wake)
        mark = SweepMark(self.store, self.clock, every / 2)
        jobs: tuple[Job, ...] = (
            WatchedJob(WatchedJob(sweep, self.ticks.ticked), mark.ran),
            Idle(self.store, self.keys.forget),
            Ladder(self.store, self.keys.forget, self.clock, self.program.zone),
            Timers(self.store, self.inbox.wake),
            Retention(self.store, self._sweep_keys),
            EpochJob(self.opened.next_epoch),
            BacklogCount(self.store, self.clock, self.metrics),
            self._rehearsal,
        )
        return tuple(CountedJob(job, self.metrics) for job in jobs)

    def _readiness(self) -> Readiness:
        return Readiness(
            {  # what is known here is told before a database that hangs
                "sweep": self.ticks.alive,
                "loops": lambda: not any(task.done() for task in self.loops),
                "resources": lambda: bool(self.house.lines(("crisis", "emergency"), self.clock.now())),
                "database": database_writable(self.store, self.clock),
                "keys": keys_can_be_made(self.keys),
                "outbox": outbox_moves(self.store, self.clock),
            }
        )

    # ------------------------------------------------------------------ small hands

    def _wake(self) -> None:
        self.dispatcher.wake()
        self.inbox.wake()

    def _count(self, platforms: list[Platform]) -> None:
        """What is counted is there from the start, and what only has to be looked at is looked at."""
        self.metrics.known(
            platforms=tuple(one.name for one in platforms), jobs=tuple(one.name for one in self.jobs)
        )
        self.metrics.watch("store_waiting", "Jobs that wait for the database.", self.store.waiting)
        self.metrics.watch("keys_cached", "Data keys in memory, a minute at most.", self.keys.cached)

    def _sweep_keys(self) -> int:
        return self.keys.sweep_unused(
            lambda subjects: self.store.read(lambda conn: used_subjects(conn, subjects))
        )


def _ended(task: asyncio.Task[None]) -> None:
    """What sends, plays or beats runs as long as the server: an end by itself is a defect, and is said."""
    error = None if task.cancelled() else task.exception()
    if error is not None:
        _log.error("loop.ended", exc_info=error)
