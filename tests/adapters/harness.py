"""What the contract suite needs from each platform: somebody on it, and the companion behind it scripted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from adapters.port import Account, Form, Incoming, Platform, Reply
from tests.adapters.shelf import MemoryShelf


@dataclass(frozen=True)
class Button:
    """A button as the platform holds it: what it says, what it carries, and the message it came from."""

    label: str
    value: str
    reference: str = ""


@dataclass(frozen=True)
class Shown:
    """A message as the person sees it."""

    reference: str
    text: str
    buttons: tuple[Button, ...] = ()
    links: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """What the platform did in response to an event."""

    is_accepted: bool
    form: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    notice: str = ""
    card: str = ""
    is_closed: bool = False


class Harness(Protocol):
    """One platform under test. `drops_repeats` and `can_find` say what it claims."""

    platform: Platform
    shelf: MemoryShelf
    account: Account
    gone: Account
    drops_repeats: bool
    can_find: bool

    @property
    def heard(self) -> Sequence[Incoming]:
        """The events that reached the turn."""

    def will_answer(self, *answers: Reply | Exception) -> None:
        """What the turn answers next."""

    def must_wait(self) -> None:
        """From now on the platform asks to wait."""

    async def types(self, text: str, *, event: str) -> Answer:
        """The person types; `event` names the platform's delivery, the same for a redelivery."""

    async def edits(self, text: str, *, of: str, event: str) -> Answer:
        """The person changes what they typed in the delivery `of`; refused where messages cannot change."""

    async def presses(self, button: Button, *, event: str) -> Answer:
        """The person presses a button that the platform once showed."""

    async def submits(self, form: Form, fields: Mapping[str, Sequence[str]], *, event: str) -> Answer:
        """The person submits a form with these values by key."""

    async def shown(self) -> Sequence[Shown]:
        """All messages of the chat, oldest first."""

    async def own(self) -> str:
        """The words of the person's own surface."""
