"""Cards and forms as JSON, for sealed outbox bodies."""

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
