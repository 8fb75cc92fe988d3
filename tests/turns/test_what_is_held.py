"""What is said and given of a mark that a safety talk left: plainly, with its end, and gone with delete."""

import json
from datetime import timedelta

from bot.store.tables import persons
from tests.town import Person, Town
from tests.turns.stories import deletes, sends_alert

MARK = "mark from a safety talk"


async def _page(resident: Person) -> str:
    await resident.says("privacy")
    await resident.presses("Open")
    return resident.screen


async def _tells_and_skips_out(resident: Person) -> None:
    await resident.says("I want to die")
    for _ in range(3):
        await resident.says("skip")


async def test_the_page_names_the_mark_its_end_and_how_it_goes(resident: Person) -> None:
    await _tells_and_skips_out(resident)
    shown = await _page(resident)

    assert MARK in shown
    assert "It counts until" in shown
    assert "Nobody else sees it." in shown


async def test_the_export_says_it_in_plain_words_too(resident: Person) -> None:
    await _tells_and_skips_out(resident)
    await _page(resident)
    await resident.presses("Export all of it")

    assert "never your words" in json.loads(resident.shown.download)["safety"]["in_words"]


async def test_once_it_has_run_out_it_is_neither_said_nor_kept(resident: Person, town: Town) -> None:
    await _tells_and_skips_out(resident)
    before = town.rows(persons, id=town.ids["resident"])[0].risk
    await town.walks_to(town.clock.now() + timedelta(days=8))

    assert MARK not in await _page(resident)
    assert town.rows(persons, id=town.ids["resident"])[0].risk != before


async def test_nothing_is_said_where_there_is_no_mark(resident: Person) -> None:
    assert MARK not in await _page(resident)


async def test_delete_leaves_no_zone_that_was_chosen(resident: Person, town: Town) -> None:
    old = town.ids["resident"]
    chosen = {"zone": "Asia/Tokyo", "quiet_from": 60, "quiet_until": 120, "check_ins": 3, "language": "de"}
    town.store.write(lambda conn: conn.execute(persons.update().where(persons.c.id == old).values(chosen)))
    await deletes(resident)
    rows = [row for row in town.rows(persons) if row.name == "Dr. Sam Rivera" or row.id == old]

    assert {(row.zone, row.language, row.quiet_from, row.quiet_until, row.check_ins) for row in rows} == {
        (town.program.zone, "en", 21 * 60, 7 * 60, 0)
    }
    assert [row.preferred_account for row in rows] == [None, None]


async def test_sealed_is_said_of_what_is_sealed_alone(resident: Person) -> None:
    await sends_alert(resident)
    await resident.closes()
    await _page(resident)
    sealed, plain = resident.shown.paragraphs[:2]

    assert sealed == "Held about you, and sealed: 1 open talk, 1 message to a coach."
    assert plain.startswith("Held unsealed: your place on the program’s list, 1 consent, 1 weekly plan, ")


async def test_times_of_talks_and_invitations_are_named(resident: Person) -> None:
    await _page(resident)

    assert "1 invitation, 1 talk, 1 line on who did what. Of talks" in resident.screen


async def test_a_check_in_that_comes_only_when_asked_is_no_plan(resident: Person) -> None:
    await resident.says("settings")
    await resident.presses("How often", "Only when I ask", "Done")

    assert "weekly plan" not in await _page(resident)
