"""What work costs: CPU of this process (user and system), of PostgreSQL's processes, and wall time."""

import os
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


class Spent:
    """Milliseconds between the beginning and the end of `spent`."""

    def __init__(self) -> None:
        self.cpu_ms = self.server_ms = self.wall_ms = 0.0

    def each(self, times: int) -> dict[str, float]:
        """For one of so many. `both_ms`: client and server. `a_second`: as a core's CPU allows."""
        cpu, server = self.cpu_ms / times, self.server_ms / times
        return {
            "cpu_ms": cpu,
            "server_ms": server,
            "both_ms": cpu + server,
            "wall_ms": self.wall_ms / times,
            "a_second": 1000 / max(cpu + server, 1e-9),
        }

    def add(self, other: "Spent") -> None:
        """Take another's in."""
        self.cpu_ms += other.cpu_ms
        self.server_ms += other.server_ms
        self.wall_ms += other.wall_ms


@contextmanager
def spent(server: int = 0) -> Iterator[Spent]:
    """Measure what happens meanwhile; `server` is the process id of a PostgreSQL server, if it counts."""
    found = Spent()
    begun = time.process_time(), server_seconds(server), time.perf_counter()
    yield found
    ended = time.process_time(), server_seconds(server), time.perf_counter()
    found.cpu_ms, found.server_ms, found.wall_ms = (
        (last - first) * 1000 for first, last in zip(begun, ended, strict=True)
    )


def server_seconds(server: int) -> float:
    """CPU seconds of a process and its children, those that have ended too."""
    if not server:
        return 0.0
    ticks = 0
    for folder in Path("/proc").glob("[0-9]*"):
        fields = _fields(folder / "stat")
        if folder.name == str(server):
            ticks += sum(int(one) for one in fields[11:15])
        elif fields and int(fields[1]) == server:
            ticks += sum(int(one) for one in fields[11:13])
    return ticks / _TICKS


def server_of(data_directory: str) -> int:
    """The process id of the PostgreSQL server that keeps its data there."""
    return int((Path(data_directory) / "postmaster.pid").read_text().splitlines()[0])


def children_seconds() -> float:
    """CPU seconds of the processes that this one has waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def memory_mb() -> float:
    """This process's resident memory now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE / 1e6


def _fields(stat: Path) -> list[str]:
    """A process's numbers after its name, from its state on; none where it has just ended."""
    try:
        return stat.read_text().rpartition(")")[2].split()
    except OSError:
        return []
