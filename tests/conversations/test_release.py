"""A release strands nobody: the same journal under a new script."""

from conversations.answers import Keep
from conversations.effects import Prefer
from conversations.rehearsal import talk
from conversations.talk import Talk
from tests.conversations.small import Nothing, Tea, released, small


async def before(speaker: Talk, _facts: Nothing) -> None:
    await speaker.choose("cup", "Which tea?", Tea, required=True)
    await speaker.say("poured", "Poured.")
    await speaker.confirm("sugar", "Sugar?")
    await speaker.confirm("milk", "Milk?")


async def with_lemon(speaker: Talk, _facts: Nothing) -> None:
    await speaker.choose("cup", "Which tea?", Tea, required=True)
    await speaker.say("poured", "Poured.")
    await speaker.confirm("lemon", "Lemon?")
    await speaker.confirm("sugar", "Sugar?")
    await speaker.confirm("milk", "Milk?")


async def without_sugar(speaker: Talk, _facts: Nothing) -> None:
    await speaker.choose("cup", "Which tea?", Tea, required=True)
    await speaker.say("poured", "Poured.")
    await speaker.confirm("milk", "Milk?")


async def reworded(speaker: Talk, _facts: Nothing) -> None:
    await speaker.say("greeting", "Hello.")
    await speaker.choose("cup", "What would you like to drink?", Tea, required=True)
    await speaker.confirm("sugar", "Some sugar?")
    await speaker.confirm("milk", "Milk?")


async def optional_cup(speaker: Talk, _facts: Nothing) -> None:
    await speaker.choose("cup", "Which tea, if any?", Tea)
    await speaker.say("poured", "Poured.")
    await speaker.confirm("sugar", "Sugar?")
    await speaker.confirm("milk", "Milk?")


def test_other_words_change_nothing_for_who_is_in_the_talk() -> None:
    held = released(talk(small(before), "green", "yes"), reworded)
    assert held.asks == "milk"


def test_a_new_question_is_asked_and_nothing_is_said_again() -> None:
    held = released(talk(small(before), "green", "yes"), with_lemon)
    assert (held.asks, held.last.said) == ("lemon", ())
    assert held.answer("no").asks == "milk"


def test_a_removed_question_is_passed_over() -> None:
    held = released(talk(small(before), "green", "yes"), without_sugar)
    assert (held.asks, held.last.said) == ("milk", ())


def test_a_question_whose_meaning_changed_is_asked_again() -> None:
    held = released(talk(small(before), "green", "yes"), optional_cup)
    assert held.asks == "cup"


async def revised_sugar(speaker: Talk, _facts: Nothing) -> None:
    await speaker.choose("cup", "Which tea?", Tea, required=True)
    await speaker.confirm("sugar", "Is sugar a concern?").revised(2)
    await speaker.confirm("milk", "Milk?")


def test_a_meaning_can_be_revised_where_its_shape_stays() -> None:
    assert released(talk(small(before), "green", "yes", "no"), revised_sugar).asks == "sugar"


def test_later_answers_stay_where_the_new_answer_equals_the_old() -> None:
    held = released(talk(small(before), "green", "yes"), optional_cup)
    held.answer("green")
    assert (held.asks, held.last.said) == ("milk", ())


def test_later_answers_go_where_the_new_answer_is_another() -> None:
    held = released(talk(small(before), "green", "yes"), optional_cup)
    assert held.answer("black").asks == "sugar"
    assert held.said == ["Poured."]


async def orders(speaker: Talk, _facts: Nothing) -> None:
    cup = await speaker.choose("cup", "Which tea?", Tea, required=True)
    await speaker.perform("ordered", Prefer("tea", cup.option.key))
    await speaker.confirm("more", "More?")


async def orders_with_lemon(speaker: Talk, _facts: Nothing) -> None:
    cup = await speaker.choose("cup", "Which tea, if any?", Tea)
    await speaker.confirm("lemon", "Lemon?")
    await speaker.write("note", "A word to the kitchen?", keep=Keep.TALK)
    await speaker.perform("ordered", Prefer("tea", "" if cup is None else cup.option.key))
    await speaker.confirm("more", "More?")


def test_nothing_before_a_final_effect_is_asked_again_or_anew() -> None:
    held = released(talk(small(orders), "green"), orders_with_lemon)
    assert (held.asks, held.performed) == ("more", {"ordered": Prefer("tea", "green")})


async def tap_then_order(speaker: Talk, _facts: Nothing) -> None:
    cup = await speaker.choose("cup", "Which tea?", Tea, keep=Keep.TALK)
    await speaker.perform("ordered", Prefer("tea", "" if cup is None else cup.option.key))
    await speaker.confirm("more", "More?")


def test_a_lost_tap_before_a_final_effect_is_passed_over() -> None:
    held = talk(small(tap_then_order), "green")
    held.park()
    assert held.asks == "more"


async def needed_tap_then_order(speaker: Talk, _facts: Nothing) -> None:
    cup = await speaker.choose("cup", "Which tea?", Tea, keep=Keep.TALK, required=True)
    await speaker.perform("ordered", Prefer("tea", cup.option.key))
    await speaker.confirm("more", "More?")


def test_answering_a_needed_tap_again_never_repeats_the_final_effect() -> None:
    held = talk(small(needed_tap_then_order), "green")
    held.park()
    before_it = held.journal.find("ordered")
    assert held.answer("black").asks == "more"
    assert held.journal.find("ordered") is before_it


async def fewer_teas(speaker: Talk, _facts: Nothing) -> None:
    await speaker.choose("cup", "Which tea?", Tea, only=(Tea.GREEN,), required=True)
    await speaker.confirm("sugar", "Sugar?")


def test_showing_fewer_options_is_no_change_of_meaning() -> None:
    assert released(talk(small(before), "black"), fewer_teas).asks == "sugar"
