"""Danger where nobody looks for it: in a field of an odd name, under an id that was taken before."""

from dataclasses import replace

import pytest

from adapters.port import EventKind, Incoming
from tests.town import Person, Town
from tests.turns.stories import begins_check_in, press
from tests.turns.test_safety import EXPLICIT, shows_a_card


@pytest.mark.parametrize("name", ["!made-up", "!", "!back"])
async def test_in_a_field_whose_name_looks_like_a_button(resident: Person, name: str) -> None:
    await begins_check_in(resident)
    await resident.presses("Stretched")
    submit = resident.shown.submit
    fields = {"moved": ("sleep",), name: (EXPLICIT,)}
    await resident.sends(Incoming("odd", resident.account, EventKind.FORM, press=submit, fields=fields))

    assert shows_a_card(resident)


@pytest.mark.parametrize("kind", [EventKind.EDIT, EventKind.MESSAGE])
async def test_in_an_event_whose_id_was_taken_before(resident: Person, kind: EventKind) -> None:
    await resident.says("help")
    await resident.sends(replace(resident.event, kind=kind, text=EXPLICIT))

    assert shows_a_card(resident)


async def test_in_a_button_whose_events_id_was_taken_before(resident: Person) -> None:
    await resident.says("help")
    unsafe = press(resident, "check-in", "", "week", "not-ok", "not_safe").press
    await resident.sends(replace(resident.event, kind=EventKind.PRESS, text="", press=unsafe))

    assert shows_a_card(resident)


async def test_before_start_in_an_edit_under_its_messages_id(town: Town) -> None:
    resident = town.person("resident")
    await resident.says("hello")
    await resident.sends(replace(resident.event, kind=EventKind.EDIT, text=EXPLICIT))

    assert shows_a_card(resident)


async def test_danger_delivered_twice_is_answered_once(resident: Person, town: Town) -> None:
    await resident.says(EXPLICIT)
    before = len(town.chat.sent)
    await resident.sends(resident.event)

    assert len(town.chat.sent) == before


async def test_more_danger_under_an_id_that_the_safety_talk_answered_gets_its_card(
    resident: Person, town: Town
) -> None:
    await resident.says("I wish I was dead")
    await resident.says("hello there")
    edited = replace(resident.event, kind=EventKind.EDIT, text="I took all my pills")
    before = len(resident.chat)
    await resident.sends(edited)
    assert any(card.safety for card in resident.chat[before:])


async def test_danger_that_is_delivered_again_repeats_no_card(resident: Person) -> None:
    await resident.says("I took all my pills")
    before = len(resident.chat)
    await resident.sends(resident.event)
    assert len(resident.chat) == before
