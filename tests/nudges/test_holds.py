"""Who may stop all that the companion starts, and end exactly that again."""

import pytest

from bot.program.holds import lift_holds, place_hold, standing_holds
from bot.store.tables import audit
from tests.conftest import MONDAY
from tests.nudges.ward import Ward

BY = {"program_id": "demo", "by": "Dr. Helen Brandt", "now": MONDAY}


def standing(ward: Ward) -> list[str]:
    return sorted(hold.stage for hold in standing_holds(ward.store, now=MONDAY))


@pytest.mark.parametrize("stage", ["", "PGY-1", "PGY-2"])
def test_lifting_one_hold_leaves_every_other(ward: Ward, stage: str) -> None:
    for held in ("", "PGY-1", "PGY-2"):
        place_hold(ward.store, stage=held, **BY)  # type: ignore[arg-type]
    number = lift_holds(ward.store, stage=stage, **BY)  # type: ignore[arg-type]

    assert number == 1
    assert standing(ward) == sorted({"", "PGY-1", "PGY-2"} - {stage})


def test_another_programs_hold_is_not_lifted(ward: Ward) -> None:
    place_hold(ward.store, stage="", **BY)  # type: ignore[arg-type]

    assert lift_holds(ward.store, stage="", **BY | {"program_id": "other"}) == 0  # type: ignore[arg-type]
    assert standing(ward) == [""]


def test_who_placed_and_lifted_it_is_kept(ward: Ward) -> None:
    place_hold(ward.store, stage="PGY-1", **BY)  # type: ignore[arg-type]
    place_hold(ward.store, stage="PGY-1", **BY)  # type: ignore[arg-type]
    lift_holds(ward.store, stage="PGY-1", **BY)  # type: ignore[arg-type]

    assert [(row["act"], row["actor"]) for row in ward.rows(audit)] == [
        ("hold.place", "Dr. Helen Brandt"),
        ("hold.lift", "Dr. Helen Brandt"),
    ]
