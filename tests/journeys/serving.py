"""`companion serve` as an operator starts it: a process with a data folder and ports of its own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.ports import Ports

COMMAND = Path(sys.executable).with_name("companion")
_WITHIN = 60.0
_POLL = 0.05


class Served:
    """The process on its data, on ports that it takes at its first start.

    `origin` and the key of `link` outlast a restart, for a page left open. `settings`: further ones.
    """

    def __init__(
        self, folder: Path, database_url: str = "", settings: Mapping[str, str] | None = None
    ) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self._output = folder / "output.txt"
        self._ports = Ports()
        self._process: subprocess.Popen[bytes] | None = None
        self._settings = {
            "COMPANION_DATA_FOLDER": str(self.data),
            "COMPANION_DRAIN_SECONDS": "5",
            **(settings or {}),
        }
        if database_url:
            self._settings["COMPANION_DATABASE_URL"] = database_url

    def start(self) -> "Served":
        """Start it and wait until it says that it is ready. Raises RuntimeError with what it printed."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("COMPANION_")}
        with self._output.open("wb") as output:
            self._process = subprocess.Popen(
                [COMMAND, "serve"],
                cwd=self.folder,
                env=kept | self._settings | self._ports.settings(),
                stdout=output,
                stderr=output,
            )
        deadline = time.monotonic() + _WITHIN
        while not (self.is_ready() and self.link):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(self.output)
            time.sleep(_POLL)
        return self

    @property
    def data(self) -> Path:
        """Its data folder."""
        return self.folder / "data"

    @property
    def pid(self) -> int:
        """Of the process that was started last."""
        assert self._process is not None
        return self._process.pid

    def is_ready(self) -> bool:
        """Whether it has said where it listens, and the internal listener there calls it ready."""
        return self._ports.are_in(self.output) and self._ports.are_ready()

    @property
    def origin(self) -> str:
        """Its public listener."""
        return self._ports.public

    @property
    def output(self) -> str:
        """Everything printed since the last start."""
        return self._output.read_text() if self._output.exists() else ""

    @property
    def link(self) -> str:
        """The link it printed."""
        words = self.output.split()
        return next((word for word in words if word.startswith(f"{self.origin}/chat?key=")), "")

    def stop(self) -> int:
        """End it as an operator does; the exit code."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(_WITHIN)

    def kill(self) -> None:
        """End it as a power cut does."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait(_WITHIN)

    def restart(self) -> None:
        """Stop, which succeeds, and start on the same data."""
        assert self.stop() == 0, self.output
        self.start()


@contextmanager
def serving(folder: Path, database_url: str = "") -> Iterator[Served]:
    """A running server that stops cleanly when the block ends."""
    served = Served(folder, database_url)
    try:
        served.start()
        yield served
        assert served.stop() == 0, served.output
        assert "Traceback" not in served.output, served.output
    finally:
        served.kill()
