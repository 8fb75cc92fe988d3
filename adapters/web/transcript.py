"""What the companion showed one account: its messages, its own surface, and which operations are done.

Held as one Shelf item per account. It never holds what a person typed or filled in.
"""

import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from adapters.port import Card, Operation, OperationKind, Rejected
from adapters.web import wire
from adapters.web.wire import Json

NEW = "0" * 8
"""The epoch of an account to which nothing was ever shown."""

MOST_MESSAGES = 150
MOST_DONE = 600


class Forgotten(LookupError):
    """So much came since that nobody can tell whether an operation was done."""


@dataclass
class Transcript:
    """`epoch` changes when an account starts anew; `seq` counts changes, and each part knows its last one."""

    epoch: str = NEW
    seq: int = 0
    messages: list[Json] = field(default_factory=list)
    surface: Json | None = None
    surface_seq: int = 0
    done: dict[str, str] = field(default_factory=dict)

    @classmethod
    def from_bytes(cls, body: bytes | None) -> "Transcript":
        """What `to_bytes` wrote, or an empty one."""
        return cls(**json.loads(body)) if body else cls()

    def to_bytes(self) -> bytes:
        """One Shelf item."""
        return json.dumps(self.__dict__).encode("ascii")

    def reference_of(self, operation: str) -> str | None:
        """The receipt of an operation that was done. Raises Forgotten where too much came since."""
        found = self.done.get(operation)
        if found is None and len(self.done) >= MOST_DONE:
            raise Forgotten
        return found

    def apply(self, operation: Operation, at: str) -> str:
        """Do an operation at domain time `at`; gives the reference. Raises Rejected."""
        self._begin()
        reference = self._do(operation, at)
        self._note(operation.id, reference)
        return reference

    def _do(self, operation: Operation, at: str) -> str:
        match operation.kind:
            case OperationKind.POST:
                return self._post(operation.id, _card_of(operation), at)
            case OperationKind.REPLACE:
                return self.replace(operation.reference, _card_of(operation), at, operation.id)
            case OperationKind.RETIRE:
                return self._retire(operation)
            case OperationKind.REMOVE:
                return self._remove(operation.reference)
            case OperationKind.PUBLISH:
                return self._publish(operation)

    def replace(self, reference: str, card: Card, at: str, new: str) -> str:
        """A message becomes `card`; where it is gone, the card is posted as `new`."""
        message = self._message(reference)
        if message is None:
            return self._post(new, card, at)
        stays = not message["settled"] and message["card"]["paragraphs"] == list(card.paragraphs)
        settled = _is_settled(card) and not stays  # the same words without their buttons stay as they stood
        message.update(card=wire.card(card), answered=[], settled=settled, seq=self.seq)
        return reference

    def replace_in_reply(self, event: str, reference: str, card: Card, at: str) -> None:
        """The in-band way to replace, once for each event. "Answered" needs a message to say it of."""
        is_over = self._message(reference) is None and _is_settled(card)
        if event not in self.done and not is_over:
            self._begin()
            self._note(event, self.replace(reference, card, at, event))

    def changes(self, after: int) -> list[tuple[str, Json]]:
        """What changed after a number: names and values of the stream's events."""
        found = [("message", _shown(one)) for one in self.messages if one["seq"] > after]
        if self.surface is not None and self.surface_seq > after:
            found.append(("surface", {"form": self.surface}))
        return found

    def _begin(self) -> None:
        self.seq += 1
        if self.epoch == NEW:
            self.epoch = secrets.token_hex(4)

    def _message(self, reference: str) -> dict[str, Any] | None:
        return next((one for one in self.messages if one["ref"] == reference and one["card"]), None)

    def _post(self, reference: str, card: Card, at: str) -> str:
        shown = {"card": wire.card(card), "answered": [], "settled": False}
        message = {"ref": reference, "at": at, "seq": self.seq, **shown}
        self.messages = [*self.messages[-MOST_MESSAGES + 1 :], message]
        return reference

    def _retire(self, operation: Operation) -> str:
        message = self._message(operation.reference)
        if message is not None and not message["settled"]:  # what is over says so already
            said = list(operation.card.paragraphs) if operation.card else []
            message.update(card=message["card"] | {"choices": []}, answered=said, seq=self.seq)
        return operation.reference

    def _remove(self, reference: str) -> str:
        message = self._message(reference)
        if message is not None:
            message.update(card=None, answered=[], seq=self.seq)
        return reference

    def _publish(self, operation: Operation) -> str:
        if operation.form is None:
            raise Rejected("nothing to publish")
        self.surface, self.surface_seq = wire.published(operation.form), self.seq
        return "surface"

    def _note(self, operation: str, reference: str) -> None:
        self.done[operation] = reference
        while len(self.done) > MOST_DONE:
            self.done.pop(next(iter(self.done)))


def _is_settled(card: Card) -> bool:
    """Whether it leads nowhere and offers nothing: what it replaces is over."""
    return not (card.choices or card.links or card.safety)


def _card_of(operation: Operation) -> Card:
    if operation.card is None:
        raise Rejected("no card to show")
    return operation.card


def _shown(message: Json) -> Json:
    return {name: message.get(name) for name in ("ref", "at", "card", "answered", "settled")}
