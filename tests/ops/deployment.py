"""One deployment on a database, on which servers start one after the other and commands run."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from pydantic import SecretStr

from bot import opening
from bot.commands import backups, restoring
from bot.errors import CompanionError
from bot.opening import Opened, open_all
from bot.settings import Settings
from bot.store.engines import sqlite_path
from tests.conftest import MASTERS, HandClock
from tests.town import Chat, Town


class Deployment:
    """Its clock is moved by hand; what was posted is remembered across servers, as a platform would."""

    def __init__(self, folder: Path, url: str, clock: HandClock, patch: pytest.MonkeyPatch) -> None:
        self.folder, self.clock, self.chat = folder, clock, Chat()
        key = SecretStr(f"1:{base64.b64encode(MASTERS.keys[1]).decode()}")
        self.settings = Settings(data_folder=folder / "data", database_url=url, master_key=key)
        patch.setattr(opening, "walked_clock", lambda *_: clock)
        for commands in (backups, restoring):
            patch.setattr(commands, "started", lambda: self.settings)

    @contextmanager
    def server(self) -> Iterator[Town]:
        """A server from its start to its stop."""
        opened = open_all(self.settings, single=True)
        try:
            yield self._town(opened)
        finally:
            opened.close()

    @contextmanager
    def killed_server(self) -> Iterator[Town]:
        """One that ends as by a power cut."""
        opened = open_all(self.settings, single=True)
        try:
            yield self._town(opened)
        finally:
            opened.let_go()

    def _town(self, opened: Opened) -> Town:
        town = Town(opened.store, opened.keys, self.clock)
        self.chat.sent, town.chat = self.chat.sent, self.chat
        town.moves_to(town.house)
        return town

    def back_up(self, name: str = "backup", keys: str = "") -> Path:
        backups.backup(self.folder / name, self.folder / keys if keys else None)
        return self.folder / name

    def restore(self, name: str = "backup", keys: str = "") -> None:
        restoring.restore(self.folder / name, self.folder / keys if keys else None, yes=True)

    def refused(self, name: str = "backup", keys: str = "") -> tuple[int, str]:
        """The exit code and the line with which a restore is refused."""
        with pytest.raises(CompanionError) as refusal:
            self.restore(name, keys)
        assert "\n" not in refusal.value.line
        return refusal.value.exit_code, refusal.value.line

    def lose_keys(self) -> None:
        """The key store is gone."""
        path = sqlite_path(self.settings.key_store_url)
        if path is not None:
            path.unlink()
            return
        with psycopg.connect(self.settings.key_store_url.replace("+psycopg", "")) as connection:
            connection.execute("DROP SCHEMA keys CASCADE")
