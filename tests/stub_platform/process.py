"""The stub platform as a process, and its driver's view of it."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # whatever this machine's proxy is


def ask(url: str, body: object = None, *, seconds: float = 10.0) -> Any:  # noqa: ANN401 - JSON
    """GET, or POST where there is a body; the answer's JSON. Raises OSError (HTTPError is one)."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, headers={"Content-Type": "application/json"})  # noqa: S310
    with _OPENER.open(request, timeout=seconds) as response:
        return json.load(response)


class RunningStub:
    """A stub platform that somebody started."""

    def __init__(self, url: str) -> None:
        self.url = url

    @property
    def posts(self) -> list[dict[str, Any]]:
        """Everything that was shown, in order."""
        shown: list[dict[str, Any]] = ask(f"{self.url}/posts")
        return shown

    def posts_to(self, user: str) -> list[dict[str, Any]]:
        """What was shown to one person."""
        shown: list[dict[str, Any]] = ask(f"{self.url}/posts?user={user}")
        return shown

    @property
    def calls(self) -> int:
        """How many posts were tried."""
        return int(ask(f"{self.url}/calls"))

    @property
    def tries(self) -> list[dict[str, Any]]:
        """Each of them, in order."""
        tried: list[dict[str, Any]] = ask(f"{self.url}/tries")
        return tried

    def misbehave(self, *faults: str) -> None:
        """What happens to the next posts, one each: "wait:1.5", "blocked", "broken-after", …"""
        ask(f"{self.url}/faults", {"next": list(faults)})


@contextmanager
def running_stub() -> Iterator[RunningStub]:
    """A stub platform on a free port, gone afterwards."""
    command = [sys.executable, "-m", "tests.stub_platform.server"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            port = process.stdout.readline().strip() if process.stdout else ""
            yield RunningStub(f"http://127.0.0.1:{port}")
        finally:
            process.kill()
