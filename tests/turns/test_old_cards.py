"""Cards that invite or offer a way back: one of them is live, and none once there is nothing behind it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from adapters.port import EventKind, Incoming, Link, Operation, Receipt, RetryLater
from bot.presentation.codec import outbox_place, pack, unpack_card
from bot.store.tables import outbox
from tests.conftest import PATIENCE
from tests.town import Person, Town
from tests.turns.stories import begins_check_in, sends_alert
from tests.turns.test_invitations import is_invited


def live(person: Person, label: str) -> int:
    """How many messages still carry this button."""
    return sum(choice.label == label for card in person.chat for choice in card.choices)


async def says_at_once(resident: Person, town: Town, *texts: str) -> None:
    """Type all of these before any answer has been sent."""
    for number, words in enumerate(texts):
        await town.door.receive(
            Incoming(
                f"at-once-{number}",
                resident.account,
                EventKind.MESSAGE,
                text=words,
                zone=resident.zone,
                answer_within=PATIENCE,
            )
        )
    await town.settle()


async def says_as_it_is_sent(
    resident: Person, town: Town, first: str, second: str | Incoming, label: str, *, fails: bool = False
) -> None:
    """Type again, or press, while the card with this button is on its way, which `fails` once."""
    deliver, tried = town.chat.deliver, list[str]()

    async def slow(operation: Operation) -> Receipt:
        if not tried and operation.card and label in [one.label for one in operation.card.choices]:
            tried.append(operation.id)
            event = second if isinstance(second, Incoming) else replace(resident.event, text=second)
            await town.door.receive(replace(event, id="meanwhile"))
            if fails:
                raise RetryLater(1)
        return await deliver(operation)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(town.chat, "deliver", slow)
        await resident.says(first)
    assert tried


async def _puts_off(resident: Person, town: Town) -> None:
    await resident.presses("Open", "Not now", "Tomorrow")
    await resident.closes()
    await town.walks_to(town.clock.now() + timedelta(days=1, hours=1))


async def test_an_invitation_that_was_put_off_loses_its_button(resident: Person, town: Town) -> None:
    await is_invited(town)
    await resident.presses("Open", "Not now", "Tomorrow")

    assert live(resident, "Open") == 0
    assert "Put off" in resident.said


@pytest.mark.parametrize("words", ["check in", "Steady"])
async def test_an_invitation_that_a_typed_word_takes_up_leaves_one_way_in(
    resident: Person, town: Town, words: str
) -> None:
    await is_invited(town)
    await resident.says(words)

    assert live(resident, "Open") == 0
    assert live(resident, "Start") + live(resident, "Continue") == 1


async def test_a_check_in_asked_for_again_at_once_has_one_way_in(resident: Person, town: Town) -> None:
    await says_at_once(resident, town, "check in", "check in", "hm")

    assert live(resident, "Start") + live(resident, "Continue") == 1


async def test_put_off_twice_one_invitation_can_be_opened(resident: Person, town: Town) -> None:
    await is_invited(town)
    for _ in range(2):
        await _puts_off(resident, town)

    assert live(resident, "Open") == 1


async def test_what_ran_out_unopened_leaves_the_coach_no_button(
    resident: Person, coach: Person, town: Town
) -> None:
    await sends_alert(resident)
    await town.walks_to(town.clock.now() + timedelta(days=8))

    assert coach.chat
    assert live(coach, "Open") == 0


async def test_a_talk_put_by_has_one_card_to_pick_it_up(resident: Person) -> None:
    await begins_check_in(resident)
    await resident.says("later")
    for words in ("where was I", "what now", "hmm"):
        await resident.says(words)

    assert live(resident, "Pick up") == live(resident, "Close it") == 1
    await resident.presses("Pick up")
    assert "Where were you most" in resident.screen


async def test_a_question_that_is_put_again_has_its_buttons_once(resident: Person) -> None:
    await resident.says("settings")
    for words in ("hmm", "what", "pardon"):
        await resident.says(words)

    assert live(resident, "Done") == 1
    await resident.presses("Done")
    assert live(resident, "Done") == 0


async def test_so_it_has_where_the_first_card_was_not_sent_yet(resident: Person, town: Town) -> None:
    await says_at_once(resident, town, "settings", "hmm", "what", "pardon")

    assert live(resident, "Done") == 1
    await resident.presses("Done")
    assert live(resident, "Done") == 0


@pytest.mark.parametrize("words", ["I want to disappear", "I want to kill myself"])
async def test_danger_told_again_and_again_at_once_is_asked_about_on_one_card(
    resident: Person, town: Town, words: str
) -> None:
    await says_at_once(resident, town, words, words, words)

    assert live(resident, "Not sure") == 1
    assert resident.chat[-1].choices


async def test_danger_that_rises_at_once_is_asked_about_below_its_lines(resident: Person, town: Town) -> None:
    await says_at_once(resident, town, "I want to disappear", "I want to kill myself")

    assert live(resident, "Not sure") == 1
    assert [bool(card.links) for card in resident.chat[-2:]] == [True, False]


async def test_so_has_the_question_about_safety(resident: Person) -> None:
    await resident.says("crisis")
    for words in ("stop", "hmm", "later"):
        await resident.says(words)

    assert live(resident, "Not sure") == 1


async def test_a_question_that_back_leads_away_from_keeps_no_buttons(resident: Person) -> None:
    await resident.says("crisis")
    await resident.presses("Yes")
    before = resident.chat[-1].choices
    await resident.says("back")

    assert before
    assert [choice for card in resident.chat for choice in card.choices if choice in before] == []


# ------------------------------------------------------------------- on its way, or not sent yet

DIE = "I want to kill myself"


@pytest.mark.parametrize(
    ("first", "second", "label", "left"),
    [
        ("settings", "hmm", "Done", 1),
        ("I want to disappear", "hmm", "Not sure", 1),
        (DIE, DIE, "Not sure", 1),
        ("crisis", "stop", "Not sure", 1),
        ("check in", "check in", "Start", 0),
        ("human", "stop", "Start", 0),
        ("settings", "stop", "Done", 0),
        ("crisis", "skip", "Not sure", 0),
    ],
)
async def test_a_card_that_is_on_its_way_loses_its_buttons_once_it_is_there(
    resident: Person, town: Town, first: str, second: str, label: str, left: int
) -> None:
    await says_as_it_is_sent(resident, town, first, second, label)

    assert live(resident, label) == left
    assert live(resident, "Continue") == (second == "check in")


async def test_so_it_does_where_the_older_card_is_pressed_meanwhile(resident: Person, town: Town) -> None:
    await resident.says("settings")
    older = town.chat.by_user[resident.user][-1]
    done = next(one.press for one in older.card.choices if one.label == "Done")
    press = replace(resident.event, kind=EventKind.PRESS, text="", press=done, origin=older.reference)
    await says_as_it_is_sent(resident, town, "hmm", press, "Done")

    assert town.state("resident") == []
    assert live(resident, "Done") == 0


async def test_so_it_does_where_it_went_out_at_the_second_try(resident: Person, town: Town) -> None:
    await says_as_it_is_sent(resident, town, "settings", "hmm", "Done", fails=True)
    assert live(resident, "Done") == 0
    town.clock.move(hours=1)
    await town.settle()

    assert live(resident, "Done") == 1
    assert "It goes on below" in resident.said
    await resident.presses("Done")
    assert live(resident, "Done") == 0


@pytest.mark.parametrize(
    ("first", "second", "label"),
    [
        ("human", "stop", "Start"),
        ("human", "skip", "Start"),
        ("check in", "stop", "Start"),
        ("settings", "stop", "Done"),
        ("delete", "stop", "Delete everything"),
    ],
)
async def test_what_waits_to_be_sent_for_a_talk_that_closes_is_not_sent(
    resident: Person, town: Town, first: str, second: str, label: str
) -> None:
    await says_at_once(resident, town, first, second)

    assert live(resident, label) == 0
    assert "Finished" not in resident.said


async def test_a_safety_card_is_sent_though_its_talk_closes_at_once(resident: Person, town: Town) -> None:
    await says_at_once(resident, town, "I want to disappear", "skip")

    sent = [one.card for one in town.chat.sent if one.card is not None]
    assert any("Not sure" in [one.label for one in card.choices] for card in sent)
    assert live(resident, "Not sure") == 0


async def test_a_question_beside_a_safety_talk_has_its_buttons_once(resident: Person, town: Town) -> None:
    await resident.says("crisis")
    await says_at_once(resident, town, "delete", "hmm", "pardon")

    assert live(resident, "Delete everything") == 1
    await resident.presses("Keep it")
    assert live(resident, "Delete everything") == 0


async def test_a_question_put_again_is_sent_all_the_same_where_it_carries_lines_of_another_talk(
    resident: Person, town: Town
) -> None:
    await town.door.receive(replace(resident.event, id="first", kind=EventKind.MESSAGE, text="settings"))
    carries_a_line(town)
    await resident.says("hmm")

    assert [link.label for card in resident.chat for link in card.links] == ["A line"]


def carries_a_line(town: Town) -> None:
    """Put a line on the question that waits to be sent."""
    row = next(one for one in town.rows(outbox, state="waiting") if one.talk_id)
    place = outbox_place(row._asdict())
    card = unpack_card(town.keys.open(row.subject, place, row.body))
    body = town.keys.seal(row.subject, place, pack(replace(card, links=(Link("A line", "tel:1"),))))
    changed = update(outbox).where(outbox.c.id == row.id).values(body=body)
    town.store.write(lambda conn: conn.execute(changed))


async def test_delete_pressed_on_an_older_screen_keeps_the_question_in_the_chat(resident: Person) -> None:
    await resident.says("delete")
    press = next(one.press for one in resident.chat[-1].choices if one.label == "Delete everything")
    older = replace(press, mark="an older screen")
    await resident.sends(replace(resident.event, id="older", kind=EventKind.PRESS, text="", press=older))

    assert "Delete everything" in resident.buttons
    assert live(resident, "Delete everything") == 1
