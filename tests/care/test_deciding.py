"""What is done about evidence, with what is already known, and what lowers it again."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.care.screen import (
    CARDS,
    SIGNALS,
    Action,
    Answer,
    Evidence,
    Label,
    RiskState,
    Strength,
    Subject,
    answered,
    decide,
    read,
    signal,
)

NOW = datetime(2026, 3, 1, 18, 0, tzinfo=UTC)
ACTIVE = RiskState(label=Label.ACTIVE_SI, raised_at=NOW)


def heard(text: str, state: RiskState) -> tuple[Action, str]:
    found = decide(read(text), state)
    return found.action, found.card


def test_explicit_fires_indirect_asks_and_a_cue_stays_quiet() -> None:
    evidence = [Evidence(Label.PASSIVE_SI, strength, Subject.SELF) for strength in Strength]
    actions = [decide(one, RiskState.unknown()).action for one in evidence]
    assert actions == [Action.QUIET, Action.QUIET, Action.ASK, Action.FIRE]


def test_the_same_joke_is_taken_seriously_while_a_risk_is_raised() -> None:
    assert heard("gonna kms lol", RiskState.unknown()) == (Action.ASK, "ask.meaning")
    assert heard("gonna kms lol", ACTIVE) == (Action.FIRE, "safety.active_si")


def test_a_lesser_sign_keeps_the_more_urgent_card() -> None:
    assert decide(read("wish i was dead"), ACTIVE).label is Label.ACTIVE_SI


def test_jk_afterwards_lowers_nothing() -> None:
    later = ACTIVE.after(decide(read("jk lol"), ACTIVE), at=NOW)
    assert later == ACTIVE


def test_a_cue_is_asked_about_once_a_week_at_most() -> None:
    asked = ACTIVE.after(decide(read("kill me"), ACTIVE), at=NOW)
    assert asked.asked_at == NOW
    assert heard("kill me", asked) == (Action.QUIET, "")


def test_a_raised_label_outlasts_the_day_only_in_its_open_talk() -> None:
    tomorrow = NOW + timedelta(hours=24)
    assert ACTIVE.as_of(tomorrow - timedelta(seconds=1)) == ACTIVE
    assert ACTIVE.as_of(tomorrow) == RiskState.unknown()
    assert ACTIVE.as_of(tomorrow, talk_open=True) == ACTIVE


@pytest.mark.parametrize("answer", [Answer.NO, Answer.FIGURE_OF_SPEECH])
def test_the_writers_own_no_is_believed(answer: Answer) -> None:
    assert answered(ACTIVE, answer, NOW).label is Label.NONE


@pytest.mark.parametrize("answer", [Answer.YES, Answer.UNSURE])
def test_yes_and_not_sure_raise_what_was_asked(answer: Answer) -> None:
    asked = RiskState().after(decide(read("i want to die lol"), RiskState()), at=NOW)
    assert answered(asked, answer, NOW) == RiskState(Label.PASSIVE_SI, NOW, Label.NONE, NOW)


def test_rather_not_say_leaves_everything_as_it_was() -> None:
    assert answered(ACTIVE, Answer.RATHER_NOT, NOW) == ACTIVE


@pytest.mark.parametrize(
    "state", [RiskState.unknown(), ACTIVE, RiskState(Label.NONE, None, Label.PASSIVE_SI, NOW)]
)
def test_the_state_comes_back_from_json_as_it_went(state: RiskState) -> None:
    assert RiskState.from_json(state.to_json()) == state


def test_an_empty_record_is_the_unknown_state() -> None:
    assert RiskState.from_json({}) == RiskState.unknown()


@pytest.mark.parametrize(
    ("name", "action", "card"),
    [
        ("not_ok", Action.ASK, "ask.safe"),
        ("not_safe", Action.FIRE, "safety.imminent"),
        ("unsure_safe", Action.FIRE, "safety.active_si"),
        ("crisis_word", Action.FIRE, "safety.active_si"),
        ("wants_human", Action.FIRE, "safety.distress"),
    ],
)
def test_a_press_carries_its_own_signal(name: str, action: Action, card: str) -> None:
    found = decide(signal(name), RiskState.unknown())
    assert (found.action, found.card) == (action, card)
    assert card in CARDS


def test_an_unknown_signal_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="no signal 'shrug'"):
        signal("shrug")
    assert "not_ok" in SIGNALS


def test_a_broken_reading_brings_the_fallback_line() -> None:
    found = decide(Evidence(failed=True), ACTIVE)
    assert (found.action, found.card) == (Action.QUIET, "safety.fallback")
