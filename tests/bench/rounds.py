"""Running a part: every measure once a round, each in a fresh process, so that none colours another."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from tests import servers
from tests.bench.frame import Finding, Found, Measure, Part, Room, Round, find

ROOT = Path(__file__).resolve().parents[2]
RIVALS = ROOT / ".venv-bench" / "bin" / "python"
_WITHIN = 3600.0
"""Seconds after which a measure counts as stuck."""


class TroubleError(Exception):
    """A measure did not come to its end."""


class Runner:
    """Runs measures; PostgreSQL is started for the first that wants it, and durable as in production."""

    def __init__(self, scale: float) -> None:
        self._scale = scale
        self._server: servers.PostgresServer | None = None

    @property
    def server(self) -> servers.PostgresServer:
        """The one server of this run."""
        if self._server is None:
            self._server = servers.PostgresServer(fsync=True)
            self._server.start()
        return self._server

    def close(self) -> None:
        if self._server is not None:
            self._server.remove()

    def run(self, measure: Measure) -> Found:
        """What it finds. Raises TroubleError."""
        with tempfile.TemporaryDirectory(prefix="companion-bench-") as folder, self._database(measure) as url:
            room = Room(folder=Path(folder), postgres=url, scale=self._scale)
            return in_a_process(measure, room)

    @contextmanager
    def _database(self, measure: Measure) -> Iterator[str]:
        if not measure.postgres:
            yield ""
            return
        url = self.server.create_database()
        try:
            yield url
        finally:
            self.server.drop_database(url)


def in_a_process(measure: Measure, room: Room) -> Found:
    """What a measure finds in a fresh process. Raises TroubleError."""
    result = room.folder / "found.json"
    python = str(RIVALS) if measure.rival else sys.executable
    given = json.dumps(asdict(room) | {"folder": str(room.folder)})
    command = [python, "-m", "tests.bench.worker", measure.work, given, str(result)]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COMPANION_")}
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=kept, capture_output=True, text=True, timeout=_WITHIN, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise TroubleError(str(error)) from error
    if done.returncode or not result.exists():
        raise TroubleError(_last_line(done.stderr) or f"it ended with {done.returncode}")
    found: Found = json.loads(result.read_text(encoding="utf-8"))
    return found


def play(part: Part, rounds: int, runner: Runner, say: Callable[[str], None]) -> list[Finding]:
    """Every figure of the part, after so many rounds. A measure that failed is not tried again."""
    played: list[Round] = []
    troubles: dict[str, str] = {}
    for number in range(rounds):
        one: dict[str, Found] = {}
        for measure in part.measures:
            if measure.name in troubles or (measure.once and number):
                continue
            say(f"{part.name} {number + 1}/{rounds}: {measure.name}")
            try:
                one[measure.name] = runner.run(measure)
            except TroubleError as error:
                troubles[measure.name] = f"{measure.name} failed: {error}"
        played.append(one)
    return [find(figure, played, troubles) for figure in part.figures]


def _last_line(output: str) -> str:
    lines = [line for line in output.splitlines() if line.strip()]
    return lines[-1][:300] if lines else ""
