"""T4: a tap on PostgreSQL: round trips of a plain answer, and CPU of client and server together."""

import asyncio
import statistics

from bot.store.store import Store
from tests.bench import turns
from tests.bench.crew import ANSWER, crew
from tests.bench.frame import Figure, Found, Measure, Part, Room
from tests.bench.rivals.check_in import AT_ONCE
from tests.bench.spent import server_of
from tests.trips import trips as round_trips


def alone(room: Room) -> Found:
    """One conversation at a time."""
    return _measured(room, 1)


def at_once(room: Room) -> Found:
    """Sixteen at a time."""
    return _measured(room, AT_ONCE)


def _measured(room: Room, at_once: int) -> Found:
    with crew(room) as found:
        return asyncio.run(turns.measured(found, room, at_once, server=_server(found.town.store)))


def _server(store: Store) -> int:
    return server_of(store.read(lambda conn: conn.exec_driver_sql("SHOW data_directory").scalar_one()))


def trips(room: Room) -> Found:
    """How often a plain answer waits for the server: what libpq's own trace says of every connection."""
    return asyncio.run(_trips(room))


async def _trips(room: Room) -> dict[str, float]:
    """Everybody answers in turn; the median leaves out who prepares a statement on a connection."""
    with crew(room) as found:
        await found.learn()
        await turns.talk(found, found.enrol(room.times(AT_ONCE), "warm"), AT_ONCE)
        residents = found.enrol(room.times(AT_ONCE))
        await found.all_say(residents, 1)
        found.find_talks(residents)
        for tap in found.taps[:ANSWER]:
            await found.all_tap(residents, tap, 1)
        counted = list[int]()
        for one in residents:
            with round_trips(room.folder) as asked:
                await found.taps_on(one, found.taps[ANSWER])
            counted += asked
        return {"trips": statistics.median(counted)}


_STATEMENTS = "tests.bench.rivals.statements"
PART = Part(
    name="postgres",
    measures=(
        Measure("trips", "tests.bench.on_postgres:trips", postgres=True),
        Measure("alone", "tests.bench.on_postgres:alone", postgres=True),
        Measure("statements", f"{_STATEMENTS}:alone", rival=True, postgres=True),
        Measure("at once", "tests.bench.on_postgres:at_once", postgres=True),
        Measure("statements, at once", f"{_STATEMENTS}:at_once", rival=True, postgres=True),
    ),
    figures=(
        Figure(
            "T4 trips",
            "Round trips to PostgreSQL of a plain answer",
            "trips",
            "trips",
            most=2,
            short="round trips, PostgreSQL",
            how="libpq's own trace of all connections, keys and their store among them.",
        ),
        Figure(
            "T4",
            "A tap on PostgreSQL, client and server, 16 at once, beside SQLAlchemy with asyncpg",
            "at once",
            "both_ms",
            peer="statements, at once",
            most=0.25,
            unit="x",
            short="PostgreSQL, beside asyncpg",
            how="CPU of the measuring process and of all processes of the server; SQLAlchemy Core goes "
            "statement by statement, without an engine of conversations above it.",
        ),
        Figure(
            "T4 alone",
            "The same, one at a time",
            "alone",
            "both_ms",
            peer="statements",
            unit="x",
        ),
    ),
)
