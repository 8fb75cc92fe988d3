"""How commands start and what they print."""

from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console
from rich.table import Table

from bot.logs import configure_logs
from bot.settings import Settings
from bot.settings_file import load_settings

_WIDE = 200  # into a file or a pipe nothing is folded


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
