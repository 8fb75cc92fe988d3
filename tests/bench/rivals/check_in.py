"""The work that every side does: one check-in, its opening and four taps, kept durably a turn.

A turn claims its event, keeps the new state and writes what is to be sent, in one transaction. The last reply
must hold all four answers.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from tests.bench.frame import Room
from tests.bench.spent import Spent, spent

QUESTIONS = (
    "Where were you most of this week?",
    "What moved it most? Up to two.",
    "How was sleep: enough for safe work?",
    "What would be most useful?",
)
OPTIONS = (
    ("steady", "stretched", "struggling", "not-ok"),
    ("workload", "sleep", "team", "patient", "home", "learning", "skip"),
    ("yes", "partly", "no"),
    ("person", "note", "nothing"),
)
TAPS = ("open", "struggling", "skip", "yes", "nothing")
PEOPLE = 200
AT_ONCE = 16
TABLES = """
CREATE TABLE IF NOT EXISTS claims (event_id TEXT PRIMARY KEY, at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS states (who TEXT PRIMARY KEY, state TEXT NOT NULL, version INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS outbox (
    id INTEGER PRIMARY KEY, who TEXT NOT NULL, body TEXT NOT NULL, at REAL NOT NULL
);
"""
State = dict[str, Any]


def end(answers: list[str]) -> str:
    """The last reply."""
    return "Thank you. " + " | ".join(answers)


def step(state: State | None, tap: str) -> tuple[State, str]:
    """The new state and the reply to a tap; one that is no option of the question is asked again."""
    if state is None:
        return {"flow": "check-in", "answers": []}, QUESTIONS[0]
    number = len(state["answers"])
    if tap not in OPTIONS[number]:
        return state, QUESTIONS[number]
    answers = [*state["answers"], tap]
    return {**state, "answers": answers}, end(answers) if number + 1 == len(QUESTIONS) else QUESTIONS[
        number + 1
    ]


def after(state: str | None, tap: str) -> tuple[str, str]:
    """The same, with the state as text."""
    found, reply = step(json.loads(state) if state else None, tap)
    return json.dumps(found), reply


def expected(number: int) -> str:
    """The reply to the tap of this number."""
    return QUESTIONS[number] if number < len(QUESTIONS) else end(list(TAPS[1:]))


class Side(Protocol):
    """Whoever takes turns: durable when it returns, with the reply."""

    async def turn(self, who: str, event: str, tap: str) -> str: ...


async def in_turn(turn: Callable[[int], Awaitable[None]], people: int, at_once: int) -> None:
    """The same turn of so many people, so many at once."""
    waiting = iter(range(people))

    async def some() -> None:
        for one in waiting:
            await turn(one)

    if at_once == 1:
        await some()
    else:
        await asyncio.gather(*(some() for _ in range(at_once)))


async def talk(side: Side, people: int, at_once: int, *, server: int = 0, name: str = "p") -> Spent:
    """Everybody's check-in, tap by tap; all of them advance together, so that state is read each time."""
    found = Spent()
    for number, tap in enumerate(TAPS):

        async def turn(one: int, number: int = number, tap: str = tap) -> None:
            reply = await side.turn(f"{name}{one}", f"{name}{one}-{number}", tap)
            if reply != expected(number):
                raise AssertionError(f"{reply!r} is not the reply to {tap!r}")

        with spent(server) as one_tap:
            await in_turn(turn, people, at_once)
        found.add(one_tap)
    return found


async def measured(side: Side, room: Room, at_once: int, *, server: int = 0) -> dict[str, float]:
    """Milliseconds a turn; a few people go through it before it counts."""
    await talk(side, room.times(AT_ONCE), at_once, name="warm")
    people = room.times(PEOPLE)
    return (await talk(side, people, at_once, server=server)).each(people * len(TAPS))
