"""From the first look to the first check-in."""

from collections.abc import Sequence

from adapters.port import Card, Choice, Form, OperationKind
from bot.store.tables import events, metadata
from tests.town import Person, Town

WORDS_A_SECOND = 238 / 60
"""Adults read silently at 238 words a minute (Brysbaert 2019, Journal of Memory and Language 109)."""
SECONDS_A_TAP = 2
TAPS = ("Start", "Sunday 18:00", "Now")


def on_card(card: Card) -> str:
    """Every word of a message, its buttons' too."""
    return " ".join((*card.paragraphs, *(link.label for link in card.links), on_buttons(card.choices)))


def on_form(form: Form) -> str:
    """Every word of a form: title, question, options with their hints, controls."""
    said = (form.title, *form.paragraphs, form.question)
    return " ".join((*said, on_buttons(form.choices), on_buttons(form.controls)))


def on_buttons(choices: Sequence[Choice]) -> str:
    return " ".join(f"{one.label} {one.hint}" for one in choices)


async def test_four_taps_lead_from_hello_to_the_first_question(town: Town) -> None:
    resident = town.person("resident")
    await resident.opens()
    assert "I’m software" in resident.last

    await resident.presses(*TAPS)

    assert "Where were you most of this week?" in resident.screen


async def test_all_words_up_to_the_first_question_with_its_options_take_at_most_45_seconds(
    town: Town,
) -> None:
    resident = town.person("resident")
    await resident.opens()
    await resident.presses(*TAPS)
    posted = [one.card for one in town.chat.sent if one.card and one.kind is OperationKind.POST]
    read = " ".join((*map(on_card, posted), on_form(resident.shown)))

    seconds = len(read.split()) / WORDS_A_SECOND + len(TAPS) * SECONDS_A_TAP
    assert 40 < seconds <= 45


def held(town: Town) -> dict[str, list[tuple[object, ...]]]:
    """Every row, but for the claims of events, which name nobody."""
    kept = [table for table in metadata.sorted_tables if table is not events]
    return {table.name: [tuple(row) for row in town.rows(table)] for table in kept}


async def test_before_start_nothing_is_kept(town: Town) -> None:
    resident, before = town.person("resident"), held(town)
    await resident.opens()
    await resident.presses("Privacy details")
    await resident.says("hello, who reads this")

    assert held(town) == before
    assert not town.keys.has(f"person:{town.ids['resident']}")


async def test_not_for_me_leaves_a_mark_and_no_more_greetings(town: Town) -> None:
    resident = town.person("resident")
    await resident.opens()
    await resident.presses("Not for me")
    said = resident.last
    await resident.opens()

    assert "not invited again" in said
    assert resident.last == said


async def test_a_typed_start_begins_nothing_and_says_what_does(town: Town) -> None:
    resident = town.person("resident")
    await resident.opens()
    await resident.says("start")

    assert resident.chat[-2].paragraphs == ("Typed, that does nothing. The button below does it.",)
    assert "Start" in resident.buttons


async def test_somebody_off_the_roster_gets_a_card_and_no_row(town: Town) -> None:
    stranger, before = town.person("passer-by"), held(town)
    await stranger.says("hi")

    assert "not on this program" in stranger.last
    assert held(town) == before


async def test_hello_and_welcome_say_the_whole_contract(resident: Person) -> None:
    told = (
        "I’m software, not a person or clinician.",
        "only you read your answers",
        "counts only if you say yes later",
        "This is not for emergencies",
        "A coach hears only what you send.",
        "Your employer may keep what this chat shows",
        "Type pause for a break.",
    )
    assert [one for one in told if one not in resident.all_said] == []


async def test_opening_the_page_again_brings_no_second_greeting(town: Town) -> None:
    resident = town.person("resident")
    await resident.opens()
    await resident.opens()

    assert len(resident.chat) == 1


async def test_after_start_the_hello_stays_and_only_its_buttons_go(town: Town) -> None:
    resident = town.person("resident")
    await resident.opens()
    await resident.presses("Start")

    assert "This is not for emergencies: call 911" in resident.chat[0].paragraphs[0]
    assert resident.chat[0].choices == ()


async def test_the_privacy_details_stay_too(town: Town) -> None:
    resident = town.person("resident")
    await resident.opens()
    await resident.presses("Privacy details", "Start")
    hello, details = resident.chat[:2]

    assert hello.paragraphs[0].startswith("I’m software")
    assert details.paragraphs[0].startswith("Your words and taps are sealed")
    assert hello.choices == details.choices == ()


async def test_start_pressed_twice_is_answered_with_the_same_words(town: Town) -> None:
    resident = town.person("resident")
    await resident.opens()
    await resident.presses("Start")

    assert await resident.again() == resident.reply


async def test_before_start_it_says_what_is_held(town: Town) -> None:
    resident = town.person("resident")
    await resident.opens()
    await resident.says("what do you hold about me")

    assert resident.last == "Nothing is held about you but your place on the program’s list."
    assert "Start" in resident.buttons


async def test_after_not_for_me_it_names_the_mark(town: Town) -> None:
    resident = town.person("resident")
    await resident.opens()
    await resident.presses("Not for me")
    await resident.says("privacy")

    assert resident.last.endswith("and a mark so that you are not invited again.")
