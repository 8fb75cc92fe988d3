"""How far the demo's clock may be sent at once."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import cast

import pytest

from bot.app import App
from bot.demo import WebDemo

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


class Still:
    """An app whose walk only notes where it was sent."""

    def __init__(self, *, production: bool = False) -> None:
        self.clock, self.walked = self, list[datetime]()
        self.settings = SimpleNamespace(production=production)

    def now(self) -> datetime:
        return NOW

    async def walk(self, to: datetime) -> None:
        self.walked.append(to)


async def test_hours_on_are_walked() -> None:
    still = Still()
    await WebDemo(cast(App, still)).jump("+48h")
    assert still.walked == [NOW + timedelta(hours=48)]


@pytest.mark.parametrize("to", ["-1h", "+²h", "+99999h", f"+{'9' * 5000}h", "+1h\n", "tuesday", ""])
async def test_any_other_name_is_none(to: str) -> None:
    still = Still()
    with pytest.raises(LookupError):
        await WebDemo(cast(App, still)).jump(to)
    assert still.walked == []


async def test_in_production_the_clock_is_never_walked() -> None:
    still = Still(production=True)
    with pytest.raises(LookupError):
        await WebDemo(cast(App, still)).jump("+1h")
    assert still.walked == []
