"""The same event once more: one effect, and the same reply drawn afresh."""

import asyncio
from dataclasses import replace

from adapters.port import ReplyKind
from bot.store.tables import audit, measures, outbox, talks
from conversations.catalogue import texts_of
from tests.town import Person, Town
from tests.turns.stories import begins_check_in, checks_in, has_lines


async def test_a_repeated_press_gets_the_same_form(resident: Person) -> None:
    await begins_check_in(resident)
    await resident.presses("Stretched")

    assert (await resident.again()) == resident.reply


async def test_a_repeat_in_an_open_talk_walks_no_flow_for_its_texts(resident: Person) -> None:
    await begins_check_in(resident)
    await resident.presses("Stretched")
    texts_of.cache_clear()

    assert (await resident.again()) == resident.reply
    assert texts_of.cache_info().misses == 0


async def test_a_repeat_changes_nothing(resident: Person, town: Town) -> None:
    await begins_check_in(resident)
    await resident.presses("Stretched")
    before = town.rows(outbox), town.rows(talks), town.rows(measures), town.rows(audit)
    await resident.again()

    assert (town.rows(outbox), town.rows(talks), town.rows(measures), town.rows(audit)) == before


async def test_twenty_at_once_have_one_effect_and_one_reply(resident: Person, town: Town) -> None:
    await begins_check_in(resident)
    event = replace(resident.event, id="twenty", press=resident.shown.choices[1].press)
    replies = await asyncio.gather(*(town.door.receive(event) for _ in range(20)))

    assert all(reply == replies[0] for reply in replies)
    assert town.state("resident") == [("check-in", "open", "moved")]


async def test_after_the_talk_has_closed_the_reply_is_still_a_form(resident: Person) -> None:
    await checks_in(resident)
    again = await resident.again()

    assert again.kind is ReplyKind.FORM
    assert again.form is not None
    assert again.form.title == "Weekly check-in"


async def test_a_sentence_that_lost_its_words_says_that_the_talk_has_closed(resident: Person) -> None:
    await checks_in(resident)
    assert resident.screen == "Done. Next one Sunday 8 November, 18:00. Type settings to change that."
    again = await resident.again()

    assert again.form is not None
    assert again.form.paragraphs == ("That talk has closed. Not all that it said is kept.",)


async def test_a_repeated_not_ok_shows_the_safety_question_whole(resident: Person) -> None:
    await begins_check_in(resident)
    await resident.presses("Not OK")

    assert (await resident.again()) == resident.reply


async def test_the_last_words_of_a_safety_talk_come_again_with_their_lines(resident: Person) -> None:
    await begins_check_in(resident)
    await resident.presses("Steady")
    await resident.fills("I wish I would not wake up tomorrow")
    await resident.presses("No", "Leave it")
    again = await resident.again()

    assert again.form is not None
    assert again.form.paragraphs == resident.shown.paragraphs
    assert has_lines(again.form)


async def test_an_answered_card_says_answered_again(town: Town) -> None:
    resident = town.person("resident")
    await resident.opens()
    await resident.presses("Start", "Sunday 18:00")
    again = await resident.again()

    assert again.kind is ReplyKind.REPLACE
    assert again == resident.reply


async def test_field_errors_are_drawn_again_with_their_tick(resident: Person) -> None:
    await begins_check_in(resident)
    await resident.presses("Steady")
    await resident.fills("Mr. John Fitzgerald in MRN 4839201 did well")
    again = await resident.again()

    assert again == resident.reply
    assert again.form is not None
    assert again.form.tick is not None


async def test_a_notice_is_given_again(resident: Person) -> None:
    await begins_check_in(resident)
    await resident.closes()
    old = resident.event
    await resident.says("stop")
    await resident.sends(replace(old, id="late"))
    again = await resident.again()

    assert again == resident.reply


async def test_the_same_id_in_another_tenant_is_another_event(resident: Person, town: Town) -> None:
    await begins_check_in(resident)
    stranger = replace(resident.account, tenant="elsewhere", user="somebody")
    await town.door.receive(replace(resident.event, account=stranger))
    await town.settle()

    assert "not on this program" in "".join(town.chat.by_user["somebody"][-1].card.paragraphs)


async def test_pages_are_drawn_afresh(resident: Person) -> None:
    await resident.says("privacy")
    await resident.presses("Open")

    assert (await resident.again()) == resident.reply


async def test_what_is_said_stands_before_what_is_asked(resident: Person) -> None:
    await resident.says("settings")

    assert resident.chat[-2].paragraphs[0].startswith("Check-in: every week")
    assert resident.last == "What would you like to change?"
