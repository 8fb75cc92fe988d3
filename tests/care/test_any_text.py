"""Whatever is typed, the screen answers, and disguises or earlier messages take nothing away."""

import json
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.care import screen as care
from bot.care.assess import assess_lines
from bot.care.normal import LONGEST_SENTENCE
from bot.care.reading import read
from bot.care.screen import Evidence, Strength, screen
from tests.care.phrases import phrases

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=300)
EXPLICIT = st.sampled_from([text for _, text in phrases("explicit.txt")])
INVISIBLE = st.sampled_from("\u200b\u200c\u200d\u2060\ufeff\u00ad\u202e\u0000\u0301")


@given(ANY_TEXT, st.lists(ANY_TEXT, max_size=3))
def test_reading_never_breaks(text: str, before: list[str]) -> None:
    assert not screen(text, before).failed


@given(EXPLICIT, st.lists(st.tuples(st.integers(0, 200), INVISIBLE), max_size=12))
def test_invisible_characters_hide_no_explicit_phrase(text: str, added: list[tuple[int, str]]) -> None:
    disguised = text
    for place, character in added:
        disguised = disguised[: place % len(text)] + character + disguised[place % len(text) :]
    assert read(disguised).strength is Strength.EXPLICIT


@given(EXPLICIT | ANY_TEXT, st.lists(EXPLICIT | ANY_TEXT, max_size=3))
def test_what_was_said_before_never_lowers(text: str, before: list[str]) -> None:
    assert read(text, before).weight >= read(text).weight


@given(EXPLICIT, st.integers(0, 400))
def test_a_phrase_is_found_wherever_it_stands_in_a_long_text(text: str, lines: int) -> None:
    assert read("fine so far\n" * lines + text).strength is Strength.EXPLICIT


@given(EXPLICIT, st.integers(0, 3 * LONGEST_SENTENCE))
def test_a_sentence_without_end_hides_no_phrase_where_it_is_cut(text: str, words: int) -> None:
    assert read("hello " * words + text).strength is Strength.EXPLICIT


@pytest.mark.parametrize("text", ["i want to kill myself", "wish i was dead", "quiero morir"])
def test_a_phrase_in_the_middle_of_a_very_long_text_is_found(text: str) -> None:
    side = "the shift was long and the list was longer. " * 460
    assert len(side) > 20_000
    assert read(side + text + ". " + side).strength is Strength.EXPLICIT


def test_a_broken_reading_is_said_and_not_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(text: str, before: Sequence[str] = ()) -> Evidence:
        raise RecursionError("zebra")

    monkeypatch.setattr(care, "read", broken)
    found = screen("zebra")
    assert (found.failed, found.reason) == (True, "the reading failed: RecursionError")


def test_lines_of_messages_become_lines_of_readings() -> None:
    lines = ['{"id": 7, "text": "i want to die"}', "", '{"id": "b", "text": "steady"}']
    found = [json.loads(line) for line in assess_lines(lines)]
    assert found == [
        {"id": 7, "label": "passive_si", "action": "fire", "subject": "self"},
        {"id": "b", "label": "none", "action": "none", "subject": "none"},
    ]


@pytest.mark.parametrize(
    "line", ["zebra", '"zebra"', '{"text": "zebra"}', '{"id": 1, "text": 5}', "[" * 100_000]
)
def test_a_bad_line_is_named_by_its_number_and_never_quoted(line: str) -> None:
    with pytest.raises(ValueError, match=r"^line 2: expected JSON") as refused:
        list(assess_lines(['{"id": 1, "text": ""}', line]))
    assert "zebra" not in str(refused.value)
