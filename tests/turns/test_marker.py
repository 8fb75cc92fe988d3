"""A marker in every text that a person writes is found nowhere: not on disk, not in logs, not in the chat."""

from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from adapters.port import EventKind, Incoming
from bot.logs import configure_logs
from bot.notices import Notices
from tests.town import Person, Town
from tests.turns.stories import asks_for, begins_check_in

MARKER = "zebrafinch"
HEX = MARKER.encode().hex()


async def writes_everywhere(resident: Person, coach: Person) -> None:
    """A whole story with the marker in every free text."""
    await resident.says(f"{MARKER} hello")
    await begins_check_in(resident)
    await resident.presses("Steady")
    await resident.says(f"{MARKER} Mr. John {MARKER.title()}, MRN 4839201")
    await resident.presses("Show it without them")
    await resident.fills(f"{MARKER} [name], [record number]")
    await asks_for(resident)
    await resident.presses("A call")
    await resident.fills(f"{MARKER} after six")
    await resident.fills(f"a hard week {MARKER}")
    await resident.presses("Nobody", "Send")
    await coach.presses("Open")
    assert MARKER in coach.screen
    await coach.says(f"{MARKER} typed by the coach")
    await resident.says(f"I want to kill myself {MARKER}")
    await resident.sends(Incoming("edit", resident.account, EventKind.EDIT, text=MARKER, name=MARKER))
    await resident.sends(Incoming("file", resident.account, EventKind.ATTACHMENT, text=f"{MARKER}.png"))
    await resident.town.person("a-stranger").says(f"{MARKER} from nobody")


def held_on_disk(town: Town, folder: Path) -> str:
    """Every byte of the files, or every column of every table."""
    if town.store.dialect == "sqlite":
        return "\n".join(path.read_bytes().hex() for path in sorted(folder.glob("*.db*")))
    return town.store.read(lambda conn: "\n".join(_rows(conn)))


def _rows(conn: Connection) -> list[str]:
    named = "quote_ident(table_schema) || '.' || quote_ident(table_name)"
    ours = "table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')"
    tables = conn.execute(text(f"SELECT {named} FROM information_schema.tables WHERE {ours}")).scalars()  # noqa: S608
    every = [conn.execute(text(f"SELECT t::text FROM {name} t")).scalars() for name in tables.all()]  # noqa: S608
    return [row for rows in every for row in rows]


async def test_the_marker_is_found_nowhere(
    resident: Person, coach: Person, town: Town, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    configure_logs(level="debug", format="json")
    notices = tmp_path / "notices.log"
    town.notices = Notices(notices, town.keys, town.clock).notify
    await writes_everywhere(resident, coach)
    out, err = capfd.readouterr()
    seen = held_on_disk(town, tmp_path).lower()
    chat = repr([one.card for one in town.chat.sent]).lower()

    assert len(seen) > 1000
    assert notices.read_text()
    for place in (seen, chat, out + err, notices.read_text()):
        assert MARKER not in place
        assert HEX not in place
