"""Backups as docs/running.md has them, of a database or of a key store, on either engine."""

import shutil
import subprocess
from pathlib import Path
from typing import Literal

import psycopg

from bot.store.engines import sqlite_path
from tests.servers import postgres_bin


class Kept:
    """One backup: of an SQLite file that nobody has open, or of one schema of a PostgreSQL database."""

    def __init__(self, url: str, backup: Path, schema: Literal["public", "keys"]) -> None:
        self._path, self._backup = sqlite_path(url), backup
        self._url, self._schema = url.replace("+psycopg", ""), schema

    def back_up(self) -> None:
        """Write it."""
        if self._path is not None:
            shutil.copy(self._path, self._backup)
            return
        which = "--schema=keys" if self._schema == "keys" else "--exclude-schema=keys"
        self._program("pg_dump", "-Fc", which, "-f", str(self._backup), self._url)

    def lose(self) -> None:
        """Take away what it is of."""
        if self._path is not None:
            self._path.unlink()
            return
        with psycopg.connect(self._url) as connection:
            connection.execute(f"DROP SCHEMA {self._schema} CASCADE")
            if self._schema == "public":  # an empty database has it
                connection.execute("CREATE SCHEMA public")

    def bring_back(self) -> None:
        """Put it in the place of what is there."""
        if self._path is not None:
            shutil.copy(self._backup, self._path)
            return
        how = ("--clean", "--if-exists", "--single-transaction")
        self._program("pg_restore", *how, "-d", self._url, str(self._backup))

    def _program(self, name: str, *words: str) -> None:
        folder = postgres_bin()
        assert folder is not None
        done = subprocess.run([folder / name, *words], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
