"""What a press says about safety: options carry signals, and two words always count."""

from bot.care.labels import Evidence, Label, Strength, Subject

_TAPS = {
    "not_ok": (Label.DISTRESS, Strength.INDIRECT, "pressed that they are not ok"),
    "not_safe": (Label.IMMINENT, Strength.EXPLICIT, "pressed that they are not safe now"),
    "unsure_safe": (Label.ACTIVE_SI, Strength.EXPLICIT, "pressed that they are not sure to be safe"),
    "crisis_word": (Label.ACTIVE_SI, Strength.EXPLICIT, "used the word for a crisis"),
    "wants_human": (Label.DISTRESS, Strength.EXPLICIT, "asked for a person"),
}
SIGNALS = frozenset(_TAPS)


def signal(name: str) -> Evidence:
    """Evidence of a press; raises ValueError on a name that is not in SIGNALS."""
    if name not in _TAPS:
        raise ValueError(f"no signal {name!r}: use one of {', '.join(sorted(SIGNALS))}")
    label, strength, reason = _TAPS[name]
    return Evidence(
        label=label, strength=strength, subject=Subject.SELF, reason=reason, hits=(f"tap.{name}",)
    )
