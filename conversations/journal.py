"""The journal of a talk: answers by key, never positions, never pickled objects."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Json = Any  # str | int | bool | None | list[Json] | dict[str, Json]


class Mark(StrEnum):
    """What kind of thing was journalled."""

    ANSWER = "answer"
    OUTCOME = "outcome"
    EVENT = "event"
    TALK = "talk"


@dataclass(frozen=True)
class Entry:
    """One recorded step.

    `fingerprint` is the question's at the time (kind, options, meaning revision); `text` names what was
    on the screen as (id, version, source).
    """

    key: str
    mark: Mark
    value: Json
    fingerprint: str = ""
    text: tuple[str, str, str] = ("", "", "")


@dataclass(frozen=True)
class Journal:
    """Entries in the order they were recorded. Immutable: each change gives a new journal.

    `newest` is the key that was recorded last, where that is not the last entry (a question asked again).
    """

    entries: tuple[Entry, ...] = ()
    newest: str = field(default="", compare=False)

    def find(self, key: str) -> Entry | None:
        """The entry recorded under this key."""
        return next((entry for entry in self.entries if entry.key == key), None)

    def record(self, entry: Entry) -> "Journal":
        """Record, or answer again. Later answers stay only if the new answer equals the old one.

        What leads up to an outcome stays in any case: a final effect happens once.
        """
        place = next((i for i, old in enumerate(self.entries) if old.key == entry.key), None)
        if place is None:
            return Journal((*self.entries, entry))
        later = self.entries[place + 1 :]
        if not _same(self.entries[place], entry):
            final = [i for i, one in enumerate(later) if one.mark is Mark.OUTCOME]
            later = later[: final[-1] + 1] if final else ()
        return Journal((*self.entries[:place], entry, *later), newest=entry.key)

    def revises(self, entry: Entry) -> bool:
        """Whether recording this entry changes an answer that stands."""
        old = self.find(entry.key)
        return old is not None and not _same(old, entry)

    def back(self) -> "Journal | None":
        """The journal without its last answer, or None where nothing may be taken back (see `stops_back`)."""
        if not self.entries or self.entries[-1].mark is not Mark.ANSWER:
            return None
        return Journal(self.entries[:-1])

    def before_event(self) -> "Journal":
        """The journal as it was before its last event, where nothing final has followed that."""
        for place in reversed(range(len(self.entries))):
            if self.entries[place].mark is Mark.OUTCOME:
                return self
            if self.entries[place].mark is Mark.EVENT:
                return Journal(self.entries[:place])
        return self

    @property
    def stops_back(self) -> Mark | None:
        """What `back` meets: a final effect, an event or another talk; None for an answer or the start."""
        mark = self.entries[-1].mark if self.entries else Mark.ANSWER
        return None if mark is Mark.ANSWER else mark

    def to_json(self) -> list[list[Json]]:
        """Plain lists, ready to be sealed."""
        return [[e.key, e.mark.value, e.value, e.fingerprint, list(e.text)] for e in self.entries]

    @classmethod
    def from_json(cls, rows: list[list[Json]]) -> "Journal":
        """The journal that `to_json` wrote."""
        return cls(tuple(Entry(k, Mark(m), v, f, (t[0], t[1], t[2])) for k, m, v, f, t in rows))


def _same(old: Entry, new: Entry) -> bool:
    """Whether two answers are known to be equal: a tap of class talk has left no value to compare."""
    apart = isinstance(new.value, dict) and new.value.get("tap", False)
    return old.value == new.value and not apart
