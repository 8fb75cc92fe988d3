"""Whatever is answered, a talk is a pure function of its answers."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conversations.catalogue import FLOWS
from conversations.engine import THREAD, Run, run, stands_apart
from conversations.exploring import SAMPLE, Answer, answers
from conversations.flows import Facts, Flow
from conversations.journal import Journal, Json
from conversations.steps import Question

WALK = 25


def walk(flow: Flow[Any], facts: Facts, data: st.DataObject) -> tuple[Journal, dict[str, Json]]:
    """A talk with random answers: after each, the same prefix replayed twice stands at the same place."""
    journal, words = Journal(), dict[str, Json]({THREAD: SAMPLE})
    for _ in range(WALK):
        stands = run(flow, facts, journal, words)
        assert shown(stands) == shown(run(flow, facts, journal, words))
        if stands.waiting is None:
            break
        chosen: Answer = data.draw(st.sampled_from(list(answers(stands.waiting))))
        if isinstance(stands.waiting, Question) and stands_apart(stands.waiting):
            words[stands.waiting.key] = chosen.words
        journal = journal.record(chosen.entry)
    return journal, words


def shown(stands: Run) -> object:
    """All that can be seen of where a talk stands."""
    said = [(one.text.id, one.words()) for one in (*stands.before, *stands.said)]
    waiting = stands.waiting and (type(stands.waiting).__name__, stands.waiting.key)
    return waiting, said, list(stands.effects), list(stands.performed), stands.asked


@pytest.mark.parametrize("name", FLOWS)
@settings(max_examples=25)
@given(data=st.data())
def test_every_prefix_replayed_twice_stands_at_the_same_place(name: str, data: st.DataObject) -> None:
    flow = FLOWS[name]
    journal, words = walk(flow, data.draw(st.sampled_from(flow.examples)), data)
    assert Journal.from_json(journal.to_json()) == journal
    assert words.keys() >= {THREAD}


@pytest.mark.parametrize("name", FLOWS)
@settings(max_examples=25)
@given(data=st.data())
def test_every_recorded_answer_is_come_by_in_order(name: str, data: st.DataObject) -> None:
    flow = FLOWS[name]
    facts = data.draw(st.sampled_from(flow.examples))
    journal, words = walk(flow, facts, data)
    assert run(flow, facts, journal, words).asked == tuple(entry.key for entry in journal.entries)


@pytest.mark.parametrize("name", FLOWS)
@settings(max_examples=25)
@given(data=st.data())
def test_a_talk_goes_on_without_the_words_that_were_lost(name: str, data: st.DataObject) -> None:
    flow = FLOWS[name]
    facts = data.draw(st.sampled_from(flow.examples))
    journal, _ = walk(flow, facts, data)
    stands = run(flow, facts, journal, {})
    assert all(one.words() for one in (*stands.before, *stands.said))
    assert stands.asked == tuple(entry.key for entry in journal.entries)
