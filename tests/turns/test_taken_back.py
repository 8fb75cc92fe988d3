"""What was taken back leaves nothing that could be opened: neither the words nor their key."""

import pytest

from bot.store.tables import threads
from tests.town import Person, Town
from tests.turns.stories import sends_alert


@pytest.mark.parametrize("is_opened", [False, True])
async def test_taken_back_its_words_and_their_key_are_gone(
    resident: Person, coach: Person, town: Town, *, is_opened: bool
) -> None:
    await sends_alert(resident)
    thread = town.rows(threads)[0].id
    if is_opened:
        await coach.presses("Open")
    assert town.keys.has(f"thread:{thread}")
    await resident.presses("Take it back")

    assert [(row.state, row.body) for row in town.rows(threads)] == [("withdrawn", None)]
    assert not town.keys.has(f"thread:{thread}")
