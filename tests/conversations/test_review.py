"""Flows as clinicians review them, and as they are rehearsed in a terminal."""

from collections.abc import Iterator

import pytest

from conversations.catalogue import FLOWS, flow_named
from conversations.exploring import said
from conversations.rehearsal import rehearse
from conversations.script import diagram, script


@pytest.mark.parametrize("name", FLOWS)
def test_a_script_shows_every_fixed_text_of_its_flow(name: str) -> None:
    flow = flow_named(name)
    printed = script(flow)
    shown = {line for one in said(flow) if one.is_fixed for line in one.words().splitlines()}
    assert {line for line in shown if line not in printed} == set()


def test_a_script_shows_options_and_what_happens() -> None:
    printed = script(flow_named("check-in"))
    assert "Not OK → " in printed
    assert "week.counted: Count(week, steady)" in printed


@pytest.mark.parametrize("name", FLOWS)
def test_a_diagram_draws_each_question_once_and_only_known_arrows(name: str) -> None:
    lines = diagram(flow_named(name)).splitlines()
    nodes = [line.strip().split("[")[0] for line in lines if '["' in line]
    ends = {end for line in lines if "-->" in line for end in (line.split()[0], line.split()[-1])}
    assert lines[0] == "flowchart TD"
    assert ends | set(nodes) == set(nodes)
    assert len(nodes) == len(set(nodes))


def rehearsed(name: str, *typed: str) -> list[str]:
    """What a terminal shows when these lines are typed."""
    shown: list[str] = []
    answers: Iterator[str] = iter(typed)
    rehearse(name, lambda _prompt: next(answers), shown.append)
    return shown


def test_a_check_in_is_held_in_the_terminal() -> None:
    shown = rehearsed("check-in", "Steady", "slept well")
    assert shown[:2] == ["Where were you most of this week?", "  1  Steady: recovering between shifts"]
    assert shown[-2:] == ["Done. Next one Tue 6 Jan 18:00. Type settings to change that.", "(the talk ends)"]


def test_what_is_not_understood_is_answered_with_what_is_possible() -> None:
    assert "Possible here: Steady / Stretched / Struggling / Not OK" in rehearsed("check-in", "fine", "stop")


def test_a_needed_question_cannot_be_skipped_in_the_terminal() -> None:
    assert "This question is needed to go on." in rehearsed("check-in", "skip", "stop")


def test_back_asks_again_in_the_terminal() -> None:
    shown = rehearsed("check-in", "1", "back", "stop")
    assert shown.count("Where were you most of this week?") == 2


def test_an_unknown_flow_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        rehearsed("no-such-flow")
