"""Beginnings that many stories share, and turns that many of them take."""

from dataclasses import replace
from datetime import datetime

from adapters.port import Card, EventKind, Form, Incoming, Press
from bot.store.tables import evaluations, memberships
from tests.town import Person, Town

CHANGED = "This is how it stands now. Nothing was done with the button you pressed before."
"""What a form says that is shown in place of an older one whose button was pressed."""
NEXT = "Dr. Jonas Okafor"
"""Whom a resident may name for when the first coach passes it on."""


async def is_welcomed(resident: Person) -> None:
    """Open the page for the first time and go through the welcome."""
    await resident.opens()
    await resident.presses("Start", "Sunday 18:00", "Not now")


# ------------------------------------------------------------------------------------ check-ins


async def begins_check_in(resident: Person) -> None:
    """Type "check in" and open the form."""
    await resident.says("check in")
    await resident.presses("Start")


async def takes_up_check_in(resident: Person) -> None:
    """Type "check in" where one is open already, and open its form."""
    await resident.says("check in")
    await resident.presses("Continue")


async def checks_in(resident: Person) -> None:
    """A whole check-in in the shortest way: a steady week, and no line."""
    await begins_check_in(resident)
    await resident.presses("Steady", "Skip")


# ------------------------------------------------------------------- a request, by the resident


async def asks_for(resident: Person, name: str = "Dr. Ana Reyes") -> None:
    """Ask for this coach, up to what is wished; says yes to them where that is asked."""
    await resident.says("human")
    await resident.presses("Start", name)
    if f"Yes, {name} may" in resident.buttons:
        await resident.presses(f"Yes, {name} may")


async def asks_for_a_call(resident: Person, *, backup: str = "Nobody") -> str:
    """Ask the first coach for a call, up to the preview; gives the previewed text."""
    await asks_for(resident)
    await resident.presses("A call")
    await resident.fills("555-0142, after six")
    await resident.fills("a hard week on the unit")
    await resident.presses(backup)
    return next(one for one in resident.shown.paragraphs if one.startswith("From: "))


async def sends_alert(resident: Person, *, backup: str = "Nobody") -> str:
    """Ask for a call and send it; gives the previewed text."""
    preview = await asks_for_a_call(resident, backup=backup)
    await resident.presses("Send")
    return preview


async def sends_alert_in_check_in(resident: Person) -> None:
    """In the check-in of a hard week, ask for a call without words of one's own, and send it."""
    await begins_check_in(resident)
    await resident.presses("Struggling", "Skip", "Skip", "A person", "Dr. Ana Reyes")
    await resident.presses("Yes, Dr. Ana Reyes may", "A call", "Skip", "Skip", "Nobody", "Send")


async def reads_news(person: Person) -> None:
    """Leave the form that is open, and open the card of news."""
    await person.closes()
    await person.presses("Open")


# ----------------------------------------------------------------------- a request, by its coach


async def is_opened(resident: Person, coach: Person) -> str:
    """The resident sends a request and the coach opens it; gives the previewed text."""
    preview = await sends_alert(resident)
    await coach.presses("Open")
    return preview


async def is_acknowledged(resident: Person, coach: Person) -> str:
    """The coach has opened it and says so: I have it."""
    preview = await is_opened(resident, coach)
    await coach.presses("I have it")
    return preview


async def is_passed_on(resident: Person, coach: Person) -> str:
    """The coach opens it and passes it on to whom the resident named next."""
    preview = await sends_alert(resident, backup=NEXT)
    await passes_on(coach)
    return preview


async def passes_on(coach: Person) -> None:
    """Open a request, press Pass it on, and confirm it."""
    await coach.presses("Open", "Pass it on", "Pass it on")


async def proposes(coach: Person, when: str) -> None:
    """Propose this time for the request that is open."""
    await coach.presses("Propose a time")
    await coach.fills(when)


async def is_proposed(resident: Person, coach: Person, when: str = "tomorrow 17:30") -> None:
    """The coach opens what the resident sends and proposes this time."""
    await is_opened(resident, coach)
    await proposes(coach, when)


async def wishes_instead(resident: Person, when: str) -> None:
    """Open the news of a proposed time and ask for this one."""
    await reads_news(resident)
    await resident.presses("Another time")
    await resident.fills(when)


# ------------------------------------------------------------------------------------ for anybody


async def deletes(person: Person) -> None:
    """Delete everything held."""
    await person.says("delete")
    await person.presses("Delete everything")


def leaves_program(town: Town, key: str) -> None:
    """From today on this person has no role here."""
    mine = memberships.c.person_id == town.ids[key]
    ended = memberships.update().where(mine).values(ends=town.clock.now().date())
    town.store.write(lambda conn: conn.execute(ended))


def evaluates(town: Town, coach: str, starts: datetime | None = None, program: str = "demo") -> None:
    """From that day on, or from now, this coach evaluates the resident."""
    row = {
        "program_id": program,
        "evaluator_id": town.ids[coach],
        "trainee_id": town.ids["resident"],
        "starts": (starts or town.clock.now()).date(),
    }
    town.store.write(lambda conn: conn.execute(evaluations.insert().values(row)))


def has_lines(shown: Card | Form) -> bool:
    """Whether lines to call stand there."""
    return any("988" in link.label for link in shown.links)


def button(form: Form, label: str) -> Press:
    """What a button of this form stands for, also once another form has taken its place."""
    return next(one.press for one in (*form.choices, *form.controls) if one.label == label)


async def presses_in(old: Form, label: str, person: Person) -> None:
    """Press a button in a window that still shows this form."""
    event = replace(
        person.event, id=f"old-{label}", kind=EventKind.PRESS, press=button(old, label), origin=""
    )
    await person.sends(event)


def press(resident: Person, flow: str, talk: str, key: str, option: str = "", signal: str = "") -> Incoming:
    """A press as anybody could make it up."""
    made = Press(flow, 1, talk, key, option, signal)
    return Incoming(f"made-{talk}-{key}-{option}", resident.account, EventKind.PRESS, press=made)
