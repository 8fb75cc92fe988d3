"""The outside programs that tests need: a throwaway PostgreSQL and Chromium.

Where one is absent its tests are skipped and say so; with `COMPANION_REQUIRE=postgres,browser` they fail.
"""

import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

import psycopg
import pytest
from psycopg import sql

Program = Literal["postgres", "browser"]
PROGRAMS: tuple[Program, ...] = ("postgres", "browser")

# What the tests of each program are about, and Debian's package that brings it.
INSTALL = {"postgres": ("PostgreSQL", "postgresql"), "browser": ("Chromium", "chromium")}

# Chromium starts as root, without a screen, and talks to nobody but the test.
CHROMIUM_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

_START_WITHIN = 120.0
_POLL = 0.05


def postgres_bin() -> Path | None:
    """The folder of the newest PostgreSQL server programs on this machine, if there are any."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    folders = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    return max(folders, key=lambda folder: float(folder.parent.name), default=None)


def chromium_path() -> str | None:
    """The Chromium (or Chrome) to drive, if there is one."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if (path := shutil.which(name))), None)


def is_present(name: Program) -> bool:
    """Whether this machine has the program."""
    return (postgres_bin() if name == "postgres" else chromium_path()) is not None


def must_have(name: Program) -> bool:
    """Whether the environment says that tests of this program may not be skipped."""
    return name in os.environ.get("COMPANION_REQUIRE", "").split(",")


def require(name: Program) -> None:
    """Skip the calling test where the program is absent; fail it where COMPANION_REQUIRE names it."""
    if is_present(name):
        return
    title, package = INSTALL[name]
    message = f"{title} is not installed (Debian package: {package})."
    if must_have(name):
        pytest.fail(message)
    pytest.skip(message)


class PostgresServer:
    """A PostgreSQL in a temporary folder, on a free port of 127.0.0.1, open to all who ask there.

    Port and data outlast stop() and start(), so a test can take the database away and bring it back.
    With fsync off it is quick and may lose what it has when killed; kill tests turn it on.
    """

    def __init__(self, *, fsync: bool = False) -> None:
        found = postgres_bin()
        if found is None:
            message = "PostgreSQL is not installed (Debian package: postgresql)."
            raise RuntimeError(message)
        self._bin = found
        self._fsync = fsync
        self._folder = Path(tempfile.mkdtemp(prefix="companion-postgres-"))
        # PostgreSQL refuses to run as root.
        self._user = "postgres" if os.geteuid() == 0 else None
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = itertools.count(1)
        self.port = _free_port()
        self._initialise()

    @property
    def url(self) -> str:
        """The SQLAlchemy address of the server's first database."""
        return self.url_of("postgres")

    def url_of(self, database: str) -> str:
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start the server and wait until it answers. A running one is left as it is."""
        if self._process is not None:
            return
        command = [str(self._bin / "postgres"), "-D", str(self._folder / "data"), *self._options()]
        with (self._folder / "log").open("ab") as log:
            self._process = self._popen(command, log.fileno())
        self._wait_until_ready(self._process)

    def stop(self, *, at_once: bool = False) -> None:
        """Break all connections and stop; `at_once` stops like a crash, so that the next start recovers."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGQUIT if at_once else signal.SIGINT)
        self._process.wait(timeout=_START_WITHIN)
        self._process = None

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """While this lasts no process of the server does anything, and its connections stay open."""
        pids = self._pids()
        try:
            _tell(pids, signal.SIGSTOP)
            yield
        finally:
            _tell(pids, signal.SIGCONT)

    def _pids(self) -> list[int]:
        """The server, and those of its processes that serve."""
        with psycopg.connect(self._plain_url()) as connection:
            query = "SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            serving = [pid for (pid,) in connection.execute(query)]
        return [*serving, *([self._process.pid] if self._process else [])]

    def create_database(self, template: str = "template1") -> str:
        """The address of a new database, empty or a copy of `template` (to which nobody is connected)."""
        name = f"test_{next(self._numbers)}"
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
            sql.Identifier(name), sql.Identifier(template)
        )
        with psycopg.connect(self._plain_url(), autocommit=True) as connection:
            connection.execute(statement)
        return self.url_of(name)

    def drop_database(self, url: str) -> None:
        """Remove a database made by create_database, whoever is connected to it."""
        name = sql.Identifier(url.rpartition("/")[2])
        with psycopg.connect(self._plain_url(), autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))

    def remove(self) -> None:
        """Stop the server and delete its folder."""
        self.stop(at_once=True)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _initialise(self) -> None:
        if self._user:
            shutil.chown(self._folder, self._user)
        command = [str(self._bin / "initdb"), "-D", str(self._folder / "data"), "-U", "postgres"]
        command += ["-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        with (self._folder / "log").open("ab") as log:
            if self._popen(command, log.fileno()).wait(timeout=2 * _START_WITHIN):
                raise RuntimeError((self._folder / "log").read_text())

    def _options(self) -> Iterator[str]:
        values = {
            "port": str(self.port),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": str(self._folder),
            "shared_buffers": "64MB",
            "jit": "off",  # of no use to short statements, and compiled anew by each connection
            "timezone": "UTC",
            "log_timezone": "UTC",
        }
        if not self._fsync:
            values |= {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
        for name, value in values.items():
            yield from ("-c", f"{name}={value}")

    def _popen(self, command: list[str], log: int) -> subprocess.Popen[bytes]:
        group = pwd.getpwnam(self._user).pw_gid if self._user else None
        return subprocess.Popen(
            command,
            cwd="/",
            user=self._user,
            group=group,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"},
            start_new_session=True,
        )

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + _START_WITHIN
        while time.monotonic() < deadline and process.poll() is None:
            try:
                psycopg.connect(self._plain_url(), connect_timeout=2).close()
            except psycopg.OperationalError:
                time.sleep(_POLL)
            else:
                return
        self._process = None
        process.kill()
        process.wait()
        raise RuntimeError((self._folder / "log").read_text())

    def _plain_url(self) -> str:
        return self.url.replace("+psycopg", "")


@contextmanager
def postgres(*, fsync: bool = False) -> Iterator[PostgresServer]:
    """A running server that is gone afterwards. Starting takes a second or two: share it for a whole run."""
    server = PostgresServer(fsync=fsync)
    try:
        server.start()
        yield server
    finally:
        server.remove()


@contextmanager
def postgres_server(*, fsync: bool = False) -> Iterator[str]:
    """The SQLAlchemy address of a running server that is gone afterwards."""
    with postgres(fsync=fsync) as server:
        yield server.url


def _tell(pids: list[int], what: signal.Signals) -> None:
    """Send a signal to those of them that still run: the process of a connection ends after its client."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, what)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def main() -> int:
    """Say which tests will run here; returns 1 where one that may not be skipped would be."""
    missing = [name for name in PROGRAMS if not is_present(name)]
    for name in missing:
        title, package = INSTALL[name]
        sys.stdout.write(f"NOT TESTED HERE: {title} is not installed, so what needs it is skipped.\n")
        sys.stdout.write(f"  To test it too: apt-get install {package}\n")
    return int(any(must_have(name) for name in missing))


if __name__ == "__main__":
    sys.exit(main())
