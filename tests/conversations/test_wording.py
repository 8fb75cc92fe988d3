"""Every word that a resident or a coach reads passes the rules of its kind."""

import pytest

from conversations.answers import Option
from conversations.catalogue import FLOWS, texts
from conversations.exploring import explore, stops
from conversations.fixed import LABELS
from conversations.steps import Question, WaitFor
from conversations.texts import Kind, Text
from conversations.wording import MOST_WORDS, RULES, Rule, faults, label_faults


def options() -> set[Option]:
    """Every option that any flow offers."""
    places = (
        stop.run.waiting
        for flow in FLOWS.values()
        for facts in flow.examples
        for stop in stops(explore(flow, facts))
    )
    found: set[Option] = set()
    for waiting in places:
        if isinstance(waiting, Question):
            found.update(waiting.options)
        elif isinstance(waiting, WaitFor):
            found.update(waiting.offers)
    return found


def text(words: str, kind: Kind = Kind.QUESTION, without: str = "") -> Text:
    return Text("small.text", kind, (words,), without)


def test_every_text_passes_the_rules_of_its_kind() -> None:
    assert [fault for one in texts().values() for fault in faults(one)] == []


def test_every_option_passes_the_rules() -> None:
    written = {words for one in options() for words in (one.label, one.hint)} | set(LABELS.values())
    assert {words: label_faults(words) for words in written if label_faults(words)} == {}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_each_rule_refuses_its_own_example(rule: Rule) -> None:
    kind = next(iter(rule.kinds & {Kind.QUESTION}))
    assert any(rule.name in fault for fault in faults(text(rule.example, kind)))


@pytest.mark.parametrize("kind", Kind)
def test_each_kind_has_a_length_that_is_refused(kind: Kind) -> None:
    long = "word " * (MOST_WORDS[kind] + 1)
    assert any("more than" in fault for fault in faults(text(long, kind)))


def test_a_question_that_asks_nothing_is_refused() -> None:
    assert faults(text("Tell me.")) == ["small.text: asks nothing"]


def test_an_acronym_that_nobody_explains_is_refused() -> None:
    assert any("leaves CCC unexplained" in fault for fault in faults(text("The CCC meets.", Kind.STATEMENT)))


def test_the_words_for_what_was_not_kept_are_held_to_the_same_rules() -> None:
    assert faults(text("What now?", without="You should write it again."))


@pytest.mark.parametrize("kind", [Kind.SAFETY, Kind.CONSENT])
def test_yes_or_no_may_be_asked_where_it_is_about_safety_or_consent(kind: Kind) -> None:
    assert faults(text("Are you safe right now?", kind)) == []


def test_a_sentence_to_say_aloud_is_no_question_of_ours() -> None:
    assert faults(text("“I am unwell, who can take over?” is enough. What now?")) == []


def test_a_label_that_is_a_paragraph_is_refused() -> None:
    assert label_faults("one two three four five six seven eight nine ten eleven") == [
        "is too long for a button"
    ]


def test_what_comes_every_week_has_other_words_the_next_time() -> None:
    weekly = ("check-in.helped", "check-in.line", "check-in.straight", "check-in.done")
    assert {name: len(texts()[name].variants) for name in weekly if len(texts()[name].variants) < 2} == {}


def test_the_first_message_says_what_this_is_and_who_sees_what() -> None:
    hello = texts()["welcome.hello"].variants[0]
    said = (
        "software",
        "not a person or clinician",
        "only you read",
        "yes later",
        "not for emergencies",
        "988",
        "911",
    )
    assert [part for part in said if part not in hello] == []


def test_what_the_companion_starts_says_nothing_on_a_lock_screen() -> None:
    telling = ("coach", "alert", "struggling", "not ok", "safe", "message", "request")
    openers = [words for one in texts().values() if one.kind is Kind.OPENER for words in one.variants]
    openers += [flow.opener for flow in FLOWS.values()]
    assert [one for one in openers if any(word in one.casefold() for word in telling)] == []
