"""The engine, as talks that are held."""

from collections.abc import Generator

import pytest

from conversations.answers import Keep, Raw, Words
from conversations.effects import KeepMeasure, Prefer
from conversations.engine import run, skipped, stands_apart
from conversations.journal import Journal, Mark
from conversations.rehearsal import Rehearsal, talk
from conversations.steps import FlowError, Question, happening
from conversations.talk import Talk
from tests.conversations.small import Nothing, Tea, refuse_all, small, tea

TEA = small(tea)


def test_a_talk_greets_asks_and_goes_on() -> None:
    held = talk(TEA, "green", "warm", "no", "2")
    assert held.said == ["Hello.", "Poured.", "You wrote warm.", "Goodbye."]
    assert held.asks == ""


def test_what_was_said_before_the_newest_answer_is_not_said_again() -> None:
    held = talk(TEA, "green", None)
    assert [one.text.id for one in held.last.said] == []
    assert [one.text.id for one in held.last.before] == ["small.hello", "small.poured"]


def test_an_answer_is_found_by_its_key_whatever_its_place() -> None:
    held = talk(TEA, "green", None, "no")
    shuffled = Journal(tuple(reversed(held.journal.entries)))
    assert run(TEA, Nothing(), shuffled, {}).waiting is not None
    assert run(TEA, Nothing(), shuffled, {}).asked == ("cup", "note", "again")


def test_skip_gives_none_and_leaves_no_effect() -> None:
    assert set(talk(TEA, "green", None).effects) == {"cup.kept"}


def test_a_required_question_cannot_be_skipped() -> None:
    held = talk(TEA)
    with pytest.raises(FlowError, match="'cup' is required"):
        held.skip()


def test_back_takes_the_last_answer_and_what_followed_from_it() -> None:
    held = talk(TEA, "green", "warm")
    assert held.back()
    assert (held.asks, set(held.effects)) == ("note", {"cup.kept"})


def test_back_at_the_start_is_refused() -> None:
    assert not talk(TEA).back()


def test_back_stops_at_a_final_effect_and_says_which() -> None:
    held = talk(TEA, "green", None, "yes")
    assert not held.back()
    assert (held.journal.stops_back, held.performed) == (
        Mark.OUTCOME,
        {"ordered": Prefer("tea", "green")},
    )


def test_back_after_a_later_answer_comes_to_the_final_effect_and_no_further() -> None:
    held = talk(TEA, "green", None, "yes", "2")
    assert [held.back(), held.back()] == [True, False]


def test_a_refused_effect_is_never_called_done() -> None:
    held = Rehearsal(TEA, outcome=refuse_all)
    held.answer("green").skip().answer("yes")
    assert held.said[-1] == "Sold out."


def test_another_answer_replaces_the_effect_that_followed_from_the_first() -> None:
    held = talk(TEA, "green")
    held.back()
    assert held.answer("black").effects == {"cup.kept": KeepMeasure("tea", "black")}


async def three_cups(speaker: Talk, _facts: Nothing) -> None:
    for cup in speaker.each("cup", at_most=3):
        if await cup.choose("which", ("Which tea?", "Which next?"), Tea) is not Tea.GREEN:
            break
        await cup.say("poured", ("Poured.", "Poured again."))


def test_rounds_have_keys_of_their_own_and_vary_their_words() -> None:
    held = talk(small(three_cups), "green", "green")
    assert (held.asks, held.said) == ("cup.3.which", ["Poured.", "Poured again."])
    assert isinstance(held.waiting, Question)
    assert held.waiting.said.text.id == "small.cup.which"


def test_rounds_end_at_their_bound() -> None:
    assert talk(small(three_cups), "green", "green", "green").asks == ""


def test_a_held_talk_varies_with_how_often_it_was_held() -> None:
    async def varied(speaker: Talk, _facts: Nothing) -> None:
        await speaker.varied(4).say("hello", ("One.", "Two.", "Three."))

    assert talk(small(varied)).said == ["Two."]


async def ask_when(speaker: Talk, _facts: Nothing) -> None:
    when = await speaker.when("when", "When?")
    await speaker.say("then", "{day} then.", day="" if when is None else when.strftime("%a %H:%M"))


def test_a_day_and_time_is_read_once_and_kept_as_local_time() -> None:
    held = talk(small(ask_when), "tomorrow 7:30")
    assert (held.said, held.journal.entries[0].value) == (["Tue 07:30 then."], "2026-01-06T07:30")


async def wait(speaker: Talk, _facts: Nothing) -> None:
    event = await speaker.wait_for("reply", "reply", within=60, otherwise="late")
    name, detail = happening(event)
    await speaker.say("told", "{name}: {detail}", name=name, detail=detail)


def test_an_event_is_journalled_like_an_answer() -> None:
    held = talk(small(wait), "proposed Tue 18:00")
    assert held.said == ["proposed: Tue 18:00"]
    assert held.journal.stops_back is Mark.EVENT


async def outer(speaker: Talk, _facts: Nothing) -> None:
    await speaker.confirm("first", "First?")
    ended = await speaker.continue_with("inner", "tea", kind="green")
    await speaker.say("over", ended)
    await speaker.confirm("last", "Last?")


def test_another_talk_is_held_inside_and_back_does_not_cross_it() -> None:
    held = talk(small(outer), "yes")
    assert (held.inner, held.said) == (["tea"], ["ended"])
    assert (held.back(), held.journal.stops_back) == (False, Mark.TALK)


async def twice(speaker: Talk, _facts: Nothing) -> None:
    await speaker.confirm("same", "Once?")
    await speaker.confirm("same", "Twice?")


def test_a_key_asked_twice_in_a_run_is_an_error() -> None:
    with pytest.raises(FlowError, match="'same' is asked twice"):
        talk(small(twice), "yes")


async def foreign(_speaker: Talk, _facts: Nothing) -> None:
    class Other:
        def __await__(self) -> Generator[str, None, None]:
            yield "elsewhere"

    await Other()


def test_an_awaitable_that_is_no_step_is_refused() -> None:
    with pytest.raises(FlowError, match="not str"):
        talk(small(foreign))


async def nosy(speaker: Talk, _facts: Nothing) -> None:
    words: object = await speaker.write("words", "Say?", keep=Keep.NONE)
    if words:
        await speaker.say("more", "More.")


def test_a_flow_cannot_branch_on_words() -> None:
    with pytest.raises(TypeError, match="must not branch"):
        talk(small(nosy), "hello")


@pytest.mark.parametrize("other", ["hello", Words("hello")])
def test_words_cannot_be_compared(other: object) -> None:
    with pytest.raises(TypeError, match="must not branch"):
        assert Words("hello") == other


def test_words_are_no_keys() -> None:
    with pytest.raises(TypeError, match="must not become keys"):
        hash(Words("hello"))


def test_words_show_nothing_of_themselves() -> None:
    assert [repr(Words("a secret")), repr(Words(None))] == ["Words(kept)", "Words(not kept)"]


def test_words_are_never_in_the_journal() -> None:
    held = talk(TEA, "green", "a secret")
    assert "a secret" not in str(held.journal.to_json())
    assert held.words == {"note": "a secret"}


def test_words_lost_on_parking_are_named_as_not_kept() -> None:
    held = talk(TEA, "green", "warm")
    held.park()
    assert held.last.said[0].words() == "What you wrote was not kept."
    assert held.words == {}


async def steering(speaker: Talk, _facts: Nothing) -> None:
    cup = await speaker.choose("cup", "Which tea?", Tea, keep=Keep.TALK)
    await speaker.say("cup.said", "None." if cup is None else cup.option.label)
    await speaker.confirm("again", "Again?")


def test_a_tap_of_class_talk_is_asked_again_once_it_is_gone() -> None:
    held = talk(small(steering), "green", "yes")
    held.park()
    assert held.asks == "cup"


def test_a_tap_asked_again_cannot_be_compared_so_later_answers_go() -> None:
    held = talk(small(steering), "green", "yes")
    held.park()
    assert held.answer("green").asks == "again"


async def tap_kept_by_nobody(speaker: Talk, _facts: Nothing) -> None:
    await speaker.choose("cup", "Which tea?", Tea, keep=Keep.NONE)


def test_a_tap_that_nobody_keeps_is_an_error() -> None:
    with pytest.raises(FlowError, match="only words can be kept by nobody"):
        talk(small(tap_kept_by_nobody))


def test_what_stands_apart_is_words_and_taps_of_class_talk() -> None:
    held = talk(small(steering))
    assert isinstance(held.waiting, Question)
    assert stands_apart(held.waiting)
    assert skipped(held.waiting).value is None


def test_thirty_questions_are_replayed_in_thirty_steps() -> None:
    steps: list[int] = []

    async def thirty(speaker: Talk, _facts: Nothing) -> None:
        for number, cup in enumerate(speaker.each("cup", at_most=30)):
            steps.append(number)
            await cup.confirm("more", "More?")

    held = talk(small(thirty), *["yes"] * 29)
    steps.clear()
    assert len(run(held.flow, held.facts, held.journal, {}).asked) == 29
    assert steps == list(range(30))


def test_a_journal_survives_as_plain_lists() -> None:
    held = talk(TEA, "green", "warm", "yes")
    assert Journal.from_json(held.journal.to_json()) == held.journal


def test_facts_survive_as_plain_values_and_removed_fields_are_passed_over() -> None:
    assert Nothing.from_json({**Nothing(given={"a": "b"}).to_json(), "gone": 1}) == Nothing(given={"a": "b"})


def test_an_answer_notes_which_wording_was_on_the_screen() -> None:
    held = talk(TEA, "green")
    assert isinstance(held.waiting, Question)
    text = talk(TEA).last.waiting
    assert isinstance(text, Question)
    assert held.journal.entries[0].text == ("small.cup", text.said.text.version, "built-in")


def test_reading_leaves_the_journal_alone() -> None:
    held = talk(TEA)
    assert isinstance(held.waiting, Question)
    assert held.waiting.read(Raw(("green",)), held.now) == "green"
    assert held.journal == Journal()
