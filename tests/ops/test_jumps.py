"""How far the demo's clock may be sent at once."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import cast

import pytest

from bot.app import App
from bot.demo import WebDemo

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


class Stroll:
    """An app whose walk notes where it was sent, and arrives unless it is stopped on the way."""

    def __init__(self, *, production: bool = False, is_stopped: bool = False) -> None:
        self.clock, self.walked, self.is_stopped = self, list[datetime](), is_stopped
        self.settings = SimpleNamespace(production=production)
        self.program = SimpleNamespace(people=())

    def now(self) -> datetime:
        return NOW if self.is_stopped or not self.walked else self.walked[-1]

    async def walk(self, to: datetime) -> None:
        self.walked.append(to)


async def test_hours_on_are_walked() -> None:
    stroll = Stroll()
    await WebDemo(cast(App, stroll)).jump("+48h")
    assert stroll.walked == [NOW + timedelta(hours=48)]


async def test_a_walk_that_is_stopped_says_that_it_did_not_arrive() -> None:
    stroll = Stroll(is_stopped=True)
    with pytest.raises(InterruptedError):
        await WebDemo(cast(App, stroll)).jump("+48h")


@pytest.mark.parametrize("to", ["-1h", "+²h", "+99999h", f"+{'9' * 5000}h", "+1h\n", "tuesday", ""])
async def test_any_other_name_is_none(to: str) -> None:
    stroll = Stroll()
    with pytest.raises(LookupError):
        await WebDemo(cast(App, stroll)).jump(to)
    assert stroll.walked == []


async def test_in_production_the_clock_is_never_walked() -> None:
    stroll = Stroll(production=True)
    with pytest.raises(LookupError):
        await WebDemo(cast(App, stroll)).jump("+1h")
    assert stroll.walked == []
