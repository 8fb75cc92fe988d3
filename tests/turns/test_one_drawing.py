"""The person's own surface is drawn once a turn, however many things in it have changed."""

from adapters.port import OperationKind
from tests.town import Person, Town
from tests.turns.stories import begins_check_in


async def test_stop_in_a_check_in_draws_own_weeks_once(resident: Person, town: Town) -> None:
    await begins_check_in(resident)
    await resident.presses("Stretched")
    before = len(town.chat.sent)
    await resident.says("stop")

    drawn = [one for one in town.chat.sent[before:] if one.kind is OperationKind.PUBLISH]
    assert len(drawn) == 1
