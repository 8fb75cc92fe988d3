"""One row of the outbox, as the dispatcher, the renderer and the last check see it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.port import Account, Lane, Operation, OperationKind


@dataclass(frozen=True, kw_only=True)
class Row:
    """Every column of `outbox`. `due_at`, `late_at` and `created_at` are domain time, the others real time.

    `body` is sealed with the key of `subject`; None where the text is a fixed one (`text_id`, `variant`).
    """

    id: int
    platform: str
    tenant: str
    user: str
    person_id: str
    program_id: str
    lane: Lane
    operation: OperationKind
    text_id: str
    variant: int
    body: bytes | None
    subject: str
    flow: str
    talk_id: str
    key: str
    started_by_us: bool
    tender: bool
    occurrence_id: int | None
    due_at: datetime
    late_at: datetime | None
    retry_at: datetime | None
    state: str
    attempts: int
    fence: int
    lease_until: datetime | None
    repeats: int
    reason: str
    created_at: datetime

    @classmethod
    def of(cls, columns: Mapping[Any, Any]) -> "Row":
        """The row that a SELECT of the whole table returned, by its columns."""
        values: dict[str, Any] = {**columns}
        values["lane"] = Lane(values["lane"])
        values["operation"] = OperationKind(values["operation"])
        return cls(**values)

    @property
    def account(self) -> Account:
        return Account(self.platform, self.tenant, self.user)

    @property
    def is_card_again(self) -> bool:
        """A safety card in hand whose first try is over: nothing that comes after it waits for it."""
        return self.lane is Lane.SAFETY and (self.attempts > 1 or self.state == "sending")

    @property
    def once(self) -> bool:
        """Whether a doubtful send is left alone: better one condolence too few than one too many."""
        if self.operation is not OperationKind.POST or self.lane is Lane.SAFETY:
            return False
        return self.tender or self.lane >= Lane.NUDGE


Render = Callable[[Row], Operation | None]
"""Builds what is sent, in a worker thread. None: nothing is left to send (the talk moved on, say)."""
