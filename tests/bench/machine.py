"""Where and on what the figures were found: versions and cores, no name of the machine, no path."""

import os
import platform
import re
import sqlite3
import subprocess
from pathlib import Path

from tests import servers
from tests.bench.rounds import ROOT

_RIVALS = ("botbuilder-dialogs", "sqlalchemy", "aiosqlite", "asyncpg", "apscheduler")


def facts() -> list[tuple[str, str]]:
    """Name and value of each, as lines of the report."""
    return [
        ("Processor", f"{os.cpu_count()} cores, {_processor()}"),
        ("System", f"Linux {platform.release().partition('-')[0]}, {_memory()} of memory"),
        ("Python", platform.python_version()),
        ("SQLite", f"{sqlite3.sqlite_version}, WAL, synchronous=FULL on every side"),
        ("PostgreSQL", f"{_postgres()}, fsync and synchronous_commit on"),
        ("Rivals", ", ".join(f"{name} {version}" for name, version in _pins().items() if name in _RIVALS)),
        (
            "Other work",
            f"a load of {os.getloadavg()[2]:.1f} over the last quarter of an hour, this run included",
        ),
    ]


def _processor() -> str:
    found = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return found[1] if found else platform.machine()


def _memory() -> str:
    return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB"


def _postgres() -> str:
    folder = servers.postgres_bin()
    if folder is None:
        return "not installed"
    shown = subprocess.run(
        [folder / "postgres", "--version"], capture_output=True, text=True, check=True
    ).stdout
    return shown.split()[2]


def _pins() -> dict[str, str]:
    pins = (ROOT / "tests" / "bench" / "constraints.txt").read_text()
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", pins, re.MULTILINE))
