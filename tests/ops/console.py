"""The command as an operator runs it: a process of its own, with settings that the test gives."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

FREE = {"port": "0", "internal_port": "0"}
"""Settings: whichever ports nobody listens on."""


def companion(
    *words: str, folder: Path, given: str = "", **settings: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        input=given,
        capture_output=True,
        text=True,
        check=False,
        env=environment(folder, settings),
    )


def environment(folder: Path, settings: Mapping[str, str]) -> dict[str, str]:
    rest = {name: value for name, value in os.environ.items() if not name.startswith("COMPANION_")}
    own = {f"COMPANION_{name.upper()}": value for name, value in settings.items()}
    return rest | {"COMPANION_DATA_FOLDER": str(folder / "data")} | own
