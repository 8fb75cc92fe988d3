"""The phrases of lexicon.toml, made ready to be looked up by their first word.

Each word of a text starts at most one short match, whose gaps are bounded, so a look-up costs the same
for every word and the whole reading is linear.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

from bot.care.labels import Label, Strength

_WORD_END = "(?![^ ])"
_GAP_WORD = "(?: (?!(?:not|never|no|dont|didnt|wont) )[^ ]+)"
_GAP_IN_CLAUSE = r"(?: (?!(?:not|never|no|dont|didnt|wont|but|and|because|[,.]) )[^ ]+)"

_NONE_OF = {"!(": "(?!", ")": ")"}
_ANY = {r"\*": "[^ ]*", "%": "[0-9]{1,3}"}


class LexiconError(ValueError):
    """The phrases cannot be used; the message names the family and what is wrong."""


@dataclass(frozen=True)
class Family:
    """One kind of phrase; `person` is first, open, third or any (see the head of lexicon.toml)."""

    id: str
    label: Label
    strength: Strength
    person: str
    reason: str


@dataclass(frozen=True)
class Pair:
    """Two families that together mean more than each alone, unless a word of a marker is there too."""

    of: frozenset[str]
    label: Label
    strength: Strength
    reason: str
    unless_marker: str = ""


class Start:
    """All phrases that begin with one word, the weightiest first; made ready when first needed."""

    def __init__(self, word: str, entries: Sequence[tuple[str, Family]]) -> None:
        self._source = f"{re.escape(word)}(?:{'|'.join(part for part, _ in entries)})"
        self._families = tuple(family for _, family in entries)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(self._source)

    def match(self, text: str, at: int, stop: int) -> tuple[Family, int] | None:
        found = self._pattern.match(text, at, stop)
        if found is None or found.lastindex is None:
            return None
        return self._families[found.lastindex - 1], found.end()


@dataclass(frozen=True)
class Lexicon:
    """The phrases and words of one version of the file, ready for use.

    `beside` finds what changes a phrase from where it stands beside it, in a text made by `beside.around`.
    """

    version: str
    families: Mapping[str, Family]
    pairs: tuple[Pair, ...]
    markers: Mapping[str, frozenset[str]]
    shortcuts: Mapping[str, tuple[str, ...]]
    known: frozenset[str]
    starts: Mapping[str, Start]
    beside: Mapping[str, re.Pattern[str]]

    def match(self, word: str, text: str, at: int, stop: int | None = None) -> tuple[Family, int] | None:
        """The weightiest phrase that starts with `word` at `at`, and its end; the text ends at `stop`."""
        start = self.starts.get(word)
        return start.match(text, at, len(text) if stop is None else stop) if start else None


@cache
def lexicon() -> Lexicon:
    """The shipped phrases; read once."""
    return parse(tomllib.loads(files("bot.care").joinpath("lexicon.toml").read_text(encoding="utf-8")))


def parse(source: Mapping[str, Any]) -> Lexicon:
    """Raises LexiconError when a family is not well formed."""
    classes = source["classes"]
    ranked: list[tuple[tuple[int, int], Family, str, str]] = []
    families: dict[str, Family] = {}
    for entry in source["family"]:
        family = _family(entry)
        families[family.id] = family
        unless = "|".join(_expression(phrase, classes, family.id)[1] for phrase in entry.get("unless", ()))
        weight = (int(family.strength), family.label.urgency)
        ranked += [(weight, family, phrase, unless) for phrase in entry["patterns"]]
    ranked.sort(key=lambda item: item[0], reverse=True)
    shortcuts = {word: tuple(phrase.split()) for word, phrase in source["shortcuts"].items()}
    markers = {name: frozenset(words) for name, words in source["markers"].items()}
    table = _table([(family, phrase, unless) for _, family, phrase, unless in ranked], classes)
    return Lexicon(
        version=source["version"],
        families=families,
        pairs=tuple(map(_pair, source["pair"])),
        markers=markers,
        shortcuts=shortcuts,
        known=_vocabulary(ranked, classes, markers),
        starts=table,
        beside={
            name: _beside(name, patterns, classes) for name, patterns in source.get("beside", {}).items()
        },
    )


def _family(entry: Mapping[str, Any]) -> Family:
    try:
        family = Family(
            id=entry["id"],
            label=Label(entry["label"]),
            strength=Strength[entry["strength"].upper()],
            person=entry["person"],
            reason=entry["reason"],
        )
    except (KeyError, ValueError) as error:
        raise LexiconError(f"family {entry.get('id', '?')}: {error}") from error
    if family.person not in {"first", "open", "third", "any"}:
        raise LexiconError(f"family {family.id}: person is first, open, third or any")
    return family


def _pair(entry: Mapping[str, Any]) -> Pair:
    return Pair(
        of=frozenset(entry["of"]),
        label=Label(entry["label"]),
        strength=Strength[entry["strength"].upper()],
        reason=entry["reason"],
        unless_marker=entry.get("unless_marker", ""),
    )


def _table(
    phrases: Sequence[tuple[Family, str, str]],
    classes: Mapping[str, Sequence[str]],
) -> dict[str, Start]:
    starts: dict[str, list[tuple[str, Family]]] = {}
    for family, phrase, unless in phrases:
        first, whole = _expression(phrase, classes, family.id)
        tail = _WORD_END + (f"(?! (?:{unless}){_WORD_END})" if unless else "")
        for word in first:
            starts.setdefault(word, []).append((f"({_after_first(whole)}{tail})", family))
    return {word: Start(word, entries) for word, entries in starts.items()}


def _beside(name: str, patterns: Sequence[str], classes: Mapping[str, Sequence[str]]) -> re.Pattern[str]:
    """Any of the patterns, for a text with a space before each of its words; no gap leaves its clause."""
    wholes = (
        "".join(_element(one, classes, name, gap=_GAP_IN_CLAUSE) for one in pattern.split())
        for pattern in patterns
    )
    return re.compile("|".join(wholes))


def _expression(
    phrase: str, classes: Mapping[str, Sequence[str]], family: str
) -> tuple[tuple[str, ...], str]:
    """The words that a phrase may start with, and the whole phrase as an expression."""
    elements = phrase.split()
    first = _alternatives(elements[0], classes, family)
    if any("*" in word for word in first) or elements[0][0] == "~" or elements[0][-1] == "?":
        raise LexiconError(f"family {family}: a phrase starts with whole words")
    return tuple(first), _either(first) + "".join(
        _element(element, classes, family) for element in elements[1:]
    )


def _after_first(expression: str) -> str:
    """What follows the alternatives of the first word, of which the phrase's start has chosen one."""
    return expression[expression.index(")") + 1 :]


def _element(element: str, classes: Mapping[str, Sequence[str]], family: str, gap: str = _GAP_WORD) -> str:
    if element in _NONE_OF:
        return _NONE_OF[element]
    if element[0] == "~":
        return f"{gap}{{0,{int(element[1:])}}}?"
    one = " " + _either(_alternatives(element.rstrip("?"), classes, family))
    return f"(?:{one})?" if element[-1] == "?" else one


def _alternatives(element: str, classes: Mapping[str, Sequence[str]], family: str) -> list[str]:
    words: list[str] = []
    for part in element.split("|"):
        if part[0] == "@" and part[1:] not in classes:
            raise LexiconError(f"family {family}: no class {part}")
        words += classes[part[1:]] if part[0] == "@" else [part]
    return words


def _either(words: Sequence[str]) -> str:
    return "(?:" + "|".join(map(_word, words)) + ")" + _WORD_END


def _word(word: str) -> str:
    escaped = re.escape(word)
    for sign, meaning in _ANY.items():
        escaped = escaped.replace(sign, meaning)
    return escaped


def _vocabulary(
    ranked: Sequence[tuple[Any, Family, str, str]],
    classes: Mapping[str, Sequence[str]],
    markers: Mapping[str, frozenset[str]],
) -> frozenset[str]:
    """Every word that means something here: what odd spellings are brought back to."""
    words = set().union(*classes.values(), *markers.values())
    for _, _, phrase, _ in ranked:
        words |= {word.rstrip("*") for element in phrase.split() for word in element.rstrip("?").split("|")}
    return frozenset(word for word in words if word.isalnum())
