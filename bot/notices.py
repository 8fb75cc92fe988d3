"""Content-free notices of a coach's waiting alert: for now lines of time, hashed id and kind in a file."""

import asyncio
from pathlib import Path

from adapters.port import Account
from bot.clock import Clock
from bot.store.keys import Keys


class Notices:
    """Appends to `notices.log` in the data folder; a mail relay or pager can follow that file."""

    def __init__(self, file: Path, keys: Keys, clock: Clock) -> None:
        self._file, self._keys, self._clock = file, keys, clock

    async def notify(self, account: Account, kind: str) -> None:
        """One line: when, who (as a keyed hash), what kind."""
        who = self._keys.mark(f"{account.platform}|{account.tenant}|{account.user}")
        line = f"{self._clock.now().isoformat(timespec='seconds')} {who} {kind}\n"
        await asyncio.to_thread(self._append, line)

    def _append(self, line: str) -> None:
        with self._file.open("a", encoding="utf-8") as out:
            out.write(line)
