"""What a platform shows: cards in the chat, forms on the private surface, and what stands on them."""

from dataclasses import dataclass
from enum import StrEnum

from adapters.events import Press


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
    """One week of a strip: its day and a word (never colour alone); no word where there was no check-in."""

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
