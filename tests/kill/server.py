"""Serving processes, started and restarted on the same data, with residents of the stub platform."""

import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.failpoints import VARIABLE
from tests.ports import Ports
from tests.stub_platform.adapter import NAME, TENANT, StubPlatform
from tests.stub_platform.process import ROOT

COMMAND = Path(sys.executable).with_name("companion")
_START_WITHIN = 60.0

_PROGRAM = """id = "demo"
name = "Kill test"
zone = "{zone}"
platform = "{platform}"
tenant = "{tenant}"
"""
_PERSON = """
[[people]]
key = "{key}"
name = "{key}"
roles = ["trainee"]
starts = 2025-07-01
"""


def midday_zones() -> tuple[str, str]:
    """Two zones where it is early in the afternoon, so that no quiet hours stand in the way of nudges."""
    now = datetime.now(UTC).hour
    first, second = (-((hour - now + 12) % 24 - 12) for hour in (13, 14))
    return f"Etc/GMT{first:+d}", f"Etc/GMT{second:+d}"


def write_program(folder: Path, users: list[str], zone: str) -> Path:
    """A program folder in this zone, with these trainees and the demo's resources."""
    folder.mkdir()
    people = "".join(_PERSON.format(key=user) for user in users)
    program = _PROGRAM.format(zone=zone, platform=NAME, tenant=TENANT)
    (folder / "program.toml").write_text(program + people)
    shutil.copy(ROOT / "bot/program/demo/resources.toml", folder)
    return folder


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """What servers and commands share: a database, a program, a master key and a platform.

    `folder` is this user's alone, and has what each keeps for itself.
    """

    folder: Path
    program: Path
    database_url: str
    stub_url: str
    platform: type[StubPlatform] = StubPlatform

    @property
    def master_keys(self) -> Path:
        return self.folder / "master.key"

    def environment(self, name: str, failpoint: str = "") -> dict[str, str]:
        """Of the process of that name, which dies at the failpoint."""
        rest = {name: value for name, value in os.environ.items() if not name.startswith("COMPANION_")}
        own = {
            "COMPANION_DATA_FOLDER": str(self.folder / name),
            "COMPANION_MASTER_KEY_FILE": str(self.master_keys),
            "COMPANION_PROGRAM_FOLDER": str(self.program),
            "COMPANION_DATABASE_URL": self.database_url,
            "COMPANION_WEB_CHAT": "false",
            "COMPANION_SWEEP_SECONDS": "1",
            "COMPANION_EXTRA_PLATFORM": f"{self.platform.__module__}:{self.platform.__name__}",
            "COMPANION_EXTRA_PLATFORM_URL": self.stub_url,
        }
        return rest | own | ({VARIABLE: failpoint} if failpoint else {})

    def command(self, *words: str, failpoint: str = "") -> subprocess.CompletedProcess[str]:
        """What an operator runs beside the servers; its end is waited for."""
        environment = self.environment("operator", failpoint)
        return subprocess.run(
            [COMMAND, *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )


class Server:
    """`companion serve`, on ports that it takes at its first start."""

    def __init__(self, deployment: Deployment, name: str) -> None:
        self._deployment, self._name = deployment, name
        self._log = deployment.folder / f"{name}.log"
        self._ports = Ports()
        self._process: subprocess.Popen[bytes] | None = None

    def begin(self, failpoint: str = "") -> None:
        """Start it, and do not wait for it."""
        environment = self._deployment.environment(self._name, failpoint) | self._ports.settings()
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [COMMAND, "serve"], cwd=ROOT, env=environment, stdout=log, stderr=log
            )

    def start(self, failpoint: str = "") -> None:
        """Start it and wait until it serves or dies."""
        self.begin(failpoint)
        deadline = time.monotonic() + _START_WITHIN
        while not self.is_ready() and not self.has_died():
            if time.monotonic() > deadline:
                raise TimeoutError(self._log.read_text()[-2000:])
            time.sleep(0.05)

    @property
    def url(self) -> str:
        """Its public listener."""
        return self._ports.public

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """Raises LookupError where it never started."""
        if self._process is None:
            raise LookupError(self._name)
        return self._process.pid

    def is_ready(self) -> bool:
        return self._ports.are_in(self._log.read_text()) and self._ports.are_ready()

    def has_died(self) -> bool:
        """Whether it was killed. Raises RuntimeError where it ended in another way."""
        code = self._process.poll() if self._process else None
        if code not in {None, -signal.SIGKILL}:
            raise RuntimeError(f"exit code {code}: {self._log.read_text()[-2000:]}")
        return code is not None

    def wait_for_death(self, seconds: float) -> None:
        """Until a failpoint was hit. Raises subprocess.TimeoutExpired."""
        if self._process:
            self._process.wait(seconds)
        self.has_died()

    def stop(self) -> None:
        """End it as an operator does, where it runs. Raises RuntimeError where it ended badly."""
        if not self.is_running or self._process is None:
            return
        self._process.terminate()
        if code := self._process.wait(60):
            raise RuntimeError(f"exit code {code}: {self._log.read_text()[-2000:]}")

    def kill(self) -> None:
        """Leave nothing behind."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait(10)
