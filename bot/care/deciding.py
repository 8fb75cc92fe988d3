"""From evidence to action, with what is already known about the person: labels and times, never words."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.care.labels import Action, Answer, Decision, Evidence, Label, Strength, Subject

STICKY = timedelta(hours=24)
"""A raised label stays at least this long, and as long as its talk is open (safety review, rule 5)."""

ASK_PAUSE = timedelta(days=7)
"""At most one ask in this time for what is a mere cue (safety review, rule 6)."""

FALLBACK = "safety.fallback"
ASK_DIRECT = "ask.direct"
ASK_MEANING = "ask.meaning"
ASK_SUBJECT = "ask.subject"
ASK_SAFE = "ask.safe"
_FINER = {
    "unsafe.driving": "safety.unsafe.drive",
    "unsafe.awake+unsafe.drive": "safety.unsafe.drive",
    "unsafe.working": "safety.unsafe.work",
}
_MEANINGS = {"context.joke", "context.figure", "idiom.dying+serious.marker"}


def card_for(evidence: Evidence, label: Label) -> str:
    """Key of the fixed card: "safety." and the label, or a finer one where the family has its own."""
    return _FINER.get(evidence.hits[0] if evidence.hits else "", f"safety.{label.value}")


def ask_for(evidence: Evidence) -> str:
    """Which gentle question fits: what was meant, who is meant, the direct one, or only "are you safe"."""
    if not _MEANINGS.isdisjoint(evidence.hits[:2]) and evidence.label.is_self_risk:
        return ASK_MEANING
    if "context.unclear" in evidence.hits[:2] or evidence.label is Label.THIRD_PARTY:
        return ASK_SUBJECT
    return ASK_DIRECT if evidence.label.is_self_risk else ASK_SAFE


CARDS = frozenset(
    {f"safety.{label.value}" for label in Label if label is not Label.NONE}
    | {*_FINER.values(), FALLBACK, ASK_DIRECT, ASK_MEANING, ASK_SUBJECT, ASK_SAFE}
)
"""Every key that a Decision can carry; it carries none when there is nothing to show."""


@dataclass(frozen=True)
class RiskState:
    """What is known about one person's risk.

    `label` is raised since `raised_at`; `asked` waits for an answer since `asked_at`; times are in UTC.
    """

    label: Label = Label.NONE
    raised_at: datetime | None = None
    asked: Label = Label.NONE
    asked_at: datetime | None = None

    @staticmethod
    def unknown() -> "RiskState":
        """For a person never heard before, and for a turn whose database is away."""
        return RiskState()

    def as_of(self, now: datetime, *, talk_open: bool = False) -> "RiskState":
        """Without what has run out; `talk_open` says that the talk which raised the label is still open."""
        state = self
        if not talk_open and self.raised_at is not None and now - self.raised_at >= STICKY:
            state = replace(state, label=Label.NONE, raised_at=None)
        if self.asked_at is not None and now - self.asked_at >= ASK_PAUSE:
            state = replace(state, asked=Label.NONE, asked_at=None)
        return state

    def after(self, decision: Decision, *, at: datetime) -> "RiskState":
        """The state once the decision has been carried out; a card raises, nothing here lowers."""
        if decision.action is Action.ASK:
            return replace(self, asked=_urgent(self.asked, decision.label), asked_at=at)
        if decision.action is Action.FIRE and decision.label.is_self_risk:
            return replace(self, label=_urgent(self.label, decision.label), raised_at=at)
        return self

    def counts_until(self) -> datetime | None:
        """When the last of it runs out by itself, though a raised label not before its talk has ended."""
        raised = () if self.raised_at is None else (self.raised_at + STICKY,)
        asked = () if self.asked_at is None else (self.asked_at + ASK_PAUSE,)
        return max((*raised, *asked), default=None)

    def to_json(self) -> dict[str, str]:
        """Plain strings; empty for nothing."""
        return {
            "label": self.label.value,
            "raised_at": self.raised_at.isoformat() if self.raised_at else "",
            "asked": self.asked.value,
            "asked_at": self.asked_at.isoformat() if self.asked_at else "",
        }

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> "RiskState":
        """Takes what `to_json` gave; an empty mapping is the unknown state."""
        return RiskState(
            label=Label(value.get("label", "none")),
            raised_at=_time(value.get("raised_at")),
            asked=Label(value.get("asked", "none")),
            asked_at=_time(value.get("asked_at")),
        )


def _time(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None


def _urgent(*labels: Label) -> Label:
    return max(labels, key=lambda label: label.urgency)


def decide(evidence: Evidence, state: RiskState) -> Decision:
    """Fire on what is explicit, ask where unsure, else stay quiet; a raised state lifts each by one step."""
    if evidence.failed:
        return Decision(Action.QUIET, Label.NONE, Subject.NONE, FALLBACK)
    strength = _lifted(evidence, state)
    if strength is Strength.EXPLICIT:
        label = _urgent(evidence.label, state.label) if evidence.label.is_self_risk else evidence.label
        return Decision(Action.FIRE, label, evidence.subject, card_for(evidence, label))
    if strength is Strength.INDIRECT:
        return Decision(Action.ASK, evidence.label, evidence.subject, ask_for(evidence))
    label = evidence.label if evidence.label is Label.DISTRESS else Label.NONE
    return Decision(Action.QUIET, label, evidence.subject)


def _lifted(evidence: Evidence, state: RiskState) -> Strength:
    """One step more while a risk of the writer is raised; a cue not again within the pause."""
    is_new_sign = evidence.label.is_self_risk and evidence.strength > Strength.NONE
    if not (state.label.is_self_risk and is_new_sign):
        return evidence.strength
    if evidence.strength is Strength.CUE and state.asked_at is not None:
        return evidence.strength
    return Strength(min(evidence.strength + 1, Strength.EXPLICIT))


def answered(state: RiskState, answer: Answer, at: datetime) -> RiskState:
    """The writer's own answer to the ask: the one thing that lowers a raised state.

    A no, or "a figure of speech", is believed; yes and "not sure" raise what was asked about;
    "rather not say" leaves everything as it was.
    """
    if answer in {Answer.NO, Answer.FIGURE_OF_SPEECH}:
        return replace(state, label=Label.NONE, raised_at=None, asked=Label.NONE)
    if answer is Answer.RATHER_NOT:
        return replace(state, asked=Label.NONE)
    asked = state.asked if state.asked.is_self_risk else Label.PASSIVE_SI
    return replace(state, label=_urgent(state.label, asked), raised_at=at, asked=Label.NONE)
