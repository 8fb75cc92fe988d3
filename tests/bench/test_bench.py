"""The benchmark can still be run; what it finds is for whoever runs it."""

import tomllib
from pathlib import Path

import pytest

from tests.bench import parts, report
from tests.bench.frame import Figure, Finding, Measure, Part, Room, Round, find
from tests.bench.rounds import RIVALS, Runner, in_a_process, play
from tests.bench.worker import measured
from tests.servers import PostgresServer

TINY = 0.002
PARTS = [parts.load(name) for name in parts.PARTS]
CASES = {
    on_postgres: [
        pytest.param(
            part, one, id=f"{part.name}-{one.name}", marks=[pytest.mark.kill] * (part.name == "kills")
        )
        for part in PARTS
        for one in part.measures
        if one.postgres is on_postgres and (RIVALS.exists() or not one.rival)
    ]
    for on_postgres in (False, True)
}
"""Every measure, on PostgreSQL and not; rivals where `make bench` has made their environment."""


def lacking(part: Part, measure: Measure, room: Room) -> set[str]:
    """What the part's figures ask of this measure, and it does not find."""
    found = in_a_process(measure, room) if measure.rival else measured(measure.work, room)
    return {one.of for one in part.figures if measure.name in {one.measure, one.peer}} - found.keys()


@pytest.mark.parametrize(("part", "measure"), CASES[False])
def test_every_measure_plays_and_finds_what_its_figures_ask(
    part: Part, measure: Measure, tmp_path: Path
) -> None:
    assert lacking(part, measure, Room(folder=tmp_path, scale=TINY)) == set()


@pytest.mark.postgres
@pytest.mark.parametrize(("part", "measure"), CASES[True])
def test_so_does_every_measure_on_postgresql(
    part: Part, measure: Measure, tmp_path: Path, postgres_server: PostgresServer
) -> None:
    url = postgres_server.create_database()
    assert lacking(part, measure, Room(folder=tmp_path, postgres=url, scale=TINY)) == set()


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_every_figure_is_drawn_from_measures_of_its_part(part: Part) -> None:
    names = {one.name for one in part.measures}
    assert {one.name for one in part.figures if {one.measure, one.peer or one.measure} - names} == set()


def test_what_is_said_of_misses_is_said_of_figures() -> None:
    told = tomllib.loads(report.MISSES.read_text(encoding="utf-8"))
    assert told.keys() - {one.name for part in PARTS for one in part.figures} == set()


COST = Figure("T0", "A turn", "ours", "cpu_ms", peer="peer", most=2)


def rounds(*pairs: tuple[float, float]) -> list[Round]:
    """Rounds in which ours and the peer cost so much."""
    return [{"ours": {"cpu_ms": ours}, "peer": {"cpu_ms": peer}} for ours, peer in pairs]


def test_a_figure_is_the_median_of_the_ratios_of_its_rounds() -> None:
    finding = find(COST, rounds((1, 1), (30, 10), (2, 1)), {})
    assert (finding.median, finding.is_met) == (2, True)


def test_a_slower_machine_in_one_round_moves_no_ratio() -> None:
    assert find(COST, rounds((3, 1), (300, 100)), {}).values == (3, 3)


def test_a_figure_of_a_measure_that_failed_misses_its_goal_and_says_why() -> None:
    finding = find(COST, rounds((1, 1)), {"peer": "peer failed: gone"})
    assert (finding.is_met, report.row(finding)[2]) == (False, "peer failed: gone")


def test_a_measure_that_fails_is_a_row_and_not_the_end_of_the_run(tmp_path: Path) -> None:
    part = Part(
        "broken", (Measure("ours", "tests.bench.nothing:here"),), (Figure("T0", "", "ours", "cpu_ms"),)
    )
    found = play(part, 1, Runner(TINY), lambda _: None)
    assert ["ours failed" in one.trouble for one in found] == [True]


def test_a_miss_nobody_looked_into_is_said_to_be_one() -> None:
    assert report.missed([Finding(COST, (3.0,))]) == [("T0", "Not profiled yet.")]
