"""Point out what identifies a patient in a text, before anything is kept.

Pure, and linear in the length of the text. Precision first: who is stopped for nothing stops reading.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.privacy import patterns
from bot.privacy.patterns import Look, Pattern, words

TYPES = ("EMAIL", "PHONE", "ID", "MRN", "DATE", "AGE90", "ROOM", "LOCATION", "FACILITY", "NAME", "INITIALS")
"""What is looked for; where two overlap, the one named first here stays."""

_SHOWN = {"MRN": "record number", "AGE90": "age 90+"}


@dataclass(frozen=True)
class Span:
    """Characters `start` up to `end` (exclusive, as Python counts them) of one of TYPES."""

    start: int
    end: int
    type: str


def spans(text: str) -> tuple[Span, ...]:
    """Identifiers in `text`, in order, never overlapping."""
    look = Look(text)
    return _without_overlaps(span for find in _FINDERS for span in find(look))


def redact(text: str, found: Sequence[Span]) -> str:
    """`text` with each of the spans replaced by its kind: "[name], [age 90+], [room], died [date]"."""
    parts, at = [], 0
    for span in found:
        parts += [text[at : span.start], f"[{_SHOWN.get(span.type, span.type.lower())}]"]
        at = span.end
    return "".join(parts) + text[at:]


def _without_overlaps(found: Iterable[Span]) -> tuple[Span, ...]:
    kept: list[Span] = []
    for span in sorted(found, key=lambda one: (one.start, TYPES.index(one.type), -one.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
        elif TYPES.index(span.type) < TYPES.index(kept[-1].type):
            kept[-1] = span
    return tuple(kept)


def _span(match: re.Match[str], kind: str) -> Span:
    """What the pattern calls `it`, else all that it matched."""
    group = "it" if "it" in match.re.groupindex else 0
    return Span(match.start(group), match.end(group), kind)


Finder = Callable[[Look], Iterator[Span]]


def _plain(kind: str, *those: Pattern) -> Finder:
    """A finder for patterns that need no second look."""

    def find(look: Look) -> Iterator[Span]:
        return (_span(match, kind) for one in those for match in one.finditer(look))

    return find


def _key(word: str) -> str:
    """A word as the lists have it."""
    return word.lower().replace("’", "").replace("'", "")


def _ids(look: Look) -> Iterator[Span]:
    for expression in patterns.IDS:
        for match in expression.finditer(look):
            span = _span(match, "ID")
            code = look.text[span.start : span.end]
            if code[0] == "@" or sum(sign.isdigit() for sign in code) >= _DIGITS_OF_A_CODE:
                yield span


_DIGITS_OF_A_CODE = 3
_READING = re.compile(
    r"(?:temp|temperature|tmax|fever|spo2|sats?|o2|hr|map|bp)\W{0,3}(?:of |to |is |was |at )?$", re.IGNORECASE
)
"""A measurement right before a number: "temp was 98F" is no age."""


def _ages(look: Look) -> Iterator[Span]:
    for expression in patterns.AGES:
        for match in expression.finditer(look):
            if not _READING.search(look.text[max(match.start() - 20, 0) : match.start()]):
                yield _span(match, "AGE90")


def _titled(look: Look) -> Iterator[Span]:
    """A title and a name, in any case: "mr delacroix", "Ms. Achebe"; "mr brain" is medicine."""
    for match in patterns.TITLED.finditer(look):
        name, more = match["name"], match["more"]
        is_medicine = match[0][:2] in {"MS", "MR"} or _key(name) in words("not_after_titles")
        if is_medicine or (name[0].islower() and _key(name) in words("not_names")):
            continue
        end = match.end() if more and more[1].isupper() and _is_name(more[1:]) else match.end("name")
        yield Span(match.start(), _without_possessive(look.text, end), "NAME")


def _without_possessive(text: str, end: int) -> int:
    return end - 2 if text[end - 2 : end] in {"'s", "’s"} else end


def _is_name(word: str) -> bool:
    """Whether a capital word may be a person's."""
    return not any(_key(word) in words(name) for name in ("not_names", "eponyms"))


def _names(look: Look) -> Iterator[Span]:
    """A capital word where a person stands: after kin, after "lost", before an age."""
    for match in patterns.CAPITALS.finditer(look):
        start = _lead(look.text, match.start())
        if start is not None and _is_name(match[0]):
            second = patterns.SECOND.match(look.text, match.end())
            yield Span(start, (second or match).end(), "NAME")
    for expression in (patterns.BEFORE_AGE, patterns.SURNAME_INITIAL):
        for match in expression.finditer(look):
            if _is_name(match["name"]):
                yield _span(match, "NAME")
    for match in patterns.BEFORE_BIRTH.finditer(look):
        if any(_is_name(word) for word in match["it"].replace(",", "").split()):
            yield _span(match, "NAME")


def _lead(text: str, start: int) -> int | None:
    """Where the name begins, given what stands before it; a form of address belongs to it, kin does not."""
    before = text[max(start - patterns.LEAD, 0) : start]
    titled = patterns.AFTER_TITLE.search(before)
    if titled:
        return start - len(before) + titled.start()
    return start if patterns.AFTER_KIN.search(before) else None


def _named(look: Look) -> Iterator[Span]:
    for match in patterns.NAMED.finditer(look):
        if match["name"][0].isupper() or _key(match["name"]) not in words("not_names"):
            yield _span(match, "NAME")


def _facilities(look: Look) -> Iterator[Span]:
    for match in patterns.FACILITY.finditer(look):
        parts = match["name"].split(" ")
        skipped = 0
        while parts and _key(parts[0]) in words("generic_places") | words("not_names"):
            skipped += len(parts.pop(0)) + 1
        if parts:
            yield Span(match.start() + skipped, match.end(), "FACILITY")


def _towns(look: Look) -> Iterator[Span]:
    for match in patterns.TOWNS.finditer(look):
        first = _key(match["it"].split(" ")[0])
        if first not in words("large_places") and first not in words("not_names"):
            yield _span(match, "LOCATION")


def _initials(look: Look) -> Iterator[Span]:
    dotted, *bare = patterns.INITIALS
    for match in dotted.finditer(look):
        if re.sub(r"[. ]", "", match["it"]).lower() not in words("dotted"):
            yield _span(match, "INITIALS")
    for expression in bare:
        for match in expression.finditer(look):
            if expression is bare[-1] or match["it"].lower() not in words("abbreviations"):
                yield _span(match, "INITIALS")


_FINDERS: tuple[Finder, ...] = (
    _plain("EMAIL", patterns.EMAIL),
    _plain("PHONE", *patterns.PHONES),
    _ids,
    _plain("MRN", *patterns.MRNS),
    _plain("DATE", *patterns.DATES),
    _ages,
    _plain("ROOM", *patterns.ROOMS),
    _plain("LOCATION", *patterns.STREETS),
    _towns,
    _facilities,
    _plain("FACILITY", patterns.SAINT),
    _titled,
    _names,
    _named,
    _initials,
)
