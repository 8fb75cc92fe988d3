"""Fixed texts as cards: openers, nudges, menus and safety cards, from nothing but their id."""

from collections.abc import Callable, Mapping

from adapters.port import Card, Choice, Control, Link, Press, Style
from bot.presentation.views import Wordings, plain_card
from conversations.catalogue import FLOWS, find_text
from conversations.fixed import LABELS
from conversations.texts import Said, Text


def text(text_id: str) -> Text:
    """A text by its id. Raises KeyError for one that does not exist."""
    found = find_text(text_id)
    if found is None:
        raise KeyError(text_id)
    return found


def start(flow: str, label: str = "", *, style: Style = Style.PLAIN) -> Choice:
    """A button that starts a talk."""
    known = FLOWS[flow]
    return Choice(label or known.title, Press(flow, known.version, "", Control.START), style=style)


def word(name: str, label: str, *, style: Style = Style.PLAIN) -> Choice:
    """A button that says a universal word."""
    return Choice(label, Press("", 1, "", Control.WORD, name), style=style)


def _open(flow: str, talk: str, label: str) -> tuple[Choice, ...]:
    version = FLOWS[flow].version if flow in FLOWS else 1
    option = talk.removeprefix("alert:") if talk.startswith("alert:") else ""
    return (Choice(label, Press(flow, version, talk, Control.OPEN, option), style=Style.PRIMARY),)


def _start_buttons(card: str, *but: str) -> tuple[Choice, ...]:
    """`card` is the id of the text above them, which stays when they go."""
    version = FLOWS["welcome"].version
    offered = (
        ("", "start", Style.PRIMARY),
        ("details", "details", Style.PLAIN),
        ("not-for-me", "not-for-me", Style.QUIET),
    )
    return tuple(
        Choice(LABELS[label], Press("welcome", version, card, Control.START, option), style=style)
        for option, label, style in offered
        if option not in but
    )


def menu() -> tuple[Choice, ...]:
    """What can be asked for at any time."""
    return (
        start("check-in"),
        start("human", LABELS["human"]),
        word("weeks", LABELS["weeks"]),
        start("settings", LABELS["settings"]),
        start("pause", LABELS["pause"]),
        word("privacy", LABELS["privacy"]),
        word("crisis", LABELS["crisis"]),
    )


def home_choices() -> tuple[Choice, ...]:
    """What starts from the person's own surface."""
    return (start("check-in"), start("human", LABELS["human"]), word("privacy", LABELS["privacy"]))


def recap_card(words: str, flow: str, talk: str) -> Card:
    """A parked talk, to pick up or to close."""
    return plain_card(
        (words,), (*_open(flow, talk, LABELS["pick-up"]), word("stop", LABELS["close-it"], style=Style.QUIET))
    )


def pending_card(words: str, flow: str, talk: str) -> Card:
    """A typed text with identifiers, by their kinds alone: see it without them, or write again."""
    version = FLOWS[flow].version
    buttons = (
        Choice(LABELS["redacted"], Press(flow, version, talk, Control.REDACTED), style=Style.PRIMARY),
        Choice(LABELS["rewrite"], Press(flow, version, talk, Control.REWRITE)),
    )
    return plain_card((words,), buttons)


def fixed_card(
    text_id: str,
    wordings: Wordings,
    *,
    variant: int = 0,
    flow: str = "",
    talk: str = "",
    links: tuple[Link, ...] = (),
) -> Card:
    """The card of a fixed text."""
    words = wordings.of(Said(text(text_id), {}, variant))
    is_safety = text_id.startswith("safety.")
    return plain_card(
        (words,),
        _buttons(text_id, flow, talk),
        links if is_safety or text_id in _WITH_LINES else (),
        safety=is_safety,
    )


_WITH_LINES = frozenset({"welcome.off-roster", "alert.news-cut", "alert.news-expired"})
_OPEN_LABELS = {
    "opener.start": LABELS["start"],
    "opener.continue": LABELS["continue"],
    "opener.alert": LABELS["open"],
    "opener.alert-again": LABELS["open"],
    "opener.news": LABELS["open"],
    "opener.sent": LABELS["open"],
}


def _buttons(text_id: str, flow: str, talk: str) -> tuple[Choice, ...]:
    if text_id in _OPEN_LABELS:
        return _open(flow, talk, _OPEN_LABELS[text_id])
    if text_id.startswith("nudge."):
        return _open(flow, talk, LABELS["open"])
    buttons = _BUTTONS.get(text_id)
    return buttons() if buttons else ()


def _coach_menu() -> tuple[Choice, ...]:
    return (word("privacy", LABELS["privacy"]), word("crisis", LABELS["crisis"]))


_BUTTONS: Mapping[str, Callable[[], tuple[Choice, ...]]] = {
    "welcome.hello": lambda: _start_buttons("welcome.hello"),
    "welcome.details": lambda: _start_buttons("welcome.details", "details"),
    "privacy.nothing": lambda: _start_buttons("privacy.nothing"),
    "privacy.mark": lambda: _start_buttons("privacy.mark", "not-for-me"),
    "help.menu": menu,
    "turn.unknown": menu,
    "turn.unknown-coach": _coach_menu,
    "turn.nothing-open": menu,
    "help.coach": _coach_menu,
    "welcome.coach": _coach_menu,
    "privacy.opener": lambda: (word("privacy", LABELS["open"]),),
    "export.opener": lambda: (word("export", LABELS["open"]),),
    "weeks.opener": lambda: (word("weeks", LABELS["open"]),),
    "week.opener": lambda: (word("week", LABELS["open"]),),
}
