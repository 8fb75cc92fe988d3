"""`companion doctor`: what is off, and what to do next, beside a running server or without one.

It says what `check` says, and then what only matters once people rely on it. Nothing is changed.
"""

import json
from collections.abc import Iterable, Iterator

from bot.commands import doctor_machine, doctor_platforms, doctor_server
from bot.commands.checking import LOOKS, Finding, Looking, amiss, refuse, unseen
from bot.commands.doctor_here import Here, server_here
from bot.commands.doctor_store import LINES, in_database
from bot.commands.terminal import say
from bot.errors import CompanionError, SettingsError
from bot.logs import configure_logs
from bot.settings import Settings
from bot.settings_file import load_settings
from bot.store.glance import is_there


def doctor(*, as_json: bool) -> None:
    """Raises OperatorError where something is amiss, or what all that is amiss comes to."""
    found: list[Finding] = []
    for one in examined():
        found.append(one)
        if not as_json:
            say(one.line)
    if as_json:
        say(written(found))
    refuse(found)


def written(found: Iterable[Finding]) -> str:
    """As one line of JSON: a list of what, state, note, do."""
    lines = [{"what": one.what, "state": one.state, "note": one.note, "do": one.do} for one in found]
    return json.dumps(lines)


def examined() -> Iterator[Finding]:
    """Everything, as far as the settings allow."""
    try:
        settings = load_settings()
    except SettingsError as error:
        yield from (amiss("settings", SettingsError(problem)) for problem in error.problems)
        return
    configure_logs(level=settings.log_level.value, format=settings.log_format.value)
    yield from examined_with(settings)


def examined_with(settings: Settings) -> Iterator[Finding]:
    """What does not need the database comes first, so that it is said while that is waited for."""
    looking, may_look = Looking(settings), True
    yield from looking.at(doctor_machine.LOOKS)
    yield from looking.at(doctor_platforms.LOOKS)
    here = server_here(settings)
    if here.hangs:
        looking.unseen["addresses"] = "see server"
    for one in looking.at(LOOKS):
        may_look = may_look and not (one.what == "database" and one.error)
        yield one
    if looking.away:
        yield from (unseen(what, looking.away) for what in LINES)
    elif may_look and is_there(settings.database_url):
        yield from _of_database(looking, here)
    yield from looking.at(doctor_server.looks(here, is_away=bool(looking.away)))


def _of_database(looking: Looking, here: Here) -> Iterator[Finding]:
    """It may go away while it is looked at."""
    rest = list(LINES)
    try:
        for one in in_database(looking, here):
            rest.remove(one.what)
            yield one
    except CompanionError as error:
        yield looking.amiss("database", error)
        yield from (unseen(what, looking.away or "see database") for what in rest)
