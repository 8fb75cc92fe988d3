"""How commands start and what they print."""

import time
from collections.abc import Callable, Iterable, Sequence

from rich import box
from rich.console import Console
from rich.table import Table

from bot.logs import configure_logs
from bot.settings import Settings
from bot.settings_file import load_settings

_WIDE = 200  # into a file or a pipe nothing is folded
_EVERY = 2.0  # seconds


def started() -> Settings:
    """The settings, with logs as they say. Raises SettingsError."""
    settings = load_settings()
    configure_logs(level=settings.log_level.value, format=settings.log_format.value)
    return settings


def say(line: str) -> None:
    """One plain line."""
    _console().print(line, markup=False, highlight=False, soft_wrap=True)


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its word: 1 key, 2 keys; `many` where it does not end in an s."""
    return f"{number} {one if number == 1 else many or f'{one}s'}"


class Progress:
    """How far long work has come, as a line every few seconds; `of`: how much there is."""

    def __init__(self, what: str, *, of: int, seconds: Callable[[], float] = time.monotonic) -> None:
        self._what, self._of, self._seconds = what, of, seconds
        self._said = seconds()

    def __call__(self, done: int) -> None:
        """Say it where it was not said lately."""
        if self._seconds() - self._said >= _EVERY:
            self._said = self._seconds()
            say(f"{done:,} of {self._of:,} {self._what}.")


def show_table(titles: Sequence[str], rows: Iterable[Sequence[object]], *, empty: str) -> None:
    """A table, or the line that says why there is none."""
    lines = [[str(cell) for cell in row] for row in rows]
    if not lines:
        say(empty)
        return
    table = Table(*titles, box=box.SIMPLE_HEAD, pad_edge=False)
    for line in lines:
        table.add_row(*line)
    _console().print(table, markup=False)


def _console() -> Console:
    console = Console(soft_wrap=True)
    return console if console.is_terminal else Console(width=_WIDE, soft_wrap=True)
