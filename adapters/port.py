"""The whole interface between the companion and a platform.

In: an `Incoming` event; the turn answers with an in-band `Reply`. Out: an `Operation`, answered by a `Receipt`.
Delivery is at least once: a platform that can drop a repeat does so by `Operation.id`.
An adapter knows this file and its own SDK, nothing else.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Protocol


@dataclass(frozen=True, order=True)
class Account:
    """Somebody on a platform. User ids are unique within a tenant only."""

    platform: str
    tenant: str
    user: str


# ------------------------------------------------------------------------------------------ in


class EventKind(StrEnum):
    """What happened."""

    MESSAGE = "message"  # typed text
    PRESS = "press"  # a button
    FORM = "form"  # a form was submitted
    EDIT = "edit"  # a typed message was changed; `text` is the new text
    OPENED = "opened"  # the person opened a surface of ours; nothing was said
    ARRIVED = "arrived"  # the app was installed for this person
    GONE = "gone"  # the person left, blocked us or removed the app
    MOVE = "move"  # another person's move or a timer, never from a platform
    ATTACHMENT = "attachment"  # a file, picture or voice clip, never fetched


@dataclass(frozen=True)
class Press:
    """What a button names: never a label, never words.

    `talk` is the talk's id (or a reserved one), `key` the question's key or a control (see `Control`),
    `option` the option's key. `signal` lets the safety card answer when the database is away.
    """

    flow: str
    version: int
    talk: str
    key: str
    option: str = ""
    signal: str = ""

    def pack(self) -> str:
        """One opaque line for a button's value (at most 2,000 characters on Slack)."""
        return "|".join((self.flow, str(self.version), self.talk, self.key, self.option, self.signal))

    @classmethod
    def unpack(cls, value: str) -> "Press | None":
        """The press that `pack` wrote, or None for anything else."""
        parts = value.split("|")
        if len(parts) != 6 or not parts[1].isdigit() or len(value) > 2000:  # noqa: PLR2004 - the fields above
            return None
        return cls(parts[0], int(parts[1]), *parts[2:])


class Control(StrEnum):
    """Keys of buttons that are no question: they may stand beside any."""

    OPEN = "!open"  # start the reserved talk, or show the waiting question again (Continue)
    START = "!start"  # start the flow that the press names
    BACK = "!back"
    SKIP = "!skip"
    STOP = "!stop"
    LATER = "!later"
    WORD = "!word"  # a universal word, in `option`
    KEEP = "!keep"  # "keep as written", for a text with identifiers pointed out
    REDACTED = "!redacted"  # use the text without them
    REWRITE = "!rewrite"
    REVOKE = "!revoke"  # take a consent back; `option` says which
    FEEDBACK = "!feedback"  # helped, made it worse, reached a person; `talk` is the talk it is about


@dataclass(frozen=True)
class Incoming:
    """One event, verified and parsed by the adapter's front door.

    `id` is stable over redeliveries and unique within platform and tenant. `origin` refers to the message
    that it came from. `fields` are a form's values by question key. `zone` and `locale` are hints.
    """

    id: str
    account: Account
    kind: EventKind
    text: str = ""
    press: Press | None = None
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    origin: str = ""
    name: str = ""
    zone: str = ""
    locale: str = ""


# ------------------------------------------------------------------------------------------ what is shown


class Style(StrEnum):
    """How a button looks. Never the only carrier of meaning."""

    PLAIN = "plain"
    PRIMARY = "primary"
    QUIET = "quiet"
    DANGER = "danger"


@dataclass(frozen=True)
class Choice:
    """A button or radio option: `label` is read, `press` is sent. `hint` is a second line."""

    label: str
    press: Press
    hint: str = ""
    icon: str = ""
    style: Style = Style.PLAIN


@dataclass(frozen=True)
class Link:
    """Something to call, text or open: `tel:`, `sms:` or `https:`."""

    label: str
    url: str


@dataclass(frozen=True)
class TextField:
    """A text input. `kind` is "text" or "when" (a local date-time)."""

    key: str
    label: str
    lines: int = 1
    most: int = 4000
    required: bool = False
    value: str = ""
    hint: str = ""
    kind: str = "text"


@dataclass(frozen=True)
class Picture:
    """A picture on the private surface. `svg` is ours; `alt` says all that it shows."""

    svg: str
    alt: str


@dataclass(frozen=True)
class Bar:
    """One row of a text strip: a label and a word (never colour alone)."""

    label: str
    word: str
    icon: str


class Surface(StrEnum):
    """Where something appears."""

    CHAT = "chat"
    PRIVATE = "private"


@dataclass(frozen=True)
class Card:
    """What the chat shows. `fallback` says everything, for notifications and screen readers."""

    paragraphs: tuple[str, ...]
    fallback: str
    choices: tuple[Choice, ...] = ()
    links: tuple[Link, ...] = ()
    surface: Surface = Surface.CHAT
    safety: bool = False


@dataclass(frozen=True)
class Form:
    """One view of the private surface: a step of a talk, or something to read (no question, no field).

    `submit` is the press that a submitted form carries; `choices` answer at once when `many` is 0, else up to
    `many` may be ticked and submitted. `controls` stand below (back, skip, later, stop).
    """

    title: str
    paragraphs: tuple[str, ...]
    question: str = ""
    choices: tuple[Choice, ...] = ()
    many: int = 0
    field: TextField | None = None
    submit: Press | None = None
    submit_label: str = "Continue"
    controls: tuple[Choice, ...] = ()
    links: tuple[Link, ...] = ()
    strip: tuple[Bar, ...] = ()
    picture: Picture | None = None
    notice: str = ""
    safety: bool = False
    tick: Choice | None = None
    download: str = ""


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


class NotCommitted(Exception):  # noqa: N818 - it reads as what the adapter is told
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


class Shelf(Protocol):
    """Sealed storage for an adapter's own small things, by tenant, kind and id. Synchronous: call in a thread."""

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
