"""What is said: a text with an id, a kind, named slots and variants."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import blake2s
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conversations.answers import Words


class Kind(StrEnum):
    """Which wording rules a text must pass (see conversations/wording.py)."""

    OPENER = "opener"
    TITLE = "title"
    QUESTION = "question"
    REFLECTIVE = "reflective"
    STATEMENT = "statement"
    CONSENT = "consent"
    SAFETY = "safety"


_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Text:
    """Words as they are written, before slots are filled.

    `id` is the flow's name and the step's key, and serves as the gettext context.
    `variants` are ways of saying the same thing; `without` is said when a slot's words were not kept.
    """

    id: str
    kind: Kind
    variants: tuple[str, ...]
    without: str = ""

    @property
    def version(self) -> str:
        """Short hash of the wording: which text was on the screen when a person answered."""
        return blake2s("\x1f".join((*self.variants, self.without)).encode(), digest_size=4).hexdigest()


@dataclass(frozen=True)
class Said:
    """One text as it is said in a talk: which variant, with which slots."""

    text: Text
    slots: "Mapping[str, str | int | Words]" = field(default_factory=dict)
    variant: int = 0

    @property
    def is_fixed(self) -> bool:
        """Whether the id alone is enough to say it again."""
        return not self.slots

    def words(self, overrides: Mapping[str, str] | None = None) -> str:
        """The finished sentence; a program's own wording of this id comes first."""
        filled = {name: _plain(value) for name, value in self.slots.items()}
        if any(value is None for value in filled.values()):
            return self.text.without
        template = (overrides or {}).get(self.text.id) or self.text.variants[
            self.variant % len(self.text.variants)
        ]
        return _SLOT.sub(lambda found: filled.get(found[1]) or "", template)


def _plain(value: "str | int | Words") -> str | None:
    if isinstance(value, str | int):
        return str(value)
    return value.text if value.kept else None
