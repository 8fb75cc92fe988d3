"""What is said of the next check-in is true: on the panel, at the end of one, after a pause, and why."""

from datetime import timedelta

from adapters.port import EventKind, Incoming
from bot.store.tables import occurrences, outbox
from tests.town import Person, Town
from tests.turns.stories import begins_check_in, checks_in
from tests.turns.test_invitations import SUNDAY, is_invited

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def panel(town: Town) -> tuple[str, ...]:
    return town.chat.homes["resident"].paragraphs


async def test_later_typed_puts_off_the_invitation_that_stands(resident: Person, town: Town) -> None:
    await is_invited(town)
    await resident.says("later")
    assert resident.last == "When may this come back?"
    await resident.presses("Tomorrow")

    assert resident.last == "The next one comes Monday 9 November, 18:00."
    assert [row.state for row in town.rows(occurrences, slot=2)] == ["planned"]


async def test_before_a_shift_in_the_morning_it_comes_on_the_evening_before(
    resident: Person, town: Town
) -> None:
    await is_invited(town)
    await resident.says("later")
    await resident.presses("Before my next shift")
    await resident.says("tomorrow 06:00")
    assert resident.last == "The next one comes Sunday 8 November, 20:30."

    await town.walks_to(SUNDAY + 2.5 * HOUR)
    assert resident.last == "Your check-in is ready."


async def test_before_a_shift_in_the_evening_it_comes_two_hours_earlier(resident: Person, town: Town) -> None:
    await is_invited(town)
    await resident.says("later")
    await resident.presses("Before my next shift")
    await resident.says("tomorrow 19:00")

    assert resident.last == "The next one comes Monday 9 November, 17:00."


async def test_where_no_time_is_left_before_the_shift_it_says_when_instead(
    resident: Person, town: Town
) -> None:
    await is_invited(town)
    await town.walks_to(SUNDAY + 2.75 * HOUR)
    await resident.says("later")
    await resident.presses("Before my next shift")
    await resident.says("tomorrow 06:00")

    assert resident.said[-2:] == [
        "No time is left before that shift, so it does not come back before it.",
        "The next one comes Sunday 15 November, 18:00.",
    ]


async def test_nothing_comes_in_the_shift_that_was_named(resident: Person, town: Town) -> None:
    await is_invited(town)
    await resident.says("later")
    await resident.presses("Before my next shift")
    await resident.says("15 Nov 16:00")
    assert resident.last == "The next one comes Sunday 15 November, 14:00."
    await town.walks_to(SUNDAY + 7 * DAY + 8 * HOUR)

    ready = [row.due_at for row in town.rows(outbox, text_id="nudge.check-in")]
    assert [at for at in ready if at > SUNDAY + DAY] == [SUNDAY + 7 * DAY - 4 * HOUR - timedelta(seconds=30)]


async def test_a_shift_that_ends_at_night_is_followed_by_the_morning(resident: Person, town: Town) -> None:
    await is_invited(town)
    await resident.says("later")
    await resident.presses("After this shift")
    await resident.says("today 23:00")

    assert resident.last == "Quiet until Sunday 23:30. The next one comes Monday 9 November, 07:00."


async def test_after_leave_the_next_weekly_one_is_named(resident: Person, town: Town) -> None:
    await is_invited(town)
    await resident.says("later")
    await resident.presses("I’m on leave until …")
    await resident.says("24 Nov 08:00")

    then = "The next one comes Sunday 29 November, 18:00."
    assert resident.last == f"Quiet until Tuesday 24 November, 08:00. {then}"


async def test_a_pause_names_the_leave_that_lasts_longer_and_resume_says_that_it_ends_too(
    resident: Person, town: Town
) -> None:
    await resident.says("on leave")
    await resident.says("20 Dec")
    await resident.says("pause 1w")
    assert resident.last.startswith("No nudges until Sunday 20 December, 08:00.")
    await resident.says("resume")

    ended = "This has ended with it: leave until Sunday 20 December, 08:00."
    assert resident.last == f"Nudges may come again. {ended} Next check-in: Sunday 8 November, 18:00."


async def test_where_none_is_planned_none_is_promised(resident: Person) -> None:
    await resident.says("settings")
    await resident.presses("How often", "Only when I ask", "Done")
    await resident.says("snooze")
    await resident.presses("After this shift")
    await resident.says("tomorrow 19:00")

    assert resident.last == "Quiet until Tuesday 19:30."


async def test_with_nothing_invited_the_next_one_is_what_may_wait(resident: Person, town: Town) -> None:
    await resident.says("not now")
    assert resident.last == "When may the next one come?"
    await resident.presses("Tomorrow")

    assert resident.last.endswith("The next one comes Sunday 8 November, 18:00.")


async def test_on_leave_typed_asks_for_the_date_alone(resident: Person) -> None:
    await resident.says("on leave")

    assert resident.last == "Until when are you on leave?\nFor example: Fri 18:00"


async def test_later_typed_over_that_question_asks_it_again(resident: Person, town: Town) -> None:
    await is_invited(town)
    await resident.says("later")
    await resident.says("later")

    assert resident.last == "When may this come back?"
    assert town.state("resident") == [("snooze", "open", "back")]


async def test_with_nothing_to_put_off_the_menu_alone_says_what_is_here(resident: Person) -> None:
    await resident.says("later")

    assert resident.last in {"Nothing is open now.", "No question is waiting."}
    assert "Weekly check-in" in resident.buttons


async def test_the_panel_shows_the_day_that_was_asked_for(resident: Person, town: Town) -> None:
    await is_invited(town)
    assert panel(town)[1] == "Next check-in: Sunday 15 November, 18:00."
    await resident.says("later")
    await resident.presses("Tomorrow")

    assert panel(town)[1] == "Next check-in: Monday 9 November, 18:00."


async def test_the_panel_passes_over_what_a_pause_keeps_back(resident: Person, town: Town) -> None:
    await resident.says("pause 1w")

    assert panel(town)[1:] == (
        "Next check-in: Sunday 15 November, 18:00.",
        "Nothing is sent before Monday 9 November, 04:00.",
    )


async def test_after_two_that_were_not_opened_panel_and_settings_say_what_changed(
    resident: Person, town: Town
) -> None:
    await town.walks_to(SUNDAY + 8 * DAY)
    why = "Every two weeks for now, because the last ones were not opened."
    assert panel(town)[1:] == ("Next check-in: Sunday 29 November, 18:00.", why)
    await resident.says("settings")

    assert why in "\n".join(resident.chat[-2].paragraphs)


async def test_put_off_once_the_rhythm_is_theirs_again(resident: Person, town: Town) -> None:
    await town.walks_to(SUNDAY + 8 * DAY)
    await resident.says("later")
    await resident.presses("Tomorrow")
    await town.walks_to(SUNDAY + 10 * DAY)

    assert panel(town)[1:] == ("Next check-in: Sunday 22 November, 18:00.",)


async def test_the_question_after_four_opens_the_settings(resident: Person, town: Town) -> None:
    await town.walks_to(SUNDAY + 50 * DAY)
    assert resident.last == "What would you like: keep these, change them, or stop?"
    await resident.presses("Open")

    assert resident.last == "What would you like to change?"
    assert "were not opened" not in "\n".join(resident.chat[-2].paragraphs)


async def test_the_last_words_on_a_sunday_name_the_date(resident: Person, town: Town) -> None:
    await is_invited(town)
    await resident.presses("Open", "Steady", "Skip")

    assert "Next one Sunday 15 November, 18:00." in resident.screen
    assert panel(town)[1] == "Next check-in: Sunday 15 November, 18:00."


async def test_the_fortnight_that_was_agreed_counts_at_once(resident: Person, town: Town) -> None:
    for week in range(4):
        await resident.closes()
        await town.walks_to(SUNDAY + week * 7 * DAY)
        await resident.presses("Open", "Steady", "Skip")
        if week == 1:
            await resident.presses("No")
    await resident.presses("Yes")

    assert "Next one Sunday 13 December, 18:00." in resident.screen
    assert panel(town)[1] == "Next check-in: Sunday 13 December, 18:00."


async def test_the_welcome_names_the_first_day_with_its_date(resident: Person) -> None:
    assert "The first comes Sunday 8 November, 18:00, Eastern time." in resident.last


async def test_why_of_one_that_the_person_began(resident: Person) -> None:
    await begins_check_in(resident)
    await resident.presses("Why now")

    assert resident.reply.notice == "You began this one yourself."


async def test_the_form_of_a_snooze_offers_no_second_later(resident: Person, town: Town) -> None:
    await is_invited(town)
    await resident.presses("Open", "Not now")

    assert {"Later today", "Tomorrow"} <= set(resident.buttons)
    assert not {"Later", "Stop", "Skip"} & set(resident.buttons)


async def test_a_wrong_answer_brings_the_question_and_no_menu(resident: Person) -> None:
    await resident.says("settings")
    await resident.presses("Time")
    await resident.says("7:15pm")

    assert "as an answer" in resident.chat[-2].paragraphs[0]
    assert (resident.chat[-2].choices, resident.last) == ((), "What time of day?")


async def test_pause_says_which_talk_is_open(resident: Person) -> None:
    await resident.says("settings")
    await resident.says("pause")

    assert resident.chat[-2].paragraphs == ("What is open here: Settings.",)


async def test_what_do_you_hold_is_the_page_of_what_is_held(resident: Person) -> None:
    await resident.says("What do you hold?")
    await resident.presses("Open")

    assert resident.shown.title == "What is held about you"


async def test_who_struggles_is_not_asked_about_counts(resident: Person) -> None:
    await checks_in(resident)
    await begins_check_in(resident)
    await resident.presses("Struggling", "Skip", "Skip", "Nothing now")

    assert "May your tap count" not in resident.screen
    assert "Next one" in resident.screen


async def test_after_a_no_to_counts_no_tap_is_asked_for(resident: Person) -> None:
    await checks_in(resident)
    await begins_check_in(resident)
    await resident.presses("Stretched", "Skip", "Skip", "Skip", "No")

    assert "Helped" not in resident.buttons


async def test_nothing_stands_out_stands_alone(resident: Person) -> None:
    await begins_check_in(resident)
    await resident.presses("Stretched")
    await resident.fills("Workload", "Nothing stands out")

    assert resident.screen.endswith("Possible here: Nothing stands out, with nothing beside it")


async def test_the_surface_is_drawn_when_the_page_opens(resident: Person, town: Town) -> None:
    await resident.sends(Incoming("again", resident.account, EventKind.OPENED))

    assert panel(town)[1] == "Next check-in: Sunday 8 November, 18:00."
