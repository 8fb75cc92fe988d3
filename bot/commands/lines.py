"""`companion assess` and `companion identifiers`: JSON lines in, JSON lines out, one by one."""

import io
import signal
import sys
from collections.abc import Callable, Iterable, Iterator

from bot.errors import InputError


def assess() -> None:
    """What the companion would do of danger in each text."""
    from bot.care.assess import assess_lines

    _stream(assess_lines)


def identifiers() -> None:
    """What in each text identifies somebody."""
    from bot.privacy.identify import identify_lines

    _stream(identify_lines)


def _stream(judge: Callable[[Iterable[str]], Iterator[str]]) -> None:
    """Each answer leaves before the next line is read. A reader that goes away ends it quietly."""
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    lines = io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", errors="replace", newline="\n")
    try:
        for line in judge(lines):
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()
    except ValueError as error:  # names the line, never the text
        raise InputError(f"{error}.") from None
