"""Journals and keys of released flows: what people may have in hand when a release comes.

    python -m tests.conversations.golden

adds what is new: a line in keys.txt for each new question, a journal for each talk below that has none yet,
and for a new flow a line in required.txt for each required question that a final effect can follow.
It never changes a line or a journal that is there: those stand for talks that are open somewhere. Whoever
retires the question at which a journal stands adds to it, by hand, where that talk waits `since`.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conversations.catalogue import FLOWS, flow_named, key_lines
from conversations.exploring import Stop, explore, plain, stops
from conversations.flows import Facts, Flow
from conversations.rehearsal import Answer, Rehearsal, talk
from conversations.steps import Choose, Perform, Question

HERE = Path(__file__).parent
KEYS = HERE / "keys.txt"
REQUIRED = HERE / "required.txt"
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


def required_lines() -> list[str]:
    """One line a required question that a final effect can follow: flow, key, its options or "-"."""
    under = ((flow, facts) for flow in FLOWS.values() for facts in flow.examples)
    return sorted({line for flow, facts in under for line in required_in(flow, facts)})


def required_in(flow: Flow[Any], facts: Facts) -> set[str]:
    """The same for one flow under these facts."""
    places = list(stops(explore(flow, facts)))
    before = _before_a_final_effect(places)
    asked = [one.run.waiting for one in places if one.number in before]
    found = [one for one in asked if isinstance(one, Question) and one.required]
    return {f"{flow.name} {plain(one.key)} {','.join(_options(one)) or '-'}" for one in found}


def _before_a_final_effect(places: list[Stop]) -> set[int]:
    """The numbers of the places from which a way leads to a final effect."""
    found = {one.number for one in places if isinstance(one.run.waiting, Perform)}
    while True:
        more = {one.number for one in places if found & {to.number for _, to in one.ways}}
        if more <= found:
            return found
        found |= more


def _options(question: Question[Any]) -> list[str]:
    """The options whose recorded answers can be read: of a closed set all, also those not shown here."""
    if isinstance(question, Choose):
        return sorted(one.option.key for one in type(question.members[0]))
    return []


def new_keys() -> list[str]:
    """Lines for questions that have none."""
    known = {line.rpartition(" ")[0] for line in lines()}
    return [line for line in key_lines() if line.rpartition(" ")[0] not in known]


def new_required() -> list[str]:
    """Lines for the required questions of flows in which nobody can be yet."""
    known = {line.partition(" ")[0] for line in lines()}
    return [line for line in required_lines() if line.partition(" ")[0] not in known]


def lines(path: Path = KEYS) -> list[str]:
    """The lines of the key file, or of another one like it, without remarks."""
    return [
        line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")
    ]


def add() -> None:
    """Write what is new, and only that."""
    JOURNALS.mkdir(exist_ok=True)
    for name, held in TALKS.items():
        path = JOURNALS / f"{name}.json"
        if not path.exists():
            path.write_text(
                json.dumps(kept(hold(held)), indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
            )
    for path, more in ((REQUIRED, new_required()), (KEYS, new_keys())):
        old = path.read_text(encoding="utf-8")
        path.write_text(old + "".join(f"{line}\n" for line in more), encoding="utf-8")


if __name__ == "__main__":
    add()
