"""Texts, edits and files as nobody means them well: kept as they read, shown inert, and danger first."""

import json
from dataclasses import replace

import pytest

from adapters.port import EventKind, Incoming
from bot.store.tables import notes, silences, threads
from bot.turns.door import normal
from tests.town import Person, Town
from tests.turns.stories import asks_for, begins_check_in

TEXTS = {
    "family": "👩‍👩‍👧‍👦" * 57,
    "right to left": "\u202e\u2066reversed \u05d0\u05d1\u05d2\u202c",
    "zero width": "a\u200bb\u2060c\ufeffd",
    "lone surrogate": "half \ud83d of one",
    "NUL": "one\x00two\x07",
    "markup": "<!channel> <@U1> &lt; <script>alert(1)</script> [a](http://x)",
    "formula": '=HYPERLINK("http://x","y")',
    "formula behind a sign": "+1-2@SUM(A1)\t|cmd",
}
FILES = ("scan.png", "", "voice.m4a", "\u202egnp.exe\x00", "https://huddle.example/1")
EXPLICIT = "I want to kill myself"
HIDDEN = {
    "in 40k of noise": "the ward was full. " * 1100 + EXPLICIT + ". " + "the ward was full. " * 1100,
    "in Spanish": "quiero matarme",
    "in homoglyphs": "I want to k\u0456ll mys\u0435lf",
    "in wide letters": "".join(chr(ord(one) + 0xFEE0) if one != " " else one for one in EXPLICIT),
    "behind zero-width characters": "I want to k\u200bill my\u200bself",
}


def event(resident: Person, name: str, kind: EventKind, text: str) -> Incoming:
    """One act of this person's device."""
    return Incoming(name, resident.account, kind, text=text, zone=resident.zone)


# ------------------------------------------------------------------------------- 11 and 35: edits


async def test_case_11_an_edit_that_comes_before_its_message_changes_nothing(
    resident: Person, town: Town
) -> None:
    await begins_check_in(resident)
    await resident.closes()
    await resident.sends(event(resident, "edit-1", EventKind.EDIT, "stretched"))
    before = town.state("resident")
    await resident.sends(event(resident, "message-1", EventKind.MESSAGE, "stretched"))

    assert before == [("check-in", "open", "week")]
    assert town.state("resident") == [("check-in", "open", "moved")]


async def test_case_35_an_edited_answer_stays_as_it_was_given(resident: Person, town: Town) -> None:
    await begins_check_in(resident)
    await resident.says("stretched")
    before = town.state("resident"), len(resident.chat)
    await resident.sends(event(resident, "edit-1", EventKind.EDIT, "steady"))
    await resident.sends(event(resident, "edit-2", EventKind.EDIT, ""))

    assert (town.state("resident"), len(resident.chat)) == before


# ------------------------------------------------------------------------------------ 36: files


async def test_case_36_what_is_no_text_is_said_so_and_never_fetched(resident: Person, town: Town) -> None:
    await begins_check_in(resident)
    before = town.state("resident")
    for number, name in enumerate(FILES):
        await resident.sends(event(resident, f"file-{number}", EventKind.ATTACHMENT, name))
        assert resident.last == "I read text only. That file was not opened or kept."

    assert town.state("resident") == before


# ------------------------------------------------------------------------------------ 37: texts


async def test_case_37_the_coach_reads_it_inert_and_the_export_holds_it(
    resident: Person, coach: Person, town: Town
) -> None:
    written = "\n".join(TEXTS.values())
    await asks_for(resident)
    await resident.presses("A call")
    await resident.fills("after six")
    await resident.fills(written, keep=True)
    await resident.presses("Nobody", "Send")
    await coach.presses("Open")
    await resident.closes()
    await resident.says("export")
    await resident.presses("Open")

    assert [row.state for row in town.rows(threads)] == ["seen"]
    assert normal(written) in coach.screen
    assert normal(written) in json.loads(resident.shown.download)["messages_to_a_coach"][0]["sent"]


async def test_case_37_more_than_can_be_kept_is_refused_with_the_limit(resident: Person, town: Town) -> None:
    await begins_check_in(resident)
    await resident.presses("Steady")
    for text in ("x" * 40_000, "👩‍👩‍👧‍👦" * 4000, "\u200b" * 40_000):
        await resident.fills(text)
        assert "at most 4000 characters" in resident.screen

    assert town.rows(notes) == []


# ------------------------------------------------------------- 38: danger, wherever it is written


@pytest.fixture
async def paused(resident: Person, town: Town) -> Person:
    """A resident in a pause of two weeks, with a form of a talk that has closed."""
    await begins_check_in(resident)
    await resident.presses("Steady")
    await resident.says("stop")
    await resident.says("pause 2w")
    assert "pause" in {row.reason for row in town.rows(silences)}
    return resident


def is_asked_about_safety(resident: Person, town: Town) -> bool:
    """Whether the safety talk is open, and its card in the chat."""
    return [flow for flow, _, _ in town.state("resident")][-1:] == ["safety"] and any(
        card.safety for card in resident.chat
    )


async def test_case_38_danger_is_read_however_it_is_written_and_though_paused(
    paused: Person, town: Town
) -> None:
    for name, text in HIDDEN.items():
        before = sum(card.safety for card in paused.chat)
        await paused.says(text)
        assert sum(card.safety for card in paused.chat) > before, name

    assert is_asked_about_safety(paused, town)


@pytest.mark.parametrize("kind", [EventKind.EDIT, EventKind.ATTACHMENT])
async def test_case_38_in_an_edit_and_in_the_name_of_a_file(
    paused: Person, town: Town, kind: EventKind
) -> None:
    await paused.sends(event(paused, "odd", kind, f"{EXPLICIT}.pdf"))

    assert is_asked_about_safety(paused, town)


async def test_case_38_in_the_form_of_a_question_that_has_closed(resident: Person, town: Town) -> None:
    await begins_check_in(resident)
    await resident.presses("Steady")
    form = replace(resident.event, id="late", kind=EventKind.FORM, press=resident.shown.submit)
    await resident.says("stop")
    await resident.says("pause 2w")
    await resident.sends(replace(form, fields={"helped": (EXPLICIT,)}, text="", origin=""))

    assert is_asked_about_safety(resident, town)
    assert town.rows(notes) == []


async def test_case_38_it_goes_before_the_talk_that_is_open(resident: Person, town: Town) -> None:
    await begins_check_in(resident)
    await resident.presses("Stretched")
    await resident.says(f"sleep. {EXPLICIT}")

    assert [one for one in town.state("resident") if one[0] == "check-in"] == [("check-in", "open", "moved")]
    assert is_asked_about_safety(resident, town)
