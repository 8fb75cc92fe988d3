"""What a person can answer, and how it is read before it is recorded."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import NoReturn, Self


class Keep(StrEnum):
    """How long the words of a text answer live (storage classes)."""

    NONE = "none"  # in the turn that receives them, nowhere else
    TALK = "talk"  # under the talk's own key, destroyed when the talk parks or closes
    SELF = "self"  # the person's own, sealed and expiring
    SHARED = "shared"  # kept like TALK until the person presses Send on them


class Mine(StrEnum):
    """What of the writer's own a text is asked for: that points to the writer, not to a patient."""

    NOTHING = "nothing"
    NAME = "name"
    REACH = "reach"  # how and when to reach them


WISH = "wants_human"
"""The signal of an option that leads to a person: pressed anywhere, however late, it does."""


@dataclass(frozen=True)
class Option:
    """One thing to choose. Buttons carry `key`, people read `label` and `hint`.

    `signal` names what the safety rules hear in this tap ("not_ok"), or `WISH`; empty for most.
    `alone`: where several may be ticked, this one cannot stand beside others.
    `exact`: others hear of it, or it cannot be undone, so only a press on exactly what was shown counts,
    never typed, and never from a screen that is older than what it would do.
    `primary`: it does what the screen is about, and stands out. Never of a consent or of how somebody is.
    `quiet`: it leads away from what the screen is about.
    """

    key: str
    label: str
    hint: str = ""
    icon: str = ""
    signal: str = ""
    primary: bool = False
    alone: bool = False
    exact: bool = False
    quiet: bool = False

    @property
    def is_weighed(self) -> bool:
        """Whether the safety rules hear this tap in its own turn: a wish for a person is only granted."""
        return self.signal not in {"", WISH}


class Options(Enum):
    """A closed set of options; each member's value is an `Option`."""

    @property
    def option(self) -> Option:
        """The option that this member stands for."""
        value: Option = self.value
        return value

    @classmethod
    def by_key(cls, key: str) -> Self:
        """The member whose option has this key. Raises KeyError."""
        for member in cls:
            if member.option.key == key:
                return member
        raise KeyError(key)


class NotUnderstood(ValueError):
    """An answer could not be read as one to this question; `hint` says what is possible."""

    def __init__(self, hint: str) -> None:
        super().__init__(hint)
        self.hint = hint


@dataclass(frozen=True)
class Raw:
    """An answer as it came: pressed option keys, or typed words."""

    options: tuple[str, ...] = ()
    text: str | None = None


class Words:
    """What somebody wrote, to be passed on and never branched on.

    The same flow runs again when the words are no longer kept, so asking whether they are empty,
    equal or long is refused. `kept` and `text` are for whoever renders or carries them out.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str | None) -> None:
        self._text = text

    @property
    def kept(self) -> bool:
        """Whether the words are still there."""
        return self._text is not None

    @property
    def text(self) -> str:
        """The words. Raises LookupError once they are no longer kept."""
        if self._text is None:
            raise LookupError("these words were not kept")
        return self._text

    def __bool__(self) -> NoReturn:
        raise TypeError("a flow must not branch on what somebody wrote; compare with None")

    def __eq__(self, other: object) -> NoReturn:
        raise TypeError("a flow must not branch on what somebody wrote; compare with None")

    def __hash__(self) -> NoReturn:
        raise TypeError("words must not become keys")

    def __repr__(self) -> str:
        return "Words(kept)" if self.kept else "Words(not kept)"


_SHORT = {"y": "yes", "yeah": "yes", "yep": "yes", "n": "no", "nope": "no"}


def pick(options: Sequence[Option], raw: Raw) -> str:
    """The key of the one option that was pressed or typed. Raises NotUnderstood."""
    known = {option.key: option.key for option in options}
    if raw.options:
        if len(raw.options) == 1 and raw.options[0] in known:
            return raw.options[0]
        raise NotUnderstood(_possible(options))
    typed = (raw.text or "").strip().strip(".!").casefold()
    by_label = {option.label.casefold(): option.key for option in options}
    by_number = {str(number): option.key for number, option in enumerate(options, 1)}
    found = by_label.get(typed) or known.get(typed) or known.get(_SHORT.get(typed, ""))
    if found is None and not any(option.key.isdigit() for option in options):
        found = by_number.get(typed)
    if found is None:
        raise NotUnderstood(_possible(options))
    return found


def _possible(options: Sequence[Option]) -> str:
    return " / ".join(option.label for option in options)
