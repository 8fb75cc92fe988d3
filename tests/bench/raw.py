"""The floor: a raw sqlite3 transaction with the three writes, synchronous=FULL, in the loop."""

import asyncio
import sqlite3
import time

from tests.bench.frame import Found, Room
from tests.bench.rivals.check_in import AT_ONCE, TABLES, after, measured

_KEEP = (
    "INSERT INTO states VALUES (?, ?, 1)"
    " ON CONFLICT (who) DO UPDATE SET state = excluded.state, version = states.version + 1"
)


class Raw:
    """One connection, no layer above it."""

    def __init__(self, path: str) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.executescript(TABLES)

    async def turn(self, who: str, event: str, tap: str) -> str:
        run, now = self._connection.execute, time.time()
        run("BEGIN IMMEDIATE")
        run("INSERT INTO claims VALUES (?, ?)", (event, now))
        found = run("SELECT state FROM states WHERE who = ?", (who,)).fetchone()
        state, reply = after(found[0] if found else None, tap)
        run(_KEEP, (who, state))
        run("INSERT INTO outbox (who, body, at) VALUES (?, ?, ?)", (who, reply, now))
        run("COMMIT")
        return reply

    def close(self) -> None:
        self._connection.close()


def alone(room: Room) -> Found:
    return _measured(room, 1)


def at_once(room: Room) -> Found:
    return _measured(room, AT_ONCE)


def _measured(room: Room, at_once: int) -> Found:
    side = Raw(str(room.folder / "raw.db"))
    try:
        return asyncio.run(measured(side, room, at_once))
    finally:
        side.close()
