"""Buttons that are pressed twice, late, on two devices, or by whom they were not meant for."""

from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.port import EventKind, Press, ReplyKind
from bot.presentation.fixed import text
from bot.store.tables import measures
from tests.town import Person, Town
from tests.turns.stories import begins_check_in, deletes, press, presses_in, sends_alert


async def test_the_recorded_answer_pressed_twice_gets_the_reply_again(resident: Person, town: Town) -> None:
    await begins_check_in(resident)
    stretched = replace(resident.event, press=resident.shown.choices[1].press, origin="")
    await resident.sends(replace(stretched, id="one"))
    first = resident.shown
    await resident.sends(replace(stretched, id="two"))

    assert resident.reply.form == replace(first, paragraphs=())
    assert len(town.rows(measures)) == 1


async def test_another_answer_from_a_second_device_changes_nothing(resident: Person, town: Town) -> None:
    await begins_check_in(resident)
    other = resident.shown.choices[0].press
    await resident.presses("Stretched")
    before = town.rows(measures)
    await resident.sends(replace(resident.event, id="tablet", press=other))

    assert resident.shown.notice == "That question has closed. Answered there: Stretched. Back leads to it."
    assert resident.shown.question == "What moved it most? Up to two."
    assert town.rows(measures) == before


async def test_an_old_skip_draws_the_open_question(resident: Person) -> None:
    await begins_check_in(resident)
    await resident.presses("Stretched")
    old = next(one.press for one in resident.shown.controls if one.label == "Skip")
    await resident.presses("Skip")
    await resident.sends(replace(resident.event, id="tablet", press=old))

    assert resident.shown.question == "How was sleep: enough for safe work?"
    assert resident.shown.notice.endswith("This is the one that is open.")


async def test_a_double_press_in_the_chat_asks_the_next_question_once(town: Town) -> None:
    resident = town.person("resident")
    await resident.opens()
    await resident.presses("Start", "Sunday 18:00")
    number = len(resident.chat)
    await resident.sends(replace(resident.event, id="double"))

    assert resident.reply.kind is ReplyKind.REPLACE
    assert len(resident.chat) == number


async def test_a_button_of_a_finished_talk_says_finished(resident: Person, town: Town) -> None:
    await begins_check_in(resident)
    old = replace(resident.event, id="late", press=resident.shown.choices[0].press, origin="")
    await resident.presses("Steady", "Skip")
    await resident.sends(old)

    assert resident.screen == "Finished"
    assert town.state("resident") == []


async def test_a_way_to_a_person_is_one_however_late_it_is_pressed(resident: Person, town: Town) -> None:
    await resident.says("I want to kill myself")
    await resident.presses("Yes")
    assert resident.last == "What would help now?"
    await town.walks_to(town.clock.now() + timedelta(days=2))
    assert town.state("resident") == []
    await resident.presses("Reach a person")

    assert town.state("resident") == [("human", "open", "who")]


async def test_so_it_is_once_the_talk_has_moved_on(resident: Person, town: Town) -> None:
    await resident.says("I want to kill myself")
    await resident.presses("Yes")
    person = next(c.press for card in resident.chat for c in card.choices if c.label == "Reach a person")
    await resident.presses("Something to steady me")
    await resident.sends(replace(resident.event, id="older", press=person))

    assert [flow for flow, _, _ in town.state("resident")] == ["safety", "human"]


async def _asked_for_help(resident: Person) -> Press:
    """As far as the check-in's own way to a person; gives its button."""
    await begins_check_in(resident)
    await resident.presses("Struggling", "Skip", "Skip")
    return next(choice.press for choice in resident.shown.choices if choice.label == "A person")


async def _presses_late(resident: Person, old: Press) -> None:
    """Press it on a screen that was left open."""
    await resident.sends(replace(resident.event, id="older", kind=EventKind.PRESS, press=old, text=""))


async def test_so_it_is_below_another_talk(resident: Person, town: Town) -> None:
    person = await _asked_for_help(resident)
    await resident.says("settings")
    await _presses_late(resident, person)

    assert town.state("resident")[-1][0] == "human"


@pytest.mark.parametrize("first", ["closes", "later", "human, later", "A person"])
async def test_so_it_is_while_safety_is_asked_about(resident: Person, town: Town, first: str) -> None:
    person = await _asked_for_help(resident)
    if first == "A person":
        await resident.presses("A person")
    for words in first.split(", ") if "later" in first else ():
        await resident.says(words)
    await resident.says("I want to kill myself")
    await _presses_late(resident, person)

    assert resident.shown.title == "A person"
    assert [flow for flow, state, _ in town.state("resident") if state == "open"][-1] == "human"


async def test_so_it_is_once_the_question_about_safety_was_set_aside(resident: Person, town: Town) -> None:
    person = await _asked_for_help(resident)
    await resident.says("I want to kill myself")
    await town.walks_to(town.clock.now() + timedelta(hours=13))
    await _presses_late(resident, person)

    assert resident.shown.title == "A person"


@pytest.mark.parametrize("words", ["human", "delete"])
async def test_so_it_is_of_what_was_put_off_before_danger(resident: Person, town: Town, words: str) -> None:
    await resident.says(words)
    await resident.says("later")
    await resident.says("I want to kill myself")
    await town.walks_to(town.clock.now() + timedelta(hours=13))
    await resident.says(words)

    assert town.state("resident")[-1][:2] == ({"delete": "forget"}.get(words, words), "open")


async def test_so_it_is_after_that_talk_was_stopped(resident: Person, town: Town) -> None:
    await resident.says("I want to kill myself")
    await resident.presses("Yes")
    card = next(card for card in resident.chat if any(c.label == "Reach a person" for c in card.choices))
    await resident.presses("Reach a person")
    await resident.says("stop")
    await _presses_late(resident, card.choices[0].press)

    assert [flow for flow, _, _ in town.state("resident")] == ["safety", "human"]


async def test_after_a_delete_it_brings_the_line_with_people(resident: Person, town: Town) -> None:
    person = await _asked_for_help(resident)
    await deletes(resident)
    await _presses_late(resident, person)

    assert resident.last.startswith(text("safety.quiet").variants[0][:20])


async def test_its_card_stays_as_it_is_once_its_talk_has_passed(resident: Person, town: Town) -> None:
    await resident.says("I want to kill myself")
    await resident.presses("Yes")
    await town.walks_to(town.clock.now() + timedelta(days=2))
    before = list(resident.chat)
    await resident.presses("Reach a person")

    assert resident.shown.title == "A person"
    assert resident.chat[: len(before)] == before


async def test_in_a_form_an_old_answer_about_safety_leaves_its_lines(resident: Person, town: Town) -> None:
    await begins_check_in(resident)
    await resident.presses("Not OK")
    old = resident.shown
    assert old.links
    await town.walks_to(town.clock.now() + timedelta(days=3))
    await presses_in(old, "Yes", resident)

    assert resident.reply.kind is ReplyKind.NOTICE
    assert resident.reply.notice == "That question has passed. Type human or crisis at any time."


async def test_another_answer_to_a_safety_question_that_has_passed_names_people(
    resident: Person, town: Town
) -> None:
    await resident.says("I want to kill myself")
    await town.walks_to(town.clock.now() + timedelta(days=2))
    before = [card for card in resident.chat if card.links]
    await resident.presses("Yes")

    assert resident.reply.notice == "That question has passed. Type human or crisis at any time."
    assert [card for card in resident.chat if card.links] == before


async def test_somebody_elses_talk_cannot_be_pressed(resident: Person, coach: Person, town: Town) -> None:
    await begins_check_in(resident)
    theirs = resident.shown.choices[0].press
    await coach.says("hello")
    await coach.sends(press(coach, theirs.flow, theirs.talk, theirs.key, "steady"))

    assert coach.screen == "Finished"
    assert town.state("resident") == [("check-in", "open", "week")]


async def test_an_older_take_it_back_works_after_news(resident: Person, coach: Person, town: Town) -> None:
    await sends_alert(resident)
    old = resident.shown.choices[0].press
    await coach.presses("Open")
    await resident.sends(replace(resident.event, id="older", press=old))

    assert "Taken back" in resident.screen


async def test_an_old_not_safe_button_is_heard_after_its_talk_has_closed(
    resident: Person, town: Town
) -> None:
    await begins_check_in(resident)
    await resident.presses("Not OK")
    unsafe = next(c.press for card in resident.chat for c in card.choices if c.label == "No")
    await resident.closes()
    await resident.presses("Yes")
    await resident.sends(replace(resident.event, id="after", press=unsafe))

    assert [flow for flow, _, _ in town.state("resident")][-1] == "safety"
    assert "Are you with someone right now?" in resident.last


async def test_an_old_not_ok_button_is_heard_while_its_talk_goes_on(resident: Person, town: Town) -> None:
    await begins_check_in(resident)
    not_ok = next(choice.press for choice in resident.shown.choices if choice.label == "Not OK")
    await resident.presses("Stretched")
    await resident.sends(replace(resident.event, id="tablet", press=not_ok))

    assert town.state("resident")[-1] == ("safety", "open", "safe")


async def test_an_old_not_ok_button_is_heard_while_another_talk_stands_on_its_talk(
    resident: Person, town: Town
) -> None:
    await begins_check_in(resident)
    old = resident.shown
    await resident.says("human")
    await resident.presses("Start")
    await presses_in(old, "Not OK", resident)

    assert town.state("resident")[-1] == ("safety", "open", "safe")
    assert "Are you safe right now?" in resident.last
