"""Of danger nobody hears: no coach, no notice, no log, no line of the audit."""

from pathlib import Path

import pytest

from bot.logs import configure_logs
from bot.notices import Notices
from bot.store.tables import audit
from tests.town import Person, Town
from tests.turns.test_safety import EXPLICIT, shows_a_card


async def test_nobody_is_told_of_danger(resident: Person, coach: Person, town: Town) -> None:
    await resident.says(EXPLICIT)
    await resident.presses("No")

    assert coach.chat == []
    assert town.notified == []
    assert {row.act for row in town.rows(audit)} == {"enrolled"}


async def test_of_danger_nothing_is_notified_or_logged(
    resident: Person, town: Town, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    configure_logs(level="debug", format="json")
    town.notices = Notices(tmp_path / "notices.log", town.keys, town.clock).notify
    capfd.readouterr()
    await resident.says(EXPLICIT)
    await resident.presses("No")
    await resident.says("crisis")

    assert shows_a_card(resident)
    assert not (tmp_path / "notices.log").exists()
    assert capfd.readouterr() == ("", "")
