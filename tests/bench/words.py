"""A text that somebody writes, by layer: what reading it costs, and the turn that keeps it. No goals."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from adapters.port import EventKind, Form, Press, ReplyKind
from bot.care.screen import screen
from bot.privacy.spans import spans
from bot.store.tables import talks
from bot.turns.frames import Frame, frame_of
from conversations.engine import run
from tests.bench.crew import Crew, Resident, crew
from tests.bench.frame import Figure, Found, Measure, Part, Room
from tests.bench.spent import spent

TEXTS = (
    "The handover was calmer than last week, and I left on time twice.",
    "Two procedures with good supervision; I asked more questions than I used to.",
    "My co-residents covered for me when I was late, which helped more than I expected.",
    "Slept seven hours on most days, walked home, and cooked once.",
    "A family thanked us, and the attending said what exactly went well.",
)
PEOPLE = 100
_READ = 400


def written(room: Room) -> Found:
    """Milliseconds of CPU: the whole turn, and each layer by itself on the same texts and the same talk."""
    with crew(room) as found:
        turn = asyncio.run(_written(found, room))
        texts = [TEXTS[number % len(TEXTS)] for number in range(room.times(_READ))]
        frame, keys = _somebodys(found), found.town.keys
        subject, place = f"person:{frame.person_id}", f"talks/{frame.id}/journal"
        body = b"x" * 1500  # a journal of a few answers with its facts
        sealed = keys.seal(subject, place, body)
        return {
            "turn_ms": turn,
            "screen_ms": _each(texts, screen),
            "spans_ms": _each(texts, spans),
            "replay_ms": _each(texts, lambda _: run(frame.flow, frame.facts, frame.journal, frame.words)),
            "seal_ms": _each(texts, lambda _: keys.seal(subject, place, body)),
            "open_ms": _each(texts, lambda _: keys.open(subject, place, sealed)),
        }


async def _written(found: Crew, room: Room) -> float:
    """A steady week, and one line of what helped."""
    await found.learn()
    await _lines(found, found.enrol(room.times(10), "warm"))
    residents = found.enrol(room.times(PEOPLE))
    return await _lines(found, residents)


async def _lines(found: Crew, residents: list[Resident]) -> float:
    await found.all_say(residents, 1)
    found.find_talks(residents)
    forms = [await _to_the_line(found, one) for one in residents]
    with spent() as lines:
        for number, (one, form) in enumerate(zip(residents, forms, strict=True)):
            await _writes(found, one, form.submit, TEXTS[number % len(TEXTS)])
    return lines.cpu_ms / len(residents)


async def _to_the_line(found: Crew, one: Resident) -> Form:
    form = await found.taps_on(one, found.taps[0])
    steady = next(choice.press for choice in form.choices if choice.label == "Steady")
    reply = await found.town.door.receive(one.event(EventKind.PRESS, press=steady))
    if reply.form is None or reply.form.submit is None:
        raise AssertionError("a steady week asks for no line")
    return reply.form


async def _writes(found: Crew, one: Resident, submit: Press | None, text: str) -> None:
    event = one.event(EventKind.FORM, press=submit)
    key = submit.key if submit else ""
    reply = await found.town.door.receive(replace(event, fields={key: (text,)}))
    if reply.kind is not ReplyKind.FORM or reply.form is None or reply.form.submit is not None:
        raise AssertionError(f"{text!r} was not taken: {reply.kind}")


def _somebodys(found: Crew) -> Frame:
    """A talk in the midst of its questions, as a turn has it before it."""
    residents = found.enrol(1, "midst")
    asyncio.run(_to_midst(found, residents))
    rows = found.town.rows(talks, id=residents[0].talk)
    frame = frame_of(rows[0], found.town.keys)
    if frame is None:
        raise AssertionError("the talk is gone")
    frame.load(found.town.keys, rows[0])
    return frame


async def _to_midst(found: Crew, residents: list[Resident]) -> None:
    await found.all_say(residents, 1)
    found.find_talks(residents)
    for tap in found.taps[:-1]:
        await found.all_tap(residents, tap, 1)


def _each(texts: list[str], work: Callable[[str], object]) -> float:
    work(texts[0])
    with spent() as all_of_them:
        for text in texts:
            work(text)
    return all_of_them.cpu_ms / len(texts)


def _layer(of: str, title: str) -> Figure:
    return Figure(f"Text {of}", title, "written", f"{of}_ms", unit=" ms")


PART = Part(
    name="words",
    measures=(Measure("written", "tests.bench.words:written"),),
    figures=(
        _layer("turn", "A line of text in a form: the whole turn, one at a time, on SQLite"),
        _layer("screen", "Of it the reading for danger"),
        _layer("spans", "Of it the search for identifiers"),
        _layer("replay", "One replay of a talk's flow over its journal"),
        _layer("seal", "Sealing a journal once"),
        _layer("open", "Opening it once"),
    ),
)
