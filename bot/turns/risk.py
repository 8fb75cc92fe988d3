"""What the safety rules hear in a turn, and the safety talk that follows. Labels and times, never words."""

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from adapters.port import Control, EventKind, Press
from bot.care.deciding import ASK_SUBJECT
from bot.care.screen import (
    SIGNALS,
    Action,
    Answer,
    Decision,
    Evidence,
    Label,
    RiskState,
    Strength,
    decide,
    signal,
)
from bot.care.screen import answered as lowered
from bot.presentation.fixed import text
from bot.turns import first, stack
from bot.turns.frames import Frame
from bot.turns.standing import take_back_unsent
from bot.turns.work import Heard, Work
from conversations.answers import WISH
from conversations.catalogue import ready_texts
from conversations.journal import Json
from conversations.steps import Question
from conversations.texts import Said
from conversations.times import in_words
from conversations.universal import universal

SAFETY = "safety"
QUIET = "safety.quiet"
FALLBACK = "safety.fallback"
_ANSWERS = {
    "yes": Answer.YES,
    "no": Answer.NO,
    "not-sure": Answer.UNSURE,
    "rather-not": Answer.RATHER_NOT,
    "figure": Answer.FIGURE_OF_SPEECH,
}
_ASKS = frozenset({"ask", "direct", "meaning"})


def state(work: Work) -> RiskState:
    """What is known about this person's risk, without what has run out."""
    if work.risk is None:
        sealed = work.person.risk
        held: dict[str, Any] = {}
        if sealed is not None:
            held = json.loads(work.house.keys.open(work.subject, f"persons/{work.person_id}/risk", sealed))
        is_open = any(frame.flow.safety for frame in work.stack)
        known = RiskState.from_json(held)
        work.risk = known.as_of(work.now, talk_open=is_open)
        if work.risk != known:
            _keep(work, work.risk)  # what has run out leaves the row as well
    return work.risk


def counts_until(work: Work) -> datetime | None:
    """Until when a mark from a safety talk counts, or None where there is none."""
    return state(work).counts_until()


def mark_in_words(work: Work) -> str:
    """The mark in plain words, for the person whose it is; "" for none."""
    until = counts_until(work)
    if until is None:
        return ""
    is_ahead = until > work.now
    end = in_words(until.astimezone(ZoneInfo(work.zone))) if is_ahead else "the talk about it has ended"
    return work.house.wordings.of(Said(text("privacy.safety"), {"until": end}))


def _keep(work: Work, risk: RiskState) -> None:
    work.risk = risk
    body = json.dumps(risk.to_json()).encode("utf-8")
    sealed = work.house.keys.seal(work.subject, f"persons/{work.person_id}/risk", body)
    work.person_values["risk"] = sealed


def begin(work: Work) -> None:
    """An empty state from the start, so that having one tells nothing."""
    _keep(work, RiskState.unknown())


def hear(work: Work, evidence: Evidence) -> None:
    """Take one piece of evidence into account; what it calls for is opened by `open_if_needed`."""
    if _says_nothing(evidence):
        return
    found = decide(evidence, state(work))
    if found.action is not Action.QUIET:
        _keep(work, state(work).after(found, at=work.now))
    if found.action is not Action.QUIET or evidence.failed:
        work.decisions.append((found, evidence))


def _says_nothing(found: Evidence) -> bool:
    return found.strength is Strength.NONE and not found.failed


def answered(work: Work, frame: Frame, key: str, recorded: Json) -> None:
    """The writer's own plain answer to an ask is the one thing that lowers what was raised."""
    if frame.flow.safety and key in _ASKS and recorded in _ANSWERS:
        _keep(work, lowered(state(work), _ANSWERS[str(recorded)], work.now))


def hear_press(work: Work, press: Press) -> None:
    """A button that is answered no more still says what it signals; of a wish for a person, nothing."""
    if press.signal in SIGNALS - {WISH}:
        hear(work, signal(press.signal))


def open_if_needed(work: Work) -> bool:
    """Open the safety talk, raise the one there is, or go on with it. Returns whether one is on top now."""
    if not work.decisions:
        return False
    found, evidence = max(work.decisions, key=lambda pair: pair[0].label.urgency)
    work.decisions.clear()
    if found.action is Action.QUIET:
        work.needs_quiet_line = True
        return False
    held = [work.opened(frame) for frame in work.frames if frame.flow.safety and frame.state != "closed"]
    current = next((frame for frame in held if frame.state == "open"), None)
    about = given(found, evidence)
    if current is not None and _asks_it(work, current, found, about):
        if work.event.kind is not EventKind.PRESS:
            first.say(work, "safety.not-read")
        stack.lift(work, current)
        return True
    if current is not None:
        about = _no_lower(work, current, found, about)
    for frame in held:
        take_back_unsent(work, frame)
        stack.close(work, frame, "raised")
    stack.start(work, SAFETY, about)
    return True


def _asks_it(work: Work, frame: Frame, found: Decision, about: dict[str, str]) -> bool:
    """Whether the open talk waits with the very question that is called for; else it starts again.

    So a card is shown each time that danger is told, but once for a button that is pressed twice.
    """
    waiting = stack.replay(work, frame).waiting
    if not isinstance(waiting, Question):
        return False  # another talk is held inside it
    if found.action is Action.FIRE:
        is_pressed = about["signal"] in SIGNALS - {"crisis_word"}
        return is_pressed and about == frame.facts.given and not frame.journal.entries
    if waiting.key == "about":
        return found.card == ASK_SUBJECT
    if waiting.key == "here":
        return found.label is Label.MISTREATMENT
    return waiting.key in _OF_ONESELF


_OF_ONESELF = frozenset({"safe", "direct", "meaning", "now", "with", "reach", "use"})
"""The questions that ask of the writer's own safety, by key; whoever is past them is asked again."""


def _no_lower(work: Work, frame: Frame, found: Decision, about: dict[str, str]) -> dict[str, str]:
    """A talk that starts again asks about safety as it did before: the words are those of the new signal."""
    raised = state(work).label
    if found.action is Action.ASK:
        is_known = raised.is_self_risk and found.label.is_self_risk
        return {"label": raised.value, "card": f"safety.{raised.value}", "signal": ""} if is_known else about
    waiting = stack.replay(work, frame).waiting
    key = waiting.key if isinstance(waiting, Question) else ""
    label = max(found.label, raised, _ASKED_BY.get(key, Label.NONE), key=lambda label: label.urgency)
    signal = "not_ok" if key == "safe" and not label.is_self_risk else about["signal"]
    return about | {"label": label.value, "signal": signal}


_ASKED_BY = {"direct": Label.PASSIVE_SI, "meaning": Label.PASSIVE_SI, "here": Label.MISTREATMENT}
"""The label whose talk asks this after its card, so that a question still open is put again."""


_WISHED = signal(WISH).hits


def fixed_text(evidence: Evidence) -> str:
    """The fixed text for evidence that no talk can answer, from memory only; "" for none."""
    if evidence.failed:
        return FALLBACK
    if evidence.hits == _WISHED:
        return QUIET
    found = decide(evidence, RiskState.unknown())
    if found.action is Action.QUIET:
        return ""
    return found.card if found.action is Action.FIRE and found.card in ready_texts() else QUIET


def evidence(heard: Heard) -> Evidence:
    """A button carries its signal; `crisis` and `human` count as explicit, typed or pressed."""
    press = heard.event.press
    if press is not None and press.signal in SIGNALS:
        return signal(press.signal)
    name = asks_for_people(heard)
    if name:
        return signal("crisis_word" if name == "crisis" else WISH)
    return heard.evidence


def explicit_text(heard: Heard) -> str:
    """The fixed text for explicit danger; "" for none, and for what only asks for a person."""
    found = evidence(heard)
    if _says_nothing(found):
        return ""
    decision = decide(found, RiskState.unknown())
    is_danger = decision.action is Action.FIRE and decision.label is not Label.DISTRESS
    return fixed_text(found) if is_danger else ""


def asks_for_people(heard: Heard) -> str:
    """The word for a crisis or for a person, typed, pressed or all that a form says, or nothing."""
    press = heard.event.press
    if heard.event.kind in {EventKind.MESSAGE, EventKind.FORM}:
        word = universal(heard.text)
        name = word.name if word else ""
    elif press is not None:
        name = press.option if press.key == Control.WORD else press.flow if press.key == Control.START else ""
    else:
        name = ""
    return name if name in {"human", "crisis"} else ""


def given(found: Decision, evidence: Evidence) -> dict[str, str]:
    """What the safety talk is told: which card, about whom, from which signal."""
    tap = next((hit.removeprefix("tap.") for hit in evidence.hits if hit.startswith("tap.")), "")
    return {
        "label": "ask" if found.action is Action.ASK else found.label.value,
        "card": found.card,
        "signal": tap,
    }
