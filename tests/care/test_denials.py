"""A plain denial is believed; one that is turned round is asked about, and so is what the writer shares."""

import pytest

from bot.care.lexicon import LexiconError, parse
from bot.care.screen import Action, Label, Subject
from tests.care.phrases import broken, phrases
from tests.care.test_lexicon import source
from tests.care.verdict import action, decided


@pytest.mark.parametrize("text", [text for _, text in phrases("turned.txt")])
def test_a_denial_that_is_turned_round_is_asked_about(text: str) -> None:
    found = decided(text)
    assert (found.action, found.subject, found.card) == (Action.ASK, Subject.SELF, "ask.direct")


@pytest.mark.parametrize("by", ["\n", "\n\n", " / "])
def test_no_break_anywhere_makes_a_plain_denial_of_it(by: str) -> None:
    silenced = [
        one for _, text in phrases("turned.txt") for one in broken(text, by) if action(one) is Action.QUIET
    ]
    assert silenced == []


@pytest.mark.parametrize("text", [text for _, text in phrases("denials.txt")])
def test_a_plain_denial_stays_quiet_whatever_stands_beside_it(text: str) -> None:
    assert action(text) is Action.QUIET


@pytest.mark.parametrize("tail", ["but I am tired", "but bad sleep", "but I have clinic", "but I will rest"])
@pytest.mark.parametrize("text", ["not suicidal", "i don't want to die", "no thoughts of hurting myself"])
def test_a_harmless_but_turns_no_denial(text: str, tail: str) -> None:
    assert action(f"{text} {tail}") is action(f"{text}, {tail}") is Action.QUIET


@pytest.mark.parametrize(
    "text",
    ['Pt said "I want to die" and honestly so do I', "My patient is suicidal and I am too",
     "pt says he wants to die, me too", 'pt told me "i want to kill myself". so do i',
     "the patient wants to end his life and I feel the same", "my patient is suicidal. same here honestly",
     "Patient said he wants to die. Same.", "el paciente quiere morir y yo tambien"],
)  # fmt: skip
def test_what_a_patient_said_and_the_writer_shares_is_asked_about(text: str) -> None:
    found = decided(text)
    assert (found.action, found.label.is_self_risk, found.card) == (Action.ASK, True, "ask.direct")


@pytest.mark.parametrize(
    "told", ["The patient wants to end it all; same here", "My patient is suicidal. Same here"]
)
@pytest.mark.parametrize(("expected", "rest"), phrases("same_here.txt"))
def test_same_here_is_the_writer_unless_a_ward_and_no_more_follows(
    told: str, rest: str, expected: str
) -> None:
    assert action(f"{told} {rest}") is Action(expected)


def test_an_explicit_phrase_that_stands_outright_beside_a_denial_brings_its_card() -> None:
    found = decided("i don't want to kill myself but i am going to kill myself")
    assert (found.action, found.label) == (Action.FIRE, Label.ACTIVE_SI)


@pytest.mark.parametrize("laugh", ["lol", "\U0001f602", "haha"])
def test_a_laugh_silences_no_denial_that_is_turned_round(laugh: str) -> None:
    assert action(f"i don't want to die {laugh} but i will {laugh}") is Action.ASK


@pytest.mark.parametrize(
    "text",
    ["I never wanted to die before the board exam lol", "not suicidal yet lol",
     "I never wanted to die until I met overnight call haha"],
)  # fmt: skip
def test_a_joke_about_since_when_is_asked_about_as_any_joke_is(text: str) -> None:
    assert action(text) is Action.ASK


def test_a_class_that_is_none_is_refused_by_the_name_of_its_list() -> None:
    with pytest.raises(LexiconError, match="turned: no class @nowhere"):
        parse(source() | {"beside": {"turned": ["# @nowhere"]}})
