"""SQLAlchemy Core's asyncio engine, statement by statement: over aiosqlite, and over asyncpg."""

import asyncio
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from tests.bench.frame import Found, Room
from tests.bench.rivals.check_in import AT_ONCE, measured, step
from tests.bench.spent import server_of

_metadata = sa.MetaData()
_claims = sa.Table(
    "claims", _metadata, sa.Column("event_id", sa.Text, primary_key=True), sa.Column("at", sa.Float)
)
_states = sa.Table(
    "states",
    _metadata,
    sa.Column("who", sa.Text, primary_key=True),
    sa.Column("state", sa.JSON),
    sa.Column("version", sa.Integer),
)
_outbox = sa.Table(
    "outbox",
    _metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("who", sa.Text),
    sa.Column("body", sa.JSON),
    sa.Column("at", sa.Float),
)


class Statements:
    """An engine of either kind; statements are built once."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        on_postgres = engine.dialect.name == "postgresql"
        insert: Any = postgresql.insert if on_postgres else sqlite.insert
        self._claim = insert(_claims).on_conflict_do_nothing()
        found = sa.select(_states.c.state).where(_states.c.who == sa.bindparam("of"))
        self._find = found.with_for_update() if on_postgres else found
        kept = insert(_states)
        values = {"state": kept.excluded.state, "version": _states.c.version + 1}
        self._keep = kept.on_conflict_do_update(index_elements=[_states.c.who], set_=values)
        self._say = sa.insert(_outbox).inline()

    async def begin(self) -> None:
        async with self._engine.begin() as connection:
            await connection.run_sync(_metadata.create_all)

    async def turn(self, who: str, event: str, tap: str) -> str:
        now = time.time()
        async with self._engine.begin() as connection:
            claimed = await connection.execute(self._claim, {"event_id": event, "at": now})
            if claimed.rowcount != 1:
                raise AssertionError("the event was claimed before")
            state = (await connection.execute(self._find, {"of": who})).scalar_one_or_none()
            state, reply = step(state, tap)
            await connection.execute(self._keep, {"who": who, "state": state, "version": 1})
            await connection.execute(self._say, {"who": who, "body": reply, "at": now})
        return reply


def alone(room: Room) -> Found:
    return asyncio.run(_measured(_engine(room), room, 1))


def at_once(room: Room) -> Found:
    return asyncio.run(_measured(_engine(room), room, AT_ONCE))


def _engine(room: Room) -> AsyncEngine:
    if room.postgres:
        url = room.postgres.replace("+psycopg", "+asyncpg")
        return create_async_engine(url, pool_size=AT_ONCE, max_overflow=AT_ONCE)
    return _on_file(room.folder / "statements.db")


def _on_file(path: Path) -> AsyncEngine:
    engine = create_async_engine(f"sqlite+aiosqlite:///{path}")

    @sa.event.listens_for(engine.sync_engine, "connect")
    def durable(connection: DBAPIConnection, _entry: object) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA busy_timeout = 60000")
        cursor.close()

    return engine


async def _measured(engine: AsyncEngine, room: Room, at_once: int) -> Found:
    side = Statements(engine)
    await side.begin()
    server = await _server(engine) if room.postgres else 0
    found = await measured(side, room, at_once, server=server)
    await engine.dispose()
    return found


async def _server(engine: AsyncEngine) -> int:
    async with engine.connect() as connection:
        folder = (await connection.exec_driver_sql("SHOW data_directory")).scalar_one()
    return server_of(folder)
