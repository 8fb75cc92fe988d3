"""A person, opt-in: the coach's side of a request, as transcripts."""

from dataclasses import replace

import pytest

from conversations.coach_alert import CoachAlertFacts, coach_alert
from conversations.effects import AlertMove, Final, Outcome
from conversations.rehearsal import Rehearsal
from conversations.steps import WaitFor
from tests.conversations.test_alert_talks import sent, told

ALERT = CoachAlertFacts(thread="t1", name="Ada", backup=True)


def opened(*answers: str, facts: CoachAlertFacts = ALERT) -> Rehearsal:
    flow = coach_alert
    held = Rehearsal(flow, facts, words={"@thread": "From: Ada"})
    for answer in answers:
        held.event(answer) if isinstance(held.waiting, WaitFor) else held.answer(answer)
    return held


def test_a_coach_opens_exactly_what_was_sent() -> None:
    assert opened().said == [
        "From: Ada",
        "Ada chose who reads this, and sees that you opened it.",
    ]


def test_a_coach_whose_request_was_withdrawn_reads_nothing() -> None:
    held = Rehearsal(coach_alert, ALERT, outcome=lambda _: Outcome(done=False, why="withdrawn"))
    assert held.said == ["This request was withdrawn or has gone to somebody else."]


def test_the_words_go_when_the_trainee_takes_them_back() -> None:
    held = opened("acknowledge")
    held.park()
    assert held.last.before[0].words() == "This request was withdrawn."
    assert held.last.said[-1].words() == "This request was withdrawn."
    assert held.event("withdrawn").said[-1] == "Ada took this back. Its text is gone."


def test_a_coach_proposes_a_time_and_hears_the_answer() -> None:
    held = opened("propose").answer(text="tomorrow 18:00").event("accepted Tue 18:00")
    assert held.performed["step.1.moved"] == AlertMove("t1", "propose", "2026-01-06T18:00")
    assert told(held)[-2:] == [
        "Ada is asked about Tuesday 6 January, 18:00.",
        "Ada accepts Tue 18:00.",
    ]


def test_passing_on_is_no_refusal() -> None:
    held = opened("pass")
    assert held.said[-1] == "Passed on. Ada is told who has it next, nothing more."
    assert held.asks == ""


def test_a_request_that_nobody_can_take_next_stays() -> None:
    def nobody(effect: Final) -> Outcome:
        return Outcome(done=getattr(effect, "move", "") != "pass", why="nobody")

    held = Rehearsal(coach_alert, ALERT, outcome=nobody).answer("pass")
    assert held.said[-2] == "Who was named next cannot take it now. It stays with you."
    assert isinstance(held.waiting, WaitFor)


SURE = replace(ALERT, sure=True)


def test_what_ends_it_for_the_coach_is_asked_once_more() -> None:
    held = opened("acknowledge", "close", facts=SURE)
    assert held.question == "Ada hears that you closed it, and it opens for you no more. Close it?"
    assert "step.2.moved" not in held.performed
    assert held.answer("yes").performed["step.2.moved"] == AlertMove("t1", "close")


@pytest.mark.parametrize("answer", ["no", None])
def test_a_coach_who_is_not_sure_still_has_it(answer: str | None) -> None:
    held = opened("pass", facts=SURE)
    held.answer(answer) if answer else held.skip()
    assert isinstance(held.waiting, WaitFor)
    assert [offer.key for offer in held.waiting.offers] == ["acknowledge", "propose", "pass"]


def test_a_talk_begun_before_that_question_closes_at_once() -> None:
    assert opened("acknowledge", "close").asks == ""


def test_a_coach_agrees_to_the_time_that_was_asked_for() -> None:
    held = opened("propose").answer(text="tomorrow 18:00").event("another Friday 9 January, 12:00")
    assert held.offered[0].label == "That works"
    held.event("accept")
    assert held.performed["step.3.moved"] == AlertMove("t1", "accept", about="Friday 9 January, 12:00")
    assert told(held)[-1] == "Ada is told. You agreed on Friday 9 January, 12:00."
    assert held.offered[0].key == "propose"


def test_a_coach_who_agrees_to_a_time_that_has_gone_by_can_propose_another() -> None:
    def late(effect: Final) -> Outcome:
        is_late = isinstance(effect, AlertMove) and effect.move == "accept"
        return Outcome(done=not is_late, why="past" if is_late else "")

    held = Rehearsal(coach_alert, replace(ALERT, mine=True, asked="Friday 2 January, 12:00"), outcome=late)
    held.answer("accept")
    assert "That time has gone by, so Ada was told nothing. You can propose another one." in held.said
    assert [one.key for one in held.offered] == ["propose", "close", "pass"]


def test_a_coach_who_agrees_to_a_time_that_is_not_asked_about_any_more_is_shown_the_one_that_is() -> None:
    def elsewhere(effect: Final) -> Outcome:
        is_late = isinstance(effect, AlertMove) and effect.move == "accept"
        return Outcome(done=not is_late, why="moved" if is_late else "", detail="Friday 9 January, 06:00")

    held = Rehearsal(
        coach_alert, replace(ALERT, mine=True, asked="Friday 9 January, 12:00"), outcome=elsewhere
    )
    held.answer("accept")
    assert "What is asked for has changed in the meantime, so Ada was told nothing." in held.said
    held.event("accept")
    assert held.performed["step.2.moved"] == AlertMove("t1", "accept", about="Friday 9 January, 06:00")


def test_where_no_time_was_named_there_is_none_to_agree_to() -> None:
    held = opened("propose").answer(text="tomorrow 18:00").event("another")
    assert "accept" not in [offer.key for offer in held.offered]


def test_closing_comes_only_after_having_it() -> None:
    first = opened(facts=replace(ALERT, backup=False))
    assert [one.key for one in first.offered] == ["acknowledge", "propose"]
    then = opened("acknowledge")
    assert [one.key for one in then.offered] == ["propose", "close", "pass"]


def test_a_request_waits_for_as_long_as_the_ladder_lets_it() -> None:
    waits = [sent("seen").waiting, opened("acknowledge").waiting]
    assert [one.within for one in waits if isinstance(one, WaitFor)] == [None, None]


def test_a_request_stays_with_the_coach_however_often_its_time_moves() -> None:
    held = opened("acknowledge")
    for _ in range(100):
        held.event("propose").answer(text="tomorrow 18:00").event("another")
    assert isinstance(held.waiting, WaitFor)
