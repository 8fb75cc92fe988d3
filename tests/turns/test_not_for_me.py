"""Who says "not for me" is greeted no more, also when nothing but the mark still tells of it."""

from bot.nudges.retention import Retention
from bot.store.tables import events, marks
from tests.town import Town


async def test_days_later_only_the_mark_is_left_and_no_greeting_comes(town: Town) -> None:
    resident = town.person("resident")
    await resident.opens()
    await resident.presses("Not for me")
    said = resident.last
    town.clock.move(days=3)
    Retention(town.store, lambda: 0).run(town.clock.now())
    assert (len(town.rows(events)), len(town.rows(marks))) == (0, 1)

    await resident.opens()

    assert "not invited again" in said
    assert resident.last == said
