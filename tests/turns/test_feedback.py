"""How a talk was felt counts for a finished talk of one's own, once, and only after a yes to counts."""

import pytest

from adapters.port import Control
from bot.store.tables import consents, counts, talks
from tests.town import Person, Town
from tests.turns.stories import begins_check_in, press


def agrees_to_be_counted(town: Town) -> None:
    """The resident said yes to counts."""
    row = {"id": "yes", "person_id": town.ids["resident"], "kind": "aggregate", "given_at": town.clock.now()}
    row["shown"] = "aggregate"
    town.store.write(lambda conn: conn.execute(consents.insert().values(row)))


async def feels(resident: Person, talk: str, felt: str = "helped") -> None:
    """Press how a talk was, as anybody could make the button up."""
    await resident.sends(press(resident, "check-in", talk, Control.FEEDBACK, felt))


async def test_a_finished_talk_counts_once_however_often_it_is_pressed(resident: Person, town: Town) -> None:
    agrees_to_be_counted(town)
    finished = town.rows(talks, state="closed")[0]
    for felt in ("helped", "worse", "reached"):
        await feels(resident, finished.id, felt)

    assert [(row.name, row.value, row.number) for row in town.rows(counts)] == [
        (f"feedback.{finished.flow}", "helped", 1)
    ]


@pytest.mark.parametrize("talk", ["made-up", "", "x" * 2000, "a\x00b\ud800c"])
async def test_a_made_up_talk_counts_nowhere(resident: Person, town: Town, talk: str) -> None:
    agrees_to_be_counted(town)
    await feels(resident, talk)

    assert town.rows(counts) == []


async def test_a_talk_that_is_open_counts_nowhere(resident: Person, town: Town) -> None:
    agrees_to_be_counted(town)
    await begins_check_in(resident)
    await feels(resident, town.rows(talks, state="open")[0].id)

    assert town.rows(counts) == []


async def test_a_talk_of_somebody_else_counts_nowhere(resident: Person, coach: Person, town: Town) -> None:
    agrees_to_be_counted(town)
    await coach.says("delete")
    await coach.presses("Keep it")
    await feels(resident, town.rows(talks, person_id=town.ids["coach"], state="closed")[0].id)

    assert town.rows(counts) == []


async def test_without_a_yes_nothing_counts(resident: Person, town: Town) -> None:
    await feels(resident, town.rows(talks, state="closed")[0].id)

    assert town.rows(counts) == []
