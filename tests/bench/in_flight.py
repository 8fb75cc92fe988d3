"""T5: ten thousand conversations in the midst of their check-in: memory, and what the database keeps."""

import asyncio
import gc
from pathlib import Path

from bot.store.engines import log_emptied, sqlite_engine
from tests.bench.crew import Crew, Resident, crew
from tests.bench.frame import Figure, Found, Measure, Part, Room
from tests.bench.rivals.check_in import AT_ONCE
from tests.bench.spent import memory_mb

PEOPLE, WARM = 10_000, 200
QUESTION = 4
"""The question that everybody has been asked, and nobody has answered."""


def held(room: Room) -> Found:
    """Growth from people who have begun to the same in the midst of a talk, everything sent meanwhile."""
    with crew(room) as found:
        return asyncio.run(_held(found, room))


async def _held(found: Crew, room: Room) -> dict[str, float]:
    await found.learn()
    found.close_screens()
    people = room.times(PEOPLE)
    await _advance(found, found.enrol(room.times(WARM), "warm"))
    residents = found.enrol(people)
    gc.collect()
    memory, database, keys = memory_mb(), _bytes(room, "companion.db"), _bytes(room, "keys.db")
    await _advance(found, residents)
    gc.collect()
    return {
        "memory_mb": memory_mb() - memory,
        "database_kb": (_bytes(room, "companion.db") - database) / people / 1000,
        "keys_kb": (_bytes(room, "keys.db") - keys) / people / 1000,
    }


async def _advance(found: Crew, residents: list[Resident]) -> None:
    """Everybody to the fourth question. What was to be sent is sent, and its words are wiped with that."""
    await found.all_say(residents, AT_ONCE)
    found.find_talks(residents)
    for tap in found.taps[:QUESTION]:
        await found.all_tap(residents, tap, AT_ONCE)
    await found.town.settle()


def _bytes(room: Room, name: str) -> int:
    """A database's size with nothing left in its log."""
    path: Path = room.folder / name
    engine = sqlite_engine(f"sqlite:///{path}", "write")
    log_emptied(engine)
    engine.dispose()
    return path.stat().st_size


PART = Part(
    name="memory",
    measures=(Measure("held", "tests.bench.in_flight:held", once=True),),
    figures=(
        Figure(
            "T5",
            "10,000 conversations at the fourth question: growth of the process",
            "held",
            "memory_mb",
            most=5,
            unit=" MB",
            short="memory of 10,000 talks",
            how="from 10,000 people who have begun to the same people in the midst of their check-in, "
            "everything sent and its bodies wiped.",
        ),
        Figure(
            "T5 database",
            "The same: growth of the database, each",
            "held",
            "database_kb",
            most=2.5,
            unit=" kB",
            short="database of each talk",
        ),
        Figure("T5 keys", "The same: growth of the key store, each", "held", "keys_kb", unit=" kB"),
    ),
)
