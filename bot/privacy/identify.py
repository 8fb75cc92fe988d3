"""Read messages as JSON lines and name the identifiers in them: for measuring, not for serving."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict

from bot.privacy.spans import spans


def identify_lines(lines: Iterable[str]) -> Iterator[str]:
    """{"id","text"} a line in, {"id","spans":[{"start","end","type"}]} a line out; blank lines are skipped.

    Raises ValueError, naming the line and never the text, on a line that is something else.
    """
    for number, line in enumerate(lines, 1):
        if line.strip():
            identity, text = _message(line, number)
            yield json.dumps({"id": identity, "spans": [asdict(span) for span in spans(text)]})


def _message(line: str, number: int) -> tuple[object, str]:
    try:
        row = json.loads(line)
        if isinstance(row["text"], str):
            return row["id"], row["text"]
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    raise ValueError(f'line {number}: expected JSON with "id" and "text", the text a string')
