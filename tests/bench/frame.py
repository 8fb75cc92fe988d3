"""What the benchmark is made of: measures, each in a process of its own, and figures drawn from them.

To add a part: write a module with a `PART`, and name the module in `parts.py`. A measure is named as
"module:function"; the function takes a `Room` and returns what it found, by name:

    def sweep(room: Room) -> Found: ...

    PART = Part(
        name="scheduling",
        measures=(
            Measure("sweep", "tests.bench.scheduling:sweep"),
            Measure("apscheduler", "tests.bench.rivals.jobs:due", rival=True),
        ),
        figures=(
            Figure("S2", "A due nudge beside one job each", "sweep", "cpu_ms", peer="apscheduler", most=0.07),
        ),
    )

What a rival's measure imports stands on the rivals' environment, which has nothing of the companion's. What a
missed figure's profile shows is said in `misses.toml`, under the figure's name.
"""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

Found = Mapping[str, float]
"""What one measure found in one round, by name."""
Round = Mapping[str, Found]
"""What the measures of a part found in one round."""


@dataclass(frozen=True, kw_only=True)
class Room:
    """Where a measure works: a folder of its own, and PostgreSQL's address where it asked for one.

    `scale` makes everything smaller, for a test of the benchmark itself.
    """

    folder: Path
    postgres: str = ""
    scale: float = 1.0

    def times(self, number: int) -> int:
        """So many, at this room's scale; two at least."""
        return max(2, round(number * self.scale))


@dataclass(frozen=True)
class Measure:
    """One thing that is measured, in a fresh process.

    `rival`: in the rivals' environment. `postgres`: with an empty database. `once`: it takes minutes, so it
    runs in the first round only.
    """

    name: str
    work: str
    rival: bool = False
    postgres: bool = False
    once: bool = False


@dataclass(frozen=True)
class Figure:
    """A number with its goal, if it has one: `most` or `least`.

    It is `of` the `measure`, or with a `peer` the ratio of the two in the same round; `cheaper` turns the
    ratio over: how many times the peer's cost. `how` says what is measured, `short` stands in
    the picture.
    """

    name: str
    title: str
    measure: str
    of: str
    peer: str = ""
    cheaper: bool = False
    most: float | None = None
    least: float | None = None
    unit: str = ""
    short: str = ""
    how: str = ""

    def of_round(self, one: Round) -> float | None:
        """Its value in a round; None where that did not run. Raises LookupError for what was not found."""
        if self.measure not in one or (self.peer and self.peer not in one):
            return None
        ours = one[self.measure][self.of]
        if not self.peer:
            return ours
        peer = one[self.peer][self.of]
        return peer / ours if self.cheaper else ours / peer


@dataclass(frozen=True)
class Part:
    """Measures that run round by round beside one another, and the figures drawn from them."""

    name: str
    measures: tuple[Measure, ...]
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Finding:
    """A figure after the last round: its value in each, or why there is none."""

    figure: Figure
    values: tuple[float, ...]
    ours: float = 0.0
    peer: float = 0.0
    trouble: str = ""

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def is_met(self) -> bool | None:
        """Whether the goal is reached; None where there is none. What could not be measured misses it."""
        figure = self.figure
        if self.trouble:
            return False
        if figure.most is not None:
            return self.median <= figure.most
        return self.median >= figure.least if figure.least is not None else None


def find(figure: Figure, rounds: Sequence[Round], troubles: Mapping[str, str]) -> Finding:
    """The figure over all rounds; `troubles` says which measures failed, and how."""
    trouble = troubles.get(figure.measure) or troubles.get(figure.peer)
    if trouble:
        return Finding(figure, (), trouble=trouble)
    found = [one for one in rounds if figure.of_round(one) is not None]
    values = tuple(value for one in found if (value := figure.of_round(one)) is not None)
    if not values:
        return Finding(figure, (), trouble="it was never measured")
    ours = statistics.median(one[figure.measure][figure.of] for one in found)
    peer = statistics.median(one[figure.peer][figure.of] for one in found) if figure.peer else 0.0
    return Finding(figure, values, ours, peer)
