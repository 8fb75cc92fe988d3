"""A phrase broken by a new line or by dots is read whole, and a decoy stays one."""

import pytest

from bot.care.screen import Action
from tests.care.phrases import broken, phrases
from tests.care.verdict import action

BREAKS = ("\n", "\n\n", "\r\n", " \n ", "... ", ".. ", "\u2026 ", "...\n", " . . . ", " - ", "\n- ")


@pytest.mark.parametrize("by", BREAKS)
@pytest.mark.parametrize("name", ["explicit.txt", "others.txt", "duty.txt"])
def test_no_break_anywhere_in_a_phrase_silences_it(name: str, by: str) -> None:
    silenced = [one for _, text in phrases(name) for one in broken(text, by) if action(one) is Action.QUIET]
    assert silenced == []


@pytest.mark.parametrize(
    "text", ["i\nwant\nto\ndie", "rounds\ni want\nto kill\nmyself\nclinic", "I wish... I\nwas... dead"]
)
def test_a_word_a_line_is_read_whole(text: str) -> None:
    assert action(text) is Action.FIRE


@pytest.mark.parametrize(
    "text",
    [
        "pt says he wants to\ndie",
        "pt in 4 on a hold\nsaid he wants to kill\nhimself",
        'patient: "i want to\ndie"',
        "I don't want\nto die",
        "i would never kill\nmyself",
        "psych consult for thoughts\nof suicide",
        "I want to.\nDie casting is a hobby",
        "this week i want to!\nDie roll at game night",
    ],
)
def test_a_break_makes_no_danger_of_what_is_none(text: str) -> None:
    assert action(text) is not Action.FIRE


def test_what_laughs_at_a_broken_phrase_turns_its_card_into_a_question() -> None:
    assert action("i want to\ndie\nlol") is Action.ASK
