"""What others hear of, or what cannot be undone, counts only as a press on exactly what was shown."""

from collections.abc import Iterator

import pytest

from conversations.answers import Keep
from conversations.catalogue import FLOWS
from conversations.effects import AlertMove, Consent, Final, Forget, SendAlert
from conversations.exploring import Stop, explore, stops
from conversations.flows import Flow
from conversations.journal import Journal
from conversations.rehearsal import Rehearsal, talk
from conversations.steps import Perform, Question
from conversations.talk import Talk
from tests.conversations.small import Nothing, released, small


def is_for_others(effect: Final) -> bool:
    if isinstance(effect, Consent):
        return effect.given
    return isinstance(effect, SendAlert | AlertMove | Forget)


def leads(start: Stop) -> Iterator[tuple[str, str]]:
    """Key and label of each tap that such an effect follows at once, though it can be typed or older."""
    for stop in stops(start):
        waiting = stop.run.waiting
        exact = {one.label: one.exact for one in waiting.options} if isinstance(waiting, Question) else {}
        for label, then in stop.ways:
            follows = then.run.waiting
            if isinstance(follows, Perform) and is_for_others(follows.effect) and not exact.get(label, True):
                yield stop.key, label


@pytest.mark.parametrize("flow", FLOWS.values(), ids=lambda flow: flow.name)
def test_no_tap_leads_to_others_but_an_exact_one(flow: Flow[Nothing]) -> None:
    assert {found for facts in flow.examples for found in leads(explore(flow, facts))} == set()


@pytest.mark.parametrize(
    ("name", "example", "answers"),
    [
        ("human", 1, ("sam", "yes", "call", "555-0123", "please")),
        ("human", 1, ("sam",)),
        ("forget", 0, ()),
        ("coach-alert", 4, ("pass",)),
    ],
)
def test_a_no_counts_in_any_way(name: str, example: int, answers: tuple[str, ...]) -> None:
    flow = FLOWS[name]
    held = talk(flow, *answers, facts=flow.examples[example])
    assert [one.exact for one in held.offered] == [one.key in {"send", "yes"} for one in held.offered]


async def sure(talk: Talk, _facts: Nothing) -> None:
    await talk.say("about", "This goes.")
    await talk.confirm("sure", "Let it go?", exactly=True)


async def sure_after_more(talk: Talk, facts: Nothing) -> None:
    await talk.write("more", "Anything else?", keep=Keep.TALK)
    await talk.confirm("well", "All well?")
    await sure(talk, facts)


def test_after_a_release_what_it_is_about_is_said_with_it_all_the_same() -> None:
    before = talk(small(sure_without_more), "yes")
    held = released(before, sure_after_more).answer(text="no")
    assert (held.asks, [one.words() for one in held.last.said]) == ("sure", ["This goes."])


async def sure_without_more(talk: Talk, facts: Nothing) -> None:
    await talk.confirm("well", "All well?")
    await sure(talk, facts)


def test_a_rehearsal_may_still_be_typed() -> None:
    assert Rehearsal(small(sure), Nothing(), journal=Journal()).answer(text="1").asks == ""
