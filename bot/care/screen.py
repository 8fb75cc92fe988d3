"""The safety check that reads every message first: evidence from text and presses, and what to do about it.

Nothing here knows the clock, the database or a platform, so it works when all of them are away.
Reading is linear in the length of the text and holds no state between calls.
"""

from collections.abc import Sequence

from bot.care.deciding import CARDS, RiskState, answered, decide
from bot.care.labels import Action, Answer, Decision, Evidence, Label, Strength, Subject
from bot.care.reading import read
from bot.care.taps import SIGNALS, signal

__all__ = [
    "CARDS",
    "SIGNALS",
    "Action",
    "Answer",
    "Decision",
    "Evidence",
    "Label",
    "RiskState",
    "Strength",
    "Subject",
    "answered",
    "decide",
    "read",
    "screen",
    "signal",
]


def screen(text: str, before: Sequence[str] = ()) -> Evidence:
    """`read`, but never raising: evidence of a broken reading brings the quiet resource line."""
    try:
        return read(text, before)
    except Exception as error:  # noqa: BLE001 - the turn answers all the same
        return Evidence(reason=f"the reading failed: {type(error).__name__}", failed=True)
