"""What the driver noted: how long things took, how much was asked, and everything that went wrong."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from time import monotonic

IN_BAND, IN_STREAM, CARD, LOADED = "in-band", "in-stream", "card", "loaded"
"""An event to its answer; an act to the message that follows it; danger typed to the safety card; a page."""

_SHOWN = 20


@dataclass
class Notes:
    """`took`: for each kind, when (seconds since the start) and for how long (seconds).

    `wrong` counts what is an error by its sentence; `sent` are requests as (trainee, coach).
    """

    began: float = field(default_factory=monotonic)
    took: dict[str, list[tuple[float, float]]] = field(default_factory=lambda: defaultdict(list))
    requests: Counter[str] = field(default_factory=Counter)
    told: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    sent: set[tuple[str, str]] = field(default_factory=set)
    acknowledged: set[tuple[str, str]] = field(default_factory=set)
    accepted: list[str] = field(default_factory=list)

    @property
    def at(self) -> float:
        """Seconds since the start."""
        return monotonic() - self.began

    def timed(self, kind: str, since: float) -> None:
        """Something took from `since` (monotonic) until now."""
        now = monotonic()
        self.took[kind].append((now - self.began, now - since))

    def amiss(self, what: str) -> None:
        """An error: what was expected and did not happen, or should not have."""
        self.wrong[what] += 1

    @property
    def errors(self) -> int:
        return self.wrong.total()

    def worst(self) -> list[str]:
        """The most frequent errors, as lines."""
        return [f"{number} x {what}" for what, number in self.wrong.most_common(_SHOWN)]
