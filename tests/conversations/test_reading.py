"""How what people press and type is read."""

from datetime import datetime

import pytest

from conversations.answers import NotUnderstood, Option, Raw, pick
from conversations.catalogue import start_words
from conversations.check_in import Moved, check_in
from conversations.effects import KeepMeasure
from conversations.rehearsal import NOON, talk
from conversations.steps import MOST_WORDS
from conversations.times import read_local
from conversations.universal import Word, universal

WEEK = (Option("steady", "Steady"), Option("not-ok", "Not OK"))


@pytest.mark.parametrize("typed", ["Not OK", "not ok.", " NOT OK ", "not-ok", "2"])
def test_a_typed_label_key_or_number_is_that_option(typed: str) -> None:
    assert pick(WEEK, Raw(text=typed)) == "not-ok"


@pytest.mark.parametrize(
    "raw", [Raw(("old",)), Raw(("steady", "not-ok")), Raw(text="fine"), Raw(text=""), Raw()]
)
def test_anything_else_is_told_what_is_possible(raw: Raw) -> None:
    with pytest.raises(NotUnderstood, match="Steady / Not OK"):
        pick(WEEK, raw)


def test_a_short_yes_is_a_yes() -> None:
    assert pick([Option("yes", "Yes"), Option("no", "No")], Raw(text="Yep.")) == "yes"


def test_numbers_on_a_scale_are_values_not_places() -> None:
    assert pick([Option("0", "0"), Option("1", "1")], Raw(text="1")) == "1"


def test_several_may_be_typed_with_commas() -> None:
    held = talk(check_in, "stretched", ("sleep", "team"))
    assert held.effects["moved.kept"] == KeepMeasure("moved", "sleep,team")


@pytest.mark.parametrize("text", ["sleep, team, home", "", "sleep, moon"])
def test_too_many_none_or_unknown_ones_are_refused(text: str) -> None:
    with pytest.raises(NotUnderstood):
        talk(check_in, "stretched").answer(text=text)


def test_the_same_one_twice_is_one() -> None:
    held = talk(check_in, "stretched", ("sleep", "sleep"))
    assert held.effects["moved.kept"] == KeepMeasure("moved", Moved.SLEEP.option.key)


@pytest.mark.parametrize("text", ["", "   ", "x" * (MOST_WORDS + 1)])
def test_no_words_and_too_many_words_are_refused(text: str) -> None:
    with pytest.raises(NotUnderstood):
        talk(check_in, "steady").answer(text=text)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("18:00", "2026-01-05T18:00"),
        ("7am", "2026-01-06T07:00"),
        ("tomorrow 07:30", "2026-01-06T07:30"),
        ("Fri 6pm", "2026-01-09T18:00"),
        ("friday", "2026-01-09T08:00"),
        ("monday 09:00", "2026-01-12T09:00"),
        ("tonight 10pm", "2026-01-05T22:00"),
        ("today at 1 pm", "2026-01-05T13:00"),
        ("noon", "2026-01-06T12:00"),
        ("2026-02-01T07:00", "2026-02-01T07:00"),
        ("2026-02-01", "2026-02-01T08:00"),
        ("Jan 9", "2026-01-09T08:00"),
        ("9 January 7:30", "2026-01-09T07:30"),
        ("4 Jan", None),
        ("30 feb", None),
        ("9 jan soon", None),
        ("today 9:00", None),
        ("2025-01-01T10:00", None),
        ("25:00", None),
        ("13pm", None),
        ("soon", None),
        ("", None),
    ],
)
def test_a_day_and_time_is_the_next_one_of_that_name(typed: str, found: str | None) -> None:
    assert read_local(typed, NOON) == (None if found is None else datetime.fromisoformat(found))


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("stop", Word("stop")),
        ("Stop.", Word("stop")),
        ("paged", Word("later")),
        ("menu", Word("help")),
        ("person", Word("human")),
        ("CRISIS!", Word("crisis")),
        ("pause", Word("pause")),
        ("pause 2w", Word("pause", "2")),
        ("Pause 4 weeks", Word("pause", "4")),
        ("unpause", Word("resume")),
        ("go back", Word("back")),
        ("my weeks", Word("weeks")),
        ("my week", Word("week")),
        ("What do you hold about me?", Word("privacy")),
        ("yes, nothing else", Word("yes-nothing-else")),
    ],
)
def test_a_whole_message_is_a_universal_word(typed: str, word: Word) -> None:
    assert universal(typed) == word


@pytest.mark.parametrize(
    "typed", ["back pain", "help me think", "pause 3w", "skip it", "", "human factors", "stop smoking"]
)
def test_a_message_with_more_in_it_stays_an_answer(typed: str) -> None:
    assert universal(typed) is None


def test_a_word_that_starts_a_talk_is_no_universal_word() -> None:
    assert {word for word in start_words() if universal(word)} == set()
