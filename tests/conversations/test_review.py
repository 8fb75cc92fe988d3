"""Flows as clinicians review them, and as they are rehearsed in a terminal."""

from collections.abc import Iterator
from itertools import pairwise

import pytest

from conversations.catalogue import FLOWS, flow_named
from conversations.exploring import explore, said, stops
from conversations.safety import safety
from conversations.script import diagram, script
from conversations.steps import Question
from conversations.terminal import BEGINS, rehearse


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


def opens_safety(name: str) -> list[str]:
    """Labels of the options after which a script says that the safety talk comes first."""
    lines = script(flow_named(name)).splitlines()
    after = [before for before, line in pairwise(lines) if "the safety talk comes first" in line]
    return sorted({line.strip().split(" → ")[0] for line in after})


def test_a_script_says_where_the_safety_talk_comes_first() -> None:
    found = {name: opens_safety(name) for name in FLOWS}
    assert {name: labels for name, labels in found.items() if labels} == {"check-in": ["Not OK"]}
    assert "Not OK, after the safety talk" in diagram(flow_named("check-in"))


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
    assert tuple(shown[:2]) == BEGINS
    assert shown[2:4] == ["Where were you most of this week?", "  1  Steady: recovering between shifts"]
    assert shown[-2:] == ["Done. Next one Tue 6 Jan 18:00. Type settings to change that.", "(the talk ends)"]


def test_not_ok_holds_the_safety_talk_first_in_the_terminal() -> None:
    shown = rehearsed("check-in", "Not OK", "Yes", "Nothing now")
    asked = [line for line in shown if line.endswith("?")]
    assert asked == [
        "Where were you most of this week?",
        "Thank you for saying so. Are you safe right now?",
        "What would be most useful now?",
    ]


def test_stop_within_the_safety_talk_ends_the_whole_rehearsal() -> None:
    assert rehearsed("check-in", "Not OK", "stop")[-1] == "(stopped; nothing was kept)"


def test_every_signal_outside_the_safety_talk_has_an_example_of_it() -> None:
    waiting = [
        stop.run.waiting
        for flow in FLOWS.values()
        for facts in flow.examples
        for stop in stops(explore(flow, facts, memory=0))
        if not flow.safety and isinstance(stop.run.waiting, Question)
    ]
    signals = {option.signal for one in waiting for option in one.options if option.is_weighed}
    assert signals <= {facts.signal for facts in safety.examples}


def test_a_talk_that_another_one_holds_is_named_in_the_terminal() -> None:
    shown = rehearsed("check-in", "Struggling", "skip", "skip", "A person")
    assert "(here the talk human is held; on its own: companion rehearse human)" in shown


@pytest.mark.parametrize("typed", ["1 2", "1,2", "1, 2", "Workload, Sleep"])
def test_two_are_ticked_with_or_without_a_comma(typed: str) -> None:
    assert "How was sleep: enough for safe work?" in rehearsed("check-in", "Stretched", typed, "stop")


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
