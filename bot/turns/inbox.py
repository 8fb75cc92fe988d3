"""The inbox: other people's moves, played one by one as the turns of those whom they concern."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Integer, String, and_, bindparam, func, literal_column, or_, select, update

from bot.clock import Clock
from bot.errors import StoreUnavailable
from bot.logs import get_log
from bot.store.columns import Instant
from bot.store.prepared import Prepared
from bot.store.store import Store
from bot.store.tables import inbox, talks
from bot.turns.work import Move

log = get_log("bot.turns.inbox")
BATCH = 20
Place = tuple[datetime, str]
_BEGIN: Place = (datetime(1970, 1, 1, tzinfo=UTC), "")
_RETRY = timedelta(seconds=30)


_AT, _ID = bindparam("at", type_=Instant), bindparam("id", type_=String)
_WAITING = Prepared(
    select(inbox)
    .where(or_(inbox.c.retry_at.is_(None), inbox.c.retry_at <= bindparam("real")))
    .where(or_(inbox.c.created_at > _AT, and_(inbox.c.created_at == _AT, inbox.c.id > _ID)))
    .order_by(inbox.c.created_at, inbox.c.id)
    .limit(bindparam("most", type_=Integer))
)
_OVER = Prepared(
    select(talks.c.id, talks.c.person_id, talks.c.asks)
    .where(talks.c.state == literal_column("'waiting'"), talks.c.due_at <= bindparam("now"))
    .order_by(talks.c.due_at, talks.c.id)
)


class Inbox:
    """Plays what waits, in the order it came. A move that fails is tried again later and blocks no other."""

    name = "inbox"

    def __init__(self, store: Store, clock: Clock, play: Callable[[Move], Awaitable[bool]]) -> None:
        self._store, self._clock, self._play = store, clock, play
        self._busy, self._news = asyncio.Lock(), asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def wake(self) -> None:
        """Something may wait: a turn was taken, or time has passed. From any thread."""
        if self._loop is None:
            self._news.set()
        else:
            self._loop.call_soon_threadsafe(self._news.set)

    async def run(self, quiet: asyncio.Lock) -> None:
        """Play what comes until cancelled. A job or a walk asks for `quiet` and comes between batches."""
        self._loop = asyncio.get_running_loop()
        while True:
            await self._news.wait()
            self._news.clear()
            after: Place | None = _BEGIN
            while after is not None:
                async with quiet:
                    try:
                        _, after = await self._batch(after)
                    except StoreUnavailable:
                        log.warning("inbox.store-away")  # Timers wakes it again
                        after = None

    async def drain(self) -> int:
        """Play all that can be played now; returns how many were. Those that wait for an open talk stay.

        Raises StoreUnavailable.
        """
        done, after = await self._batch(_BEGIN)
        while after is not None:
            more, after = await self._batch(after)
            done += more
        return done

    async def _batch(self, after: Place) -> tuple[int, Place | None]:
        """How many were played, and after whom the next batch comes; first of all, waits that are over."""
        done, last = 0, None
        async with self._busy:
            for move in await asyncio.to_thread(self._store.read, self._timers) if after == _BEGIN else ():
                done += await self._one(move)
            for place, move in await asyncio.to_thread(self._after, after):
                last = place
                done += await self._one(move)
        return done, last

    async def _one(self, move: Move) -> bool:
        try:
            return await self._play(move)
        except Exception as error:  # whatever it is, the others' moves go on
            log.warning("inbox.failed", kind=move.kind, exc_info=error)
            with contextlib.suppress(StoreUnavailable):
                await asyncio.to_thread(self._store.write, lambda conn: self._later(conn, move))
            return False

    def _after(self, after: Place) -> list[tuple[Place, Move]]:
        return self._store.read(lambda conn: self._read(conn, after))

    def _read(self, conn: Connection, after: Place) -> list[tuple[Place, Move]]:
        """The next moves in the order they came, so that those that wait hold up nobody else's."""
        at, id_ = after
        rows = _WAITING.all(conn, real=self._clock.real(), at=at, id=id_, most=BATCH)
        return [
            ((row.created_at, row.id), Move(row.id, row.person_id, row.kind, row.thread_id, row.talk_id))
            for row in rows
        ]

    def _timers(self, conn: Connection) -> list[Move]:
        return [
            Move(f"timer:{row.id}:{row.asks}", row.person_id, "timer", talk=row.id)
            for row in _OVER.all(conn, now=self._clock.now())
        ]

    def _later(self, conn: Connection, move: Move) -> None:
        again = {"attempts": inbox.c.attempts + 1, "retry_at": self._clock.real() + _RETRY}
        conn.execute(update(inbox).where(inbox.c.id == move.id).values(again))


class Timers:
    """The job that wakes the inbox: a talk's wait may be over, or the moment for a move to be tried again."""

    name = "timers"
    every = 20

    def __init__(self, store: Store, wake: Callable[[], None]) -> None:
        self._store, self._wake = store, wake

    def next_due(self) -> datetime | None:
        """The earliest end of a wait."""
        first = select(func.min(talks.c.due_at)).where(talks.c.state == "waiting")
        found: datetime | None = self._store.read(lambda conn: conn.execute(first).scalar())
        return found

    def run(self, now: datetime) -> int:
        """Wake the inbox, which plays what is due."""
        del now
        self._wake()
        return 0
