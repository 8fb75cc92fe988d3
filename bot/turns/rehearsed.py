"""The daily rehearsal of the safety path: known phrases through the real reading, to the real card.

Daily, and before a server begins to listen (safety brief, section 5). No database, no person, nothing sent.
"""

from datetime import datetime

from bot.care.screen import screen
from bot.errors import OperatorError
from bot.presentation.fixed import fixed_card
from bot.presentation.views import Wordings
from bot.program.resources import Resources
from bot.turns import risk
from bot.turns.house import AT_ANY_HOUR, links

PHRASES = ("I want to kill myself", "i am going to end my life tonight", "quiero suicidarme")
ORDINARY = ("Slept well and left on time.", "The patient died of a heart attack at four.")
_DAY = 24 * 60 * 60


class CardMissing(OperatorError):
    """The safety path fails its rehearsal: a phrase of danger gets no card, or ordinary words get one."""

    hint = "Do not serve with this version; check resources.toml of the program, then install anew."


class SafetyRehearsal:
    """The job that rehearses the card for danger."""

    name = "self-test"
    every = _DAY

    def __init__(self, resources: Resources, wordings: Wordings) -> None:
        self._resources, self._wordings = resources, wordings

    def next_due(self) -> datetime | None:
        """Nothing is ever due: it changes nothing."""
        return None

    def run(self, now: datetime) -> int:
        """Read each phrase and draw its card. Raises CardMissing, which names the phrase's place alone."""
        for number, phrase in enumerate(PHRASES, 1):
            if not self._card_is_whole(phrase, now):
                raise CardMissing(
                    f"The safety path fails its rehearsal: phrase {number} of danger gets no card."
                )
        if any(risk.fixed_text(screen(words)) for words in ORDINARY):
            raise CardMissing("The safety path fails its rehearsal: ordinary words get a card.")
        return 0

    def _card_is_whole(self, phrase: str, now: datetime) -> bool:
        name = risk.fixed_text(screen(phrase))
        if name in {"", risk.QUIET, risk.FALLBACK}:
            return False
        shown = links(self._resources.at_any_hour(AT_ANY_HOUR, now.date()))
        card = fixed_card(name, self._wordings, links=shown)
        return bool(card.links) and any(part.strip() for part in card.paragraphs)
