"""A person, opt-in: the trainee's side of a request, as transcripts."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from conversations.alerts import Ask, alert_text
from conversations.answers import Words
from conversations.effects import (
    AlertMove,
    Consent,
    Final,
    Outcome,
    SendAlert,
)
from conversations.human import REFUSALS, HumanFacts, human
from conversations.rehearsal import Rehearsal, done, talk
from conversations.steps import WaitFor

LINES = ("988: call or text, at any hour",)
SAM = ("sam", "Sam Ortiz", "Internist", "weekdays", "today before 18:00", "here")
KIM = ("kim", "Kim Adeyemi", "Surgeon", "Mondays", "Monday", "")
ONE_COACH = HumanFacts(coaches=(SAM,), lines=LINES, me="Ada")
CONSENTED = replace(ONE_COACH, coaches=(SAM, KIM), consented=("sam",))


def request(held: Rehearsal) -> SendAlert:
    """What was sent."""
    performed = held.performed["sent"]
    assert isinstance(performed, SendAlert)
    return performed


def test_by_default_nobody_is_told_anything() -> None:
    held = talk(human, "nobody", facts=ONE_COACH)
    assert (held.said, held.performed) == (
        ["Nobody is told anything unless you press Send.", "Nobody is told anything."],
        {},
    )


def test_without_a_coach_there_are_lines() -> None:
    assert talk(human, facts=HumanFacts(lines=LINES)).said[-1] == LINES[0]


def test_the_coach_gets_exactly_what_was_previewed() -> None:
    held = talk(human, "sam", "yes", "call", "555-0123", "Rough week.", "send", facts=ONE_COACH)
    assert request(held).words.text == held.said[1]
    assert held.said[1].splitlines() == [
        "From: Ada",
        "Would like: A call",
        "Answer hoped for: the day you see this",
        "Open for: 4 days after that, unless answered",
        "Reach me: 555-0123",
        "In my words: Rough week.",
    ]


def test_before_send_it_is_said_who_can_come_to_read_it() -> None:
    named = talk(human, "sam", "call", None, None, "kim", facts=CONSENTED)
    assert named.said[-1].startswith("If Sam Ortiz passes it on, Kim Adeyemi gets this same text.")
    alone = talk(human, "sam", "call", None, None, "nobody", facts=CONSENTED)
    assert alone.said[-1].startswith("It goes to nobody but Sam Ortiz.")


def test_send_stands_out_and_a_yes_to_a_coach_does_not() -> None:
    preview = talk(human, "sam", "call", None, None, "nobody", facts=CONSENTED)
    agree = talk(human, "sam", facts=ONE_COACH)
    assert [one.key for one in preview.offered if one.primary] == ["send"]
    assert [one.key for one in agree.offered if not one.primary] == ["yes", "no"]


def test_the_yes_for_a_coach_is_asked_by_name_and_once() -> None:
    held = talk(human, "sam", "yes", facts=ONE_COACH)
    assert held.performed == {"agreed": Consent("alert", "sam")}
    assert talk(human, "sam", facts=CONSENTED).asks == "what"


def test_a_no_to_the_coach_sends_nothing() -> None:
    held = talk(human, "sam", "no", facts=ONE_COACH)
    assert (held.said[-1], held.asks) == ("Nothing is passed on to Sam Ortiz.", "")


def test_a_preview_can_be_changed_part_by_part() -> None:
    held = talk(human, "sam", "call", "1", None, "nobody", "change", "reach", "2", "send", facts=CONSENTED)
    assert request(held).words.text.endswith("Reach me: 2")


def test_the_name_in_it_is_the_trainees_to_choose() -> None:
    held = talk(
        human, "sam", "know", None, None, "nobody", "change", "name", "A. L.", "send", facts=CONSENTED
    )
    assert request(held).me.text == "A. L."
    assert request(held).words.text.splitlines()[0] == "From: A. L."


def test_a_preview_that_is_not_sent_leaves_nothing() -> None:
    held = talk(human, "sam", "know", None, None, "kim", "not-now", facts=CONSENTED)
    assert (held.said[-1], held.performed) == ("Nothing was sent. Nobody is told that you looked.", {})


def test_words_lost_before_send_are_never_sent_by_halves() -> None:
    held = talk(human, "sam", "call", "555-0123", "Rough week.", "nobody", facts=CONSENTED)
    held.park()
    assert held.last.said[-2].words() == "What you wrote was not kept. Choose Change to write it again."
    assert not request(held.answer("send")).words.kept


@pytest.mark.parametrize("why", REFUSALS)
def test_what_was_refused_is_never_called_sent(why: str) -> None:
    held = Rehearsal(human, CONSENTED, outcome=lambda _: Outcome(done=False, why=why))
    for answer in ("sam", "know"):
        held.answer(answer)
    held.skip().skip().answer("kim").answer("send")
    if why == "waiting":
        held.answer("no")
    assert "not sent" in " ".join(held.said) or "nothing was sent" in " ".join(held.said)
    assert held.said[-1] == LINES[0]


def sent(*events: str) -> Rehearsal:
    return talk(human, "sam", "know", None, None, "kim", "send", *events, facts=CONSENTED)


def told(held: Rehearsal) -> list[str]:
    """What was said, but for the text of the request, which stands by each time."""
    return [words for words in held.said if not words.startswith("From: ")]


def test_what_was_sent_stands_by_as_long_as_it_waits() -> None:
    held = sent("seen")
    assert held.last.said[-1].words() == request(held).words.text


def test_after_send_each_thing_that_happens_is_told() -> None:
    assert told(sent("seen", "acknowledged"))[-3:] == [
        "Sent to Sam Ortiz. Likely to be seen today before 18:00.",
        "Sam Ortiz has opened it.",
        "Sam Ortiz has it and will be in touch.",
    ]


def test_passing_on_says_who_has_it_next() -> None:
    assert told(sent("passed today before 17:00", "seen"))[-2:] == [
        "Kim Adeyemi has it next. Likely to be seen today before 17:00.",
        "Kim Adeyemi has opened it.",
    ]


def test_passed_on_outside_the_hours_of_the_next_one_it_shows_the_lines() -> None:
    assert told(sent("passed-outside Monday from 09:00"))[-3:] == [
        "Kim Adeyemi has it next. Likely to be seen Monday from 09:00.",
        "Until then, people answer on the lines below.",
        LINES[0],
    ]


def test_no_answer_shows_a_line_first() -> None:
    assert told(sent("late"))[-2:] == [
        LINES[0],
        "Not answered yet. A person answers on the first line now.",
    ]


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ("expired", "Not answered, and closed now. A person answers on the first line now."),
        (
            "cut",
            (
                "Sam Ortiz is not your coach any more, so this is closed and its text is gone. "
                "A person answers on the first line now."
            ),
        ),
    ],
)
def test_what_ends_without_an_answer_ends_with_lines(event: str, words: str) -> None:
    held = sent(event)
    assert told(held)[-2:] == [LINES[0], words]
    assert held.asks == ""


@pytest.mark.parametrize(("tap", "move"), [("accept", "accept"), ("call", "call")])
def test_a_proposed_time_is_answered_with_a_tap(tap: str, move: str) -> None:
    held = sent("proposed Tue 18:00", tap)
    assert held.performed["reply.2.moved"] == AlertMove("Tue 6 Jan 18:00", move, about="Tue 18:00")


def test_another_time_may_name_one() -> None:
    held = sent("proposed Tue 18:00", "another").answer(text="Fri 6pm")
    moved = held.performed["reply.2.moved"]
    assert moved == AlertMove("Tue 6 Jan 18:00", "another", "2026-01-09T18:00", about="Tue 18:00")


def test_a_time_that_was_asked_for_is_read_back_and_can_be_agreed_on() -> None:
    held = sent("proposed Tue 18:00", "another").answer(text="Fri 6pm")
    assert told(held)[-1] == "Sam Ortiz is asked about Friday 9 January, 18:00."
    assert told(held.event("accepted Friday 9 January, 18:00"))[-1] == (
        "Sam Ortiz says that works. You agreed on Friday 9 January, 18:00."
    )


def test_who_closed_it_is_named_and_what_to_do_if_it_is_not_settled() -> None:
    assert told(sent("seen", "settled"))[-1] == (
        "Sam Ortiz closed your request. If it is not settled for you, type human."
    )


def test_of_what_is_only_to_know_no_answer_is_hoped_for() -> None:
    held = talk(human, "sam", "know", None, None, "nobody", facts=CONSENTED)
    assert held.said[-2].splitlines() == [
        "From: Ada",
        "Would like: Only to let you know",
        "Open for: 4 days from your next hours here; no answer asked",
    ]
    assert held.said[-1].startswith("It goes to nobody but Sam Ortiz. No answer is asked for")


def test_it_can_be_taken_back_whatever_happened() -> None:
    held = sent("seen", "acknowledged", "withdraw")
    assert held.said[-1] == "Taken back. Sam Ortiz can no longer open it."
    assert held.asks == ""


def test_taken_back_after_it_was_opened_it_says_who_had_read_it() -> None:
    held = Rehearsal(human, CONSENTED, outcome=lambda _: Outcome(done=True, detail="Sam Ortiz"))
    held.answer("sam").answer("know").skip().skip().answer("nobody").answer("send").event("withdraw")
    assert held.said[-1] == ("Taken back. Sam Ortiz had opened it before; from now on it opens for nobody.")


def moved_to(when: str) -> Callable[[Final], Outcome]:
    """The first answer to a proposed time finds another one proposed by then."""
    answers = iter([Outcome(done=False, why="moved", detail=when)])
    return lambda effect: next(answers, done(effect)) if isinstance(effect, AlertMove) else done(effect)


def test_a_time_that_moved_meanwhile_is_not_agreed_on_and_the_new_one_is_asked() -> None:
    held = Rehearsal(human, CONSENTED, outcome=moved_to("Wed 06:15"))
    held.answer("sam").answer("know").skip().skip().answer("nobody").answer("send").event(
        "proposed Tue 17:30"
    )
    held.event("accept")
    assert "What is asked about has changed in the meantime, so Sam Ortiz was told nothing." in held.said
    assert held.said[-1] == "Sam Ortiz proposes Wed 06:15. What suits you?"
    assert "Sam Ortiz is told. You agreed on Wed 06:15." in held.event("accept").said


def test_where_no_time_is_asked_about_any_more_it_waits_for_what_follows() -> None:
    held = Rehearsal(human, CONSENTED, outcome=moved_to(""))
    held.answer("sam").answer("know").skip().skip().answer("nobody").answer("send").event(
        "proposed Tue 17:30"
    )
    assert isinstance(held.event("call").waiting, WaitFor)


def test_before_an_earlier_one_goes_for_it_the_text_stands_there_again() -> None:
    held = Rehearsal(human, CONSENTED, outcome=lambda _: Outcome(done=False, why="waiting"))
    held.answer("sam").answer("know").skip().skip().answer("nobody").answer("send")
    assert held.asks == "instead"
    assert held.last.said[-1].words() == request(held).words.text


def past(effect: Final) -> Outcome:
    """Every time has gone by when it is agreed to."""
    if isinstance(effect, AlertMove) and effect.move == "accept":
        return Outcome(done=False, why="past")
    return done(effect)


def test_a_time_that_has_gone_by_is_not_agreed_on_and_the_rest_can_still_be_answered() -> None:
    held = Rehearsal(human, CONSENTED, outcome=past)
    held.answer("sam").answer("know").skip().skip().answer("nobody").answer("send")
    held.event("proposed Tue 17:30").event("accept")
    assert "That time has gone by, so Sam Ortiz was told nothing." in held.said
    assert held.said[-1] == "What would suit you instead?"
    assert isinstance(held.waiting, WaitFor)
    assert [one.key for one in held.waiting.offers] == ["another", "call", "withdraw"]


def test_taking_back_is_offered_as_long_as_it_waits() -> None:
    waits = [sent(*news).waiting for news in ((), ("seen",), ("seen", "proposed Tue 18:00"))]
    assert [one.offers[-1].key for one in waits if isinstance(one, WaitFor)] == ["withdraw"] * 3


def test_the_alert_is_not_kept_as_soon_as_a_part_is_not() -> None:
    assert not alert_text(Words("Ada"), Ask.CALL, Words(None), Words("kept")).kept


def test_it_can_be_taken_back_however_often_its_time_moves() -> None:
    held = sent()
    for _ in range(100):
        held.event("proposed Tue 18:00").event("call")
    assert held.event("withdraw").said[-1] == "Taken back. Sam Ortiz can no longer open it."
