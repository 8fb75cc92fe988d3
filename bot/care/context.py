"""What stands around a phrase: denial, past, jokes, patients, teaching."""

import re
from collections.abc import Sequence
from enum import Enum
from functools import cached_property

from bot.care.beside import around
from bot.care.lexicon import Lexicon
from bot.care.normal import Sentence

_DENIAL_REACH = 5
NEAR = 3
_PEOPLE = ("third", "patient", "colleague", "stranger")
_AGE = re.compile(r"\d{1,3}(?:yo|y/o|yom|yof|/?[mfw])")
_HOURS = re.compile(r"\d{1,3}(?:h|hr|hrs|min|mins)")

_TAKEN_BACK = frozenset({"not", "no", "isnt", "wasnt", "but"})
_JOINED = frozenset({"but", "and", "because", "so"})


class Who(Enum):
    """Whose words or whose danger a phrase is."""

    WRITER = "writer"
    PERHAPS_WRITER = "perhaps the writer"
    PATIENT = "patient"
    SOMEBODY = "somebody the writer knows"
    UNCLEAR = "another person, not clear who"
    NOBODY = "nobody in particular"


class Context:
    """The message as a whole, as far as it colours each phrase in it."""

    def __init__(self, parsed: Sequence[Sentence], words: Lexicon, beside: Sequence[Sentence] = ()) -> None:
        """`beside` stands in the same message: its words count, though none of its phrases is weighed."""
        self.markers = words.markers
        self._beside = words.beside
        self._sentences = parsed
        self._places = {id(sentence): place for place, sentence in enumerate(parsed)}
        self._sets = {id(sentence): frozenset(sentence.words) for sentence in parsed}
        others = (sentence.words for sentence in beside)
        self._all: frozenset[str] = frozenset().union(*self._sets.values(), *others)

    def says(self, marker: str, sentence: Sentence | None = None) -> bool:
        """Whether a word of the marker stands in the sentence, or anywhere in the message."""
        words = self._all if sentence is None else self._sets[id(sentence)]
        return not self.markers[marker].isdisjoint(words)

    def is_about_patients(self, sentence: Sentence | None = None) -> bool:
        if sentence is None:
            return self._is_any_patient
        return any(map(self.is_patient, self._sets[id(sentence)]))

    @cached_property
    def _is_any_patient(self) -> bool:
        return any(map(self.is_patient, self._all))

    def is_patient(self, word: str) -> bool:
        return word in self.markers["patient"] or _is_age(word)

    def is_person(self, word: str) -> bool:
        """Somebody other than the writer."""
        return any(word in self.markers[name] for name in _PEOPLE) or _is_age(word)

    def is_writer(self, sentence: Sentence, place: int, start: int) -> bool:
        """The word at `place` is the writer, as far as the phrase at `start` goes."""
        word = sentence.words[place]
        if word in {"me", "my"}:
            after = sentence.words[place + 1]
            return start - place <= NEAR and not self.is_person(after)
        return word in self.markers["writer"]

    def kind(self, sentence: Sentence, place: int) -> Who | None:
        """Patient or acquaintance, when the noun itself says so."""
        word, previous = sentence.words[place], sentence.words[place - 1] if place else ""
        if self.is_patient(word):
            return Who.PATIENT
        if word in self.markers["stranger"]:
            return Who.SOMEBODY if previous == "my" else Who.PATIENT
        owner_is_patient = sentence.words[max(place - 2, 0) : place]
        if word in self.markers["colleague"]:
            return Who.PATIENT if not self.markers["patient"].isdisjoint(owner_is_patient) else Who.SOMEBODY
        return None

    def denial(self, sentence: Sentence, start: int, end: int) -> str:
        """Whether the phrase from `start` to `end` is "denied", "turned" round or "unsure"; else ""."""
        for place in range(start - 1, max(start - 1 - _DENIAL_REACH, -1), -1):
            if place + 1 in sentence.breaks or sentence.words[place] in _JOINED:
                return ""
            if sentence.words[place] in self.markers["negation"]:
                kind = self._kind_of_denial(sentence, place, start)
                return "turned" if kind and self._is_turned(sentence, place, start, end) else kind
        return ""

    def _kind_of_denial(self, sentence: Sentence, place: int, start: int) -> str:
        following = sentence.words[place + 1]
        asks_why = "why" in sentence.words[max(place - 2, 0) : place]
        if asks_why or following in self.markers["not_negated_by_next"]:
            return ""
        if following in self.markers["unsure_by_next"]:
            return "unsure"
        # "no, I want to die": what is denied ends where the writer begins anew.
        return "" if not self.markers["writer"].isdisjoint(sentence.words[place + 1 : start]) else "denied"

    def _is_turned(self, sentence: Sentence, place: int, start: int, end: int) -> bool:
        """Whether the denial at `place` is taken back, dated, graded or denied in its turn."""
        beside = (*sentence.words[:start], *sentence.words[end:])
        charted = sentence.words[place] in self.markers["chart"]
        is_of_a_patient = charted and self.markers["writer"].isdisjoint(beside)
        return not is_of_a_patient and self._stands_beside("turned", sentence, start, end)

    def is_shared(self, sentence: Sentence, start: int, end: int) -> bool:
        """Whether the writer joins in what somebody else said: "and so do I"."""
        is_said = not self.denial(sentence, start, end)
        return is_said and self._stands_beside("shared", sentence, start, end)

    def _stands_beside(self, what: str, sentence: Sentence, start: int, end: int) -> bool:
        text = around(self._sentences, self._places[id(sentence)], start, end)
        return self._beside[what].search(text) is not None

    def is_past(self, sentence: Sentence) -> bool:
        words = sentence.words
        over = (at for at, word in enumerate(words) if word in self.markers["past"])
        return any(not self._is_recent(words, at) for at in over) and not self.says("present")

    def _is_recent(self, words: Sequence[str], at: int) -> bool:
        """An hour ago is now, as far as danger goes."""
        before = words[max(at - 1, 0)]
        return words[at] == "ago" and (before in self.markers["recent"] or _is_hours(before))

    def is_soon(self, sentence: Sentence, start: int, end: int) -> bool:
        """An intent right before the phrase, or opening it, in a sentence that names a near time."""
        near = sentence.words[max(start - 4, 0) : end]
        return self.says("soon", sentence) and not self.markers["intent"].isdisjoint(near)

    def is_joking(self, sentence: Sentence) -> bool:
        """A joke marker in the sentence or right after it, unless it is taken back."""
        place = self._places[id(sentence)]
        return any(self._laughs(one) for one in self._sentences[place : place + 2])

    def _laughs(self, sentence: Sentence) -> bool:
        words = sentence.words
        jokes = (at for at, word in enumerate(words) if word in self.markers["joke"])
        return any(_TAKEN_BACK.isdisjoint(words[max(at - 2, 0) : at]) for at in jokes)


def _is_hours(word: str) -> bool:
    """Hours or minutes in one word: "2h", "30min"."""
    return word[0].isdigit() and _HOURS.fullmatch(word) is not None


def _is_age(word: str) -> bool:
    """An age with a sex, as charts write it: "72f", "19yo"."""
    return word[0].isdigit() and _AGE.fullmatch(word) is not None
