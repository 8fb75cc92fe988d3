"""`companion check`: everything that `serve` would refuse, also beside a running one. Nothing is changed."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.commands.broken import named
from bot.commands.terminal import counted, say, started
from bot.errors import CompanionError, Defect, NotPrivate, OperatorError, StoreBroken, StoreUnavailable
from bot.logs import get_log
from bot.private import refuse_open, refuse_unmakable
from bot.program.resources import Resource
from bot.settings import Settings

_log = get_log("bot.checking")
FIRST = "not there yet; made at the first start"


@dataclass(frozen=True)
class Warned:
    """What a look saw that is no fault yet: `note` as for what is well, `do` what comes next."""

    note: str
    do: str


Look = Callable[[Settings], str | Warned]
"""Says what it found. Raises CompanionError: what `serve` would end with because of it."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that was looked at. `do` says what to do next, empty where all is well.

    `unseen`: it could not be looked at, since something that another one tells of is amiss.
    """

    what: str
    note: str
    do: str = ""
    error: CompanionError | None = None
    unseen: bool = False

    @property
    def state(self) -> str:
        return "AMISS" if self.error else "skip" if self.unseen else "warn" if self.do else "ok"

    @property
    def line(self) -> str:
        """As a person reads it."""
        note = f"{self.note.removesuffix('.')}. {self.do}" if self.do else self.note
        return f"{self.state:5}  {self.what + ':':13} {note}"


def check() -> None:
    """Raises OperatorError where something is amiss, or what all that is amiss comes to."""
    found = []
    for one in findings(started()):
        say(one.line)
        found.append(one)
    refuse(found)


def refuse(found: Iterable[Finding]) -> None:
    """Raises OperatorError where something is amiss, or what all that is amiss comes to."""
    errors = [one.error for one in found if one.error is not None]
    if errors:
        are_alike = len({one.exit_code for one in errors}) == 1
        whole = (type(errors[0]) if are_alike else OperatorError)("Something is amiss: see the lines above.")
        whole.what_to_do = ""  # each line says its own
        raise whole


def findings(settings: Settings) -> Iterator[Finding]:
    """Look at each in turn, each as `serve` does."""
    return Looking(settings).at(LOOKS)


class Looking:
    """One thing after the other. A database that is away is amiss once, not again for all that stands on it.

    `unseen`: what is not to be looked at, and why. `away`: why nothing on the database is; empty where it is.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings, self.away = settings, ""
        self.unseen: dict[str, str] = {}
        self._said: dict[str, str] = {}

    def at(self, looks: Mapping[str, Look]) -> Iterator[Finding]:
        """What each look finds. A look that is itself broken is amiss, and the others go on."""
        for what, look in looks.items():
            why = self.unseen.get(what, "")
            yield unseen(what, why) if why else self._found(what, look)

    def _found(self, what: str, look: Look) -> Finding:
        try:
            return _finding(what, look(self.settings))
        except CompanionError as error:
            return self.amiss(what, error)
        except Exception as error:  # noqa: BLE001 - whoever asks what is wrong is told of all of it
            _log.error("command.failed", exc_info=error)
            return amiss(what, Defect(f"A defect of the companion: {type(error).__name__}."))

    def amiss(self, what: str, error: CompanionError) -> Finding:
        """The same that another line said already is not said again."""
        if isinstance(error, StoreBroken):
            error = named(self.settings, error)
        if isinstance(error, StoreUnavailable):
            first = self._said.setdefault(error.line, what)
            if what not in {first, "database"}:
                return unseen(what, self.away or f"see {first}")
            if what == "database":
                self.away = f"see {what}" if isinstance(error, StoreBroken) else AWAY
                self.unseen |= dict.fromkeys(_ON_DATABASE, self.away)
        return amiss(what, error)


AWAY = "the database is away"
_ON_DATABASE = ("key store", "roster", "wrapping")


def unseen(what: str, why: str) -> Finding:
    """Something that is not looked at."""
    return Finding(what=what, note=f"not looked at: {why}", unseen=True)


def amiss(what: str, error: CompanionError) -> Finding:
    """What `serve` would end with."""
    return Finding(what=what, note=str(error), do=error.what_to_do, error=error)


def _finding(what: str, saw: str | Warned) -> Finding:
    if isinstance(saw, Warned):
        return Finding(what=what, note=saw.note, do=saw.do)
    return Finding(what=what, note=saw)


def _folder(settings: Settings) -> str:
    refuse_unmakable(settings.data_folder)
    refuse_open(settings.data_folder)
    return "present" if settings.data_folder.is_dir() else FIRST


def _database_there(url: str) -> bool:
    """Raises StoreUnavailable where a first start could not make it."""
    from bot.store.engines import sqlite_path
    from bot.store.glance import is_there

    path = sqlite_path(url)
    try:
        if path is not None:
            refuse_unmakable(path.parent)
    except NotPrivate as error:
        raise StoreUnavailable from error
    return is_there(url)


def _master_key(settings: Settings) -> str:
    from bot.opening import masters_there

    masters = masters_there(settings)
    file = settings.master_key_file
    if masters is None:
        if file is not None:
            refuse_unmakable(file.parent)
        return FIRST
    versions = counted(len(masters.keys), "version")
    if file is None:
        return f"set in the environment, {versions}"
    return f"present, {versions}, {counted(since(file).days, 'day')} old"


def since(file: Path) -> timedelta:
    """How long ago a file was last changed."""
    return datetime.now(UTC) - datetime.fromtimestamp(file.stat().st_mtime, UTC)


def _database(settings: Settings) -> str:
    from bot.opening import walked_clock
    from bot.partners import kept_mark, refuse_gone
    from bot.store.closing import refuse_closed
    from bot.store.engines import is_served, sqlite_path
    from bot.store.glance import glance
    from bot.store.schema import current_of, refuse_newer, revisions

    if not _database_there(settings.database_url):
        with suppress(StoreBroken):  # of the key store, which has a line of its own
            refuse_gone(settings)
        return FIRST
    with glance(settings.database_url) as store:
        revision = store.read(current_of)
        refuse_newer(revision)
        if store.read(kept_mark) is None:
            with suppress(StoreBroken):
                refuse_gone(settings)
        if revision is None:
            return "empty; its tables are made at the first start"
        refuse_closed(store)
        walked_clock(settings, store)
    path = sqlite_path(settings.database_url)
    served = f"; a companion serves from {path} now" if path is not None and is_served(path) else ""
    newest = revisions()[-1]
    older = "" if revision == newest else f"; back it up, then serve brings it forward to {newest}"
    return f"present, revision {revision}{older}{served}"


def _key_store(settings: Settings) -> str:
    from bot.opening import masters_there
    from bot.partners import mark_of_both

    _database_there(settings.key_store_url)
    mark = mark_of_both(settings, masters_there)
    return "present, the master key opens it" if mark is not None else FIRST


def _program(settings: Settings) -> str:
    from bot.program.load import load_program

    program = load_program(settings.program_folder, for_real=settings.production)
    return f"present, {counted(len(program.people), 'person', 'people')}"


def _roster(settings: Settings) -> str:
    """Brought in as `serve` does, and taken back."""
    from bot.clock import Clock
    from bot.program.load import load_program
    from bot.program.seed import seeded
    from bot.store.glance import glance, is_there, taken_back
    from bot.store.schema import current_of, revisions

    program = load_program(settings.program_folder)
    if not is_there(settings.database_url):
        return "brought in at the first start"
    with glance(settings.database_url) as store:
        revision = store.read(current_of)
    if revision != revisions()[-1]:
        return f"not tried before the database is at revision {revisions()[-1]}"
    taken_back(settings.database_url, lambda connection: seeded(connection, program, Clock()))
    return "fits what the database keeps"


def _resources(settings: Settings) -> str | Warned:
    from bot.program.resources import load_resources

    file = settings.program_folder / "resources.toml"
    old = load_resources(file, for_real=settings.production).expired(datetime.now(UTC).date())
    if not old:
        return "present, checked"
    note = f"{counted(len(old), 'entry', 'entries')} not checked for too long ({kinds(old)})"
    return Warned(note, "Check each in resources.toml, and write the day into verified_on.")


def kinds(entries: Iterable[Resource]) -> str:
    """Of which kinds they are; never whose they are."""
    return ", ".join(sorted({one.kind for one in entries}))


def _safety_cards(settings: Settings) -> str:
    from bot.presentation.views import Wordings
    from bot.program.load import load_program
    from bot.program.resources import load_resources
    from bot.turns.rehearsed import SafetyRehearsal

    program = load_program(settings.program_folder)
    resources = load_resources(settings.program_folder / "resources.toml")
    SafetyRehearsal(resources, Wordings(program.texts)).run(datetime.now(UTC))
    return "known phrases of danger get one"


def _authorities(settings: Settings) -> str:
    from bot.web.client import trusted

    trusted(settings)
    return "the system's and a further file" if settings.extra_ca_file else "the system's"


def _addresses(settings: Settings) -> str:
    from bot.web.addresses import try_addresses

    return try_addresses(settings)


LOOKS: Mapping[str, Look] = {
    "data folder": _folder,
    "database": _database,
    "master key": _master_key,
    "key store": _key_store,
    "program": _program,
    "roster": _roster,
    "resources": _resources,
    "safety cards": _safety_cards,
    "certificates": _authorities,
    "addresses": _addresses,
}
