"""Two kinds of time: domain time, which the walking clock may move forward, and real time."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta


def _real() -> datetime:
    return datetime.now(UTC)


@dataclass
class Clock:
    """`now` is when things are due; `real` is for leases, backoff, sessions and signatures.

    Only forward: `ahead` is how far domain time has been walked, and never shrinks.
    """

    real: Callable[[], datetime] = _real
    ahead: timedelta = field(default_factory=timedelta)

    def now(self) -> datetime:
        """Domain time, aware, UTC."""
        return self.real() + self.ahead

    def walk(self, to: datetime) -> None:
        """Move domain time forward to an instant; an earlier one changes nothing."""
        self.ahead = max(self.ahead, to - self.real())
