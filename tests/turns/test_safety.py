"""When somebody may be in danger: fixed words and people at once, whatever else goes on."""

import json

import pytest

from adapters.port import Card, EventKind, Incoming, Lane
from bot.store.tables import persons, silences
from conversations.safety_words import CARDS
from tests.town import Person, Town
from tests.turns.stories import asks_for, asks_for_a_call, begins_check_in, has_lines, leaves_program

EXPLICIT = "I want to kill myself"


def flows(town: Town) -> list[str]:
    return [flow for flow, _, _ in town.state("resident")]


def shows_a_card(person: Person) -> bool:
    """A safety card with lines to call, in the safety lane."""
    sent = [one for one in person.town.chat.sent if one.to.user == person.user and one.card is not None]
    cards = [one.card for one in sent if one.lane is Lane.SAFETY and one.card is not None and one.card.safety]
    return any(has_lines(card) for card in cards)


def is_card(card: Card) -> bool:
    """Whether the fixed words of a safety card stand there."""
    return any(card.paragraphs[0] in variants for variants in CARDS.values())


async def nothing_open(resident: Person) -> None:
    del resident


async def in_a_chat_talk(resident: Person) -> None:
    await resident.says("settings")


async def paused(resident: Person) -> None:
    await resident.says("pause 2w")


async def put_off(resident: Person) -> None:
    await begins_check_in(resident)
    await resident.says("later")


STATES = (nothing_open, begins_check_in, in_a_chat_talk, paused, put_off)


@pytest.mark.parametrize("state", STATES)
async def test_typed_in_any_state_the_card_shows_at_once(resident: Person, state: object) -> None:
    assert callable(state)
    await state(resident)
    await resident.says(EXPLICIT)

    assert shows_a_card(resident)


async def test_before_start_the_card_shows_and_nothing_is_kept(town: Town) -> None:
    resident = town.person("resident")
    await resident.says(EXPLICIT)

    assert shows_a_card(resident)
    assert not town.keys.has(f"person:{town.ids['resident']}")


async def test_off_the_roster_the_card_shows(town: Town) -> None:
    stranger = town.person("passer-by")
    await stranger.says(EXPLICIT)

    assert shows_a_card(stranger)


async def test_after_the_membership_has_ended_the_card_shows(resident: Person, town: Town) -> None:
    leaves_program(town, "resident")
    await resident.says(EXPLICIT)

    assert shows_a_card(resident)


async def test_in_a_form_the_card_stands_in_the_form_and_in_the_chat(resident: Person) -> None:
    await begins_check_in(resident)
    await resident.presses("Steady")
    await resident.fills(EXPLICIT)

    assert resident.shown.safety
    assert resident.shown.links
    assert shows_a_card(resident)


async def test_in_the_words_of_an_alert_the_card_comes_first(resident: Person) -> None:
    await asks_for(resident)
    await resident.presses("A call")
    await resident.fills(EXPLICIT)

    assert shows_a_card(resident)


async def test_in_a_form_of_a_talk_that_has_closed(resident: Person) -> None:
    await begins_check_in(resident)
    await resident.presses("Steady")
    old = resident.shown.submit
    await resident.says("stop")
    fields = {"helped": (EXPLICIT,)}
    await resident.sends(Incoming("old", resident.account, EventKind.FORM, press=old, fields=fields))

    assert shows_a_card(resident)


async def test_in_an_edited_message(resident: Person) -> None:
    await resident.sends(Incoming("edit", resident.account, EventKind.EDIT, text=EXPLICIT))

    assert shows_a_card(resident)


async def test_the_talk_below_waits_and_then_goes_on(resident: Person, town: Town) -> None:
    await begins_check_in(resident)
    await resident.says(EXPLICIT)
    assert flows(town) == ["check-in", "safety"]
    await resident.closes()
    await resident.presses("Yes", "Enough for now", "Go on with it")

    assert "Where were you most" in resident.screen


async def test_not_ok_asks_are_you_safe_right_now(resident: Person, town: Town) -> None:
    await begins_check_in(resident)
    await resident.presses("Not OK")

    assert "Are you safe right now?" in resident.screen
    assert flows(town) == ["check-in", "safety"]


async def test_not_safe_raises_to_the_imminent_card_in_one_talk(resident: Person, town: Town) -> None:
    await begins_check_in(resident)
    await resident.presses("Not OK")
    await resident.closes()
    await resident.presses("No")

    assert "Are you with someone right now?" in resident.last
    assert flows(town) == ["check-in", "safety"]


async def test_a_no_is_believed(resident: Person, town: Town) -> None:
    await resident.says("I wish I would not wake up tomorrow")
    await resident.presses("No")

    assert any(
        "I take that as you say it" in line or "as you say it" in line or "Understood" in line
        for card in resident.chat[-2:]
        for line in card.paragraphs
    )
    assert flows(town) == []


async def test_danger_again_does_not_open_a_second_talk(resident: Person, town: Town) -> None:
    await begins_check_in(resident)
    for said in (EXPLICIT, EXPLICIT, EXPLICIT, "check in", "crisis"):
        await resident.says(said)

    assert flows(town).count("safety") == 1
    assert sum(is_card(card) for card in resident.chat) == 4


async def test_a_person_reached_from_the_safety_talk_leaves_one_safety_talk(
    resident: Person, town: Town
) -> None:
    await resident.says(EXPLICIT)
    await resident.presses("Yes", "Reach a person")
    await resident.says(EXPLICIT)

    assert flows(town).count("safety") == 1
    assert flows(town)[-1] == "safety"
    assert resident.chat[-1].safety
    assert "safe" in resident.last


async def test_danger_written_to_a_person_reached_from_the_safety_talk_is_answered(resident: Person) -> None:
    await resident.says(EXPLICIT)
    await resident.presses("Yes", "Reach a person", "Dr. Ana Reyes", "Yes, Dr. Ana Reyes may", "A call")
    before = len(resident.chat)
    await resident.fills(EXPLICIT)

    assert any(card.safety for card in resident.chat[before:])


async def test_an_old_safety_talk_that_was_parked_gives_way(resident: Person, town: Town) -> None:
    from datetime import timedelta

    await resident.says(EXPLICIT)
    await town.walks_to(town.clock.now() + timedelta(hours=13))
    await resident.says(EXPLICIT)

    assert town.state("resident")[0][:2] == ("safety", "open")
    assert len(flows(town)) == 1


async def test_a_joke_and_then_no_joke(resident: Person) -> None:
    await begins_check_in(resident)
    await resident.presses("Steady")
    await resident.says("third 28 this month just put me out of my misery lol")
    assert not shows_a_card(resident)
    await resident.says("honestly though. not lol")

    assert "I may have taken that too lightly" in resident.last


async def test_crisis_shows_lines_again_and_again(resident: Person) -> None:
    await resident.says("crisis")
    await resident.says("crisis")

    first, again = (card for card in resident.chat if is_card(card))
    assert has_lines(first)
    assert has_lines(again)


async def test_risk_is_remembered_as_labels_and_times(resident: Person, town: Town) -> None:
    await resident.says(EXPLICIT)
    row = town.rows(persons, id=town.ids["resident"])[0]
    held = json.loads(town.keys.open(f"person:{row.id}", f"persons/{row.id}/risk", row.risk))

    assert held["label"] == "active_si"
    assert set(held) == {"label", "raised_at", "asked", "asked_at"}


async def test_raised_risk_lasts_a_day(resident: Person, town: Town) -> None:
    await resident.says(EXPLICIT)
    await resident.presses("Yes", "Enough for now")
    town.clock.move(hours=23)
    await resident.says("I wish I would not wake up tomorrow")
    assert "software" in "".join(line for card in resident.chat[-2:] for line in card.paragraphs)

    assert flows(town) == ["safety"]


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every reading fails."""
    monkeypatch.setattr("bot.care.screen.read", lambda *_: 1 / 0)


@pytest.mark.usefixtures("broken")
async def test_a_reading_that_fails_shows_the_quiet_line(resident: Person) -> None:
    await resident.says("anything at all")

    assert any("could not read that" in line for card in resident.chat for line in card.paragraphs)


@pytest.mark.usefixtures("broken")
@pytest.mark.parametrize("user", ["resident", "coordinator", "passer-by"])
async def test_a_reading_that_fails_shows_it_before_start_and_off_the_roster(town: Town, user: str) -> None:
    person = await town.person(user).says("anything at all")

    assert any("could not read that" in line for card in person.chat for line in card.paragraphs)


async def test_a_coach_who_writes_it_gets_the_card(coach: Person) -> None:
    await coach.says("hello")
    await coach.says(EXPLICIT)

    assert shows_a_card(coach)


async def test_a_silence_does_not_hold_the_card_back(resident: Person, town: Town) -> None:
    await resident.says("stop")
    assert town.rows(silences)
    await asks_for_a_call(resident)
    await resident.says(EXPLICIT)

    assert shows_a_card(resident)


async def test_said_again_the_lines_stand_again_and_no_menu(resident: Person) -> None:
    await resident.says(EXPLICIT)
    await resident.says("I really want to kill myself")

    assert is_card(resident.chat[-2])
    assert has_lines(resident.chat[-2])
    assert "not clear to me" not in resident.all_said
