"""The rules that every text passes, by its kind. A program's own texts pass them too."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from conversations.texts import Kind, Text

MOST_WORDS = {
    Kind.OPENER: 14,
    Kind.TITLE: 8,
    Kind.QUESTION: 25,
    Kind.REFLECTIVE: 25,
    Kind.STATEMENT: 60,
    Kind.CONSENT: 40,
    Kind.SAFETY: 40,
}
"""Words a text may have; a safety message is prose of 40 words with all that stands above its question."""

ASKING = frozenset({Kind.QUESTION, Kind.REFLECTIVE})
LABEL_WORDS = 10


@dataclass(frozen=True)
class Rule:
    """Something no text of these kinds may say. `example` breaks the rule, and shows what it is about."""

    name: str
    pattern: re.Pattern[str]
    example: str
    kinds: frozenset[Kind] = frozenset(Kind)


def _rule(name: str, pattern: str, example: str, *, kinds: frozenset[Kind] = frozenset(Kind)) -> Rule:
    return Rule(name, re.compile(pattern, re.IGNORECASE), example, kinds)


def _words(*phrases: str) -> str:
    return r"\b(?:" + "|".join(phrases) + r")\b"


RULES: tuple[Rule, ...] = (
    _rule(
        "orders the person about",
        _words("should", "must", "need to", "needs to", "ought", "have to", "has to be done", "try to"),
        "You should rest.",
    ),
    _rule("makes it small", _words("just", "at least", "calm down", "only a"), "It was at least quick."),
    _rule(
        "speaks for all", _words("everyone", "everybody", "nobody else feels"), "Everyone finds this hard."
    ),
    _rule(
        "opens with yes or no",
        r"(?:^|[.!?:] )(?:did|do|does|are|is|was|were|have|has|can|could|will|would|may)\b[^.?!]*\?",
        "Are you tired?",
        kinds=ASKING,
    ),
    _rule("asks for reasons", r"(?:^|[.!?:] )why\b[^.?!]*\?", "Why was that?", kinds=ASKING),
    _rule(
        "hides advice in a question",
        _words("have you tried", "why don[’']t you", "what if you", "have you thought", "you could try"),
        "Have you tried sleeping more?",
    ),
    _rule(
        "presumes a feeling or a diagnosis",
        _words(
            "you must feel",
            "you seem",
            "you sound",
            "you are feeling",
            "depressed",
            "ptsd",
            "burned out",
            "burnt out",
            "burnout",
            "traumati[sz]ed",
        ),
        "You seem sad.",
    ),
    _rule(
        "leads", r"\bright\?|\byou[’']re not\b|\bdon[’']t you\b|\baren[’']t you\b", "That was hard, right?"
    ),
    _rule(
        "grades",
        _words(
            "good",
            "bad",
            "great",
            "excellent",
            "correct",
            "perfect",
            "well done",
            "proud",
            "right answer",
            "a mistake",
        ),
        "Good job.",
    ),
    _rule(
        "asks for the case or for blame",
        _words("what happened", "who did", "do wrong", "walk me through", "whose fault"),
        "What happened then?",
    ),
    _rule(
        "cheers up",
        _words(
            "bright side", "everything happens", "stay strong", "be fine", "cheer up", "keep smiling", "yay"
        ),
        "Look on the bright side.",
    ),
    _rule(
        "compares",
        _words(
            "most residents", "other residents", "others manage", "streaks?", "leaderboard", "than others"
        ),
        "Most residents handle this.",
    ),
    _rule(
        "promises secrecy or an outcome",
        _words(
            "always here",
            "between us",
            "won[’']t tell",
            "be ok",
            "be okay",
            "nobody will",
            "no one will",
            "secret",
            "guarantees?",
            "i promise",
            "completely private",
            "fully anonymous",
        ),
        "This stays between us.",
    ),
    _rule(
        "claims to be human",
        _words("i feel", "i care", "i hear you", "i know how", "as a doctor", "your friend", "here for you"),
        "I care about you.",
    ),
    _rule(
        "presses for an answer",
        _words("please answer", "you haven[’']t", "missed you", "required to", "we noticed"),
        "You haven’t answered.",
    ),
    _rule(
        "draws out who a patient was",
        _words(
            "patient[’']s name",
            "which attending",
            "room number",
            "date of birth",
            "diagnosis",
            "record number",
        ),
        "What was the diagnosis?",
    ),
    _rule(
        "presses for time", _words("hurry", "last chance", "as soon as possible", "act now"), "Last chance."
    ),
    _rule("exclaims", r"!", "Welcome!"),
    _rule("decorates", r"[\U0001F000-\U0001FAFF\u2600-\u27BF]", "Welcome ☀"),
    _rule("preaches", _words("pray", "god", "bless", "blessing", "faith"), "We pray for you."),
    _rule(
        "says that nothing is kept where it is",
        _words("memory[- ]only", "no trace", "not stored", "never stored", "leaves nothing behind"),
        "This is memory only.",
    ),
    _rule("asks two things", r"\band also\b|\bor do you\b|\?.*\?", "Who? And when?"),
)

_CAPITALS = re.compile(r"\b[A-Z]{2,}\b")
_KNOWN_CAPITALS = frozenset({"OK"})
_QUOTED = re.compile(r"“[^”]*”")


def faults(text: Text) -> list[str]:
    """What is wrong with a text, each as a sentence; empty where nothing is."""
    found = [f"{text.id}: {fault}: {one}" for one in _ways(text) for fault in _faults(one, text.kind)]
    if text.kind in ASKING and any("?" not in one for one in text.variants):
        found.append(f"{text.id}: asks nothing")
    return found


def label_faults(label: str) -> list[str]:
    """What is wrong with an option's label or hint."""
    found = list(_broken(label, Kind.STATEMENT))
    return found if len(label.split()) <= LABEL_WORDS else [*found, "is too long for a button"]


def _ways(text: Text) -> Iterator[str]:
    yield from text.variants
    if text.without:
        yield text.without


def _faults(words: str, kind: Kind) -> Iterator[str]:
    yield from _broken(_QUOTED.sub("", words), kind)
    if len(words.split()) > MOST_WORDS[kind]:
        yield f"has more than {MOST_WORDS[kind]} words"
    for capitals in set(_CAPITALS.findall(words)) - _KNOWN_CAPITALS:
        yield f"leaves {capitals} unexplained"


def _broken(words: str, kind: Kind) -> Iterator[str]:
    return (rule.name for rule in RULES if kind in rule.kinds and rule.pattern.search(words))
