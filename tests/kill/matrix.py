"""The kill matrix: `python -m tests.kill.matrix --kills 200`.

Night after night on SQLite, on PostgreSQL and on PostgreSQL with three servers, with a kill at every place.
Says what it does, ends with a table, and with 1 where anything was lost or doubled.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from itertools import count, cycle
from pathlib import Path

from tests import servers
from tests.kill.ledger import Ledger
from tests.kill.nights import OF_A_NIGHT, SETUPS, Setup, newcomers_of, night, places

Say = Callable[[str], None]

HEAD = (
    "Database, servers",
    "Kills",
    "Events",
    "Posts",
    "Nudges",
    "Lost events",
    "Lost posts",
    "Lost from before",
    "Repeats",
    "Counted",
    "Not counted",
    "Left in doubt",
    "Nudges doubled",
    "Untrue",
)


def rows(found: Mapping[Setup, Ledger]) -> list[list[str]]:
    """A line for each setup, as `HEAD` names the columns.

    A repeat is counted where its outcome was unknown, and so is one that might have been; a nudge whose
    outcome was unknown is left in doubt rather than repeated.
    """
    return [[str(setup), *(str(number) for number in _numbers(one))] for setup, one in found.items()]


def table(found: Mapping[Setup, Ledger]) -> str:
    """Markdown: what was lost and repeated on each setup, and how often each place was visited."""
    per_place = [[name, *(str(one.kills[name]) for one in found.values())] for name in OF_A_NIGHT]
    return "\n\n".join(
        [_markdown(HEAD, rows(found)), _markdown(["Killed at", *(str(one) for one in found)], per_place)]
    )


def run(kills: int, say: Say, *, seed: int = 0, setups: Sequence[Setup] = SETUPS) -> dict[Setup, Ledger]:
    """As many kills as asked for, dealt to the setups in turn, a whole night at a time but for the last."""
    found: dict[Setup, Ledger] = {}
    on_postgres = any(setup.database == "PostgreSQL" for setup in setups)
    with (
        servers.postgres() if on_postgres else nullcontext() as server,
        tempfile.TemporaryDirectory(prefix="companion-kills-") as folder,
    ):
        for number, (setup, where) in enumerate(_nights(kills, seed, setups)):
            say(f"night {number + 1}: {setup}, {len(where)} kills")
            url = server.create_database() if server and setup.database == "PostgreSQL" else ""
            place = Path(folder) / str(number)
            with night(
                setup, place, postgres_url=url, newcomers=newcomers_of(where), seed=seed + number
            ) as lived:
                left = lived.live(where, say)
            say("; ".join(f"{name}: {ids}" for name, ids in left.amiss.items()) or "nothing amiss")
            found[setup] = found[setup] + left if setup in found else left
    return found


def _nights(kills: int, seed: int, setups: Sequence[Setup]) -> Iterator[tuple[Setup, tuple[str, ...]]]:
    for setup, number in zip(cycle(setups), count(seed)):
        where = places(number)[:kills]
        kills -= len(where)
        if not where:
            return
        yield setup, where


def _numbers(one: Ledger) -> list[int]:
    return [
        one.kills.total(),
        one.events,
        one.posts,
        one.nudges,
        len(one.lost_events),
        len(one.lost_posts) + len(one.unfinished),
        len(one.lost_before),
        one.repeats,
        one.counted,
        len(one.uncounted_repeats),
        len(one.excused_posts),
        len(one.doubled_nudges),
        len(one.untrue),
    ]


def _markdown(head: list[str] | tuple[str, ...], lines: list[list[str]]) -> str:
    return "\n".join(
        f"| {' | '.join(line)} |" for line in [head, ["---", *["---:"] * (len(head) - 1)], *lines]
    )


def main() -> int:
    """Returns 1 where anything is not as it should be."""
    asked = argparse.ArgumentParser(prog="python -m tests.kill.matrix", description=__doc__)
    asked.add_argument("--kills", type=int, default=200)
    asked.add_argument("--seed", type=int, default=0, help="another one kills at other visits")
    given = asked.parse_args()
    began = time.monotonic()

    def say(line: str) -> None:
        sys.stderr.write(f"{time.monotonic() - began:6.0f} s  {line}\n")

    found = run(given.kills, say, seed=given.seed)
    sys.stdout.write(f"{table(found)}\n")
    return int(any(one.amiss for one in found.values()))


if __name__ == "__main__":
    sys.exit(main())
