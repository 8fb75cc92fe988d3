"""A run: a server of its own, residents who arrive one after another, coaches, an evening of invitations."""

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from urllib.parse import parse_qs, urlsplit

import psycopg
from aiohttp import ClientError, ClientSession, DummyCookieJar, TCPConnector

from bot.errors import StoreUnavailable
from bot.store.store import open_store
from tests import servers
from tests.bench.spent import server_of
from tests.journeys.serving import Served
from tests.kill.ledger import open_rows
from tests.kill.story import plan_nudges
from tests.load.coach import Coach
from tests.load.ledger import hold_against
from tests.load.notes import Notes
from tests.load.page import Page
from tests.load.program import Cohort, cohort, write_program
from tests.load.resident import Resident
from tests.load.stream import Amiss, Edge
from tests.load.watching import Sample, Watched, watching

_ARRIVING, _INVITING = 0.9, 0.6
"""Shares of the run: until when residents arrive, and when everybody's check-in is due at once."""
_KEPT_ALIVE = 10.0  # shorter than the server keeps a connection that says nothing
_QUIET_WITHIN = 120.0
_AT_ONCE = 50
_AGAIN_AFTER = 0.5


@dataclass(frozen=True, kw_only=True)
class Asked:
    """`seconds` of the run; `think`: seconds between two acts of a resident, on average."""

    people: int
    seconds: float
    think: float
    database: str = "sqlite"
    seed: int = 1


@dataclass
class Run:
    """What a run left. `invited`: how many check-ins became due at once. `lived`: seconds of the traffic."""

    asked: Asked
    notes: Notes = field(default_factory=Notes)
    samples: list[Sample] = field(default_factory=list)
    invited: int = 0
    lived: float = 0.0


def run(asked: Asked, folder: Path) -> Run:
    """Serve, let them live, stop, and hold the database against what was seen. `folder` is empty."""
    everybody, found = cohort(asked.people), Run(asked)
    settings = {
        "COMPANION_PROGRAM_FOLDER": str(write_program(folder / "program", everybody)),
        "COMPANION_DISPATCH_RATE_PER_MINUTE": "60000",  # the web chat asks nobody to wait
    }
    with _database(asked.database) as (url, database_server):
        served = Served(folder / "home", url, settings)
        address = url or f"sqlite:///{served.data / 'companion.db'}"
        try:
            served.start()
            found.notes.began = monotonic()
            watched = Watched(
                server=served.pid,
                database_server=database_server,
                database_url=address,
                began=found.notes.began,
            )
            with watching(watched, found.samples.append):
                shown = asyncio.run(_live(found, everybody, served, address))
            if served.stop() or "Traceback" in served.output:
                found.notes.amiss("the server does not end cleanly")
            hold_against(found.notes, shown, database_url=address, master_keys=served.data / "master.key")
        finally:
            served.kill()
    return found


@contextmanager
def _database(name: str) -> Iterator[tuple[str, int]]:
    """Its address and its server's process id; "" and 0 for the server's own SQLite file."""
    if name == "sqlite":
        yield "", 0
        return
    with servers.postgres(fsync=True) as server:
        with psycopg.connect(server.url.replace("+psycopg", "")) as connection:
            (folder,) = connection.execute("SHOW data_directory").fetchone() or ("",)
        yield server.create_database(), server_of(folder)


async def _live(found: Run, everybody: Cohort, served: Served, database_url: str) -> dict[str, list[str]]:
    """Everybody's time at the page; gives the refs of what each is shown at the end."""
    asked, notes = found.asked, found.notes
    async with _edge(served, notes) as edge:
        residents = [
            Resident(_page_of(edge, everybody, key), coach, _dice(asked, key), think=asked.think)
            for key, coach in everybody.coach_of.items()
        ]
        coaches = [
            Coach(_page_of(edge, everybody, key), _dice(asked, key), think=asked.think)
            for key in everybody.coaches
        ]
        is_over = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            for coach in coaches:
                group.create_task(coach.lives(is_over))
            inviting = group.create_task(_invite(found, database_url))
            await _residents(residents, asked)
            found.lived = notes.at
            await inviting
            is_over.set()
        await _quiet(notes, database_url)
        pages = [*(one.page for one in residents), *(one.page for one in coaches)]
        return await _look_again(pages, notes)


@asynccontextmanager
async def _edge(served: Served, notes: Notes) -> AsyncIterator[Edge]:
    """Connections without a limit, each kept for as long as a browser keeps it."""
    key = parse_qs(urlsplit(served.link).query)["key"][0]
    connector = TCPConnector(limit=0, keepalive_timeout=_KEPT_ALIVE)
    async with ClientSession(connector=connector, cookie_jar=DummyCookieJar()) as session:
        yield Edge(session, served.origin, key, notes)


def _dice(asked: Asked, key: str) -> random.Random:
    """The same chances for the same person in every run."""
    return random.Random(f"{asked.seed} {key}")  # noqa: S311 - nothing is kept secret by it


def _page_of(edge: Edge, everybody: Cohort, user: str) -> Page:
    """A trainee sees no other trainee; a coach sees who sent a request."""

    def may_see(mark: str) -> bool:
        return mark == user or (mark, user) in edge.notes.sent

    return Page(edge, user, everybody.zone, may_see)


async def _residents(residents: list[Resident], asked: Asked) -> None:
    """One comes after another, evenly; each stays until the end."""

    async def comes(one: Resident, after: float) -> None:
        await asyncio.sleep(after)
        await one.lives(asked.seconds)

    apart = asked.seconds * _ARRIVING / len(residents)
    async with asyncio.TaskGroup() as group:
        for number, one in enumerate(residents):
            group.create_task(comes(one, number * apart))


async def _invite(found: Run, database_url: str) -> None:
    """Everybody's check-in is due at once, as on a Sunday evening."""
    await asyncio.sleep(found.asked.seconds * _INVITING)

    def invite() -> int:
        with closing(open_store(database_url, single=False)) as store:
            return plan_nudges(store)

    while True:
        with suppress(StoreUnavailable):  # a busy server may not let anybody else write for seconds
            found.invited = await asyncio.to_thread(invite)
            return
        await asyncio.sleep(_AGAIN_AFTER)


async def _quiet(notes: Notes, database_url: str) -> None:
    """Until nothing waits to be sent."""

    def is_quiet() -> bool:
        with closing(open_store(database_url, single=False)) as store:
            return not open_rows(store)

    try:
        async with asyncio.timeout(_QUIET_WITHIN):
            while not await asyncio.to_thread(is_quiet):  # noqa: ASYNC110 - a database rings no bell
                await asyncio.sleep(0.5)
    except TimeoutError:
        notes.amiss("something still waits to be sent")


async def _look_again(pages: list[Page], notes: Notes) -> dict[str, list[str]]:
    """Everybody's chat from a new stream, which must be what the old one told, a few at a time."""
    at_once = asyncio.Semaphore(_AT_ONCE)

    async def look(page: Page) -> tuple[str, list[str]]:
        async with at_once:
            try:
                await page.look_again()
            except (Amiss, ClientError) as error:
                notes.amiss(f"at the end: {error if isinstance(error, Amiss) else type(error).__name__}")
            await page.leave()
            return page.user, list(page.stream.order)

    return dict(await asyncio.gather(*(look(page) for page in pages)))
