"""What a reader of the database without a master key learns: no answer, no question, no tender kind."""

from collections import Counter

import pytest

from bot.errors import SealBroken
from bot.presentation.codec import outbox_place
from bot.store.tables import events, measures, messages, metadata, notes, outbox, talks
from bot.turns.frames import HIDDEN
from tests.town import Person, Town
from tests.turns.stories import NEXT, asks_for_a_call, begins_check_in, is_welcomed

TELLING = ("struggling", "straight", "slept", "moved", "help", "with", "safe", "note", "week.kept", "safety")


def plain(town: Town) -> str:
    """Every plain text of the tables that a talk writes to."""
    found = []
    for table in (events, measures, messages, notes, outbox, talks):
        for row in town.rows(table):
            found += [str(value) for value in row if isinstance(value, str)]
    return "\n".join(found)


BLANK = ("_id", "_at", "at", "id", "key", "user", "reference", "name", "account", "subject")
"""Ends of columns that hold ids, names, times and marks, which differ from row to row by themselves."""
Shapes = Counter[tuple[object, ...]]


def shape(name: str, value: object) -> object:
    """What can be compared without a key: of ids whether there is one, of sealed bytes the length."""
    if name.endswith(BLANK) and name != "text_id":
        return bool(value)
    return len(value) if isinstance(value, bytes) else str(value)


def shapes(town: Town) -> Shapes:
    """Every row of every table by its shape, and how often."""
    return Counter(
        (table.name, *(shape(*one) for one in row._mapping.items()))
        for table in metadata.sorted_tables
        for row in town.rows(table)
    )


async def begun(one: Person) -> Person:
    """Somebody new, at the first question of a check-in."""
    await is_welcomed(one)
    await begins_check_in(one)
    return one


async def left_by(one: Person, town: Town, label: str) -> Shapes:
    """The rows that this tap adds or changes."""
    await begun(one)
    before = shapes(town)
    await one.presses(label)
    return shapes(town) - before


WEEKS = ("Steady", "Stretched", "Struggling", "Not OK")


async def test_a_tap_on_any_week_leaves_the_same_rows_but_for_a_hidden_talk(town: Town) -> None:
    people = town.moves_in("ana", "ben", "cleo", "dan")
    steady, stretched, struggling, low = [
        await left_by(one, town, week) for one, week in zip(people, WEEKS, strict=True)
    ]

    assert steady == stretched == struggling == low & steady
    assert sorted(str(row[0]) for row in low - steady) == ["messages", "outbox", "outbox", "talks"]


async def test_a_safety_talk_leaves_the_rows_of_asking_for_a_person(town: Town) -> None:
    ana, ben = town.moves_in("ana", "ben")
    low = await left_by(ana, town, "Not OK")
    await begun(ben)
    before = shapes(town)
    await ben.says("human")

    asked = shapes(town) - before

    assert {row[0] for row in low - asked} == {"events", "measures"}
    assert [row[0] for row in asked - low] == ["events"]


async def test_a_hidden_talk_is_as_long_after_many_answers_as_after_none(
    resident: Person, town: Town
) -> None:
    ana, ben = town.moves_in("ana", "ben")
    await left_by(ana, town, "Not OK")
    await is_welcomed(ben)
    await ben.says("human")
    await asks_for_a_call(resident, backup=NEXT)

    journals = [row.journal for row in town.rows(talks, flow=HIDDEN)]
    assert len(journals) == 3
    assert len({len(journal) for journal in journals}) == 1


async def test_a_low_week_cannot_be_told_from_its_rows(resident: Person, town: Town) -> None:
    await begins_check_in(resident)
    await resident.presses("Struggling")
    await resident.fills("Workload")
    await resident.presses("Partly", "Note it for myself")
    await resident.fills("slept two hours")

    shown = plain(town).split("\n")
    assert [word for word in TELLING if word in shown or f"check-in.{word}" in shown] == []


async def test_an_open_safety_talk_cannot_be_told_by_its_kind(resident: Person, town: Town) -> None:
    await begins_check_in(resident)
    await resident.presses("Not OK")
    await resident.closes()
    await resident.presses("No")

    shown = plain(town).split("\n")
    assert [word for word in TELLING if word in shown or f"safety.{word}" in shown] == []


async def test_a_claim_names_neither_person_nor_talk(resident: Person, town: Town) -> None:
    await begins_check_in(resident)
    await resident.presses("Struggling")

    named = {"resident", town.ids["resident"], *(row.id for row in town.rows(talks))}
    claimed = {value for row in town.rows(events) for value in row if isinstance(value, str)}
    assert len(claimed) > 1
    assert not [value for value in claimed for name in named if name in value]


async def test_a_request_that_was_never_sent_leaves_no_name_in_plain(resident: Person, town: Town) -> None:
    await asks_for_a_call(resident)
    await resident.closes()
    await resident.says("hello")
    await resident.presses("Continue")

    assert "human" not in plain(town)


async def test_a_body_opens_for_its_own_recipient_alone(resident: Person, town: Town) -> None:
    row = {"platform": "web", "tenant": "demo", "user": "resident", "talk_id": "t", "key": "k", "lane": 1}
    row["created_at"] = town.clock.now()
    subject = f"person:{town.ids['resident']}"
    body = town.keys.seal(subject, outbox_place(row), b"for the resident")

    with pytest.raises(SealBroken):
        town.keys.open(subject, outbox_place(row | {"user": "coach"}), body)
