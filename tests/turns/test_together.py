"""Many people at once: every state under its own person, and few round trips each."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.port import Choice, Control, EventKind, Form, Incoming, Press
from bot.store.tables import measures, notes
from tests.conftest import PATIENCE
from tests.town import Person, Town
from tests.trips import trips
from tests.turns.stories import begins_check_in

PEOPLE = 50
WEEKS = ("steady", "stretched")


async def sends(person: Person, number: int, press: Press, **fields: tuple[str, ...]) -> Form:
    """One press of one of many, or with fields a form that is submitted, and the form that it opens."""
    kind = EventKind.FORM if fields else EventKind.PRESS
    made = Incoming(f"{person.user}-{number}", person.account, kind, press=press, fields=fields)
    form = (await person.town.door.receive(replace(made, answer_within=PATIENCE))).form
    assert form is not None
    return form


def option(form: Form, key: str) -> Press:
    """The button of the form with this option or control."""
    found: list[Choice] = [*form.choices, *form.controls]
    return next(one.press for one in found if key in {one.press.option, one.press.key})


async def lives(person: Person, number: int) -> None:
    """Start, and a whole check-in that only this person answers in this way."""
    start = Press("welcome", 1, "", Control.START)
    pressed = Incoming(
        f"{person.user}-0", person.account, EventKind.PRESS, press=start, answer_within=PATIENCE
    )
    await person.town.door.receive(pressed)
    begin = Press("check-in", 1, "", Control.START)
    form = await sends(person, 1, begin)
    form = await sends(person, 2, option(form, WEEKS[number % 2]))
    if WEEKS[number % 2] == "stretched":
        form = await sends(person, 3, option(form, Control.SKIP))
        form = await sends(person, 4, option(form, Control.SKIP))
    assert form.submit is not None
    await sends(person, 5, form.submit, **{form.submit.key: (f"a line of {person.user}",)})


def kept(town: Town, user: str) -> tuple[str, str]:
    """What is kept about somebody's week, opened with their own key."""
    person = town.ids[user]
    week, line = town.rows(measures, person_id=person), town.rows(notes, person_id=person)
    subject = f"person:{person}"
    found = town.keys.open(subject, f"measures/{week[0].talk_id}/{week[0].key}", week[0].body)
    said = town.keys.open(subject, f"notes/{line[0].talk_id}/{line[0].key}", line[0].body)
    return json.loads(found)[1], said.decode()


async def test_fifty_at_once_each_under_their_own_name(town: Town) -> None:
    people = town.moves_in(*(f"r{number}" for number in range(PEOPLE)))
    await asyncio.gather(*(lives(person, number) for number, person in enumerate(people)))

    expected = {one.user: (WEEKS[number % 2], f"a line of {one.user}") for number, one in enumerate(people)}
    assert {person.user: kept(town, person.user) for person in people} == expected


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.postgres
async def test_a_plain_answer_is_one_read_and_one_write(resident: Person, tmp_path: Path) -> None:
    await begins_check_in(resident)
    stretched = option(resident.shown, "stretched")
    with trips(tmp_path) as asked:
        await sends(resident, 90, stretched)

    assert asked == [2]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.postgres
async def test_ticks_in_a_form_are_no_more(resident: Person, tmp_path: Path) -> None:
    await begins_check_in(resident)
    await resident.presses("Stretched")
    submit = resident.shown.submit
    assert submit is not None
    with trips(tmp_path) as asked:
        await sends(resident, 90, submit, moved=("sleep", "team"))

    assert asked == [2]
