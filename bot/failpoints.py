"""Named places where a test may kill the process, as a power cut would.

`COMPANION_FAILPOINT=dispatch.after-send` dies at the first visit, `dispatch.after-send:3` at the third.
Production refuses to start with it set.
"""

import os
import signal

VARIABLE = "COMPANION_FAILPOINT"

NAMES = (
    "turn.before-commit",
    "turn.after-commit",
    "dispatch.claimed",
    "dispatch.before-send",
    "dispatch.after-send",
    "dispatch.finished",
    "sweep.before-commit",
    "sweep.after-commit",
    "keys.after-commit",
    "migrate.before-begin",
    "migrate.before-commit",
    "migrate.after-last",
    "rotate.secrets-turned",
    "rotate.before-commit",
    "rotate.after-commit",
    "epoch.before-keys",
    "backup.copied",
    "backup.before-rename",
    "restore.before-commit",
    "restore.before-swap",
    "restore.after-swap",
)
"""Each begin of a migration after its first stands between two revisions."""


class Failpoint:
    """Counts the visits to one name and kills the process at the last of them."""

    def __init__(self, setting: str) -> None:
        self._name, _, visits = setting.partition(":")
        self._left = int(visits) if visits.isdigit() else 1

    def hit(self, name: str) -> None:
        if name != self._name:
            return
        self._left -= 1
        if self._left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)


_armed = Failpoint(os.environ.get(VARIABLE, ""))


def hit(name: str) -> None:
    """Die here by SIGKILL where the environment says so; otherwise nothing happens."""
    _armed.hit(name)
