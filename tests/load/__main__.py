"""A cohort under load: make load [PEOPLE=2000] [MINUTES=10] [DATABASE=postgresql]. Ends with 1 on any error.

What it finds is printed, and with --page written to docs/load.md with its picture, beside what the page says
of the other database.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from bot.commands.terminal import show_table
from tests.bench.rounds import RIVALS, ROOT
from tests.load import figures, report
from tests.load.run import Asked, Run, run

PAGE = ROOT / "docs" / "load.md"
PICTURES = ROOT / "docs" / "images"


def main() -> int:
    asked = _asked()
    _allow_files(asked.people)
    place = Path("/dev/shm") if asked.in_memory else None  # noqa: S108 - a folder of our own is made in it
    with tempfile.TemporaryDirectory(prefix="companion-load-", dir=place) as folder:
        Path(folder).chmod(0o755)  # PostgreSQL, which never runs as root, has its folder in it
        found = run(
            Asked(
                people=asked.people,
                seconds=60 * asked.minutes,
                think=asked.think,
                database=asked.database,
            ),
            Path(folder),
        )
    show_table(report.WAITS, figures.table(found), empty="Nothing was asked.")
    show_table(("What", "Found"), list(figures.of_run(found).items()), empty="")
    for line in found.notes.worst():
        sys.stderr.write(f"{line}\n")
    if asked.page:
        PAGE.write_text(report.markdown(PAGE, found), encoding="utf-8")
        _draw(found)
    return int(found.notes.errors > 0)


def _asked() -> argparse.Namespace:
    asks = argparse.ArgumentParser(prog="make load", description=__doc__)
    asks.add_argument("--people", type=int, default=2000)
    asks.add_argument("--minutes", type=float, default=10.0)
    asks.add_argument("--think", type=float, default=150.0, help="seconds between two acts, on average")
    asks.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    asks.add_argument("--in-memory", action="store_true", help="the database lies in /dev/shm")
    asks.add_argument("--page", action="store_true", help="write docs/load.md and its picture")
    return asks.parse_args()


def _allow_files(people: int) -> None:
    """A stream and a connection for each resident, in the driver and, which inherits it, in the server."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(4096, report.files_for(people))), hard))


def _draw(found: Run) -> None:
    """In the benchmark's environment, which has what draws."""
    PICTURES.mkdir(exist_ok=True)
    name = PICTURES / report.picture_of(found)
    points = json.dumps(figures.over_time(found))
    subprocess.run([RIVALS, "-m", "tests.load.picture", name], cwd=ROOT, input=points, text=True, check=True)


if __name__ == "__main__":
    sys.exit(main())
