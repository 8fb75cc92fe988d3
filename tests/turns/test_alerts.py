"""An alert lives between two people: exactly what was sent, once, and only as long as both sides stand."""

from datetime import timedelta

from bot.store.tables import alerts, audit, coaches, consents, inbox, persons, threads
from tests.town import Person, Town
from tests.turns.stories import (
    NEXT,
    asks_for_a_call,
    deletes,
    has_lines,
    is_opened,
    is_passed_on,
    is_proposed,
    press,
    reads_news,
    sends_alert,
    wishes_instead,
)


def has_no_room(town: Town, key: str) -> None:
    """This coach takes nobody more."""
    full = coaches.update().where(coaches.c.person_id == town.ids[key]).values(full=True)
    town.store.write(lambda conn: conn.execute(full))


async def test_send_pressed_twice_sends_once(resident: Person, coach: Person, town: Town) -> None:
    await asks_for_a_call(resident)
    send = next(c.press for c in resident.shown.choices if c.label == "Send")
    await resident.presses("Send")
    told = resident.screen
    await resident.sends(press(resident, send.flow, send.talk, send.key, send.option))

    assert resident.screen == told
    assert len(town.rows(threads)) == 1
    assert [card.choices[0].label for card in coach.chat if card.choices][-1:] == ["Open"]


async def test_a_second_alert_to_the_same_coach_waits_for_the_first(resident: Person, town: Town) -> None:
    await sends_alert(resident)
    await resident.closes()
    await sends_alert(resident)
    assert "An earlier message to Dr. Ana Reyes is still open" in resident.screen
    await resident.presses("Leave it")

    assert "so this one was not sent" in resident.screen
    assert len(town.rows(threads)) == 1


async def test_a_coach_sees_the_name_that_the_trainee_chose_and_no_other(
    resident: Person, coach: Person, town: Town
) -> None:
    await asks_for_a_call(resident)
    await resident.presses("Change", "The name in it")
    await resident.fills("Sam")
    await resident.presses("Send")
    await coach.presses("Open")
    assert "Sam chose who reads this" in coach.screen
    await coach.presses("I have it")

    assert "From: Sam\n" in coach.screen
    assert "Rivera" not in repr((coach.reply, coach.chat, coach.form))


async def test_a_yes_taken_back_after_the_preview_stops_it(resident: Person, town: Town) -> None:
    await asks_for_a_call(resident)
    form = resident.form
    gone = consents.update().values(revoked_at=town.clock.now())
    town.store.write(lambda conn: conn.execute(gone))
    resident.form = form
    await resident.presses("Send")

    assert "Your yes for Dr. Ana Reyes was taken back, so nothing was sent" in resident.screen
    assert town.rows(threads) == []


async def test_a_coach_without_room_is_said_to_have_none(resident: Person, town: Town) -> None:
    await asks_for_a_call(resident)
    town.store.write(lambda conn: conn.execute(coaches.update().values(full=True)))
    await resident.presses("Send")

    assert "Dr. Ana Reyes cannot take messages now, so nothing was sent" in resident.screen


async def test_the_message_in_the_chat_says_nothing_of_it(resident: Person, coach: Person) -> None:
    await sends_alert(resident)

    assert coach.last == "There is something for you here."
    assert "Rivera" not in "".join(card.fallback for card in coach.chat)


async def test_passed_on_goes_to_the_one_who_was_named(resident: Person, coach: Person, town: Town) -> None:
    preview = await is_passed_on(resident, coach)
    other = town.person("coach-2")
    await other.presses("Open")
    assert other.shown.paragraphs[0] == preview
    await reads_news(resident)

    assert "Dr. Jonas Okafor has it" in resident.screen or "has opened it" in resident.screen


async def test_where_the_one_who_was_named_has_no_room_it_stays(
    resident: Person, coach: Person, town: Town
) -> None:
    await sends_alert(resident, backup=NEXT)
    await coach.presses("Open")
    has_no_room(town, "coach-2")
    await coach.presses("Pass it on", "Pass it on")
    assert "Who was named next cannot take it now. It stays with you." in coach.screen
    await coach.presses("I have it")

    assert [row.state for row in town.rows(threads)] == ["acknowledged"]


async def test_who_was_named_next_and_has_no_room_stops_it(resident: Person, town: Town) -> None:
    await asks_for_a_call(resident, backup=NEXT)
    assert resident.form is not None
    assert "If Dr. Ana Reyes passes it on, Dr. Jonas Okafor gets this same text." in resident.screen
    has_no_room(town, "coach-2")
    await resident.presses("Send")

    assert "Dr. Jonas Okafor cannot have it next any more, so nothing was sent." in resident.screen
    assert town.rows(threads) == []


async def test_who_passed_it_on_reads_it_no_more(resident: Person, coach: Person, town: Town) -> None:
    await is_passed_on(resident, coach)
    thread = town.rows(threads)[0].id
    await coach.sends(press(coach, "coach-alert", f"alert:{thread}", "!open", thread))

    assert "hard week" not in coach.screen + coach.reply.notice
    assert town.state("coach") == []


async def test_late_expired_and_then_nothing_is_left_waiting(resident: Person, town: Town) -> None:
    await sends_alert(resident)
    await town.walks_to(town.clock.now() + timedelta(days=6))
    await resident.closes()
    row = town.rows(threads)[0]

    assert "was not answered and is closed" in resident.last
    assert has_lines(resident.chat[-1])
    assert (row.state, row.body) == ("expired", None)
    assert town.rows(alerts)[0].due_at is None


async def test_the_coach_is_reminded_once(resident: Person, coach: Person, town: Town) -> None:
    await sends_alert(resident)
    await town.walks_to(town.clock.now() + timedelta(days=3))

    assert coach.said.count("Something here is still waiting for you.") == 1


async def test_taken_back_after_it_was_opened_its_text_is_gone(
    resident: Person, coach: Person, town: Town
) -> None:
    await is_opened(resident, coach)
    await resident.presses("Take it back")
    await coach.presses("I have it")

    assert "hard week" not in coach.screen
    assert town.rows(threads)[0].body is None


async def test_a_coach_who_stopped_can_open_it_again(resident: Person, coach: Person, town: Town) -> None:
    preview = await is_opened(resident, coach)
    await coach.presses("Stop")
    assert town.state("coach") == []
    await coach.closes()
    await coach.sends(press(coach, "coach-alert", "alert:x", "!open", town.rows(threads)[0].id))

    assert coach.shown.paragraphs[0] == preview


async def test_opening_twice_is_told_once(resident: Person, coach: Person, town: Town) -> None:
    await is_opened(resident, coach)
    await coach.closes()
    await coach.presses("Open")

    assert len([row for row in town.rows(audit) if row.act == "alert-opened"]) == 1


async def test_what_somebody_sent_who_left_is_closed_to_the_coach_too(
    resident: Person, coach: Person, town: Town
) -> None:
    await is_opened(resident, coach)
    await deletes(resident)
    await coach.presses("I have it")

    assert "hard week" not in coach.screen
    assert [(row.state, row.body) for row in town.rows(threads)] == [("withdrawn", None)]
    assert town.state("coach") == []


async def test_answers_to_somebody_who_left_go_nowhere(resident: Person, coach: Person, town: Town) -> None:
    await is_opened(resident, coach)
    await deletes(resident)
    before = len(resident.chat)
    await coach.presses("I have it")

    assert len(resident.chat) == before
    assert town.rows(inbox) == []


async def test_a_coach_who_was_forgotten_is_told_to_nobody(resident: Person, town: Town) -> None:
    await sends_alert(resident)
    gone = persons.update().where(persons.c.id == town.ids["coach"]).values(state="forgotten", name="")
    town.store.write(lambda conn: conn.execute(gone))
    await resident.presses("Take it back")

    assert "Taken back" in resident.screen


async def test_another_time_goes_round_and_is_agreed(resident: Person, coach: Person) -> None:
    await is_proposed(resident, coach)
    await wishes_instead(resident, "Friday 12:00")
    await reads_news(coach)

    assert "asks for Friday 6 November, 12:00 instead" in coach.screen


async def test_news_of_the_end_is_told_though_the_question_of_a_time_was_left(
    resident: Person, coach: Person, town: Town
) -> None:
    await is_proposed(resident, coach, "tomorrow 18:00")
    await town.walks_to(town.clock.now() + timedelta(hours=2))
    await coach.presses("It is settled", "Close it")

    assert "Dr. Ana Reyes closed your request." in resident.last


async def test_picked_up_later_what_was_sent_still_stands_there(
    resident: Person, coach: Person, town: Town
) -> None:
    await is_proposed(resident, coach, "tomorrow 18:00")
    await town.walks_to(town.clock.now() + timedelta(hours=2))
    await reads_news(resident)
    await resident.presses("That works")

    assert "In my words: a hard week on the unit" in resident.screen
