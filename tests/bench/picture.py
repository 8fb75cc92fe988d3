"""The picture of the figures: how far each is from its goal. It is drawn in the rivals' environment.

    python -m tests.bench.picture <figures as JSON> <file.svg>

A bar is as long as the share of the goal that is used up, so that every goal stands in the same place. Text
takes the reader's own foreground, so that it can be read on a light and on a dark page.
"""

import json
import sys
from pathlib import Path

import matplotlib as mpl

mpl.use("svg")

from matplotlib import pyplot as plt
from matplotlib.axes import Axes

INK, MET, MISSED = "#1f2430", "#2f9e6e", "#d9622b"
_ON_DARK = "#e8eaf0"
_WIDTH, _ROW, _AROUND = 4.6, 0.52, 0.75
"""Inches: as wide as a telephone, with text of eleven points."""
_LONGEST = 4.0
"""Goals: a bar that is longer is cut; its number stands above it."""


def draw(figures: list[dict[str, object]], path: Path) -> None:
    """One bar a figure, in the order of the table."""
    plt.rcParams.update(
        {"svg.fonttype": "none", "svg.hashsalt": "bench", "font.family": "sans-serif", "font.size": 11}
    )
    plt.rcParams["font.sans-serif"] = ["Helvetica", "Arial", "DejaVu Sans"]
    drawn, axes = plt.subplots(figsize=(_WIDTH, _AROUND + _ROW * len(figures)))
    for place, one in enumerate(figures):
        _bar(axes, place, one)
    axes.text(0.02, -0.75, "A bar beyond its line misses the goal.", va="bottom", color=INK, style="italic")
    axes.set_xlim(0, _LONGEST)
    axes.set_ylim(len(figures) - 0.4, -1.0)
    axes.axis("off")
    drawn.subplots_adjust(left=0.02, right=0.98, top=0.97, bottom=0.02)
    drawn.savefig(path, transparent=True, metadata={"Date": None, "Creator": None})
    path.write_text(_readable(path.read_text(encoding="utf-8"), _said(figures)), encoding="utf-8")


def _bar(axes: Axes, place: int, one: dict[str, object]) -> None:
    share = float(str(one["share"]))
    colour = MET if one["met"] else MISSED
    axes.barh(place + 0.18, min(share, _LONGEST), height=0.34, color=colour)
    axes.vlines(1, place - 0.04, place + 0.4, color=INK, linewidth=2.5)
    axes.text(0.02, place - 0.08, _line(one), va="bottom", ha="left", color=INK)


def _line(one: dict[str, object]) -> str:
    return f"{one['name']}: {one['found']} ({one['goal']})"


def _said(figures: list[dict[str, object]]) -> str:
    """What the picture shows, in words."""
    return "Figures and goals. " + "; ".join(_line(one) for one in figures)


def _readable(svg: str, said: str) -> str:
    """Ink that follows the reader's colours, and words for who does not see it."""
    style = f"<style>svg{{color:{INK}}}@media(prefers-color-scheme:dark){{svg{{color:{_ON_DARK}}}}}</style>"
    head, mark, rest = svg.partition("<defs>")
    return head + f"<title>{said}</title>{style}" + mark + rest.replace(INK, "currentColor")


if __name__ == "__main__":
    draw(json.loads(sys.argv[1]), Path(sys.argv[2]))
