"""What may go wrong on the stub platform, as text that travels in JSON."""

from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """What the platform does to one post."""

    WAIT = "wait"  # 429; `detail` is the Retry-After header, absent where empty
    BLOCKED = "blocked"  # 403: the person blocked us
    REFUSED = "refused"  # 400: a defect of ours
    BROKEN = "broken"  # 500 before anything happened, which the client cannot know
    BROKEN_AFTER = "broken-after"  # 500, and the message is there
    DROPPED_AFTER = "dropped-after"  # the connection is cut, and the message is there
    SLOW = "slow"  # `detail` seconds late


@dataclass(frozen=True)
class Planned:
    """One fault, written as "wait:1.5" or "blocked"."""

    fault: Fault
    detail: str = ""

    @classmethod
    def of(cls, text: str) -> "Planned":
        name, _, detail = text.partition(":")
        return cls(Fault(name), detail)

    def __str__(self) -> str:
        return f"{self.fault}:{self.detail}" if self.detail else str(self.fault)
