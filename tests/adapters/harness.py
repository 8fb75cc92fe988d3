"""What the contract suite needs from each platform: somebody on it, and the companion behind it scripted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from adapters.port import Account, EventKind, Form, Incoming, Link, Platform, Reply
from tests.adapters.shelf import MemoryShelf


@dataclass(frozen=True)
class Button:
    """A button as the platform holds it: what it says, what it carries, and the message it came from."""

    label: str
    value: str
    reference: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Shown:
    """A message as the person sees it. A link without an address is words that open nothing.

    `fallback` is what notifications and screen readers get.
    """

    reference: str
    text: str
    buttons: tuple[Button, ...] = ()
    links: tuple[Link, ...] = ()
    fallback: str = ""
    is_safety: bool = False


@dataclass(frozen=True)
class Input:
    """A text input as the person sees it: one line or several, for a text or for a day and a time."""

    label: str
    value: str
    hint: str
    most: int
    is_long: bool
    is_required: bool
    asks_when: bool


@dataclass(frozen=True)
class View:
    """A form as the person sees it: `text` has its words, the strip's included.

    `many`: how many options may be ticked, 0 where one press answers. `submit`: the label of the button that
    sends it, "" where there is nothing to send. `tick`: the label of the one box below. `picture`: its
    alternative text. `download`: what may be taken away.
    """

    text: str
    buttons: tuple[Button, ...]
    links: tuple[Link, ...]
    field: Input | None
    many: int
    submit: str
    tick: str
    picture: str
    download: str
    is_safety: bool


@dataclass(frozen=True)
class Answer:
    """What the platform did in response to an event."""

    is_accepted: bool
    form: View | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    notice: str = ""
    card: Shown | None = None
    is_closed: bool = False


class Harness(Protocol):
    """One platform under test. `drops_repeats`, `can_find` and `tells` say what it claims.

    `tells`: what it tells of besides texts, presses and forms. `zone` and `name` are what it says of the
    person, "" where it says nothing.
    """

    platform: Platform
    shelf: MemoryShelf
    account: Account
    gone: Account
    drops_repeats: bool
    can_find: bool
    tells: frozenset[EventKind]
    zone: str
    name: str

    @property
    def heard(self) -> Sequence[Incoming]:
        """The events that reached the turn."""

    def will_answer(self, *answers: Reply | Exception) -> None:
        """What the turn answers next."""

    def must_wait(self) -> None:
        """From now on the platform asks to wait."""

    def must_lose(self) -> None:
        """From now on the platform takes what is sent and does not say whether it arrived."""

    async def types(self, text: str, *, event: str) -> Answer:
        """The person types; `event` names the platform's delivery, the same for a redelivery."""

    async def edits(self, text: str, *, of: str, event: str) -> Answer:
        """The person changes what they typed in the delivery `of`; refused where messages cannot change."""

    async def presses(self, button: Button, *, event: str) -> Answer:
        """The person presses a button that the platform once showed."""

    async def submits(
        self, form: Form, fields: Mapping[str, Sequence[str]], *, event: str, ticked: bool = False
    ) -> Answer:
        """The person submits a form with these values by key, and with the box below ticked or not."""

    async def does(self, kind: EventKind, *, event: str) -> Answer:
        """Something of this kind happens to the person; refused where the platform tells of no such thing."""

    async def shown(self) -> Sequence[Shown]:
        """All messages of the chat, oldest first."""

    async def own(self) -> View | None:
        """The person's own surface, if anything was published there."""
