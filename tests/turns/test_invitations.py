"""An invitation comes, is opened once, put off, answered by a word, or let be."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.store.tables import memberships, occurrences, talks
from tests.town import Person, Town
from tests.turns.stories import begins_check_in, checks_in, leaves_program

SUNDAY = datetime(2026, 11, 8, 23, 0, 30, tzinfo=UTC)  # 18:00 in New York


async def is_invited(town: Town) -> None:
    """Live until the first nudge has come."""
    await town.walks_to(SUNDAY)


def states(town: Town) -> list[tuple[int, str]]:
    """Slot and state of every occurrence, oldest first."""
    rows = sorted(town.rows(occurrences), key=lambda row: (row.local_date, row.slot))
    return [(row.slot, row.state) for row in rows]


async def test_the_nudge_is_neutral_with_one_button(resident: Person, town: Town) -> None:
    await is_invited(town)

    assert resident.last == "Your check-in is ready."
    assert [choice.label for choice in resident.chat[-1].choices] == ["Open"]


async def test_a_press_starts_the_reserved_talk_once(resident: Person, town: Town) -> None:
    await is_invited(town)
    reserved = next(row.talk_id for row in town.rows(occurrences) if row.state == "invited")
    await resident.presses("Open")
    await resident.closes()
    await resident.presses("Open")

    assert [row.id for row in town.rows(talks, flow="check-in")] == [reserved]
    assert "Where were you most of this week?" in resident.screen


async def test_steady_typed_answers_the_invitation(resident: Person, town: Town) -> None:
    await is_invited(town)
    await resident.says("Steady")

    assert town.state("resident") == [("check-in", "open", "helped")]
    assert town.rows(talks, flow="check-in")[0].id in {row.talk_id for row in town.rows(occurrences)}


async def test_text_that_is_no_answer_starts_nothing(resident: Person, town: Town) -> None:
    await is_invited(town)
    await resident.says("who is on call tonight")

    assert town.state("resident") == []


async def test_an_answer_with_no_invitation_starts_nothing(resident: Person, town: Town) -> None:
    await resident.says("steady")

    assert town.state("resident") == []


async def test_check_in_typed_takes_up_the_invitation(resident: Person, town: Town) -> None:
    await is_invited(town)
    await resident.says("check in")

    assert (0, "opened") in states(town)


async def test_one_reminder_and_then_quiet(resident: Person, town: Town) -> None:
    await is_invited(town)
    await town.walks_to(SUNDAY + timedelta(days=5))

    assert resident.said.count("Your check-in is ready.") == 1
    assert resident.said.count("Your check-in is still here. One tap is enough, whenever it suits you.") == 1


async def test_an_answer_cancels_the_reminder(resident: Person, town: Town) -> None:
    await is_invited(town)
    await resident.says("Steady")
    await resident.says("skip")
    await town.walks_to(SUNDAY + timedelta(days=5))

    assert "One tap is enough" not in resident.all_said
    assert (1, "planned") not in states(town)


async def test_not_now_puts_it_off_and_it_comes_again_as_the_same_talk(resident: Person, town: Town) -> None:
    await is_invited(town)
    await resident.presses("Open")
    talk = town.rows(talks, flow="check-in")[0].id
    await resident.presses("Not now", "Tomorrow")
    await resident.closes()
    await town.walks_to(SUNDAY + timedelta(days=1, minutes=5))
    await resident.presses("Open")

    assert [row.id for row in town.rows(talks, flow="check-in")] == [talk]
    assert "Where were you most of this week?" in resident.screen


async def test_why_now_says_why(resident: Person, town: Town) -> None:
    await is_invited(town)
    await resident.presses("Open", "Why now")

    assert resident.reply.notice == "Sunday 18:00 is the usual time for it. Type settings to change that."


async def test_stop_means_nothing_more_on_that_day(resident: Person, town: Town) -> None:
    await town.walks_to(SUNDAY - timedelta(hours=3))
    await resident.says("stop")
    await is_invited(town)
    await town.walks_to(SUNDAY + timedelta(hours=5))

    assert "Your check-in is ready." not in resident.said


async def test_while_paused_none_comes_and_then_they_come_again(resident: Person, town: Town) -> None:
    await resident.says("pause 2w")
    await is_invited(town)
    assert "Your check-in is ready." not in resident.said
    await town.walks_to(SUNDAY + timedelta(days=14))

    assert "Your check-in is ready." in resident.said


async def test_the_old_nudge_is_retired_when_its_talk_has_ended(resident: Person, town: Town) -> None:
    await is_invited(town)
    await resident.presses("Open", "Steady", "Skip")

    assert not any(choice.label == "Open" for card in resident.chat for choice in card.choices)


async def test_an_unanswered_one_loses_its_buttons_when_the_next_one_comes(
    resident: Person, town: Town
) -> None:
    await is_invited(town)
    await town.walks_to(SUNDAY + timedelta(days=7))

    assert [card.paragraphs[0] for card in resident.chat][-3:] == ["That one has passed."] * 2 + [
        "Your check-in is ready."
    ]
    assert [choice.label for card in resident.chat[-3:] for choice in card.choices] == ["Open"]


async def test_pressed_after_its_check_in_was_left_half_answered_it_says_that_it_has_passed(
    resident: Person, town: Town
) -> None:
    await is_invited(town)
    await resident.presses("Open", "Stretched")
    await resident.closes()
    await town.walks_to(SUNDAY + timedelta(days=2))
    await resident.presses("Open")

    assert resident.last == "That one has passed. Type help to see what is possible now."


async def test_pressed_after_its_check_in_was_answered_it_says_finished(resident: Person, town: Town) -> None:
    await is_invited(town)
    await resident.presses("Open")
    opened = resident.event
    await resident.presses("Steady", "Skip")
    await resident.sends(replace(opened, id="late"))

    assert resident.last == "Finished"


async def test_a_reminder_and_its_nudge_are_retired_together(resident: Person, town: Town) -> None:
    await is_invited(town)
    await town.walks_to(SUNDAY + timedelta(days=2))
    await resident.says("steady")
    await resident.says("skip")

    assert not any(choice.label == "Open" for card in resident.chat for choice in card.choices)


async def test_a_check_in_by_word_and_its_nudge_are_one(resident: Person, town: Town) -> None:
    await town.walks_to(SUNDAY - timedelta(hours=1))
    await checks_in(resident)
    await is_invited(town)

    assert "Your check-in is ready." not in resident.said


async def test_one_that_was_answered_and_left_open_brings_no_other_that_day(
    resident: Person, town: Town
) -> None:
    await town.walks_to(SUNDAY - timedelta(hours=6))
    await begins_check_in(resident)
    await resident.presses("Steady")
    await resident.closes()
    await town.walks_to(SUNDAY + timedelta(hours=1))

    assert "Your check-in is ready." not in resident.last
    ahead = town.rows(occurrences, slot=0, state="planned")
    assert [row.local_date.isoformat() for row in ahead] == ["2026-11-15"]


async def test_a_plan_changed_after_a_check_in_brings_no_second_one_that_day(
    resident: Person, town: Town
) -> None:
    await town.walks_to(SUNDAY - timedelta(hours=6))
    await checks_in(resident)
    await resident.says("settings")
    await resident.presses("Time", "19:00")

    planned = town.rows(occurrences, slot=0, state="planned")
    assert [row.local_date.isoformat() for row in planned] == ["2026-11-15"]


async def test_who_left_the_program_is_not_invited_any_more(resident: Person, town: Town) -> None:
    leaves_program(town, "resident")
    said = resident.last
    await town.walks_to(SUNDAY + timedelta(days=8))

    assert resident.last == said


async def test_who_left_after_the_sweep_is_not_sent_what_waited(resident: Person, town: Town) -> None:
    town.chat.by_user.clear()
    await town.walks_to(SUNDAY - timedelta(minutes=5))
    town.clock.move(minutes=6)
    town.jobs[0].run(town.clock.now())
    left = memberships.update().values(ends=town.clock.now().date())
    town.store.write(lambda conn: conn.execute(left))
    await town.settle()

    assert resident.chat == []


async def test_where_none_is_planned_and_no_time_is_left_no_end_is_named(
    resident: Person, town: Town
) -> None:
    await is_invited(town)
    await resident.says("settings")
    await resident.presses("How often", "Only when I ask", "Done")
    await resident.says("later")
    await resident.presses("Before my next shift")
    await resident.says("Sunday 19:10")

    assert resident.last == "No time is left before that shift, so it does not come back before it."
