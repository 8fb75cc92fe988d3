"""The phrase lists beside this file, a phrase a line: "expected | text", or the text alone."""

import re
from collections.abc import Iterator
from pathlib import Path

_FOLDER = Path(__file__).parent
_WORDS_APART = re.compile("(?<=[^ ]{2}) (?=[^ ])|(?<=[^ ]) (?=[^ ]{2})")
"""Not the spaces inside a word that is spaced out letter by letter."""


def phrases(name: str) -> list[tuple[str, str]]:
    """What is expected, and the text; lines that start with # are remarks."""
    lines = (_FOLDER / name).read_text(encoding="utf-8").splitlines()
    parts = (line.rpartition(" | ") for line in lines if line and not line.startswith("#"))
    return [(expected, text) for expected, _, text in parts]


def broken(text: str, by: str) -> Iterator[str]:
    """The text with one of the spaces between its words replaced, each in turn."""
    for space in _WORDS_APART.finditer(text):
        yield text[: space.start()] + by + text[space.end() :]


def wrapped(text: str, start: str, end: str) -> Iterator[str]:
    """The text with one of its words between `start` and `end`, each in turn."""
    parted = _WORDS_APART.sub("\n", text).split("\n")
    for at, word in enumerate(parted):
        yield " ".join((*parted[:at], f"{start}{word}{end}", *parted[at + 1 :]))
