"""How far a long copy has come, and how large it is, in words."""

from time import monotonic

from bot.commands.terminal import say

_SAY_EACH = 5.0
_UNITS = (("GB", 1e9), ("MB", 1e6), ("kB", 1e3))


class Told:
    """Says every few seconds how far it has come."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._begun = self._said = monotonic()

    def __call__(self, done: int, of: int) -> None:
        """As bot.store.backup.Progress."""
        if monotonic() - self._said >= _SAY_EACH:
            self._said = monotonic()
            say(f"{self._what}: {size(done)}{f' of {size(of)}' if of else ''}")

    @property
    def seconds(self) -> str:
        """How long it took so far."""
        return f"{monotonic() - self._begun:.1f} s"


def size(number: int) -> str:
    """Bytes in the largest unit of which there is one."""
    for name, unit in _UNITS:
        if number >= unit:
            return f"{number / unit:.1f} {name}"
    return f"{number} bytes"
