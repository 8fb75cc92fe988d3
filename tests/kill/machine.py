"""The stub platform, in a server whose disk and clock are as two files beside its data say.

Only a serving process makes this platform; what it changes there, it changes nowhere else.
"""

import os
import sqlite3
import sys
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from types import ModuleType

from sqlalchemy import Connection, Engine, event

from bot.store import sqlite
from bot.store.engines import driver_of
from tests.stub_platform.adapter import StubPlatform

DISK, CLOCK = "disk", "clock"


class Machine:
    """The same machine from the outside: `folder` is the server's data folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def fill_the_disk(self) -> None:
        """From now on an SQLite file gets no further page."""
        self._say(DISK, "PRAGMA max_page_count = 1")

    def make_room(self) -> None:
        self._say(DISK, "PRAGMA max_page_count = 1000000")

    def refuse_writing(self) -> None:
        """From now on an SQLite file can be read only."""
        self._say(DISK, "PRAGMA query_only = ON")

    def allow_writing(self) -> None:
        self._say(DISK, "PRAGMA query_only = OFF")

    def set_the_clock(self, **by: float) -> None:
        """So far ahead of the true time, as in hours=-1."""
        self._say(CLOCK, str(timedelta(**by).total_seconds()))

    def _say(self, name: str, text: str) -> None:
        """The file is replaced at once: nobody reads half of it."""
        fresh = self._folder / f"{name}.new"
        fresh.write_text(text)
        fresh.replace(self._folder / name)


class BrokenMachine(StubPlatform):
    """Where its process makes it, the machine begins to obey the files."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        event.listen(Engine, "begin", _on_this_disk)
        vars(sqlite)["driver_of"] = _driver_on_this_disk
        for name in ("bot.clock", "bot.nudges.ticker", "apscheduler.schedulers.base"):
            module: ModuleType = sys.modules[name]
            vars(module)["datetime"] = _HostClock


class _HostClock(datetime):
    """What the machine's clock says."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> "_HostClock":
        told = datetime.now(tz) + timedelta(seconds=float(_said(CLOCK) or 0))
        return cls.fromtimestamp(told.timestamp(), tz)


def _on_this_disk(connection: Connection) -> None:
    told = _said(DISK)
    if told and connection.dialect.name == "sqlite":
        connection.exec_driver_sql(told)


def _driver_on_this_disk(connection: Connection) -> sqlite3.Connection:
    """What writes turns begins by hand."""
    _on_this_disk(connection)
    return driver_of(connection)


def _said(name: str) -> str:
    try:
        return (Path(os.environ["COMPANION_DATA_FOLDER"]) / name).read_text()
    except FileNotFoundError:
        return ""
