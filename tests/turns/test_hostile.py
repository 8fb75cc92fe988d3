"""What nobody sends by accident: made-up buttons, endless texts, characters that are none."""

import pytest

from adapters.port import Control, EventKind, Incoming, Press
from bot.store.tables import consents, counts, notes, occurrences, talks
from bot.turns.door import normal
from tests.town import Person, Town
from tests.turns.stories import begins_check_in, is_welcomed, press

LONG = "x" * 2000
ODD = "a\x00b\ud800c\u202ed"
CONTROLS = [control.value for control in Control]
NAMES = ["", LONG, ODD, "coach-alert", "' OR 1=1 --"]


async def test_no_made_up_button_raises(resident: Person) -> None:
    for key in (*CONTROLS, "week", LONG, ODD, "!", "!nonsense"):
        for name in NAMES:
            await resident.sends(press(resident, name, name, key, name, name))
    await resident.says("help")

    assert "Here is what you can do" in resident.last


async def test_no_made_up_button_starts_what_is_not_theirs(resident: Person, town: Town) -> None:
    for key in (Control.OPEN, Control.START, Control.FEEDBACK, Control.REVOKE, "week"):
        for flow in ("safety", "coach-alert", "nonsense"):
            await resident.sends(press(resident, flow, "made-up", key, "made-up"))

    assert town.state("resident") == []
    assert town.rows(consents) == []
    assert town.rows(counts) == []


async def test_an_invitation_of_somebody_else_opens_nothing(resident: Person, town: Town) -> None:
    reserved = town.rows(occurrences, person_id=town.ids["resident"])[0].talk_id
    (other,) = town.moves_in("other")
    await is_welcomed(other)
    await other.sends(press(other, "check-in", reserved, Control.OPEN))

    assert other.screen == "Finished"
    assert town.state("other") == []


async def test_a_made_up_option_is_answered_with_what_is_possible(resident: Person, town: Town) -> None:
    await begins_check_in(resident)
    talk = resident.shown.choices[0].press.talk
    await resident.sends(press(resident, "check-in", talk, "week", "wonderful"))

    assert "Steady / Stretched" in resident.reply.notice
    assert town.state("resident") == [("check-in", "open", "week")]


async def test_before_start_no_made_up_button_enrols(town: Town) -> None:
    resident = town.person("resident")
    for key in (*CONTROLS, "week"):
        await resident.sends(press(resident, "welcome", "x", key, "enrol", "not a signal"))

    assert not town.keys.has(f"person:{town.ids['resident']}")


async def test_forms_with_fields_that_are_not_theirs_change_nothing(resident: Person, town: Town) -> None:
    await begins_check_in(resident)
    await resident.presses("Stretched")
    submit = resident.shown.submit
    made_up: tuple[dict[str, tuple[str, ...]], ...] = (
        {},
        {"moved": ("nonsense",)},
        {"moved": (LONG, ODD)},
        {"other": ("sleep",)},
        {"moved": ()},
    )
    for number, fields in enumerate(made_up):
        form = Incoming(f"f{number}", resident.account, EventKind.FORM, press=submit, fields=fields)
        await resident.sends(form)

    assert town.state("resident") == [("check-in", "open", "moved")]


async def test_too_many_ticks_are_refused(resident: Person, town: Town) -> None:
    await begins_check_in(resident)
    await resident.presses("Stretched")
    await resident.fills("Workload", "Sleep", "Team")

    assert "Tick up to two" in resident.screen
    assert town.state("resident") == [("check-in", "open", "moved")]


TEXTS = {
    "family": "👩‍👩‍👧‍👦" * 1000,
    "right to left": "\u202e\u2066abc \u05d0\u05d1\u05d2\u202c",
    "NUL": "one\x00two\x07",
    "lone surrogate": "half \ud83d of one",
    "markup": "<script>alert(1)</script> <!channel> <@U1> &lt; =HYPERLINK(1)",
    "composed": "e\u0301",
    "lines": "one\r\ntwo\rthree",
}


@pytest.mark.parametrize("name", TEXTS)
async def test_odd_texts_are_kept_as_they_read(resident: Person, town: Town, name: str) -> None:
    await begins_check_in(resident)
    await resident.presses("Steady")
    await resident.fills(TEXTS[name][:3900], keep=True)
    row = town.rows(notes)[0]
    opened = town.keys.open(f"person:{row.person_id}", f"notes/{row.talk_id}/{row.key}", row.body)

    assert opened.decode("utf-8") == normal(TEXTS[name][:3900]).strip()


@pytest.mark.parametrize("name", TEXTS)
async def test_odd_texts_typed_with_nothing_open_get_an_answer(resident: Person, name: str) -> None:
    await resident.says(TEXTS[name])

    assert "possible now" in resident.last


async def test_forty_thousand_characters_are_refused_with_the_limit(resident: Person, town: Town) -> None:
    await begins_check_in(resident)
    await resident.presses("Steady")
    await resident.fills("words " * 7000)
    assert "at most 4000 characters" in resident.screen
    await resident.says("words " * 7000)

    assert "Up to 4000 characters" in resident.last
    assert town.rows(notes) == []


async def test_danger_at_the_end_of_a_very_long_text_is_read(resident: Person) -> None:
    await resident.says("the ward was full. " * 8000 + "I want to kill myself.")

    assert resident.chat[-1].safety


async def test_a_file_is_not_fetched_and_its_caption_is_read(resident: Person) -> None:
    await resident.sends(Incoming("file", resident.account, EventKind.ATTACHMENT, text="scan.png"))
    assert "I read text only" in resident.last
    caption = "I am going to kill myself tonight"
    await resident.sends(Incoming("file2", resident.account, EventKind.ATTACHMENT, text=caption))

    assert resident.chat[-1].safety


async def test_a_reserved_talk_opens_as_the_check_in_it_is(resident: Person, town: Town) -> None:
    reserved = town.rows(occurrences)[0].talk_id
    await resident.sends(press(resident, "coach-alert", reserved, Control.OPEN))
    await resident.sends(press(resident, "safety", reserved, Control.OPEN, "x"))

    assert [row.flow for row in town.rows(talks, id=reserved)] in ([], ["check-in"])


def test_control_and_override_characters_go_and_letters_stay() -> None:
    assert normal("a\x00\u202eb\ud800\n\tc\u200d") == "ab\n\tc\u200d"


def test_a_button_value_that_is_no_button_is_none() -> None:
    assert Press.unpack("a|b|c") is None
    assert Press.unpack("a|1|b|c|d|e" + LONG) is None
