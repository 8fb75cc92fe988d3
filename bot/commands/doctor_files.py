"""What `companion doctor` tries on SQLite's files: each should be whole, and the disk take more."""

import errno
import os
from pathlib import Path
from tempfile import TemporaryFile

from bot.commands.doctor_machine import MAKE_ROOM
from bot.errors import StoreUnavailable
from bot.store.engines import sqlite_path
from bot.store.faults import is_broken
from bot.store.glance import glance

_ROOM = 512 * 1024
"""Bytes: more than what a file that is there has to spare, and less than a minute of a large program."""
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


def refuse_full(folder: Path) -> None:
    """Raises StoreUnavailable where the disk does not take `_ROOM` bytes; they have no name, and are gone."""
    try:
        with TemporaryFile(dir=folder) as file:
            file.write(os.urandom(_ROOM))  # nothing that a file system could keep without room
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        why = os.strerror(error.errno or 0).lower()
        do = (
            MAKE_ROOM if error.errno in _FULL else "Look at the disk, its mount and the kernel's log (dmesg)."
        )
        raise StoreUnavailable(
            f"The disk under {folder} takes no {_ROOM // 1024} KiB: {why}.", hint=do
        ) from None


def refuse_broken(url: str) -> None:
    """Raises StoreUnavailable where SQLite finds the file broken."""
    path = sqlite_path(url)
    if path is None or not path.exists():
        return
    try:
        with glance(url) as store:
            found = store.read(lambda conn: conn.exec_driver_sql("PRAGMA quick_check(1)").scalar_one())
    except StoreUnavailable as error:
        if not is_broken(error):
            raise
        found = "broken"
    if found != "ok":
        raise StoreUnavailable(f"{path} is broken.", hint="Stop the server and restore the newest backup.")
