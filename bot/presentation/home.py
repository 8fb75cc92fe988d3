"""The person's own surface: their last weeks as blocks, what is planned, and where everything starts."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from adapters.port import Bar, Choice, Form
from bot.days import short
from bot.presentation.fixed import home_choices, text
from bot.presentation.views import Wordings
from conversations.check_in import Week
from conversations.texts import Said


class Kept(Protocol):
    """One kept answer."""

    @property
    def at(self) -> datetime: ...
    @property
    def value(self) -> str: ...


def strip(kept: Sequence[Kept], zone: str, now: datetime) -> tuple[Bar, ...]:
    """The last eight weeks from the first answer on, oldest first: a day, a word and a block for each.

    `kept` is newest first. A week that went by without an answer has its day alone. Never colour alone.
    """
    tz, bars = ZoneInfo(zone), list[Bar]()
    days = [one.at.astimezone(tz).date() for one in reversed(kept)]
    for one, day, following in zip(reversed(kept), days, [*days[1:], None], strict=False):
        option = Week.by_key(one.value).option
        bars.append(Bar(short(day), option.label, option.icon))
        weeks = round((following - day) / _WEEK) if following else (now.astimezone(tz).date() - day) // _WEEK
        bars.extend(Bar(short(day + number * _WEEK), "", "") for number in range(1, weeks))
    return tuple(bars[-WEEKS:])


WEEKS = 8
_WEEK = timedelta(weeks=1)


def weeks_form(
    wordings: Wordings, bars: tuple[Bar, ...], planned: tuple[str, ...], sent: tuple[Choice, ...]
) -> Form:
    """Own weeks, or a good empty state; `sent` leads to what a coach has not answered to the end."""
    name = "weeks.title" if bars else "weeks.empty"
    words = wordings.of(Said(text(name)))
    return Form("My weeks", (words, *planned), strip=bars, choices=(*sent, *home_choices()))


def coach_home(wordings: Wordings, waiting: tuple[Choice, ...]) -> Form:
    """A coach's requests that are not over, or a good empty state. Names and words follow the press."""
    words = wordings.of(Said(text("coach.waiting" if waiting else "help.coach")))
    return Form("Requests to you", (words,), choices=waiting)
