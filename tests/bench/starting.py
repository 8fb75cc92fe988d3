"""U1: what `companion --help` costs, and a server from a bare process to its first answered event."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.bench.frame import Figure, Found, Measure, Part, Room
from tests.bench.spent import children_seconds

COMMAND = Path(sys.executable).with_name("companion")
_BARE = (sys.executable, "-c", "pass")


def asked_for_help(room: Room) -> Found:
    """Milliseconds of CPU of the whole process."""
    command = (str(COMMAND), "--help")
    _run(command, room)
    return {"help_ms": _run(command, room)}


def answered(room: Room) -> Found:
    """Milliseconds of CPU over a bare interpreter's; the start before has made database and keys."""
    result = room.folder / "seconds"
    command = (sys.executable, "-m", "tests.bench.first_event", str(result))
    _run(command, room)
    _run(command, room)
    return {"answered_ms": float(result.read_text(encoding="utf-8")) * 1000 - _run(_BARE, room)}


def _run(command: Sequence[str], room: Room) -> float:
    """Milliseconds of CPU of a process that must end well."""
    settings = {
        "COMPANION_DATA_FOLDER": str(room.folder / "data"),
        "COMPANION_PORT": "0",
        "COMPANION_INTERNAL_PORT": "0",
    }
    before = children_seconds()
    subprocess.run(command, env=os.environ | settings, capture_output=True, check=True)
    return (children_seconds() - before) * 1000


PART = Part(
    name="starting",
    measures=(
        Measure("help", "tests.bench.starting:asked_for_help"),
        Measure("answered", "tests.bench.starting:answered"),
    ),
    figures=(
        Figure(
            "U1 help",
            "CPU of companion --help",
            "help",
            "help_ms",
            most=400,
            unit=" ms",
            short="companion --help",
        ),
        Figure(
            "U1",
            "CPU from a bare process to the first answered event, over a bare interpreter",
            "answered",
            "answered_ms",
            most=1800,
            unit=" ms",
            short="start to first answer",
            how="a server on SQLite as `companion serve` builds and starts it, its listeners and jobs among "
            "it, up to the commit of the first event handed to it.",
        ),
    ),
)
