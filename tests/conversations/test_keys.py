"""Keys are never reused with another meaning: the key file remembers every question that was ever asked."""

import pytest

from conversations.catalogue import key_lines
from tests.conversations.golden import RETIRED, lines

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
