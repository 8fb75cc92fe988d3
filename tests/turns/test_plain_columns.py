"""What a reader of the database without a master key learns: no answer, no question, no tender kind."""

import pytest

from bot.errors import SealBroken
from bot.presentation.codec import outbox_place
from bot.store.tables import events, measures, messages, notes, outbox, talks
from tests.town import Person, Town
from tests.turns.stories import asks_for_a_call, begins_check_in

TELLING = ("struggling", "straight", "slept", "moved", "help", "with", "safe", "note", "week.kept", "safety")


def plain(town: Town) -> str:
    """Every plain text of the tables that a talk writes to."""
    found = []
    for table in (events, measures, messages, notes, outbox, talks):
        for row in town.rows(table):
            found += [str(value) for value in row if isinstance(value, str)]
    return "\n".join(found)


async def test_a_low_week_cannot_be_told_from_its_rows(resident: Person, town: Town) -> None:
    await resident.says("check in")
    await resident.presses("Start")
    await resident.presses("Struggling")
    await resident.fills("Workload")
    await resident.presses("Partly")
    await resident.presses("Note it for myself")
    await resident.fills("slept two hours")

    shown = plain(town).split("\n")
    assert [word for word in TELLING if word in shown or f"check-in.{word}" in shown] == []


async def test_an_open_safety_talk_cannot_be_told_by_its_kind(resident: Person, town: Town) -> None:
    await resident.says("check in")
    await resident.presses("Start")
    await resident.presses("Not OK")
    await resident.closes()
    await resident.presses("No")

    shown = plain(town).split("\n")
    assert [word for word in TELLING if word in shown or f"safety.{word}" in shown] == []


async def test_a_claim_names_neither_person_nor_talk(resident: Person, town: Town) -> None:
    await begins_check_in(resident)
    await resident.presses("Struggling")

    named = {town.ids["resident"], *(row.id for row in town.rows(talks))}
    claimed = {value for row in town.rows(events) for value in row if isinstance(value, str)}
    assert len(claimed) > 1
    assert not named & claimed


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
