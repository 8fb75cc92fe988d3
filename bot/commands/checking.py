"""`companion check`: everything that `serve` would refuse, also beside a running one. Nothing is changed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.commands.terminal import counted, say, started
from bot.errors import CompanionError, NotPrivate, OperatorError, OtherKeyStore, StoreUnavailable
from bot.private import refuse_open, refuse_unmakable
from bot.settings import Settings

_FIRST = "not there yet; made at the first start"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that was looked at; `error` is what `serve` would end with because of it."""

    what: str
    note: str
    error: CompanionError | None = None


def check() -> None:
    """Raises OperatorError where something is amiss, or what all that is amiss comes to."""
    errors = []
    for one in findings(started()):
        say(f"{'AMISS' if one.error else 'ok':5}  {one.what + ':':13} {one.note}")
        errors += [one.error] if one.error else []
    if errors:
        are_alike = len({one.exit_code for one in errors}) == 1
        raise (type(errors[0]) if are_alike else OperatorError)("Something is amiss: see the lines above.")


def findings(settings: Settings) -> Iterator[Finding]:
    """Look at each in turn, each as `serve` does."""
    looks: dict[str, Callable[[Settings], str]] = {
        "data folder": _folder,
        "master key": _master_key,
        "database": _database,
        "key store": _key_store,
        "program": _program,
        "roster": _roster,
        "resources": _resources,
        "safety cards": _safety_cards,
        "certificates": _authorities,
        "addresses": _addresses,
    }
    for what, look in looks.items():
        try:
            yield Finding(what=what, note=look(settings))
        except CompanionError as error:
            yield Finding(what=what, note=error.line, error=error)


def _folder(settings: Settings) -> str:
    refuse_unmakable(settings.data_folder)
    refuse_open(settings.data_folder)
    return "present" if settings.data_folder.is_dir() else _FIRST


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
        return _FIRST
    versions = counted(len(masters.keys), "version")
    if file is None:
        return f"set in the environment, {versions}"
    days = (datetime.now(UTC) - datetime.fromtimestamp(file.stat().st_mtime, UTC)).days
    return f"present, {versions}, {counted(days, 'day')} old"


def _database(settings: Settings) -> str:
    from bot.opening import refuse_newer, walked_clock
    from bot.store.engines import is_served, sqlite_path
    from bot.store.glance import glance
    from bot.store.schema import current_of, revisions

    if not _database_there(settings.database_url):
        return _FIRST
    with glance(settings.database_url) as store:
        revision = store.read(current_of)
        if revision is None:
            return "empty; its tables are made at the first start"
        refuse_newer(revision)
        walked_clock(settings, store)
    path = sqlite_path(settings.database_url)
    served = f"; a companion serves from {path} now" if path is not None and is_served(path) else ""
    newest = revisions()[-1]
    older = "" if revision == newest else f"; serve brings it forward to {newest}, after a backup"
    return f"present, revision {revision}{older}{served}"


def _key_store(settings: Settings) -> str:
    from bot.opening import kept_mark, masters_there
    from bot.store.glance import glance, is_there, key_store_mark

    masters, mark, known = masters_there(settings), None, None
    if _database_there(settings.key_store_url) and masters is not None:
        mark = key_store_mark(settings.key_store_url, masters)
    if is_there(settings.database_url):
        with glance(settings.database_url) as store:
            known = store.read(kept_mark)
    if known is not None and mark != known:
        raise OtherKeyStore
    return "present, the master key opens it" if mark is not None else _FIRST


def _program(settings: Settings) -> str:
    from bot.program.load import load_program

    return f"present, {counted(len(load_program(settings.program_folder).people), 'person', 'people')}"


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


def _resources(settings: Settings) -> str:
    from bot.program.resources import load_resources

    file = settings.program_folder / "resources.toml"
    old = load_resources(file, for_real=settings.production).expired(datetime.now(UTC).date())
    return (
        f"present, not checked for too long: {', '.join(one.name for one in old)}"
        if old
        else "present, checked"
    )


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
