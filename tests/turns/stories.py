"""Beginnings that many stories share."""

from adapters.port import EventKind, Incoming, Press
from tests.town import Person


async def begins_check_in(resident: Person) -> None:
    """Type "check in" and open the form."""
    await resident.says("check in")
    await resident.presses("Start")


async def asks_for_a_call(resident: Person, *, backup: str = "Nobody") -> str:
    """Ask the first coach for a call, up to the preview; gives the previewed text."""
    await resident.says("human")
    await resident.presses("Start")
    await resident.presses("Dr. Ana Reyes")
    if "Yes, Dr. Ana Reyes may" in resident.buttons:
        await resident.presses("Yes, Dr. Ana Reyes may")
    await resident.presses("A call")
    await resident.fills("555-0142, after six")
    await resident.fills("a hard week on the unit")
    await resident.presses(backup)
    assert resident.form is not None
    return next(one for one in resident.form.paragraphs if one.startswith("From: "))


async def sends_alert(resident: Person, *, backup: str = "Nobody") -> str:
    """Ask for a call and send it; gives the previewed text."""
    preview = await asks_for_a_call(resident, backup=backup)
    await resident.presses("Send")
    return preview


async def deletes(person: Person) -> None:
    """Delete everything held."""
    await person.closes()
    await person.says("delete")
    await person.presses("Delete everything")


def press(resident: Person, flow: str, talk: str, key: str, option: str = "", signal: str = "") -> Incoming:
    """A press as anybody could make it up."""
    made = Press(flow, 1, talk, key, option, signal)
    return Incoming(f"made-{talk}-{key}-{option}", resident.account, EventKind.PRESS, press=made)
