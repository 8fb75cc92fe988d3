"""What the reading finds, and what it leaves alone."""

import pytest

from bot.care.screen import Action, Evidence, Label, Strength, Subject, read
from tests.care.phrases import phrases
from tests.care.verdict import action, decided


@pytest.mark.parametrize(("label", "text"), phrases("explicit.txt"))
def test_an_explicit_phrase_about_the_writer_always_brings_its_card(label: str, text: str) -> None:
    found = read(text)
    assert (found.label.value, found.strength, found.subject) == (label, Strength.EXPLICIT, Subject.SELF)


@pytest.mark.parametrize("text", [text for _, text in phrases("quiet.txt")])
def test_clinical_talk_teaching_denials_and_idioms_stay_quiet(text: str) -> None:
    assert action(text) is Action.QUIET


@pytest.mark.parametrize(("expected", "text"), phrases("others.txt"))
def test_somebody_else_in_danger_is_never_answered_as_the_writer(expected: str, text: str) -> None:
    found = decided(text)
    assert (found.action.value, found.label, found.subject) == (
        expected,
        Label.THIRD_PARTY,
        Subject.COLLEAGUE,
    )


@pytest.mark.parametrize(("label", "text"), phrases("duty.txt"))
def test_danger_on_duty_and_from_others_has_its_own_card(label: str, text: str) -> None:
    found = decided(text)
    assert (found.action, found.label.value) == (Action.FIRE, label)


@pytest.mark.parametrize(
    "text", ["i want to kill myself lol", "gonna kms haha", "i want to die 😂", "wish i was dead jk"]
)
def test_a_joke_marker_turns_the_card_into_a_question_never_into_silence(text: str) -> None:
    found = decided(text)
    assert (found.action, found.card) == (Action.ASK, "ask.meaning")


@pytest.mark.parametrize(
    "text", ["not that i want to die but", "i don't know if i want to die", "it's not like i want to die"]
)
def test_a_half_denial_is_asked_about(text: str) -> None:
    assert action(text) is Action.ASK


@pytest.mark.parametrize(
    "text",
    [
        "I have the potassium drawn up",
        "i have a vial of fentanyl",
        "i kept some propofol at home",
        "ive still got the insulin drawn up and i am alone",
    ],
)
def test_means_of_the_trade_at_hand_are_asked_about(text: str) -> None:
    assert action(text) is Action.ASK


def test_what_was_done_within_hours_is_not_over() -> None:
    assert action("i took a bottle of tylenol two hours ago") is Action.FIRE
    assert action("i took a bottle of tylenol two years ago") is Action.ASK


def test_what_is_long_over_is_asked_about_and_what_is_back_is_not() -> None:
    assert action("years ago i wanted to die") is Action.ASK
    assert action("years ago i wanted to die, and it's back") is Action.FIRE


def test_a_quotation_without_a_speaker_is_asked_about() -> None:
    assert action('"i want to die" keeps going through my head') is Action.ASK


@pytest.mark.parametrize(
    "text",
    [
        "su1c1dal", "i want to d1e", "K I L L  M Y S E L F", "i want to k\u0456ll mys\u0435lf",
        "ⓘ ⓦⓐⓝⓣ ⓣⓞ ⓓⓘⓔ", "i wan\u200bt to d\u00adie", "i want to k\0ill myself",
        "\u202ei want to die\u202c", "i want to dieeeee",
        "i want to \U0001d41d\U0001d422\U0001d41e", "QUÍERO MORIR",
    ],
)  # fmt: skip
def test_disguised_letters_hide_nothing(text: str) -> None:
    assert action(text) is Action.FIRE


def test_the_reason_names_the_family_and_quotes_nothing() -> None:
    found = read("zebra quilt: i want to kill myself")
    assert found.reason == "speaks of ending their own life"
    assert "zebra" not in repr(found)


def test_an_empty_text_is_no_evidence() -> None:
    assert read("") == read(" \n\0\u200b") == Evidence()
