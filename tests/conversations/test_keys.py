"""Keys are never reused with another meaning: the key file remembers every question that was ever asked.

What is required and stands before a final effect is remembered too, with its options: whoever is past that
effect would be asked once more.
"""

import pytest

from conversations.catalogue import key_lines
from conversations.effects import Prefer
from conversations.talk import Talk
from tests.conversations.golden import REQUIRED, RETIRED, lines, required_in, required_lines
from tests.conversations.small import Nothing, Tea, small

Keys = dict[tuple[str, str], str]


def by_key(all_lines: list[str] | tuple[str, ...]) -> Keys:
    """Fingerprint (or "retired") by flow and key."""
    parts = [line.split() for line in all_lines]
    return {(flow, key): fingerprint for flow, key, fingerprint in parts}


def complaints(now: Keys, remembered: Keys) -> list[str]:
    """What is wrong with the key file, and what to do about it."""
    found = []
    for (flow, key), fingerprint in now.items():
        old = remembered.get((flow, key))
        if old is None:
            found.append(f"{flow} {key} is new: run python -m tests.conversations.golden")
        elif old == RETIRED:
            found.append(f"{flow} {key} was used before with another meaning: choose another key")
        elif old != fingerprint:
            found.append(
                f"{flow} {key} means something else now: choose another key, or, where people in it "
                f"may be asked again, write {fingerprint} in its line"
            )
    gone = [one for one, old in remembered.items() if one not in now and old != RETIRED]
    return found + [f"{flow} {key} is gone: write {RETIRED} in its line" for flow, key in gone]


def test_the_key_file_knows_every_question_with_its_meaning() -> None:
    assert complaints(by_key(key_lines()), by_key(lines())) == []


def test_the_key_file_has_one_line_for_each_key() -> None:
    assert len(by_key(lines())) == len(lines())


@pytest.mark.parametrize(
    ("now", "remembered", "advice"),
    [
        ({("tea", "cup"): "aa"}, {}, "run python -m tests.conversations.golden"),
        ({("tea", "cup"): "aa"}, {("tea", "cup"): "bb"}, "write aa in its line"),
        ({("tea", "cup"): "aa"}, {("tea", "cup"): RETIRED}, "choose another key"),
        ({}, {("tea", "cup"): "aa"}, "write retired in its line"),
    ],
)
def test_a_change_of_meaning_fails_and_says_what_to_do(now: Keys, remembered: Keys, advice: str) -> None:
    assert [advice in one for one in complaints(now, remembered)] == [True]


def asked_once_more(now: Keys, remembered: Keys) -> list[str]:
    """Required questions at which a talk would wait again though its final effect has happened."""
    found = []
    for (flow, key), options in now.items():
        old = remembered.get((flow, key))
        if old is None:
            found.append(
                f"{flow} {key} is required before a final effect: let it be skipped, or come later; where "
                f"nobody past that effect comes by it, add a line with {options} to required.txt"
            )
        elif gone := set(old.split(",")) - set(options.split(",")):
            found.append(f"{flow} {key} has lost {', '.join(sorted(gone))}: keep it, and offer it no more")
        elif old != options:
            found.append(f"{flow} {key} has more options: write {options} in its line of required.txt")
    return found


def test_no_required_question_before_a_final_effect_comes_in_or_loses_an_option() -> None:
    assert asked_once_more(by_key(required_lines()), by_key(lines(REQUIRED))) == []


@pytest.mark.parametrize(
    ("now", "advice"),
    [
        ({("tea", "cup"): "black,green"}, []),
        ({}, []),
        ({("tea", "cup"): "green"}, ["has lost black"]),
        ({("tea", "cup"): "black,green,white"}, ["write black,green,white in its line"]),
        ({("tea", "cup"): "black,green", ("tea", "pot"): "-"}, ["tea pot is required before"]),
    ],
)
def test_what_would_be_asked_once_more_fails_and_says_what_to_do(now: Keys, advice: list[str]) -> None:
    found = asked_once_more(now, {("tea", "cup"): "black,green"})
    assert [words in one for words, one in zip(advice, found, strict=True)] == [True] * len(advice)


async def orders(talk: Talk, _facts: Nothing) -> None:
    cup = await talk.choose("cup", "Which tea?", Tea, only=(Tea.GREEN,), required=True)
    await talk.confirm("sugar", "Sugar?")
    await talk.perform("ordered", Prefer("tea", cup.option.key))
    await talk.choose("next", "And the next one?", Tea, required=True)


def test_what_is_required_before_a_final_effect_is_found_with_what_is_not_offered_any_more() -> None:
    assert required_in(small(orders), Nothing()) == {"small cup black,green,none"}
