"""Journals and keys of released flows: what people may have in hand when a release comes.

    python -m tests.conversations.golden

adds what is new: a line in keys.txt for each new question, a journal for each talk below that has none yet.
It never changes a line or a journal that is there: those stand for talks that are open somewhere.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conversations.catalogue import flow_named, key_lines
from conversations.rehearsal import Answer, Rehearsal, talk

HERE = Path(__file__).parent
KEYS = HERE / "keys.txt"
JOURNALS = HERE / "journals"
RETIRED = "retired"


@dataclass(frozen=True)
class Held:
    """A talk to keep a journal of: the flow, which of its example facts, and the answers."""

    flow: str
    example: int
    answers: tuple[Answer, ...]


TALKS = {
    "welcome-day": Held("welcome", 0, ("6",)),
    "check-in-stretched": Held("check-in", 0, ("stretched", ("sleep", "team"), "partly")),
    "check-in-steady-consent": Held("check-in", 1, ("steady", "slept well")),
    "check-in-struggling": Held("check-in", 2, ("struggling", ("patient",), "a thank you")),
    "check-in-zone": Held("check-in", 4, ("steady", None)),
    "check-in-not-ok": Held("check-in", 1, ("not-ok",)),
    "human-preview": Held("human", 1, ("sam", "yes", "call", "555-0123", "please")),
    "human-sent": Held(
        "human", 2, ("sam", "message", "555-0123", None, "kim", "send", "seen", "proposed Tue 6 Jan 18:00")
    ),
    "coach-alert-proposed": Held("coach-alert", 1, ("propose", "tomorrow 18:00")),
    "coach-alert-closing": Held("coach-alert", 0, ("acknowledge", "close")),
    "coach-alert-asked": Held("coach-alert", 4, ("accept", "pass")),
    "safety-not-ok": Held("safety", 0, ("no", "no", "not-sure", "no", "shift")),
    "safety-ask": Held("safety", 2, ("yes", "yes")),
    "snooze-shift": Held("snooze", 0, ("after-shift",)),
    "pause-nudges": Held("pause", 1, ("nudges",)),
    "settings-day": Held("settings", 0, ("day", "2")),
    "forget-asked": Held("forget", 0, ()),
}


def hold(held: Held) -> Rehearsal:
    """The talk, held to its last answer."""
    flow = flow_named(held.flow)
    return talk(flow, *held.answers, facts=flow.examples[held.example])


def kept(rehearsal: Rehearsal) -> dict[str, Any]:
    """What a journal file holds."""
    return {
        "flow": rehearsal.flow.name,
        "version": rehearsal.flow.version,
        "facts": rehearsal.facts.to_json(),
        "journal": rehearsal.journal.to_json(),
        "words": rehearsal.words,
        "asks": rehearsal.asks,
        "effects": sorted(rehearsal.effects),
        "performed": sorted(rehearsal.performed),
    }


def new_keys() -> list[str]:
    """Lines for questions that have none."""
    known = {line.rpartition(" ")[0] for line in lines()}
    return [line for line in key_lines() if line.rpartition(" ")[0] not in known]


def lines() -> list[str]:
    """The key file's lines, without remarks."""
    text = KEYS.read_text(encoding="utf-8") if KEYS.exists() else ""
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def add() -> None:
    """Write what is new, and only that."""
    JOURNALS.mkdir(exist_ok=True)
    for name, held in TALKS.items():
        path = JOURNALS / f"{name}.json"
        if not path.exists():
            path.write_text(
                json.dumps(kept(hold(held)), indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
            )
    head = "# flow, key, fingerprint; a key that is gone stays here as retired and is never used again\n"
    old = KEYS.read_text(encoding="utf-8") if KEYS.exists() else head
    KEYS.write_text(old + "".join(f"{line}\n" for line in new_keys()), encoding="utf-8")


if __name__ == "__main__":
    add()
