"""Words that always work, in every state."""

import json
from collections.abc import Awaitable, Callable

import pytest

from bot.store.tables import coaches, consents, silences, threads
from tests.town import Person, Town
from tests.turns.stories import asks_for, begins_check_in, has_lines, sends_alert

WORDS = [
    "stop",
    "skip",
    "back",
    "later",
    "help",
    "human",
    "crisis",
    "privacy",
    "pause",
    "export",
    "delete",
    "settings",
    "weeks",
    "week",
    "why",
    "resume",
]


async def nothing(resident: Person) -> None:
    del resident


async def a_chat_talk(resident: Person) -> None:
    await resident.says("settings")


async def safety(resident: Person) -> None:
    await resident.says("I want to kill myself")


async def an_alert_that_waits(resident: Person) -> None:
    if not resident.town.rows(threads):
        await sends_alert(resident)


async def something_parked(resident: Person) -> None:
    await begins_check_in(resident)
    await resident.says("later")


async def leaves_all(resident: Person) -> None:
    """Stop, and pass over what a safety talk asks."""
    await resident.says("stop")
    while any(flow == "safety" for flow, _, _ in resident.town.state("resident")):
        await resident.says("skip")


State = Callable[[Person], Awaitable[None]]
STATES: tuple[State, ...] = (
    nothing,
    begins_check_in,
    a_chat_talk,
    safety,
    an_alert_that_waits,
    something_parked,
)


@pytest.mark.parametrize("state", STATES)
async def test_every_word_is_answered_in_every_state(resident: Person, state: State) -> None:
    for word in WORDS:
        await leaves_all(resident)
        await state(resident)
        before = len(resident.town.chat.sent)
        await resident.says(word)
        await resident.says(word)
        assert len(resident.town.chat.sent) >= before + 2, word


async def test_stop_closes_everything_and_is_quiet_for_the_day(resident: Person, town: Town) -> None:
    await begins_check_in(resident)
    await resident.says("stop")

    assert resident.last == "Closed. I start nothing more today."
    assert town.state("resident") == []
    assert [row.ends_at.isoformat() for row in town.rows(silences)] == ["2026-11-03T05:00:00+00:00"]


async def test_stop_with_nothing_open_says_so(resident: Person) -> None:
    await resident.says("stop")

    assert resident.last == "Nothing was open. I start nothing more today."


async def test_a_check_in_only_when_asked_has_no_day_in_settings(resident: Person) -> None:
    await resident.says("settings")
    await resident.presses("How often", "Only when I ask", "Done")
    await resident.says("settings")

    assert any(line.startswith("Check-in: only when you ask. Time zone: ") for line in resident.said)


async def test_stop_says_what_stays_kept_and_where_it_is_seen(resident: Person, town: Town) -> None:
    await begins_check_in(resident)
    await resident.presses("Stretched")
    await resident.says("stop")
    assert resident.last == (
        "Closed. I start nothing more today. The answers kept so far stay, for you alone: "
        "type privacy to see or delete what is held."
    )
    await resident.says("privacy")
    await resident.presses("Open")

    assert "1 check-in answer" in resident.screen
    assert {"Export all of it", "Delete everything"} <= set(resident.buttons)


async def test_stop_in_the_form_says_the_same_there(resident: Person) -> None:
    await begins_check_in(resident)
    await resident.presses("Stretched", "Stop")

    assert "The answers kept so far stay, for you alone" in resident.screen
    assert "Stretched" not in resident.screen


async def test_what_was_taken_back_before_stop_is_not_called_kept(resident: Person) -> None:
    await begins_check_in(resident)
    await resident.presses("Stretched", "Back")
    await resident.says("stop")

    assert resident.last == "Closed. I start nothing more today."


async def test_where_a_safety_talk_stays_stop_says_what_is_kept_too(resident: Person) -> None:
    await begins_check_in(resident)
    await resident.presses("Stretched")
    await resident.says("I want to kill myself")
    await resident.says("stop")

    assert "The answers kept so far stay" in resident.last
    assert [card.safety for card in resident.chat[-3:]] == [True, True, False]


async def test_stop_leaves_a_safety_talk_open(resident: Person, town: Town) -> None:
    await begins_check_in(resident)
    await resident.says("I want to kill myself")
    await resident.says("stop")

    assert [flow for flow, _, _ in town.state("resident")] == ["safety"]
    assert resident.chat[-1].safety


async def test_stop_inside_the_safety_talk_ends_what_it_led_to_only(resident: Person, town: Town) -> None:
    await resident.says("I want to kill myself")
    await resident.presses("Yes", "Reach a person")
    await resident.says("stop")
    states = town.state("resident")

    assert [flow for flow, _, _ in states] in ([], ["safety"])
    assert all(asks for _, _, asks in states)


async def test_a_required_question_cannot_be_skipped(resident: Person) -> None:
    await begins_check_in(resident)
    await resident.says("skip")

    assert resident.last == "This one question is needed to go on. Stop ends the talk."


async def test_back_does_not_cross_the_beginning(resident: Person) -> None:
    await begins_check_in(resident)
    await resident.says("back")

    assert resident.last == "This is where it began. There is nothing before it."


async def test_back_stops_at_what_has_gone_and_says_what(resident: Person) -> None:
    await asks_for(resident)
    await resident.says("back")

    assert "is kept. Type privacy to see what you allowed or take it back." in resident.last


async def test_back_after_an_inner_talk_says_that_it_is_over(resident: Person, town: Town) -> None:
    await safety(resident)
    await resident.presses("No")
    for _ in range(3):
        await resident.says("skip")
    await resident.presses("Reach a person")
    await resident.says("stop")
    assert [flow for flow, _, _ in town.state("resident")] == ["safety"]
    await resident.says("back")

    assert "that part is over" in resident.last


async def test_later_keeps_the_place_and_says_it_in_steps(resident: Person, town: Town) -> None:
    await begins_check_in(resident)
    await resident.presses("Stretched")
    await resident.says("paged")
    assert resident.last == "It waits for you for two weeks. Nothing reminds you of it."
    await resident.says("where was I")
    assert resident.last == (
        "That was not clear to me. Weekly check-in waits where you left it, with 1 answered."
    )
    await resident.presses("Pick up")

    assert "What moved it most?" in resident.screen


async def test_later_does_not_put_safety_off(resident: Person, town: Town) -> None:
    await begins_check_in(resident)
    await resident.says("I want to kill myself")
    await resident.says("later")

    assert [(flow, state) for flow, state, _ in town.state("resident")] == [
        ("check-in", "parked"),
        ("safety", "open"),
    ]
    assert resident.chat[-1].safety


async def test_pause_two_weeks_is_one_message(resident: Person, town: Town) -> None:
    await resident.says("pause 2w")

    assert [row.reason for row in town.rows(silences)] == ["pause"]
    assert (town.rows(silences)[0].ends_at - town.clock.now()).days == 14


async def test_resume_ends_every_silence(resident: Person, town: Town) -> None:
    await resident.says("pause 2w")
    await resident.says("resume")
    now = town.clock.now()

    assert all(row.ends_at <= now for row in town.rows(silences))
    assert resident.last == "Nudges may come again. Next check-in: Sunday 8 November, 18:00."


async def test_what_is_held_is_counted_and_a_consent_goes_in_one_tap(resident: Person, town: Town) -> None:
    await sends_alert(resident)
    await resident.closes()
    await resident.says("what do you hold about me")
    await resident.presses("Open")
    assert "1 message to a coach" in resident.screen
    assert "your place on the program’s list, 1 consent" in resident.screen
    await resident.presses("No longer let Dr. Ana Reyes receive what I send")

    assert "1 consent" not in resident.screen
    assert all(row.revoked_at for row in town.rows(consents))


async def test_the_export_is_json_with_everything_held(resident: Person) -> None:
    await begins_check_in(resident)
    await resident.presses("Steady")
    await resident.fills("a kind word from the night nurse")
    await sends_alert(resident)
    await begins_check_in(resident)
    await resident.presses("Stretched")
    await resident.says("export")
    await resident.presses("Open")
    held = json.loads(resident.shown.download)

    assert held["own_lines"][0]["text"] == "a kind word from the night nurse"
    assert {"week"} == {one["name"] for one in held["check_in_answers"]}
    assert held["open_answers"][-1] == {"talk": "check-in", "answers": {"week": "stretched"}}
    assert "a hard week on the unit" in held["messages_to_a_coach"][0]["sent"]
    assert held["accounts"] == [{"platform": "web", "tenant": "demo", "user": "resident"}]


async def test_why_says_why_the_last_one_came(resident: Person) -> None:
    await resident.says("why")

    assert resident.last == "Nothing was sent to you yet."


async def test_human_with_nobody_to_ask_shows_the_lines(resident: Person, town: Town) -> None:
    town.store.write(lambda conn: conn.execute(coaches.update().values(full=True)))
    await resident.says("human")

    assert has_lines(resident.chat[-1])


async def test_a_date_that_is_asked_for_in_the_chat_comes_with_an_example(resident: Person) -> None:
    await resident.says("on nights")

    assert resident.last.endswith("?\nFor example: Fri 18:00")
