"""Who may do what: every talk and every word names its roles, and a coach never evaluates."""

from datetime import timedelta

import pytest

from adapters.port import Control
from bot.people.roles import ANYBODY, TALK_ROLES, WORD_ROLES, may_hold, may_say
from bot.store.tables import inbox, memberships, programs, threads
from conversations.catalogue import FLOWS
from conversations.fixed import fixed
from conversations.universal import _NAMES
from tests.town import Person, Town
from tests.turns.stories import (
    asks_for_a_call,
    checks_in,
    evaluates,
    has_lines,
    is_opened,
    leaves_program,
    press,
    sends_alert,
)


def test_every_talk_declares_its_roles() -> None:
    assert set(TALK_ROLES) == set(FLOWS)


def test_every_word_declares_its_roles() -> None:
    assert set(WORD_ROLES) == set(_NAMES.values())


def test_lines_to_people_and_leaving_are_for_anybody() -> None:
    words = ("human", "crisis", "privacy", "export", "delete", "stop")

    assert all(WORD_ROLES[word] == ANYBODY for word in words)


LEAVES = {"forget", "safety"}
TALKS = {
    "trainee": LEAVES | {"welcome", "check-in", "snooze", "settings", "human", "pause"},
    "coach": LEAVES | {"coach-alert", "pause"},
    "peer": LEAVES | {"pause"},
    "facilitator": LEAVES | {"pause"},
}
"""Which talks each role may hold; every other role only leaves, or is in danger."""

ALWAYS = {"stop", "skip", "back", "later", "help", "human", "crisis", "privacy", "export", "delete"}
QUIET = {"pause", "resume"}
WORDS = {
    "trainee": QUIET | {"settings", "why", "weeks", "week"},
    "coach": QUIET | {"weeks", "week"},
    "peer": QUIET,
    "facilitator": QUIET,
}
"""Which words each role may say beside those that are always heard."""


@pytest.mark.parametrize("role", sorted(ANYBODY))
def test_a_role_holds_its_own_talks_and_no_other(role: str) -> None:
    assert {talk for talk in FLOWS if may_hold(frozenset({role}), talk)} == TALKS.get(role, LEAVES)


@pytest.mark.parametrize("role", sorted(ANYBODY))
def test_a_role_says_its_own_words_and_no_other(role: str) -> None:
    said = {word for word in _NAMES.values() if may_say(frozenset({role}), word)}

    assert said - {"yes-nothing-else"} == ALWAYS | WORDS.get(role, set())


@pytest.mark.parametrize("role", ["coordinator", "evaluator", "operator", "former"])
@pytest.mark.parametrize("typed", ["check in", "settings", "why", "my weeks", "pause 2w", "resume"])
async def test_who_began_as_a_trainee_and_is_one_no_more_has_no_trainee_talks(
    resident: Person, town: Town, role: str, typed: str
) -> None:
    becomes(town, "resident", role)
    await resident.says(typed)

    assert resident.last == "That is not part of your role here."
    assert town.state("resident") == []


@pytest.mark.parametrize("typed", ["check in", "settings", "why"])
async def test_a_coach_has_no_trainee_talks(coach: Person, town: Town, typed: str) -> None:
    await coach.says("hello")
    await coach.says(typed)

    assert coach.last == "That is not part of your role here."
    assert town.state("coach") == []


@pytest.mark.parametrize("flow", ["check-in", "human", "settings", "snooze", "welcome"])
async def test_a_coach_cannot_start_them_by_a_button_either(coach: Person, town: Town, flow: str) -> None:
    await coach.says("hello")
    await coach.sends(press(coach, flow, "", Control.START))

    assert town.state("coach") == []


async def test_a_coach_who_asks_for_a_person_gets_lines(coach: Person) -> None:
    await coach.says("hello")
    await coach.says("human")

    assert has_lines(coach.chat[-1])


async def test_a_trainee_cannot_open_a_request_as_its_coach(resident: Person, town: Town) -> None:
    await sends_alert(resident)
    thread = town.rows(threads)[0].id
    await resident.sends(press(resident, "coach-alert", f"alert:{thread}", Control.OPEN, thread))

    assert "coach-alert" not in [flow for flow, _, _ in town.state("resident")]


async def test_another_coach_cannot_open_it(resident: Person, town: Town) -> None:
    await sends_alert(resident)
    thread = town.rows(threads)[0].id
    other = town.person("coach-2")
    await other.says("hello")
    await other.sends(press(other, "coach-alert", f"alert:{thread}", Control.OPEN, thread))

    assert "not open to you" in other.reply.notice + other.screen
    assert town.state("coach-2") == []


@pytest.mark.parametrize("user", ["director", "coordinator"])
async def test_evaluators_and_coordinators_get_no_content(resident: Person, town: Town, user: str) -> None:
    await sends_alert(resident)
    staff = town.person(user)
    thread = town.rows(threads)[0].id
    for text in ("check in", "privacy", "export", "weeks", "help", "delete"):
        await staff.says(text)
    await staff.sends(press(staff, "coach-alert", f"alert:{thread}", Control.OPEN, thread))

    assert {line for card in staff.chat for line in card.paragraphs} == set(
        fixed("welcome.off-roster").variants
    )


@pytest.mark.parametrize("starts", [timedelta(0), timedelta(days=30)])
async def test_a_coach_who_evaluates_now_or_soon_is_not_offered(
    resident: Person, town: Town, starts: timedelta
) -> None:
    evaluates(town, "coach", town.clock.now() + starts)
    await resident.says("human")
    await resident.presses("Start")

    assert "Dr. Ana Reyes" not in resident.buttons
    assert "Dr. Jonas Okafor" in resident.buttons


def has_role(town: Town, key: str, role: str, starts: timedelta = timedelta(0)) -> None:
    """From now on this person has this role too."""
    begins = town.clock.now().date() + starts
    row = {"program_id": "demo", "person_id": town.ids[key], "role": role, "starts": begins}
    town.store.write(lambda conn: conn.execute(memberships.insert().values(row)))


def becomes(town: Town, key: str, role: str) -> None:
    """From today on this person has this role and no other; "former" is none at all."""
    leaves_program(town, key)
    if role != "former":
        has_role(town, key, role)


def another_program(town: Town) -> str:
    """A second program on the same server."""
    row = {"program_id": "other", "name": "Other", "opened_at": town.clock.now()}
    town.store.write(lambda conn: conn.execute(programs.insert().values(row)))
    return "other"


@pytest.mark.parametrize("role", ["evaluator", "coordinator"])
@pytest.mark.parametrize("starts", [timedelta(0), timedelta(days=30)])
async def test_a_coach_in_such_a_role_is_not_offered(
    resident: Person, town: Town, role: str, starts: timedelta
) -> None:
    has_role(town, "coach", role, starts)
    await resident.says("human")
    await resident.presses("Start")

    assert "Dr. Ana Reyes" not in resident.buttons
    assert "Dr. Jonas Okafor" in resident.buttons


@pytest.mark.parametrize("role", ["evaluator", "coordinator"])
async def test_a_coach_who_takes_such_a_role_reads_nothing_more(
    resident: Person, coach: Person, town: Town, role: str
) -> None:
    await sends_alert(resident)
    has_role(town, "coach", role)
    await coach.presses("Open")

    assert "hard week" not in coach.screen
    assert fixed("coach.withdrawn").variants[0] in coach.said


async def test_who_stopped_being_a_coach_reads_nothing_more(
    resident: Person, coach: Person, town: Town
) -> None:
    await sends_alert(resident)
    thread = town.rows(threads)[0].id
    becomes(town, "coach", "former")
    await coach.sends(press(coach, "coach-alert", f"alert:{thread}", Control.OPEN, thread))

    assert "hard week" not in coach.screen + coach.reply.notice
    assert town.state("coach") == []


async def test_who_evaluates_this_trainee_in_another_program_is_not_offered(
    resident: Person, town: Town
) -> None:
    evaluates(town, "coach", program=another_program(town))
    await resident.says("human")
    await resident.presses("Start")

    assert "Dr. Ana Reyes" not in resident.buttons


async def test_a_chief_resident_who_evaluates_has_their_own_talks(resident: Person, town: Town) -> None:
    has_role(town, "resident", "evaluator")
    await checks_in(resident)
    preview = await sends_alert(resident)

    assert [row.state for row in town.rows(threads)] == ["sent"]
    assert preview.startswith("From: Dr. Sam Rivera")


async def test_an_evaluation_that_comes_later_cuts_access_and_tells_both(
    resident: Person, coach: Person, town: Town
) -> None:
    await sends_alert(resident)
    opener = coach.chat[-1].choices[0].press
    evaluates(town, "coach")
    await town.walks_to(town.clock.now())
    await coach.sends(press(coach, opener.flow, opener.talk, opener.key, opener.option))

    assert coach.screen == "That request is not open to you any more."
    assert "no longer work together" in coach.all_said
    assert "no longer work together" in resident.all_said
    assert [(row.state, row.body) for row in town.rows(threads)] == [("closed", None)]


async def test_an_open_request_is_closed_under_the_coachs_eyes(
    resident: Person, coach: Person, town: Town
) -> None:
    await is_opened(resident, coach)
    assert "hard week" in coach.screen
    evaluates(town, "coach")
    await town.settle()
    await coach.presses("I have it")

    assert "hard week" not in coach.screen
    assert town.state("coach") == []
    assert town.rows(inbox) == []


async def test_an_evaluation_between_preview_and_send_stops_it(
    resident: Person, coach: Person, town: Town
) -> None:
    await asks_for_a_call(resident)
    evaluates(town, "coach")
    await resident.presses("Send")

    assert "is not your coach any more, so nothing was sent" in resident.screen
    assert "hard week" not in coach.all_said
    assert town.rows(threads) == []
