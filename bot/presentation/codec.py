"""Cards and forms as JSON, for sealed outbox bodies, and the place that each body is bound to."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from pydantic import TypeAdapter

from adapters.port import Card, Form

_CARD = TypeAdapter(Card)
_FORM = TypeAdapter(Form)


def pack(shown: Card | Form) -> bytes:
    """Bytes ready to be sealed."""
    if isinstance(shown, Card):
        return _CARD.dump_json(shown, exclude_defaults=True)
    return _FORM.dump_json(shown, exclude_defaults=True)


def unpack_card(body: bytes) -> Card:
    """The card that `pack` wrote. Raises pydantic.ValidationError."""
    return _CARD.validate_json(body)


def outbox_place(row: Mapping[str, Any]) -> str:
    """What an outbox body is bound to, recipient first: moved to another row it opens nowhere."""
    names = ("platform", "tenant", "user", "talk_id", "key", "lane")
    parts = [str(row[name]) for name in names]
    kept = row["created_at"].isoformat(timespec="milliseconds")  # cut off as the store does, never rounded
    return "/".join(("outbox", *(quote(part, safe="") for part in parts), kept))
