"""An open safety question comes first: it says why it stays, and never holds anybody."""

import pytest

from bot.store.tables import occurrences, silences
from tests.town import Person, Town
from tests.turns.stories import begins_check_in, has_lines, sends_alert
from tests.turns.test_invitations import is_invited

EXPLICIT = "I want to kill myself"
WHY = "This stays open so that people stay in reach: answer it, or type skip."
FIRST = "What is open here comes first; skip passes it over. After it, ask again for what you wanted."


def before_the_question(resident: Person) -> tuple[str, ...]:
    """What stands above the question that was put last."""
    return resident.chat[-2].paragraphs


def flows(town: Town) -> list[str]:
    return [flow for flow, _, _ in town.state("resident")]


async def test_stop_says_why_the_question_stays_and_how_to_go_on(resident: Person, town: Town) -> None:
    await begins_check_in(resident)
    await resident.says(EXPLICIT)
    await resident.says("stop")

    assert before_the_question(resident) == ("I start nothing more today.", WHY)
    assert resident.last == "Are you safe for the next few hours?"
    assert (flows(town), len(town.rows(silences))) == (["safety"], 1)


async def test_later_says_what_waits_and_what_does_not(resident: Person, town: Town) -> None:
    await begins_check_in(resident)
    await resident.says(EXPLICIT)
    await resident.says("later")

    assert before_the_question(resident) == ("The rest waits for you.", WHY)
    assert [state for _, state, _ in town.state("resident")] == ["parked", "open"]


async def test_back_says_that_it_began_here_and_asks_again(resident: Person) -> None:
    await resident.says(EXPLICIT)
    await resident.says("back")

    assert before_the_question(resident) == ("This is where it began: answer it, or type skip.",)
    assert resident.last == "Are you safe for the next few hours?"


async def test_after_stop_the_support_stands_before_what_is_kept(resident: Person) -> None:
    await begins_check_in(resident)
    await resident.presses("Struggling")
    await resident.says(EXPLICIT)
    before = len(resident.chat)
    await resident.says("stop")
    support, question, kept = resident.chat[before:]

    assert has_lines(support)
    assert question.paragraphs == ("Are you safe for the next few hours?",)
    assert "type privacy" in kept.paragraphs[0]


async def test_after_stop_the_support_stands_before_a_request_that_stays(resident: Person) -> None:
    await sends_alert(resident)
    await resident.says(EXPLICIT)
    before = len(resident.chat)
    await resident.says("stop")

    assert has_lines(resident.chat[before])


@pytest.mark.parametrize("before", [(), ("delete",)])
async def test_a_line_stands_there_once_as_a_link(resident: Person, before: tuple[str, ...]) -> None:
    for said in ("I want to disappear", *before):
        await resident.says(said)
    asked = len(resident.chat)
    await resident.presses("No")
    believed = resident.chat[asked]

    assert has_lines(believed)
    assert "988" not in "".join(believed.paragraphs)


async def test_skipped_its_line_stands_there_once(resident: Person) -> None:
    await resident.says(EXPLICIT)
    await resident.says("skip")

    assert resident.chat[-1].paragraphs == ("That is yours to keep. I’m leaving this here.",)
    assert has_lines(resident.chat[-1])


async def test_skip_is_a_way_out_at_once(resident: Person, town: Town) -> None:
    await resident.says(EXPLICIT)
    await resident.says("skip")

    assert "That is yours to keep." in resident.last
    assert resident.chat[-1].links
    assert town.state("resident") == []


async def test_skip_leads_out_from_the_most_urgent_place_too(resident: Person, town: Town) -> None:
    await resident.says(EXPLICIT)
    await resident.presses("No")
    for _ in range(4):
        await resident.says("skip")

    assert resident.last == "This stays here. Type human or crisis at any time."
    assert town.state("resident") == []


async def test_pausing_the_talk_is_not_offered_but_nudges_can_be(resident: Person, town: Town) -> None:
    await resident.says(EXPLICIT)
    await resident.says("pause")
    assert (before_the_question(resident), flows(town)) == ((FIRST,), ["safety"])
    await resident.says("pause 1w")

    assert "No nudges until" in before_the_question(resident)[0]
    assert flows(town) == ["safety"]


@pytest.mark.parametrize("word", ["check in", "settings", "snooze"])
async def test_a_word_that_starts_a_talk_is_told_what_comes_first(
    resident: Person, town: Town, word: str
) -> None:
    await resident.says(EXPLICIT)
    await resident.says(word)

    assert before_the_question(resident) == (FIRST,)
    assert resident.last == "Are you safe for the next few hours?"
    assert flows(town) == ["safety"]


async def test_an_invitation_pressed_meanwhile_still_opens_afterwards(resident: Person, town: Town) -> None:
    await is_invited(town)
    await resident.says(EXPLICIT)
    await resident.presses("Open")
    assert (before_the_question(resident), flows(town)) == ((FIRST,), ["safety"])
    assert "invited" in {row.state for row in town.rows(occurrences)}
    await resident.says("skip")
    await resident.presses("Open")

    assert "Where were you most of this week?" in resident.screen


async def test_a_request_that_a_coach_opens_meanwhile_still_opens_afterwards(
    resident: Person, coach: Person, town: Town
) -> None:
    await sends_alert(resident)
    await coach.says(EXPLICIT)
    await coach.presses("Open")
    assert before_the_question(coach) == (FIRST,)
    assert [flow for flow, _, _ in town.state("coach")] == ["safety"]
    await coach.says("skip")
    await coach.presses("Open")

    assert "I have it" in coach.buttons


async def test_a_button_of_the_menu_keeps_for_afterwards(resident: Person, town: Town) -> None:
    await resident.says(EXPLICIT)
    await resident.says("help")
    await resident.presses("Weekly check-in")
    assert flows(town) == ["safety"]
    await resident.says("skip")
    await resident.presses("Weekly check-in")

    assert "Where were you most of this week?" in resident.screen


async def test_an_answer_to_the_talk_below_is_not_called_answered(resident: Person, town: Town) -> None:
    await resident.says("settings")
    await resident.says(EXPLICIT)
    await resident.presses("Day")
    assert before_the_question(resident) == (FIRST,)
    await resident.says("skip")
    await resident.says("skip")
    await resident.presses("Day")

    assert "Monday" in resident.buttons


async def test_continue_on_the_talk_below_says_what_comes_first(resident: Person) -> None:
    await begins_check_in(resident)
    await resident.says(EXPLICIT)
    await resident.presses("Start")

    assert before_the_question(resident) == (FIRST,)


async def test_a_person_can_be_asked_for_over_it(resident: Person, town: Town) -> None:
    await resident.says(EXPLICIT)
    await resident.says("human")
    await resident.presses("Start")

    assert "Who would you like to reach?" in resident.screen
    assert flows(town) == ["safety", "human"]


@pytest.mark.parametrize(
    ("answer", "follows"), [("No", "Are you with someone right now?"), ("Yes", "What would help now?")]
)
async def test_an_answer_pressed_below_the_form_for_a_person_is_heard(
    resident: Person, town: Town, answer: str, follows: str
) -> None:
    await resident.says(EXPLICIT)
    await resident.says("human")
    await resident.presses(answer)

    assert resident.last == follows
    assert flows(town) == ["human", "safety"]


async def test_leaving_the_form_for_a_person_leaves_the_safety_talk_open(
    resident: Person, town: Town
) -> None:
    await resident.says(EXPLICIT)
    await resident.presses("Yes", "Reach a person")
    await resident.says("stop")

    assert resident.last == "What else would help?"
    assert flows(town) == ["safety"]


async def test_leaving_the_talk_below_in_the_form_is_answered_there(resident: Person, town: Town) -> None:
    await begins_check_in(resident)
    await resident.presses("Steady")
    await resident.fills("I wish I would not wake up tomorrow")
    await resident.presses("No", "Leave it")

    assert resident.screen == "It is closed. Type human or crisis at any time, and privacy for what is held."
    assert town.state("resident") == []


async def test_deleting_is_possible_at_any_time_with_the_lines_in_sight(resident: Person) -> None:
    await resident.says(EXPLICIT)
    await resident.says("delete")
    await resident.presses("Delete everything")

    assert "Deleted." in resident.last
    assert has_lines(resident.chat[-1])


async def test_who_keeps_their_data_is_asked_again(resident: Person, town: Town) -> None:
    await resident.says(EXPLICIT)
    await resident.says("delete")
    await resident.presses("Keep it")

    assert before_the_question(resident) == ("Nothing was deleted.",)
    assert flows(town) == ["safety"]


@pytest.mark.parametrize(
    ("word", "shown"), [("privacy", "1 mark from a safety talk"), ("export", "as a file")]
)
async def test_what_is_held_can_be_seen_meanwhile(resident: Person, word: str, shown: str) -> None:
    await resident.says(EXPLICIT)
    await resident.says(word)
    await resident.presses("Open")

    assert shown in resident.screen


async def test_what_is_no_answer_gets_the_lines_and_no_menu(resident: Person) -> None:
    await resident.says(EXPLICIT)
    await resident.says("my flatmate is home")

    assert before_the_question(resident) == (
        "I could not take that as an answer. People on these lines can listen to it.",
    )
    assert resident.chat[-2].links


async def test_the_form_of_a_safety_question_has_the_skip_that_its_words_name(resident: Person) -> None:
    await begins_check_in(resident)
    await resident.presses("Not OK")
    assert "Skip" in resident.buttons
    await resident.presses("Skip")

    assert "That is yours to keep." in resident.all_said


async def test_a_pause_of_some_weeks_asks_nothing_though_one_was_left_open(
    resident: Person, town: Town
) -> None:
    await resident.says("pause")
    await resident.says(EXPLICIT)
    await resident.says("pause 2w")

    assert town.rows(silences)
    assert town.state("resident")[-1][:2] == ("safety", "open")
