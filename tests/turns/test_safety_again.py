"""Danger told while a safety talk is open: its card each time, and a question about safety after it."""

from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

import pytest

from adapters.port import Card
from conversations.exploring import explore, plain, stops
from conversations.safety import safety
from conversations.safety_words import CARDS
from conversations.steps import Question
from tests.town import Person, Town
from tests.turns.stories import begins_check_in, has_lines
from tests.turns.test_safety import is_card

EXPLICIT = "I want to kill myself"
INDIRECT = "I want to disappear"
UNCLEAR = "he wants to kill himself"
ASKS_ABOUT_SAFETY = frozenset({"safe", "direct", "meaning", "now", "with"})
NOT_READ = "I could not take that as an answer. People on these lines can listen to it."
NOW = "Are you safe for the next few hours?"


class Place(NamedTuple):
    """Where a safety talk stands: the question's key, what was typed, and the answers pressed since."""

    key: str
    said: str
    pressed: tuple[str, ...] = ()
    over: str = ""  # the week that was tapped in the check-in below


PLACES = (
    Place("safe", "", over="Not OK"),
    Place("about", UNCLEAR),
    Place("direct", INDIRECT),
    Place("direct", "I cut myself last night"),
    Place("meaning", "I want to kill myself lol"),
    Place("here", "my attending groped me today"),
    Place("now", EXPLICIT),
    Place("now", "crisis"),
    Place("with", EXPLICIT, ("No",)),
    Place("reach", EXPLICIT, ("No", "No")),
    Place("use", EXPLICIT, ("No", "No", "No")),
    Place("barrier", EXPLICIT, ("No", "No", "No", "No")),
    Place("stay.what", EXPLICIT, ("Yes",)),
    Place("stay.what", EXPLICIT, ("Yes", "Something to steady me", "Something to steady me")),
    Place("stay.what", "I am too drunk to drive"),
    Place("stay.person", EXPLICIT, ("Yes", "Reach a person")),
    Place("on", EXPLICIT, ("Yes", "Enough for now"), over="Struggling"),
    Place("on", INDIRECT, ("No",), over="Struggling"),
)


async def stands_at(resident: Person, place: Place) -> None:
    """Bring a safety talk there."""
    if place.over:
        await begins_check_in(resident)
        await resident.presses(place.over)
        await resident.closes()
    if place.said:
        await resident.says(place.said)
    await resident.presses(*place.pressed)


def asked(town: Town) -> list[str]:
    """What each open safety talk asks."""
    return [plain(key) for flow, _, key in town.state("resident") if flow == "safety"]


def shows_words(cards: list[Card]) -> bool:
    """A card's own words stand there with lines to call."""
    return any(is_card(card) and has_lines(card) for card in cards)


def test_every_question_of_the_talk_is_walked_to() -> None:
    found = (stop.run.waiting for facts in safety.examples for stop in stops(explore(safety, facts)))
    assert {plain(one.key) for one in found if isinstance(one, Question)} <= {one.key for one in PLACES}


@pytest.mark.parametrize("place", PLACES, ids=lambda place: f"{place.key}-{place.said[:12]}")
@pytest.mark.parametrize("said", [EXPLICIT, "crisis"])
async def test_the_card_shows_and_safety_is_asked_about_anew(
    resident: Person, town: Town, place: Place, said: str
) -> None:
    await stands_at(resident, place)
    assert asked(town) == [place.key]
    before = len(resident.chat)
    await resident.says(said)

    assert shows_words(resident.chat[before:])
    assert [key in ASKS_ABOUT_SAFETY for key in asked(town)] == [True]


@pytest.mark.parametrize("label", ["Yes", "No"])
async def test_an_answer_in_the_form_from_before_draws_the_question_that_is_open_now(
    resident: Person, town: Town, label: str
) -> None:
    await begins_check_in(resident)
    await resident.presses("Not OK", "No")
    phone = resident.shown
    await resident.says(EXPLICIT)
    resident.form = phone
    await resident.presses(label)

    assert resident.shown.notice == "That question has closed. This is the one that is open."
    assert (resident.shown.question, has_lines(resident.shown)) == (resident.last, True)
    await resident.presses(label)
    assert asked(town) != ["with"]


@pytest.mark.parametrize("place", PLACES, ids=lambda place: f"{place.key}-{place.said[:12]}")
@pytest.mark.parametrize(
    ("said", "asks"),
    [(INDIRECT, ASKS_ABOUT_SAFETY), (UNCLEAR, ASKS_ABOUT_SAFETY | {"about", "reach", "use"})],
    ids=["of oneself", "of nobody in particular"],
)
async def test_a_hint_is_asked_about_wherever_the_talk_stands(
    resident: Person, town: Town, place: Place, said: str, asks: frozenset[str]
) -> None:
    await stands_at(resident, place)
    before = len(resident.chat)
    await resident.says(said)

    assert any(has_lines(card) for card in resident.chat[before:])
    assert [key in asks for key in asked(town)] == [True]


async def test_whose_suicide_was_meant_is_asked_though_mistreatment_was_told_first(resident: Person) -> None:
    await resident.says("my attending groped me today")
    await resident.says(UNCLEAR)

    assert resident.last.endswith("Is this about you, a patient, or someone you know?")
    assert has_lines(resident.chat[-1])


@pytest.mark.parametrize(
    ("place", "said", "asks"),
    [
        (Place("here", "my attending groped me today"), "my attending humiliates me", "here"),
        (Place("about", UNCLEAR), "my attending humiliates me", "safe"),
        (Place("about", UNCLEAR), UNCLEAR, "about"),
    ],
)
async def test_a_hint_is_taken_as_no_answer_only_to_the_question_it_calls_for(
    resident: Person, town: Town, place: Place, said: str, asks: str
) -> None:
    await stands_at(resident, place)
    before = len(resident.chat)
    await resident.says(said)

    assert asked(town) == [asks]
    assert (resident.chat[before].paragraphs == (NOT_READ,)) is (asks == place.key)


async def test_a_yes_does_not_stand_against_what_is_said_after_it(resident: Person) -> None:
    await resident.says(EXPLICIT)
    await resident.presses("Yes")
    await resident.says("no i want to kill myself")

    assert shows_words(resident.chat[-2:-1])
    assert resident.last == NOW


async def test_passed_over_and_then_said_it_is_not_asked_whether_to_go_on(resident: Person) -> None:
    await begins_check_in(resident)
    await resident.presses("Struggling")
    for said in ("crisis", "skip", "i am going to kill myself"):
        await resident.says(said)

    assert shows_words(resident.chat[-2:-1])
    assert resident.last == NOW


async def test_no_card_stands_in_the_same_words_twice_in_a_row(resident: Person) -> None:
    for _ in range(4):
        await resident.says(EXPLICIT)
    shown = [card.paragraphs for card in resident.chat if shows_words([card])]

    assert len(shown) == 4
    assert all(one != other for one, other in pairwise(shown))


@pytest.mark.parametrize(
    ("place", "asks"),
    [
        (Place("now", EXPLICIT), "now"),
        (Place("stay.what", EXPLICIT, ("Yes",)), "now"),
        (Place("use", EXPLICIT, ("No", "No", "No")), "with"),
        (Place("direct", INDIRECT), "direct"),
        (Place("safe", "", over="Not OK"), "safe"),
    ],
)
async def test_a_lesser_danger_gets_its_own_words_and_the_graver_question(
    resident: Person, town: Town, place: Place, asks: str
) -> None:
    await stands_at(resident, place)
    await resident.says("I am drunk at work")

    assert resident.chat[-2].paragraphs[0] in CARDS["substance"]
    assert asked(town) == [asks]


async def test_a_no_to_the_direct_question_stays_believed_when_something_lesser_is_told(
    resident: Person,
) -> None:
    await begins_check_in(resident)
    await resident.says("I cut myself last night")
    await resident.presses("No")
    await resident.says("I am drunk at work")

    assert resident.chat[-2].paragraphs[0] in CARDS["substance"]
    assert resident.last == "What would help now?"


async def test_whether_they_are_safe_where_they_are_is_still_asked(resident: Person) -> None:
    await resident.says("my attending groped me today")
    await resident.says("my co-resident wants to kill himself")

    assert resident.chat[-2].paragraphs[0] in CARDS["third_party"]
    assert resident.last == "Are you safe where you are?"


async def test_a_hint_that_is_no_answer_gets_the_question_again_and_the_lines(resident: Person) -> None:
    await resident.says(INDIRECT)
    question = resident.last
    await resident.says(INDIRECT)

    assert (resident.chat[-2].paragraphs, resident.last) == ((NOT_READ,), question)
    assert has_lines(resident.chat[-2])


async def test_no_pressed_twice_shows_its_card_once(resident: Person) -> None:
    await resident.says(EXPLICIT)
    await resident.presses("No")
    before = len(resident.chat)
    await resident.sends(replace(resident.event, id="pressed-again"))

    assert not shows_words(resident.chat[before:])
    assert resident.last == "Are you with someone right now?"


@pytest.mark.parametrize("earlier", range(3))
async def test_the_first_time_it_is_never_asked_what_else_would_help(resident: Person, earlier: int) -> None:
    for _ in range(earlier):
        await resident.says(EXPLICIT)
        await resident.says("skip")
    await resident.says(EXPLICIT)
    await resident.presses("Yes")

    assert resident.last == "What would help now?"
