"""Read messages as JSON lines and name the identifiers in them: for measuring, not for serving."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict

from bot.jsonlines import messages
from bot.privacy.spans import spans


def identify_lines(lines: Iterable[str]) -> Iterator[str]:
    """{"id","text"} a line in, {"id","spans":[{"start","end","type"}]} a line out. Raises ValueError."""
    for identity, text in messages(lines):
        yield json.dumps({"id": identity, "spans": [asdict(span) for span in spans(text)]})
