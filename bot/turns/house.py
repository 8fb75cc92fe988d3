"""What every turn may use: keys, clock, program, texts. Loaded at start, shared, never changed by a turn."""

from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from adapters.port import Link
from bot.clock import Clock
from bot.presentation.views import Wordings
from bot.program.resources import Resource, Resources
from bot.store.keys import Keys

AT_ANY_HOUR = ("crisis", "emergency", "counselling")
"""The kinds of lines under a safety card that asks for no others; its words say that people always answer."""

CARD_LINES = {
    "unsafe_now": ("ride", "cover", "crisis"),
    "substance": ("cover", "counselling", "crisis"),
    "mistreatment": ("emergency", "counselling", "peer"),
    "third_party": ("crisis", "emergency", "cover"),
    "distress": ("counselling", "peer", "crisis"),
}
"""The kinds of lines under the card of a label, most fitting first; its words promise no hour."""

BESIDE_A_REQUEST = ("counselling", "crisis", "peer")
"""The kinds of lines beside a request for a person."""


@dataclass(frozen=True)
class House:
    """The surroundings of a turn."""

    keys: Keys
    clock: Clock
    resources: Resources
    program_id: str
    zone: str
    wordings: Wordings = field(default_factory=Wordings)
    languages: tuple[str, ...] = ("en",)

    def today(self, now: datetime) -> date:
        """The program's calendar date."""
        return now.astimezone(ZoneInfo(self.zone)).date()

    def lines(self, kinds: tuple[str, ...], now: datetime) -> tuple[Resource, ...]:
        """At most three lines to call, never none."""
        return self.resources.for_card(kinds, self.today(now))

    def counselling(self, now: datetime) -> str:
        """The program's counselling service: its line, its cost and who hears of a visit, as far as is said.

        Without the last stop; "" where there is none, or nobody checked it for too long.
        """
        one = self.resources.first("counselling", self.today(now))
        if one is None:
            return ""
        line = ", ".join(filter(None, (_line(one), one.cost)))
        return ". ".join(filter(None, (line, one.confidentiality_note.rstrip("."))))

    def lines_at_any_hour(self, now: datetime) -> tuple[Resource, ...]:
        """At most three lines, each of them answered at any hour."""
        return self.resources.at_any_hour(AT_ANY_HOUR, self.today(now))

    def all_at_any_hour(self, now: datetime) -> tuple[Resource, ...]:
        """Every such line, in order of priority."""
        return self.resources.always_staffed(AT_ANY_HOUR, self.today(now))

    def card_lines(self, label: str, now: datetime) -> tuple[Resource, ...]:
        """At most three lines under the card of a label, or under a question in its place."""
        kinds = CARD_LINES.get(label)
        return self.lines(kinds, now) if kinds else self.lines_at_any_hour(now)

    def lines_answered_now(self, now: datetime) -> tuple[Resource, ...]:
        """At most three lines beside a request for a person; somebody answers the first at this hour."""
        return self.resources.for_now(BESIDE_A_REQUEST, self.today(now))


def as_text(resources: tuple[Resource, ...]) -> tuple[str, ...]:
    """Lines as text, one a line: name, how to reach it, when it is staffed."""
    return tuple(_line(one) for one in resources)


def _line(one: Resource) -> str:
    reach = " or ".join(
        part
        for part in (f"call {one.phone}" if one.phone else "", f"text {one.sms}" if one.sms else "")
        if part
    )
    return f"{one.name}: {reach or one.url}" + (f" ({one.hours})" if one.hours else "")


def links(resources: tuple[Resource, ...]) -> tuple[Link, ...]:
    """What one tap can reach."""
    found = []
    for one in resources:
        hours = f" ({one.hours})" if one.hours else ""
        if one.phone:
            found.append(Link(f"{one.name}: call {one.phone}{hours}", f"tel:{_dial(one.phone)}"))
        if one.sms:
            found.append(Link(f"{one.name}: text {one.sms}{hours}", f"sms:{_dial(one.sms)}"))
        if one.url and not one.phone and not one.sms:
            found.append(Link(one.name, one.url))
    return tuple(found)


def _dial(number: str) -> str:
    return "".join(sign for sign in number if sign.isdigit() or sign == "+")
