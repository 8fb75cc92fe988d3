"""Two kinds of time: domain time, which the walking clock may move forward, and real time."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta


def _real() -> datetime:
    return datetime.now(UTC)


@dataclass
class Clock:
    """`now` is when things are due; `real` is for leases, backoff, sessions and signatures.

    Only forward: `ahead` is how far domain time has been walked, and never shrinks. `by_hand`: it is
    moved, not read from a machine, so that no database's clock may stand in for `real`.
    """

    real: Callable[[], datetime] = _real
    ahead: timedelta = field(default_factory=timedelta)
    by_hand: bool = False

    def now(self) -> datetime:
        """Domain time, aware, UTC."""
        return self.real() + self.ahead

    def walk(self, to: datetime) -> None:
        """Move domain time forward to an instant; an earlier one changes nothing."""
        self.ahead = max(self.ahead, to - self.real())
