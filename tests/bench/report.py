"""What a run found: a table on the screen, and the same as Markdown for the docs."""

import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.commands.terminal import show_table
from tests.bench.frame import Figure, Finding
from tests.bench.machine import facts

MISSES = Path(__file__).with_name("misses.toml")
TITLES = ("", "What", "Found", "From", "To", "Goal", "")
MISSED, FAILED = "missed", "failed"
_LOUD = {MISSED, FAILED}
_HEAD = """# Benchmark

What a turn, a nudge and a start cost, beside the least that the same work can cost and beside what others
would build on. `make bench` makes this page anew; `make bench ARGS="turns"` runs one part, `ROUNDS=9` more
rounds.

CPU is user and system time of the measuring process, where it says so with PostgreSQL's processes; wall time
depends on the disk and is left out. Each side runs in a process of its own, the sides of a comparison take
turns round by round, and a figure is the median of the rounds' ratios, from the smallest to the largest. All
sides do the same work: a check-in of four questions, five taps, each kept with three writes in one
transaction (the event's claim, the state, the outbox).

![Each figure beside its goal](images/benchmark.svg)
"""


def show(findings: Sequence[Finding]) -> None:
    """The table, and what there is to say of each miss."""
    show_table(TITLES, [row(one) for one in findings], empty="Nothing was measured.")
    show_table(("Missed", "What the profile shows"), missed(findings), empty="No goal is missed.")


def markdown(findings: Sequence[Finding], rounds: int) -> str:
    """The page for the docs."""
    lines = [_HEAD, _line(TITLES), _line(["---"] * len(TITLES))]
    lines += [_line([f"**{cell}**" if cell in _LOUD else cell for cell in row(one)]) for one in findings]
    lines += ["", "## What is measured", ""]
    lines += [f"- **{one.figure.name}**: {one.figure.how}" for one in findings if one.figure.how]
    lines += ["", "## What is missed, and why", ""]
    lines += [f"- **{name}**: {text}" for name, text in missed(findings)] or ["Nothing."]
    lines += ["", "## Where", ""]
    lines += [f"- {name}: {value}" for name, value in (*facts(), ("Rounds", str(rounds)))]
    return "\n".join(lines) + "\n"


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def row(one: Finding) -> tuple[str, ...]:
    """One line of the table: name, what, median, smallest, largest, goal, and whether it is met."""
    figure = one.figure
    if one.trouble:
        return (figure.name, figure.title, one.trouble, "", "", goal(figure), FAILED)
    shown = [f"{number(value)}{figure.unit}" for value in (one.median, min(one.values), max(one.values))]
    met = {None: "", True: "met", False: MISSED}[one.is_met]
    return (figure.name, figure.title + _sides(one), *shown, goal(figure), met)


def goal(figure: Figure) -> str:
    """What it should be."""
    if figure.most is not None:
        return f"at most {number(figure.most)}{figure.unit}"
    return "" if figure.least is None else f"at least {number(figure.least)}{figure.unit}"


def number(value: float) -> str:
    """Three digits that say something."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def missed(findings: Sequence[Finding]) -> list[tuple[str, str]]:
    """Each missed figure with what its profile shows."""
    return list(_missed(findings))


def _missed(findings: Sequence[Finding]) -> Iterator[tuple[str, str]]:
    told = tomllib.loads(MISSES.read_text(encoding="utf-8"))
    for one in findings:
        if one.is_met is False:
            yield one.figure.name, one.trouble or told.get(one.figure.name, "Not profiled yet.")


def _sides(one: Finding) -> str:
    """What stands behind a ratio of milliseconds."""
    figure = one.figure
    if not figure.peer or not figure.of.endswith("_ms"):
        return ""
    return f" ({number(one.ours)} ms : {number(one.peer)} ms)"
