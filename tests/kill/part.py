"""S5 of the benchmark: two hundred kills in all, and what was lost or doubled."""

import sys

from tests.bench.frame import Figure, Found, Measure, Part, Room
from tests.kill.matrix import run
from tests.kill.nights import SETUPS, Setup

KILLS = 67
"""On each setup."""

ON_SQLITE, ON_POSTGRES, ON_THREE = SETUPS


def on_sqlite(room: Room) -> Found:
    return _amiss(room, ON_SQLITE)


def on_postgres(room: Room) -> Found:
    return _amiss(room, ON_POSTGRES)


def on_three(room: Room) -> Found:
    return _amiss(room, ON_THREE)


def _amiss(room: Room, setup: Setup) -> Found:
    """How much is amiss after all kills. What happens is told meanwhile, since it takes minutes."""
    left = run(room.times(KILLS), lambda line: print(line, file=sys.stderr), setups=[setup])[setup]  # noqa: T201
    return {"amiss": float(sum(map(len, left.amiss.values()))), "kills": float(left.kills.total())}


def _figure(setup: Setup, measure: str) -> Figure:
    return Figure(
        f"S5 on {setup}",
        f"After {KILLS} kills: what was lost, doubled or not counted on {setup}",
        measure,
        "amiss",
        most=0,
        short=f"lost after kills, {setup}",
        how="`python -m tests.kill.matrix` tells it place by place.",
    )


PART = Part(
    name="kills",
    measures=(
        Measure("sqlite", "tests.kill.part:on_sqlite", once=True),
        Measure("postgres", "tests.kill.part:on_postgres", postgres=True, once=True),
        Measure("three", "tests.kill.part:on_three", postgres=True, once=True),
    ),
    figures=(
        _figure(ON_SQLITE, "sqlite"),
        _figure(ON_POSTGRES, "postgres"),
        _figure(ON_THREE, "three"),
    ),
)
