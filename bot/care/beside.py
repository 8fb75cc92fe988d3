"""What stands beside a phrase, in the plain form that [beside] of lexicon.toml is written in."""

from collections.abc import Iterator, Sequence

from bot.care.normal import LAUGH, Sentence

_REACH = 16
"""Words on either side: whatever turns a denial round is said in one breath with it."""


def around(parsed: Sequence[Sentence], at: int, start: int, end: int) -> str:
    """The words around the phrase from `start` to `end` of the sentence at `at`, a space before each.

    The phrase itself is "#", a break inside a sentence "," and the end of one "."; laughs are left out. A
    sentence that may be the rest of the one before it is read on with it.
    """
    sentence = parsed[at]
    before = [*_opening(parsed, at), *_marked(sentence, max(start - _REACH, 0), start)]
    after = [*_marked(sentence, end, end + _REACH), *_closing(parsed, at)]
    return "".join(f" {word}" for word in (*before[-_REACH:], "#", *after[:_REACH]))


def _opening(parsed: Sequence[Sentence], at: int) -> Iterator[str]:
    yield "."
    if at and parsed[at].goes_on:
        last = parsed[at - 1]
        yield from _marked(last, max(len(last.words) - _REACH, 0), len(last.words))


def _closing(parsed: Sequence[Sentence], at: int) -> Iterator[str]:
    for later in parsed[at + 1 : at + 3]:
        if not later.goes_on:
            yield "."
        yield from _marked(later, 0, _REACH)
    yield "."


def _marked(sentence: Sentence, start: int, stop: int) -> Iterator[str]:
    for place in range(start, min(stop, len(sentence.words))):
        if place and place in sentence.breaks:
            yield ","
        if sentence.words[place] != LAUGH:
            yield sentence.words[place]
