"""From a posted object to an event of the port. Whatever does not fit is refused as a whole."""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from adapters.port import Account, EventKind, Incoming, Press
from adapters.web.demo import Seat
from adapters.web.door import Refused

TENANT = "demo"
ANSWER_WITHIN = 12.0
"""Seconds: the page itself waits for twenty, a proxy for fifteen. A machine that stands still for some
seconds then answers late, rather than with a failure that has to be tried again."""
KINDS = {kind.value: kind for kind in (EventKind.MESSAGE, EventKind.PRESS, EventKind.FORM, EventKind.OPENED)}
NAMES = frozenset({"id", "as", "kind", "text", "press", "fields", "origin", "zone", "locale"})
MOST_FIELDS = 50
MOST_VALUES = 100
MOST_NAME = 200
_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")


def incoming(body: Mapping[str, Any], people: Mapping[str, Seat]) -> Incoming:
    """The event that a page posted. Raises Refused."""
    seat = seat_of(body.get("as"), people)
    kind = KINDS.get(_text(body, "kind", MOST_NAME))
    event = _text(body, "id", MOST_NAME)
    if kind is None or not _ID.fullmatch(event) or not body.keys() <= NAMES:
        raise Refused(HTTPStatus.BAD_REQUEST)
    return Incoming(
        id=f"{seat.user}.{event}",
        account=Account("web", TENANT, seat.user),
        kind=kind,
        text=_text(body, "text"),
        press=_press(body, kind),
        fields=_fields(body.get("fields", {})),
        origin=_text(body, "origin", MOST_NAME),
        name=seat.name,
        zone=_text(body, "zone", MOST_NAME),
        locale=_text(body, "locale", MOST_NAME),
        answer_within=ANSWER_WITHIN,
    )


def seat_of(user: object, people: Mapping[str, Seat]) -> Seat:
    """The seat of a user id. Raises Refused."""
    found = people.get(user) if isinstance(user, str) else None
    if found is None:
        raise Refused(HTTPStatus.BAD_REQUEST)
    return found


def _press(body: Mapping[str, Any], kind: EventKind) -> Press | None:
    packed = _text(body, "press")
    press = Press.unpack(packed) if packed else None
    if press is None and (packed or kind in {EventKind.PRESS, EventKind.FORM}):
        raise Refused(HTTPStatus.BAD_REQUEST)
    return press


def _text(body: Mapping[str, Any], name: str, most: int | None = None) -> str:
    found = body.get(name, "")
    if not isinstance(found, str) or (most is not None and len(found) > most):
        raise Refused(HTTPStatus.BAD_REQUEST)
    return found


def _fields(found: object) -> dict[str, tuple[str, ...]]:
    if not isinstance(found, dict) or len(found) > MOST_FIELDS:
        raise Refused(HTTPStatus.BAD_REQUEST)
    return {name[:MOST_NAME]: _values(values) for name, values in found.items()}


def _values(found: object) -> tuple[str, ...]:
    if (
        not isinstance(found, list)
        or len(found) > MOST_VALUES
        or not all(isinstance(one, str) for one in found)
    ):
        raise Refused(HTTPStatus.BAD_REQUEST)
    return tuple(found)
