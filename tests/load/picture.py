"""The picture of a run: waits above, memory and CPU below. It is drawn in the benchmark's environment.

python -m tests.load.picture <points as JSON> <file.svg>
"""

import json
import sys
from pathlib import Path

from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from tests.bench.picture import INK, MET, MISSED, _readable

_SIZE = (4.6, 6.4)
"""Inches: as wide as a telephone, with text of eleven points."""
_BLUE = "#4a7fd0"
Points = list[list[float]]


def draw(drawn: dict[str, Points], path: Path) -> None:
    """Three panels over the minutes of the run."""
    plt.rcParams.update(
        {"svg.fonttype": "none", "svg.hashsalt": "load", "font.family": "sans-serif", "font.size": 11}
    )
    plt.rcParams["font.sans-serif"] = ["Helvetica", "Arial", "DejaVu Sans"]
    figure, panels = plt.subplots(3, figsize=_SIZE, sharex=True)
    _panel(panels[0], "An event until its answer, ms: median, 99 of 100", drawn["p50"], MET)
    _line(panels[0], drawn["p99"], MISSED)
    panels[0].set_yscale("log")
    _panel(panels[1], "CPU of the server, % of a core", drawn["cpu"], _BLUE)
    _panel(panels[2], "Memory of the server, MB", drawn["memory"], _BLUE)
    for panel in panels[1:]:
        panel.set_ylim(bottom=0)
    panels[2].set_xlabel("Minutes", color=INK)
    figure.subplots_adjust(left=0.13, right=0.97, top=0.95, bottom=0.08, hspace=0.32)
    figure.savefig(path, transparent=True, metadata={"Date": None, "Creator": None})
    path.write_text(_readable(path.read_text(encoding="utf-8"), _said(drawn)), encoding="utf-8")


def _panel(axes: Axes, title: str, points: Points, colour: str) -> None:
    axes.set_title(title, loc="left", color=INK, fontsize=11)
    axes.tick_params(colors=INK, which="both")
    axes.grid(visible=True, color=INK, alpha=0.15)
    for side in axes.spines.values():
        side.set_visible(False)
    _line(axes, points, colour)


def _line(axes: Axes, points: Points, colour: str) -> None:
    axes.plot([x for x, _ in points], [y for _, y in points], color=colour, linewidth=2)


def _said(drawn: dict[str, Points]) -> str:
    """What the picture shows, in words."""
    return (
        f"Waits for an answer, CPU and memory over the run. "
        f"The slowest ten seconds: a median of {_most(drawn['p50'])} ms, 99 of 100 within "
        f"{_most(drawn['p99'])} ms; CPU at most {_most(drawn['cpu'])} % of a core, "
        f"memory at most {_most(drawn['memory'])} MB."
    )


def _most(points: Points) -> str:
    return f"{max(y for _, y in points):,.0f}"


if __name__ == "__main__":
    draw(json.loads(sys.stdin.read()), Path(sys.argv[1]))
