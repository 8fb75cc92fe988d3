"""Read messages as JSON lines and say what the companion would do: for measuring, not for serving."""

import json
from collections.abc import Iterable, Iterator

from bot.care.deciding import RiskState, decide
from bot.care.labels import Action
from bot.care.reading import read
from bot.jsonlines import messages


def assess_lines(lines: Iterable[str]) -> Iterator[str]:
    """{"id","text"} a line in, {"id","label","action","subject"} a line out. Raises ValueError."""
    for identity, text in messages(lines):
        decision = decide(read(text), RiskState.unknown())
        action = "none" if decision.action is Action.QUIET else decision.action.value
        subject = decision.subject.value
        yield json.dumps(
            {"id": identity, "label": decision.label.value, "action": action, "subject": subject}
        )
