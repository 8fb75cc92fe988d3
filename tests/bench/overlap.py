"""S6: fifty people answer at once, not all alike, and everybody's answers stand under their own name."""

import asyncio

from adapters.port import Choice, EventKind
from bot.store.tables import talks
from bot.turns.frames import frame_of
from tests.bench.crew import Crew, Resident, crew
from tests.bench.frame import Figure, Found, Measure, Part, Room

PEOPLE = 50
WEEKS = ("Steady", "Stretched", "Struggling")


def on_sqlite(room: Room) -> Found:
    return _counted(room)


def on_postgres(room: Room) -> Found:
    return _counted(room)


def _counted(room: Room) -> Found:
    with crew(room) as found:
        return {"right": asyncio.run(_right(found))}


async def _right(found: Crew) -> int:
    """How many journals hold what their person pressed, and belong to them."""
    await found.learn()
    residents = found.enrol(PEOPLE)
    await found.all_say(residents, PEOPLE)
    found.find_talks(residents)
    forms = await asyncio.gather(*(found.taps_on(one, found.taps[0]) for one in residents))
    pressed = [_choice(form.choices, number) for number, form in enumerate(forms)]
    events = [
        one.event(EventKind.PRESS, press=choice.press) for one, choice in zip(residents, pressed, strict=True)
    ]
    await asyncio.gather(*(found.town.door.receive(event) for event in events))
    return sum(
        _kept(found, one) == choice.press.option for one, choice in zip(residents, pressed, strict=True)
    )


def _choice(choices: tuple[Choice, ...], number: int) -> Choice:
    return next(one for one in choices if one.label == WEEKS[number % len(WEEKS)])


def _kept(found: Crew, one: Resident) -> object:
    """What the person's journal holds of the week; it opens with their own key only."""
    rows = found.town.rows(talks, id=one.talk, person_id=one.account.user)
    frame = frame_of(rows[0], found.town.keys) if rows else None
    if frame is None:
        return None
    frame.load(found.town.keys, rows[0])
    entry = frame.journal.find("week")
    return entry.value if entry is not None else None


PART = Part(
    name="overlap",
    measures=(
        Measure("sqlite", "tests.bench.overlap:on_sqlite"),
        Measure("postgres", "tests.bench.overlap:on_postgres", postgres=True),
    ),
    figures=(
        Figure(
            "S6",
            "Of 50 overlapping turns of 50 people, those whose state is under its own person, on SQLite",
            "sqlite",
            "right",
            least=PEOPLE,
            short="states in place",
        ),
        Figure(
            "S6 on PostgreSQL",
            "The same on PostgreSQL",
            "postgres",
            "right",
            least=PEOPLE,
            short="the same, PostgreSQL",
        ),
    ),
)
