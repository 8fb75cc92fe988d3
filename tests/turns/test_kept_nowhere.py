"""Words of the class none live in the turn that receives them; no flow but this made-up one has any yet."""

import pytest

from bot.people.roles import TALK_ROLES
from bot.store.tables import talks
from conversations.answers import Keep
from conversations.catalogue import FLOWS
from conversations.flows import Facts, Surface, flow
from conversations.talk import Talk
from tests.town import Person, Town
from tests.turns.stories import press

NAME = "vent"
WROTE = "nobody came when I called"


@flow(NAME, title="Let it out", seconds=1, surface=Surface.PRIVATE, facts=Facts, opener="It is ready.")
async def vent(talk: Talk, _facts: Facts) -> None:
    """Takes a text that nobody keeps, says it once, and asks on."""
    said = await talk.write("said", "What is it?", keep=Keep.NONE)
    if said is not None:
        await talk.say("quote", "You wrote: {said}", without="What you wrote was not kept.", said=said)
    await talk.confirm("on", "Go on?")


@pytest.fixture
async def venting(resident: Person, monkeypatch: pytest.MonkeyPatch) -> Person:
    """The resident has written, and is asked on."""
    monkeypatch.setitem(FLOWS, NAME, vent)
    monkeypatch.setitem(TALK_ROLES, NAME, frozenset({"trainee"}))
    await resident.sends(press(resident, NAME, "", "!start"))
    return await resident.fills(WROTE)


async def test_the_turn_that_receives_them_can_say_them(venting: Person) -> None:
    assert f"You wrote: {WROTE}" in venting.screen


async def test_after_it_they_are_kept_nowhere_and_the_talk_says_so(venting: Person, town: Town) -> None:
    assert [row.words for row in town.rows(talks, flow=NAME)] == [None]
    await venting.closes()
    await venting.presses("Continue")

    assert "What you wrote was not kept." in venting.screen
    assert WROTE not in venting.screen
