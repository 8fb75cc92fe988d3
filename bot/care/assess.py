"""Read messages as JSON lines and say what the companion would do: for measuring, not for serving."""

import json
from collections.abc import Iterable, Iterator

from bot.care.deciding import RiskState, decide
from bot.care.labels import Action
from bot.care.reading import read


def assess_lines(lines: Iterable[str]) -> Iterator[str]:
    """{"id","text"} a line in, {"id","label","action","subject"} a line out; blank lines are passed over.

    Raises ValueError, naming the line and never the text, on a line that is something else.
    """
    for number, line in enumerate(lines, 1):
        if line.strip():
            identity, text = _message(line, number)
            decision = decide(read(text), RiskState.unknown())
            action = "none" if decision.action is Action.QUIET else decision.action.value
            subject = decision.subject.value
            yield json.dumps(
                {"id": identity, "label": decision.label.value, "action": action, "subject": subject}
            )


def _message(line: str, number: int) -> tuple[object, str]:
    try:
        row = json.loads(line)
        if isinstance(row["text"], str):
            return row["id"], row["text"]
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    raise ValueError(f'line {number}: expected JSON with "id" and "text", the text a string')
