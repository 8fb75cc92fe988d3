"""Messages as JSON lines, for the commands that measure."""

import json
from collections.abc import Iterable, Iterator


def messages(lines: Iterable[str]) -> Iterator[tuple[object, str]]:
    """Id and text of each line {"id","text"}; blank lines are passed over.

    Raises ValueError, naming the line and never the text, on a line that is something else.
    """
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _message(line, number)


def _message(line: str, number: int) -> tuple[object, str]:
    try:
        row = json.loads(line)
        if isinstance(row["text"], str):
            return row["id"], row["text"]
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    raise ValueError(f'line {number}: expected JSON with "id" and "text", the text a string')
