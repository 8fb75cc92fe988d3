"""The whole interface between the companion and a platform.

In: an `Incoming` event, answered by an in-band `Reply`. Out: an `Operation`, answered by a `Receipt`.
Every event has an id of its own: an edit's is not its message's.
Delivery is at least once: a platform that can drop a repeat does so by `Operation.id`.
An adapter knows this file and its own SDK, nothing else.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Protocol

from adapters.events import Account, Control, EventKind, Incoming, Press
from adapters.shown import Bar, Card, Choice, Form, Link, Picture, Style, Surface, TextField

__all__ = [
    "TRANSCRIPT",
    "Account",
    "Bar",
    "Card",
    "Choice",
    "Control",
    "DeliveryError",
    "EventKind",
    "Form",
    "Incoming",
    "Lane",
    "Link",
    "NotCommitted",
    "Notify",
    "Operation",
    "OperationKind",
    "Picture",
    "Platform",
    "Press",
    "Receipt",
    "Receive",
    "Rejected",
    "Reply",
    "ReplyKind",
    "RetryLater",
    "Shelf",
    "Style",
    "Surface",
    "TextField",
    "UnknownOutcome",
    "Unreachable",
]


class ReplyKind(StrEnum):
    """What the platform does in the response to the event itself."""

    NOTHING = "nothing"
    FORM = "form"  # open or update the private surface with `form`
    ERRORS = "errors"  # the form stays as it is, with messages beside its fields
    REPLACE = "replace"  # the message that was pressed becomes `card`
    NOTICE = "notice"  # a short line, shown to this person only
    CLOSE = "close"  # close the private surface


@dataclass(frozen=True)
class Reply:
    """The in-band answer. `form` or `card` also carry the safety card where there is one."""

    kind: ReplyKind = ReplyKind.NOTHING
    form: Form | None = None
    card: Card | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    notice: str = ""


# ------------------------------------------------------------------------------------------ out


class Lane(IntEnum):
    """Lower goes first."""

    SAFETY = 0
    REPLY = 1
    ALERT = 2
    NUDGE = 3
    COSMETIC = 4


class OperationKind(StrEnum):
    """What to do on the platform."""

    POST = "post"
    REPLACE = "replace"  # the message `reference` becomes `card`
    RETIRE = "retire"  # the message `reference` loses its buttons and says `card`
    REMOVE = "remove"
    PUBLISH = "publish"  # the person's own surface (Home, tab) becomes `form`


@dataclass(frozen=True)
class Operation:
    """One thing to send. `id` is opaque and the same on every try; `reference` is an earlier receipt's."""

    id: str
    kind: OperationKind
    to: Account
    lane: Lane
    card: Card | None = None
    form: Form | None = None
    reference: str = ""
    started_by_us: bool = False
    tender: bool = False


@dataclass(frozen=True)
class Receipt:
    """The platform's reference of what was sent, for later operations on it."""

    reference: str


class DeliveryError(Exception):
    """A send did not succeed."""


class Unreachable(DeliveryError):
    """The person left, blocked us or was removed; nothing will arrive until they come back."""


class RetryLater(DeliveryError):
    """The platform asks to wait. `seconds` pause that tenant's method for every replica."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"retry in {seconds:g} s")
        self.seconds = seconds


class UnknownOutcome(DeliveryError):
    """It may have been delivered."""


class Rejected(DeliveryError):
    """The platform refuses this operation for good: a defect of ours."""


class NotCommitted(Exception):
    """The turn could not be committed: answer with a non-2xx status.

    `card` is the fixed safety card where the event spoke of danger: show it by the event's own reply address.
    """

    def __init__(self, card: Card | None = None) -> None:
        super().__init__("the turn was not committed")
        self.card = card


Receive = Callable[[Incoming], Awaitable[Reply]]
"""What an adapter calls with each event. Raises NotCommitted."""


class Notify(Protocol):
    """A content-free notice by another channel, for a coach's waiting alert."""

    async def __call__(self, account: Account, kind: str) -> None: ...


TRANSCRIPT = "transcript"
"""The kind of a Shelf item named after a user, with what they were shown.

It goes two days after its last change where nobody who has started stands behind the account.
"""


class Shelf(Protocol):
    """Sealed storage for an adapter, by tenant, kind and id. Synchronous: call it in a thread."""

    def get(self, tenant: str, kind: str, item: str) -> bytes | None: ...
    def put(self, tenant: str, kind: str, item: str, value: bytes) -> None: ...
    def delete(self, tenant: str, kind: str, item: str) -> None: ...
    def compare_and_set(self, tenant: str, kind: str, item: str, old: bytes | None, new: bytes) -> bool: ...
    def list(self, tenant: str, kind: str) -> tuple[str, ...]: ...


class Platform(Protocol):
    """One platform, as the dispatcher sees it."""

    name: str

    async def deliver(self, operation: Operation) -> Receipt:
        """Send. Raises Unreachable, RetryLater, UnknownOutcome or Rejected."""

    async def find(self, operation: Operation, since: datetime) -> Receipt | None:
        """Whether an operation of unknown outcome arrived. Raises UnknownOutcome where nobody can tell."""
