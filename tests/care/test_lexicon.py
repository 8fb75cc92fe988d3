"""The shipped phrases are well formed, and a broken file is refused by family."""

import re
from typing import Any

import pytest

from bot.care.lexicon import LexiconError, lexicon, parse


def source(**family: object) -> dict[str, Any]:
    plain = {
        "id": "x",
        "label": "distress",
        "strength": "cue",
        "person": "open",
        "reason": "r",
        "patterns": ["so sad"],
    }
    return {
        "version": "1", "shortcuts": {}, "classes": {}, "markers": {}, "pair": [], "family": [plain | family],
    }  # fmt: skip


def test_every_family_gives_an_operator_a_reason_and_the_file_a_version() -> None:
    assert re.fullmatch(r"\d{4}\.\d+\.\d+", lexicon().version)
    assert all(family.reason for family in lexicon().families.values())


def test_every_pair_names_families_that_exist() -> None:
    assert {name for pair in lexicon().pairs for name in pair.of} <= lexicon().families.keys()


def test_gaps_options_and_endings_match_as_written() -> None:
    words = parse(source(patterns=["so ~2 very? sad*|low"]))
    texts = ["so sad", "so very low", "so i am saddest", "so not sad", "so a b c sad", "so lowly"]
    assert [words.match("so", text, 0) is not None for text in texts] == [
        True,
        True,
        True,
        False,
        False,
        False,
    ]


def test_words_after_a_phrase_can_make_it_a_figure_of_speech() -> None:
    words = parse(source(unless=["for you|me"]))
    assert [bool(words.match("so", text, 0)) for text in ("so sad", "so sad for", "so sad for me")] == [
        1,
        1,
        0,
    ]


def test_what_must_not_come_next_takes_no_word() -> None:
    found = parse(source() | {"beside": {"alone": ["# same !( on the? % west ) on"]}}).beside["alone"]
    after = ("on 4 west", "on the 12 west", "on 4 of", "on 1234 west")
    assert [bool(found.search(f" # same {words}")) for words in after] == [0, 0, 1, 1]


@pytest.mark.parametrize(
    "wrong",
    [
        {"label": "sad"},
        {"strength": "big"},
        {"person": "we"},
        {"patterns": ["~2 sad"]},
        {"patterns": ["@no sad"]},
    ],
)
def test_a_broken_family_is_refused_by_its_name(wrong: dict[str, Any]) -> None:
    with pytest.raises(LexiconError, match="family x: "):
        parse(source(**wrong))
