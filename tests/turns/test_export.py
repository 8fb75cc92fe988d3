"""The export is whole: every table that names its person is in it, or it is said here why not."""

import json
from typing import Any

from bot.store.tables import metadata
from tests.town import Person, Town
from tests.turns.stories import checks_in, is_opened

EXPORTED = {
    "accounts": "accounts",
    "memberships": "roles",
    "consents": "consents",
    "plans": "plans",
    "silences": "quiet_times",
    "occurrences": "invitations",
    "talks": "talks",
    "measures": "check_in_answers",
    "notes": "own_lines",
    "audit": "who_did_what",
    "coaches": "as_a_coach",
}
"""Where in the export the rows of a table stand."""
NOT_EXPORTED = {
    "outbox": "messages on their way, which the chat has in a moment; gone two days later",
    "inbox": "news about to be told",
    "participants": "who is in a request: those are exported with their text",
}


async def export_of(person: Person) -> dict[str, Any]:
    await person.says("export")
    await person.presses("Open")
    found: dict[str, Any] = json.loads(person.shown.download)
    return found


async def test_every_table_that_names_a_person_is_exported_or_excused(resident: Person) -> None:
    named = {table.name for table in metadata.sorted_tables if "person_id" in table.c}
    assert named == set(EXPORTED) | set(NOT_EXPORTED)
    assert set(EXPORTED.values()) <= set(await export_of(resident))


async def test_it_holds_what_stands_in_them(resident: Person) -> None:
    await checks_in(resident)
    await resident.says("pause 1w")
    held = await export_of(resident)
    filled = set(EXPORTED.values()) - {"consents", "invitations", "own_lines", "as_a_coach"}
    assert [name for name in sorted(filled) if not held[name]] == []


async def test_consents_say_for_whom_and_to_which_words(resident: Person, coach: Person) -> None:
    await is_opened(resident, coach)
    (consent,) = (await export_of(resident))["consents"]
    assert (consent["kind"], consent["for"], consent["revoked_at"]) == ("alert", "Dr. Ana Reyes", None)
    assert consent["text"].startswith("human.agree")


async def test_who_did_what_names_them(resident: Person, coach: Person) -> None:
    await is_opened(resident, coach)
    done = {(one["by"], one["act"]) for one in (await export_of(resident))["who_did_what"]}
    assert {("Dr. Sam Rivera", "alert-sent"), ("Dr. Ana Reyes", "alert-opened")} <= done


async def test_quiet_hours_are_in_it(resident: Person, town: Town) -> None:
    held = (await export_of(resident))["person"]
    assert (held["nothing_is_sent_from"], held["nothing_is_sent_until"]) == ("21:00", "07:00")
