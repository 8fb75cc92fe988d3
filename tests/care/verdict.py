"""What a text leads to, from somebody of whom nothing is known."""

from collections.abc import Sequence

from bot.care.screen import Action, Decision, RiskState, decide, read


def decided(text: str, before: Sequence[str] = ()) -> Decision:
    """`before`: what the same person wrote earlier, oldest first."""
    return decide(read(text, before), RiskState.unknown())


def action(text: str, before: Sequence[str] = ()) -> Action:
    return decided(text, before).action
