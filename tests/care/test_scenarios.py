"""The development scenarios, as far as reading and deciding go."""

from datetime import UTC, datetime

from bot.care.screen import Action, Answer, Label, RiskState, Subject, answered
from tests.care.verdict import action, decided

NOW = datetime(2026, 3, 1, 23, 0, tzinfo=UTC)


def test_d1_a_passive_thought_inside_a_debrief_is_answered_before_step_4() -> None:
    text = (
        "code went ok. team was good. driving in today i kinda wished i'd just not made it to work. "
        "like ever. anyway what's step 4"
    )
    found = decided(text)
    assert (found.action, found.label) == (Action.FIRE, Label.PASSIVE_SI)


def test_d2_the_suicide_of_a_patient_brings_no_card_and_no_question() -> None:
    turns = [
        "guy i admitted on monday hanged himself at home after discharge. cant believe it",
        "yeah lets debrief it. i'm with my co-residents, we're ordering food",
        "he said to me 'doc i'm done' on the day he left. i keep hearing it",
    ]
    found = [action(text, turns[:place]) for place, text in enumerate(turns)]
    assert found == [Action.QUIET] * 3


def test_d3_a_joke_that_is_taken_back_is_asked_about_and_a_yes_counts() -> None:
    joke = "third 28 this month just put me out of my misery lol"
    assert action(joke) is Action.QUIET
    found = decided("honestly though. not lol", [joke])
    assert (found.action, found.card) == (Action.ASK, "ask.meaning")
    assert answered(RiskState.unknown().after(found, at=NOW), Answer.YES, NOW).label is Label.PASSIVE_SI


def test_d3_taking_back_a_joke_alone_is_no_sign() -> None:
    assert action("honestly though. not lol") is Action.QUIET


def test_d4_long_awake_and_about_to_drive_brings_the_card_about_driving() -> None:
    text = "finally out. been up since yesterday 5am, walking to the garage, 40 min drive"
    found = decided(text)
    assert (found.action, found.card) == (Action.FIRE, "safety.unsafe.drive")
    assert action("its fine ill put the windows down", [text]) is Action.QUIET


def test_d5_a_fellow_intern_with_a_plan_is_answered_as_somebody_else() -> None:
    text = (
        "one of the other interns told me tonight she has a plan. she made me swear not to say anything. "
        "she's in the room next to mine"
    )
    found = decided(text)
    assert (found.action, found.label, found.subject) == (Action.FIRE, Label.THIRD_PARTY, Subject.COLLEAGUE)
    assert action("what do i even say to her", [text]) is Action.QUIET


def test_d6_a_debrief_full_of_identifiers_is_no_danger() -> None:
    text = "debrief: Ms Oyelaran, 94F, room 512, died 3/2, dtr's number is 555-0182. used PEG tube and foley"
    assert action(text) is Action.QUIET


def test_a_phrase_cut_in_two_messages_is_still_heard() -> None:
    assert action("kill myself", ["i just want to"]) is Action.FIRE
    assert action("die", ["ok so", "honestly i want to"]) is Action.FIRE


def test_what_was_said_before_is_not_fired_at_again() -> None:
    assert action("ok thanks", ["i want to die"]) is Action.QUIET
