"""A run in figures: what the report says and the picture draws."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from tests.load.notes import CARD, IN_BAND, IN_STREAM, LOADED
from tests.load.run import Run

TITLES = {
    IN_BAND: "An event, until its answer is here",
    IN_STREAM: "An act, until the message that follows it is in the stream",
    CARD: "Danger typed, until the safety card is in the stream",
    LOADED: "A page with its stream, until the whole chat is there",
}
_SLICE = 10.0
"""Seconds of one point in the picture."""


@dataclass(frozen=True, kw_only=True)
class Waits:
    """Milliseconds; `number` of them."""

    number: int
    p50: float
    p90: float
    p99: float
    most: float


def waits(seconds: Sequence[float]) -> Waits:
    """Percentiles: the value that so many of a hundred stay under or at. Raises IndexError for none."""
    ordered = sorted(seconds)

    def at(share: float) -> float:
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    return Waits(number=len(ordered), p50=at(0.5), p90=at(0.9), p99=at(0.99), most=1000 * ordered[-1])


def of_run(one: Run) -> dict[str, str]:
    """Everything that was measured, a line each."""
    notes, last = one.notes, one.samples[-1]
    lived = max(one.lived, 1e-9)
    begun, most_memory = one.samples[0], max(sample.memory for sample in one.samples)
    served = last.server_cpu - begun.server_cpu
    database = last.database_cpu - begun.database_cpu
    found = {
        "Residents, coaches": f"{one.asked.people:,}, who think {one.asked.think:g} s between two acts",
        "Errors": f"{notes.errors:,}",
        "Events": f"{len(notes.accepted):,}, {len(notes.accepted) / lived:.1f} a second",
        "Other requests": f"{notes.requests['page']:,} of pages, {notes.requests['stream']:,} streams",
        "Sent": f"{notes.told['sent']:,} operations, {notes.told['sent'] / lived:.1f} a second",
        "Invitations due at one instant": f"{one.invited:,}",
        "Requests to a coach": f"{len(notes.sent):,} sent, {len(notes.acknowledged):,} acknowledged",
        "CPU of the server": _cpu(served, lived)
        + f", {1000 * served / max(len(notes.accepted), 1):.1f} ms an event",
        "CPU of PostgreSQL": _cpu(database, lived),
        "CPU of the driver": _cpu(last.driver_cpu - begun.driver_cpu, lived),
        "Memory of the server": f"{_mb(begun.memory)} idle, at most {_mb(most_memory)}",
        "Open files of the server": f"at most {max(s.files for s in one.samples):,}",
        "Database, log of writes": f"{_mb(last.database)}, at most {_mb(max(s.log for s in one.samples))}",
        "Waiting to be sent": f"at most {max(s.waiting for s in one.samples):,}",
        "Longest wait to be sent": f"{max(s.late for s in one.samples):.1f} s",
    }
    if not one.samples[-1].database_cpu:
        del found["CPU of PostgreSQL"]
    return found


def table(one: Run) -> list[tuple[str, ...]]:
    """Milliseconds of each kind of wait: title, number, median, p90, p99, longest."""
    rows = []
    for kind, title in TITLES.items():
        if took := [seconds for _, seconds in one.notes.took[kind]]:
            found = waits(took)
            shown = (f"{value:,.0f}" for value in (found.p50, found.p90, found.p99, found.most))
            rows.append((title, f"{found.number:,}", *shown))
    return rows


def over_time(one: Run) -> dict[str, list[tuple[float, float]]]:
    """What the picture draws, by minute of the run: milliseconds, megabytes, share of a core, streams."""
    drawn: dict[str, list[tuple[float, float]]] = {"p50": [], "p99": [], "memory": [], "cpu": [], "late": []}
    slices: dict[int, list[float]] = {}
    for at, seconds in one.notes.took[IN_BAND]:
        slices.setdefault(int(at // _SLICE), []).append(seconds)
    for number, took in sorted(slices.items()):
        minute, found = (number + 0.5) * _SLICE / 60, waits(took)
        drawn["p50"].append((minute, found.p50))
        drawn["p99"].append((minute, found.p99))
    spaced = one.samples[:: max(1, int(_SLICE))]
    for before, after in pairwise(spaced):
        minute = after.at / 60
        drawn["memory"].append((minute, after.memory / 1e6))
        used = after.server_cpu - before.server_cpu
        drawn["cpu"].append((minute, 100 * used / max(after.at - before.at, 1e-9)))
    return drawn


def _cpu(seconds: float, lived: float) -> str:
    return f"{seconds:.0f} s, {100 * seconds / lived:.0f} % of a core"


def _mb(size: float) -> str:
    return f"{size / 1e6:,.0f} MB"
