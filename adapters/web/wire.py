"""Cards, forms and replies as the page reads them: plain JSON values, every button one opaque string."""

from collections.abc import Iterable
from typing import Any

from adapters.port import Card, Choice, Form, Link, Reply, TextField

Json = dict[str, Any]

SCHEMES = ("tel:", "sms:", "https:")
"""What a link may open; anything else is shown as words."""


def choice(one: Choice) -> Json:
    """A button."""
    return {
        "label": one.label,
        "hint": one.hint,
        "icon": one.icon,
        "style": one.style.value,
        "press": one.press.pack(),
        "key": one.press.key,
        "option": one.press.option,
    }


def choices(many: Iterable[Choice]) -> list[Json]:
    """Buttons in their order."""
    return [choice(one) for one in many]


def links(many: Iterable[Link]) -> list[Json]:
    """Links; the address is empty where the page must not open it."""
    return [{"label": one.label, "url": one.url if one.url.startswith(SCHEMES) else ""} for one in many]


def card(one: Card) -> Json:
    """A message of the chat."""
    return {
        "paragraphs": list(one.paragraphs),
        "fallback": one.fallback,
        "choices": choices(one.choices),
        "links": links(one.links),
        "surface": one.surface.value,
        "safety": one.safety,
    }


def field(one: TextField, value: str) -> Json:
    """A text input."""
    return {
        "key": one.key,
        "label": one.label,
        "lines": one.lines,
        "most": one.most,
        "required": one.required,
        "value": value,
        "hint": one.hint,
        "kind": one.kind,
    }


def form(one: Form) -> Json:
    """A view of the private surface."""
    picture = one.picture
    return {
        "title": one.title,
        "paragraphs": list(one.paragraphs),
        "question": one.question,
        "choices": choices(one.choices),
        "many": one.many,
        "field": field(one.field, one.field.value) if one.field else None,
        "submit": one.submit.pack() if one.submit else "",
        "submitLabel": one.submit_label,
        "controls": choices(one.controls),
        "links": links(one.links),
        "strip": [{"label": bar.label, "word": bar.word, "icon": bar.icon} for bar in one.strip],
        "picture": {"svg": picture.svg, "alt": picture.alt} if picture else None,
        "notice": one.notice,
        "safety": one.safety,
        "tick": choice(one.tick) if one.tick else None,
        "download": one.download,
    }


def published(one: Form) -> Json:
    """A form that stays: what somebody typed or may download never does."""
    shown = form(one) | {"download": ""}
    return shown | {"field": field(one.field, "") if one.field else None}


def reply(one: Reply) -> Json:
    """The answer to an event."""
    return {
        "kind": one.kind.value,
        "form": form(one.form) if one.form else None,
        "card": card(one.card) if one.card else None,
        "errors": dict(one.errors),
        "notice": one.notice,
    }
