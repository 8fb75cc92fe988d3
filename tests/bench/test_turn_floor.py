"""The benchmark can still be run; what it finds is for whoever runs it."""

import pytest

from tests.bench import turn_floor


@pytest.mark.parametrize("at_once", [1, turn_floor.PEOPLE])
def test_both_sides_of_the_benchmark_play_their_turns(at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turn_floor, "TURNS", turn_floor.PEOPLE)
    ours, floor = turn_floor.measure(at_once)
    assert ours > 0 < floor
