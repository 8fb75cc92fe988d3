"""The small safety talk, by the items of the published rubric and our own rules."""

from dataclasses import replace
from functools import cache

import pytest

from bot.care.deciding import CARDS as DECIDED
from bot.care.labels import Label
from bot.care.taps import SIGNALS
from conversations.catalogue import texts
from conversations.engine import run
from conversations.exploring import Stop, explore, stops
from conversations.journal import Journal
from conversations.rehearsal import Rehearsal, talk
from conversations.safety import SafetyFacts, safety
from conversations.safety_words import CARDS, safety_card
from conversations.steps import Question
from conversations.texts import Kind, Said

LINES = ("988: call or text, at any hour", "911: emergency", "Counselling: 555-0100, at any hour")
RESOURCES = {"safety.lines", "safety.first"}
NOT_OK = SafetyFacts(signal="not_ok", label="none", lines=LINES, under="Weekly check-in")
ASK = SafetyFacts(label="ask", lines=LINES)
IMMINENT = SafetyFacts(label="imminent", lines=LINES)
TOLD_MEANWHILE = tuple(
    SafetyFacts(label=label, card=f"safety.{card}", lines=LINES)
    for label in ("imminent", "active_si", "passive_si")
    for card in ("unsafe_now", "unsafe.drive", "substance", "mistreatment", "harm_to_others", "third_party")
)
"""A talk that started again, with the words for something less urgent."""


@cache
def every_place() -> tuple[Stop, ...]:
    """Everywhere the talk can stand, in each of its three wordings."""
    varied = [replace(facts, seen=seen) for facts in (*safety.examples, *TOLD_MEANWHILE) for seen in range(3)]
    return tuple(stop for facts in varied for stop in stops(explore(safety, facts, memory=0)))


def prose(stop: Stop) -> list[Said]:
    """What stands in one message: all that was said at once, with the question, without resource lines."""
    asked = [stop.run.waiting.said] if isinstance(stop.run.waiting, Question) else []
    return [one for one in (*stop.run.said, *asked) if one.text.id not in RESOURCES]


def test_no_message_has_more_than_forty_words_of_prose() -> None:
    longest = max(every_place(), key=lambda stop: sum(len(one.words().split()) for one in prose(stop)))
    assert sum(len(one.words().split()) for one in prose(longest)) <= 40


def test_no_question_with_the_sentence_why_it_stands_has_more_than_forty_words() -> None:
    asked = [stop.run.waiting.said for stop in every_place() if isinstance(stop.run.waiting, Question)]
    longest = max(len(one.words().split()) for one in asked)
    stays = most_words("safety.kept-open")
    before = [0, most_words("safety.rest-closed"), most_words("safety.rest-waits")]
    alone = [most_words(name) for name in ("safety.began-here", "safety.comes-first", "safety.not-read")]

    assert longest + max(*alone, *(stays + words for words in before)) <= 40


def most_words(name: str) -> int:
    return max(len(words.split()) for words in texts()[name].variants)


def test_no_message_with_its_lines_has_more_than_ninety_words() -> None:
    sizes = [sum(len(one.words().split()) for one in stop.run.said) for stop in every_place()]
    assert max(sizes) <= 90


def test_no_message_asks_two_things() -> None:
    asked = [
        sum(one.words().replace("over?”", "").count("?") for one in prose(stop)) for stop in every_place()
    ]
    assert max(asked) == 1


def test_no_place_says_the_same_card_twice() -> None:
    for stop in every_place():
        said = [one.text.id for one in (*stop.run.before, *stop.run.said)]
        cards = [name for name in said if name.removeprefix("safety.") in CARDS]
        assert len(cards) == len(set(cards))


@pytest.mark.parametrize("name", CARDS)
def test_every_card_has_three_wordings_and_says_that_it_is_software(name: str) -> None:
    card = safety_card(name)
    assert len(set(card.variants)) == 3
    assert all("software" in words.casefold() for words in card.variants)


@pytest.mark.parametrize("label", [label for label in Label if label is not Label.DISTRESS])
def test_every_label_has_a_card_and_the_talk_says_that_same_text(label: Label) -> None:
    card = safety_card(label.value)
    assert (card.id, card.kind) == (f"safety.{label.value}", Kind.SAFETY)
    assert texts()[card.id] == card


def test_an_unknown_label_still_leads_to_people() -> None:
    assert safety_card("new-label").id == "safety.none"


def test_a_second_talk_has_another_wording() -> None:
    first, second = (talk(safety, facts=replace(IMMINENT, seen=seen)).said[0] for seen in (0, 1))
    assert first != second


def test_not_ok_asks_one_thing_and_a_yes_is_thanked_with_lines() -> None:
    held = talk(safety, "yes", facts=NOT_OK)
    assert held.said == ["Thank you. People are on these lines at any hour.", "\n".join(LINES)]
    assert held.asks == ""


@pytest.mark.parametrize("answer", ["no", "not-sure"])
def test_not_safe_or_not_sure_leads_to_the_fixed_card_and_stays(answer: str) -> None:
    held = talk(safety, answer, facts=NOT_OK)
    assert held.said == [CARDS["imminent"][0], "\n".join(LINES)]
    assert held.asks == "with"


def test_who_passes_over_the_question_is_left_with_the_lines() -> None:
    assert talk(safety, None, facts=NOT_OK).said[0] == "That is yours to keep. I’m leaving this here."


@pytest.mark.parametrize("answer", ["no", "figure"])
def test_a_no_is_believed_thanked_and_not_asked_again(answer: str) -> None:
    held = talk(safety, answer, facts=ASK)
    assert "Thank you. I take that as you say it" in held.said[0]
    assert (held.said[1], held.asks) == (LINES[0], "")


def test_a_refusal_is_respected_and_the_lines_stay() -> None:
    held = talk(safety, "rather-not", facts=ASK)
    assert held.said == ["That is yours to keep. I’m leaving this here.", "\n".join(LINES)]


def test_a_yes_is_thanked_gets_people_and_one_question_about_now() -> None:
    held = talk(safety, "yes", facts=ASK)
    assert held.said[0].startswith("Thank you for telling me. I’m software and can’t judge risk.")
    assert (held.asks, held.question) == ("now", "Are you safe for the next few hours?")


def test_not_sure_is_no_no() -> None:
    assert talk(safety, "not-sure", facts=ASK).asks == "now"


def test_the_urgent_way_is_company_distance_a_line_and_what_gets_in_the_way() -> None:
    held = Rehearsal(safety, IMMINENT)
    asked = [held.question, *(held.answer(answer).question for answer in ("no", "not-sure", "no"))]
    assert asked == [
        "Are you with someone right now?",
        "Can anything that might hurt you be put out of reach?",
        "Would you use one of these lines now?",
        "What gets in the way?",
    ]


@pytest.mark.parametrize("barrier", ["licence", "seen", "cost", "shift", "other"])
def test_each_barrier_is_met_with_one_short_fact(barrier: str) -> None:
    held = talk(safety, "no", "no", "no", barrier, facts=IMMINENT)
    assert held.last.said[0].text.id == f"safety.barrier.{barrier}"


def test_only_a_line_that_is_outside_or_free_is_said_to_be_so() -> None:
    known = replace(IMMINENT, outside="988", free="The desk")
    answers = [(facts, barrier) for facts in (IMMINENT, known) for barrier in ("seen", "cost")]
    held = [talk(safety, "no", "no", "no", barrier, facts=facts) for facts, barrier in answers]
    assert [one.last.said[0].words() for one in held] == [
        "You can ask a line first who hears of the call, before you give a name.",
        "You can ask a line first what it costs, before anything else.",
        "Outside your workplace, and without a login: 988",
        "This one costs nothing: The desk",
    ]


def test_no_card_says_where_people_work_or_what_they_cost() -> None:
    said = [words for card in CARDS.values() for words in card]
    assert [one for one in said if "outside" in one or "free" in one or "cost" in one] == []


def test_it_stays_until_it_is_left_and_leads_to_a_person() -> None:
    held = talk(safety, "yes", "yes", "yes", "steady", "person", facts=IMMINENT)
    assert (held.inner, held.asks) == (["human"], "")


@pytest.mark.parametrize("seen", range(3))
def test_only_once_something_was_offered_it_asks_what_else_would_help(seen: int) -> None:
    held = Rehearsal(safety, SafetyFacts(label="active_si", lines=LINES, seen=seen))
    asked = [held.answer(answer).question for answer in ("yes", "steady", "steady")]
    assert asked == ["What would help now?", "What else would help?", "What now?"]


@pytest.mark.parametrize(("label", "asks"), [("imminent", "with"), ("active_si", "now")])
def test_started_again_it_says_the_new_card_and_asks_what_the_graver_label_asks(
    label: str, asks: str
) -> None:
    held = talk(safety, facts=SafetyFacts(label=label, card="safety.substance", lines=LINES))
    assert held.said == [CARDS["substance"][0], "\n".join(LINES)]
    assert held.asks == asks


def test_who_leaves_the_talk_for_a_person_is_asked_what_else_would_help() -> None:
    held = talk(safety, "yes", "person", facts=SafetyFacts(label="active_si", lines=LINES))
    left = replace(held.journal.entries[-1], value="stopped")
    journal = Journal((*held.journal.entries[:-1], left))
    waiting = run(safety, held.facts, journal, {}).waiting

    assert isinstance(waiting, Question)
    assert waiting.said.words() == "What else would help?"


def test_the_word_crisis_shows_lines_and_asks_about_now() -> None:
    facts = SafetyFacts(label="active_si", signal="crisis_word", lines=LINES)
    held = talk(safety, facts=facts)
    assert (held.said[-1], held.asks) == ("\n".join(LINES), "now")


def test_who_is_not_safe_at_work_is_asked_to_go_among_people() -> None:
    held = talk(safety, "no", facts=SafetyFacts(label="mistreatment", lines=LINES))
    assert held.said[-1] == "Please go where other people are, and call the emergency line here from there."


def test_every_card_that_the_rules_decide_on_starts_a_talk() -> None:
    for name in DECIDED:
        label = "ask" if name.startswith("ask.") else name.removeprefix("safety.")
        held = talk(safety, facts=SafetyFacts(label=label, card=name, lines=LINES))
        assert held.said or held.question


def test_every_signal_in_it_is_known_to_the_rules() -> None:
    waiting = [stop.run.waiting for stop in every_place()]
    signals = {one.signal for asked in waiting if isinstance(asked, Question) for one in asked.options}
    assert signals - {""} <= SIGNALS


def test_every_way_ends_with_people_in_sight() -> None:
    people = RESOURCES | {"safety.patient", "safety.stays"}
    ends = [stop for stop in every_place() if stop.run.waiting is None]
    lost = [stop for stop in ends if not people & {one.text.id for one in (*stop.run.before, *stop.run.said)}]
    assert lost == []


def test_the_talk_below_goes_on_or_is_left_as_the_person_wants() -> None:
    under = replace(ASK, under="Weekly check-in")
    assert list(talk(safety, "no", "leave", facts=under).performed) == ["left"]
    assert list(talk(safety, "no", "go-on", facts=under).performed) == []


def test_what_is_about_a_patient_asks_nothing_more() -> None:
    held = talk(safety, "patient", facts=replace(ASK, card="ask.subject"))
    assert held.asks == ""


def test_what_is_about_somebody_known_gets_the_card_for_that() -> None:
    held = talk(safety, "somebody", facts=replace(ASK, card="ask.subject"))
    assert held.said[0] == CARDS["third_party"][0]


def test_a_driver_is_not_asked_about_dying() -> None:
    facts = SafetyFacts(label="unsafe_now", card="safety.unsafe.drive", lines=LINES)
    asked = {stop.key for stop in stops(explore(safety, facts))}
    assert asked <= {"stay.what", "stay.person", ""}


def test_nothing_in_it_is_required() -> None:
    waiting = [stop.run.waiting for stop in every_place()]
    assert [one.key for one in waiting if isinstance(one, Question) and one.required] == []
