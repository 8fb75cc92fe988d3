"""The safety path is rehearsed before anybody needs it."""

import pytest

from bot.care.screen import Evidence
from bot.program.resources import Resources
from bot.turns import rehearsed
from bot.turns.rehearsed import CardMissing, SafetyRehearsal
from tests.town import Town


def _rehearsal(town: Town) -> SafetyRehearsal:
    return SafetyRehearsal(town.house.resources, town.house.wordings)


async def test_known_phrases_of_danger_get_a_whole_card(town: Town) -> None:
    assert _rehearsal(town).run(town.clock.now()) == 0


async def test_a_reading_that_breaks_fails_it(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rehearsed, "screen", lambda _: Evidence(failed=True))
    with pytest.raises(CardMissing, match="phrase 1 of danger gets no card"):
        _rehearsal(town).run(town.clock.now())


async def test_a_card_without_lines_fails_it(town: Town) -> None:
    with pytest.raises(CardMissing):
        SafetyRehearsal(Resources(()), town.house.wordings).run(town.clock.now())


async def test_a_card_for_ordinary_words_fails_it(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rehearsed, "ORDINARY", rehearsed.PHRASES[:1])
    with pytest.raises(CardMissing, match="ordinary words get a card"):
        _rehearsal(town).run(town.clock.now())
