"""Every flow and every text by name, found by walking the flows; nothing is registered twice."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from conversations.check_in import check_in
from conversations.coach_alert import coach_alert
from conversations.exploring import explore, plain, said, stops
from conversations.fixed import FIXED
from conversations.flows import Flow
from conversations.forget import forget
from conversations.human import human
from conversations.pause import pause
from conversations.safety import safety
from conversations.safety_words import CARDS, safety_card
from conversations.settings import settings
from conversations.snooze import snooze
from conversations.steps import Question
from conversations.texts import Text
from conversations.welcome import welcome

FLOWS: Mapping[str, Flow[Any]] = {
    one.name: one for one in (welcome, check_in, human, coach_alert, safety, snooze, pause, settings, forget)
}


def flow_named(name: str) -> Flow[Any]:
    """The flow of this name. Raises KeyError."""
    return FLOWS[name]


@cache
def start_words() -> Mapping[str, str]:
    """What may be typed to start a talk, in lower case, with the flow that it starts."""
    started = [one for one in FLOWS.values() if one.start_words]
    return {word.casefold(): one.name for one in started for word in (one.title, *one.start_words)}


@cache
def ready_texts() -> Mapping[str, Text]:
    """What is sent without a talk, by id: the safety cards first of all. No flow is walked for these."""
    return {**{text.id: text for text in map(safety_card, CARDS)}, **FIXED}


@cache
def texts_of(flow: str) -> Mapping[str, Text]:
    """What this flow can say, by id. Each id begins with the flow's name."""
    return {one.text.id: one.text for one in said(FLOWS[flow])}


def find_text(text_id: str) -> Text | None:
    """A text by its id, if there is one. A flow is walked only when a text of its own is asked for."""
    found = ready_texts().get(text_id)
    flow = text_id.partition(".")[0]
    return texts_of(flow).get(text_id) if found is None and flow in FLOWS else found


def texts() -> Mapping[str, Text]:
    """Every text by id. Walks every flow: about a second of CPU the first time."""
    in_talks = {text_id: one for name in FLOWS for text_id, one in texts_of(name).items()}
    return {**in_talks, **ready_texts()}


def key_lines() -> tuple[str, ...]:
    """One line a question: flow, key, fingerprint. What the key file of the tests is checked against."""
    lines = {
        f"{flow.name} {plain(stop.key)} {stop.run.waiting.fingerprint}"
        for flow in FLOWS.values()
        for facts in flow.examples
        for stop in stops(explore(flow, facts))
        if isinstance(stop.run.waiting, Question)
    }
    return tuple(sorted(lines))
