"""T1 to T3: a tap through the whole engine, beside a raw transaction and beside the rivals, on SQLite.

A tap is a press handed to the door: screening, what the person is, the journal's replay, the answer, sealing,
the commit with synchronous=FULL, and the Reply with the next form. Each person's check-in is five of them.
"""

import asyncio
from collections.abc import Sequence

from bot.running import settle_memory
from tests.bench.crew import Crew, Resident, crew
from tests.bench.frame import Figure, Found, Measure, Part, Room
from tests.bench.rivals.check_in import AT_ONCE, PEOPLE
from tests.bench.spent import Spent, spent


def alone(room: Room) -> Found:
    """One conversation at a time."""
    with crew(room) as found:
        return asyncio.run(measured(found, room, 1))


def at_once(room: Room) -> Found:
    """Sixteen at a time."""
    with crew(room) as found:
        return asyncio.run(measured(found, room, AT_ONCE))


async def measured(found: Crew, room: Room, at_once: int, *, server: int = 0) -> dict[str, float]:
    """Milliseconds a tap, and apart for each of the five and for the words that begin it.

    Somebody goes through all of it before, and a few more, so that everything is loaded and prepared, and the
    collector is set as a server sets its own.
    """
    await found.learn()
    await talk(found, found.enrol(room.times(AT_ONCE), "warm"), at_once)
    residents = found.enrol(room.times(PEOPLE))
    settle_memory()
    begun, taps = await talk(found, residents, at_once, server=server)
    total = Spent()
    for one in taps:
        total.add(one)
    apart = {f"tap{number}_ms": one.cpu_ms / len(residents) for number, one in enumerate(taps)}
    return {**total.each(len(residents) * len(taps)), **apart, "words_ms": begun.cpu_ms / len(residents)}


async def talk(
    found: Crew, residents: Sequence[Resident], at_once: int, *, server: int = 0
) -> tuple[Spent, list[Spent]]:
    """Everybody's check-in: what its beginning by words cost, and each tap. All advance together."""
    with spent(server) as begun:
        await found.all_say(residents, at_once)
    found.find_talks(residents)
    taps = []
    for tap in found.taps:
        with spent(server) as one_tap:
            await found.all_tap(residents, tap, at_once)
        taps.append(one_tap)
    return begun, taps


PART = Part(
    name="turns",
    measures=(
        Measure("alone", "tests.bench.turns:alone"),
        Measure("raw", "tests.bench.raw:alone"),
        Measure("dialogs", "tests.bench.rivals.dialogs:alone", rival=True),
        Measure("statements", "tests.bench.rivals.statements:alone", rival=True),
        Measure("at once", "tests.bench.turns:at_once"),
        Measure("raw, at once", "tests.bench.raw:at_once"),
        Measure("dialogs, at once", "tests.bench.rivals.dialogs:at_once", rival=True),
        Measure("statements, at once", "tests.bench.rivals.statements:at_once", rival=True),
    ),
    figures=(
        Figure(
            "T1",
            "A tap through the whole engine, one at a time, beside a raw transaction",
            "alone",
            "cpu_ms",
            peer="raw",
            most=6,
            unit="x",
            short="a tap, beside raw SQLite",
            how="the mean of a check-in's five taps (its opening and four answers, of which the last ends "
            "it), each handed to the door as by an adapter, beside the three writes in raw sqlite3.",
        ),
        Figure(
            "T1 answer",
            "Of these a plain answer in the midst of a talk",
            "alone",
            "tap3_ms",
            unit=" ms",
        ),
        Figure("T1 end", "Of these the last one, which ends the talk", "alone", "tap4_ms", unit=" ms"),
        Figure(
            "T2",
            "The same, 16 conversations at once",
            "at once",
            "cpu_ms",
            peer="raw, at once",
            most=4,
            unit="x",
            short="16 at once, beside raw SQLite",
        ),
        Figure(
            "T2 rate",
            "Taps that a core's CPU is enough for, 16 at once",
            "at once",
            "a_second",
            least=1500,
            unit="/s",
            short="taps a second on a core",
        ),
        Figure(
            "T3",
            "botbuilder-dialogs on a thin SQLite store, one at a time: its cost beside ours",
            "alone",
            "cpu_ms",
            peer="dialogs",
            cheaper=True,
            least=3,
            unit="x",
            short="botbuilder’s cost beside ours",
            how="dialog state, claim and outbox in one transaction of the thinnest store that can be had.",
        ),
        Figure(
            "T3 at 16",
            "The same, 16 conversations at once",
            "at once",
            "cpu_ms",
            peer="dialogs, at once",
            cheaper=True,
            least=3,
            unit="x",
            short="botbuilder’s cost, 16 at once",
        ),
        Figure(
            "T3 aio",
            "SQLAlchemy asyncio with aiosqlite, one at a time: its cost beside ours",
            "alone",
            "cpu_ms",
            peer="statements",
            cheaper=True,
            unit="x",
            how="SQLAlchemy Core, statement by statement, without an engine of conversations above it.",
        ),
        Figure(
            "T3 aio at 16",
            "The same, 16 conversations at once",
            "at once",
            "cpu_ms",
            peer="statements, at once",
            cheaper=True,
            unit="x",
        ),
    ),
)
