"""What a flow is: a name, a header and a script."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, Self, TypeVar

from conversations.journal import Json
from conversations.talk import Talk

F = TypeVar("F", bound="Facts")


class Surface(StrEnum):
    """Where a talk is held."""

    CHAT = "chat"
    PRIVATE = "private"


@dataclass(frozen=True)
class Facts:
    """What a flow may know, taken once at its start and stored with the journal.

    Fields are strings, numbers, booleans or tuples of such, so that they can be sealed as JSON.
    `given` is what the talk that led here handed over.
    """

    given: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Plain values, ready to be sealed."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """The facts that `to_json` wrote; fields that a release removed are passed over."""
        known = cls.__dataclass_fields__
        return cls(**{name: _frozen(value) for name, value in values.items() if name in known})


def _frozen(value: Json) -> Json:
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value


@dataclass(frozen=True)
class Flow(Generic[F]):
    """A talk that can be held. `opener` stands in the chat for a private talk, and says nothing of it.

    `puts_off`: its own question is when to go on, so a form of it has no Later, Stop or first Skip.
    """

    name: str
    title: str
    seconds: int
    surface: Surface
    script: Callable[[Talk, F], Coroutine[Any, Any, None]]
    facts: type[F]
    examples: tuple[F, ...]
    tender: bool = False
    safety: bool = False
    version: int = 1
    start_words: tuple[str, ...] = ()
    opener: str = ""
    puts_off: bool = False

    @property
    def parks_after(self) -> int:
        """Idle seconds until the talk is parked: 60 minutes where it is tender, else 12 hours."""
        return 3600 if self.tender else 12 * 3600


def flow(
    name: str,
    *,
    title: str,
    seconds: int,
    facts: type[F],
    surface: Surface = Surface.CHAT,
    examples: tuple[F, ...] = (),
    tender: bool = False,
    safety: bool = False,
    version: int = 1,
    start_words: tuple[str, ...] = (),
    opener: str = "",
    puts_off: bool = False,
) -> Callable[[Callable[[Talk, F], Coroutine[Any, Any, None]]], Flow[F]]:
    """Declare a flow. `examples` are facts that together reach every text (scripts and tests walk them)."""

    def declare(script: Callable[[Talk, F], Coroutine[Any, Any, None]]) -> Flow[F]:
        return Flow(
            name,
            title,
            seconds,
            surface,
            script,
            facts,
            examples or (facts(),),
            tender=tender,
            safety=safety,
            version=version,
            start_words=start_words,
            opener=opener,
            puts_off=puts_off,
        )

    return declare
