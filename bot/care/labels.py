"""The words of the safety layer: labels, strengths, subjects, actions, and what passes between its steps."""

from dataclasses import dataclass
from enum import Enum, IntEnum


class Label(Enum):
    """What a message shows about its writer, from the most urgent to the least."""

    IMMINENT = "imminent"
    ACTIVE_SI = "active_si"
    SELF_HARM = "self_harm"
    PASSIVE_SI = "passive_si"
    HARM_TO_OTHERS = "harm_to_others"
    UNSAFE_NOW = "unsafe_now"
    SUBSTANCE = "substance"
    MISTREATMENT = "mistreatment"
    THIRD_PARTY = "third_party"
    DISTRESS = "distress"
    NONE = "none"

    @property
    def urgency(self) -> int:
        """0 for none, rising to 10 for imminent."""
        return _URGENCY[self]

    @property
    def is_self_risk(self) -> bool:
        return self in SELF_RISK


_URGENCY = {label: rank for rank, label in enumerate(reversed(Label))}
SELF_RISK = frozenset({Label.IMMINENT, Label.ACTIVE_SI, Label.SELF_HARM, Label.PASSIVE_SI})


class Strength(IntEnum):
    """How much a reading is worth: explicit fires alone, indirect asks, a cue alone stays quiet."""

    NONE = 0
    CUE = 1
    INDIRECT = 2
    EXPLICIT = 3


class Subject(Enum):
    """Whose risk it is; a colleague is any living person who is neither the writer nor a patient."""

    SELF = "self"
    PATIENT = "patient"
    COLLEAGUE = "colleague"
    NONE = "none"


class Action(Enum):
    """What the turn does: show a fixed card, ask one gentle question, or go on."""

    FIRE = "fire"
    ASK = "ask"
    QUIET = "quiet"


class Answer(Enum):
    """The writer's own answer to an ask."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"
    RATHER_NOT = "rather_not"
    FIGURE_OF_SPEECH = "figure_of_speech"


@dataclass(frozen=True)
class Evidence:
    """What a reading found; holds no word of the text.

    `reason` names the family in plain words for an operator, `hits` are family ids.
    `failed` says that the reading itself broke: the caller then shows the quiet resource line.
    """

    label: Label = Label.NONE
    strength: Strength = Strength.NONE
    subject: Subject = Subject.NONE
    reason: str = ""
    hits: tuple[str, ...] = ()
    failed: bool = False

    @property
    def weight(self) -> tuple[int, int]:
        """Orders evidence: strength first, then urgency of the label."""
        return (int(self.strength), self.label.urgency)


@dataclass(frozen=True)
class Decision:
    """What to do about it; `card` is the key of a fixed text, empty when there is none to show."""

    action: Action
    label: Label
    subject: Subject
    card: str = ""
