"""What comes in: somebody on a platform did something."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

_VERSION = re.compile("[0-9]{1,9}")
"""Other digits than these are digits to Python and no numbers, or numbers that no database holds."""


@dataclass(frozen=True, order=True)
class Account:
    """Somebody on a platform. User ids are unique within a tenant only."""

    platform: str
    tenant: str
    user: str


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
    `option` the option's key. `signal` lets the safety card answer when the database is away. `mark` stands
    for what was shown with the button, where pressing it counts for exactly that: opaque, and "" elsewhere.
    """

    flow: str
    version: int
    talk: str
    key: str
    option: str = ""
    signal: str = ""
    mark: str = ""

    def pack(self) -> str:
        """One opaque line for a button's value (at most 2,000 characters on Slack)."""
        named = f"{self.flow}|{self.version}|{self.talk}|{self.key}"
        return f"{named}|{self.option}|{self.signal}|{self.mark}"

    @classmethod
    def unpack(cls, value: str) -> "Press | None":
        """The press that `pack` wrote (before marks: of six parts), or None for anything else."""
        parts = value.split("|")
        if len(parts) not in {6, 7} or not _VERSION.fullmatch(parts[1]) or len(value) > 2000:  # noqa: PLR2004 - the fields above
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
    REDACTED = "!redacted"  # see the text without them, in the form
    REWRITE = "!rewrite"
    REVOKE = "!revoke"  # take a consent back; `option` says which
    FEEDBACK = "!feedback"  # helped, made it worse, reached a person; `talk` is the talk it is about


@dataclass(frozen=True)
class Incoming:
    """One event, verified and parsed by the adapter's front door.

    `id` is stable over redeliveries and unique within platform and tenant. It names what happened, never the
    message it happened to: an edit has another id than its message and than the edit before it (add the
    platform's time or number of the edit), or it is taken for a redelivery and its text is not recorded.
    `origin` refers to the message that it came from. `fields` are a form's values by question key. `zone` and
    `locale` are hints.
    `answer_within` is how many seconds the platform waits for the answer: what is not committed by then is
    refused (Slack gives up after 3, Teams after 15; leave half a second for the way, or more).
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
    answer_within: float = 5.0
