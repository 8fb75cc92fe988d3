"""Who may stop all that the companion starts, and end exactly that again."""

from functools import partial

import pytest

from bot.program.holds import lift_holds, place_hold, standing_holds
from bot.store.tables import audit
from tests.conftest import MONDAY
from tests.nudges.ward import Ward

place = partial(place_hold, program_id="demo", by="Dr. Helen Brandt", now=MONDAY)
lift = partial(lift_holds, program_id="demo", by="Dr. Helen Brandt", now=MONDAY)


def standing(ward: Ward) -> list[str]:
    return sorted(hold.stage for hold in standing_holds(ward.store, now=MONDAY))


@pytest.mark.parametrize("stage", ["", "PGY-1", "PGY-2"])
def test_lifting_one_hold_leaves_every_other(ward: Ward, stage: str) -> None:
    for held in ("", "PGY-1", "PGY-2"):
        place(ward.store, stage=held)
    number = lift(ward.store, stage=stage)

    assert number == 1
    assert standing(ward) == sorted({"", "PGY-1", "PGY-2"} - {stage})


def test_another_programs_hold_is_not_lifted(ward: Ward) -> None:
    place(ward.store, stage="")

    assert lift(ward.store, stage="", program_id="other") == 0
    assert standing(ward) == [""]


def test_who_placed_and_lifted_it_is_kept(ward: Ward) -> None:
    place(ward.store, stage="PGY-1")
    place(ward.store, stage="PGY-1")
    lift(ward.store, stage="PGY-1")

    assert [(row["act"], row["actor"]) for row in ward.rows(audit)] == [
        ("hold.place", "Dr. Helen Brandt"),
        ("hold.lift", "Dr. Helen Brandt"),
    ]
