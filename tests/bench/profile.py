"""Where a measure's CPU goes: python -m tests.bench.profile tests.bench.turns:alone [lines] [scale].

All threads count, each by its own CPU; the writer's is most of it. The profiler slows small functions down
most: read the order, and take figures from the benchmark. A measure on PostgreSQL takes a server of its own.
"""

import cProfile
import pstats
import sys
import tempfile
import threading
import time
from contextlib import nullcontext
from pathlib import Path

from tests import servers
from tests.bench import parts
from tests.bench.frame import Room
from tests.bench.worker import measured


def profiled(work: str, room: Room, lines: int) -> None:
    """Print the functions that took most, by their own time and with all that they call."""
    profiles = [cProfile.Profile(time.thread_time)]

    def join(*_: object) -> None:
        sys.setprofile(None)
        profiles.append(cProfile.Profile(time.thread_time))
        profiles[-1].enable()

    if sys.version_info < (3, 12):  # later ones see every thread by themselves
        threading.setprofile(join)
    profiles[0].runcall(measured, work, room)
    threading.setprofile(None)
    for one in profiles[1:]:
        one.disable()
    found = pstats.Stats(*profiles)
    for order in ("tottime", "cumulative"):
        found.sort_stats(order).print_stats(lines)


def main(work: str, lines: str = "40", scale: str = "1") -> None:
    every = [one for name in parts.PARTS for one in parts.load(name).measures]
    on_postgres = any(one.postgres and one.work == work for one in every)
    server = servers.postgres_server(fsync=True) if on_postgres else nullcontext("")
    with tempfile.TemporaryDirectory() as folder, server as url:
        profiled(work, Room(folder=Path(folder), postgres=url, scale=float(scale)), int(lines))


if __name__ == "__main__":
    main(*sys.argv[1:])
