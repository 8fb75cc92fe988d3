"""`companion check`: whether what the settings point to is there, how old it is, nothing of its content."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.commands.terminal import counted, show_table, started
from bot.errors import CompanionError, OperatorError
from bot.private import is_open_to_others
from bot.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that was looked at."""

    what: str
    good: bool
    note: str


def check() -> None:
    """Raises OperatorError where something is amiss."""
    found = list(findings(started()))
    rows = [("ok" if one.good else "AMISS", one.what, one.note) for one in found]
    show_table(("", "what", "how it stands"), rows, empty="")
    if not all(one.good for one in found):
        raise OperatorError("Something is amiss: see the lines above.")


def findings(settings: Settings) -> Iterator[Finding]:
    """Look at each in turn. Nothing is made or changed."""
    yield _folder(settings.data_folder)
    yield _key_file(settings)
    yield _tried("database", lambda: _revision(settings))
    yield _tried("program", lambda: _program(settings))
    yield _tried("resources", lambda: _resources(settings))
    yield _tried("certificates", lambda: _authorities(settings))


def _folder(folder: Path) -> Finding:
    if not folder.is_dir():
        return Finding(what="data folder", good=True, note="not there yet; made at the first start")
    good = not is_open_to_others(folder)
    return Finding(
        what="data folder", good=good, note="present" if good else "others can look into it: chmod 700"
    )


def _key_file(settings: Settings) -> Finding:
    file = settings.master_key_file
    if file is None:
        return Finding(what="master key", good=True, note="set in the environment")
    if not file.exists():
        return Finding(what="master key", good=True, note="not there yet; made at the first start")
    if is_open_to_others(file):
        return Finding(what="master key", good=False, note="others can read it: chmod 600")
    days = (datetime.now(UTC) - datetime.fromtimestamp(file.stat().st_mtime, UTC)).days
    return Finding(what="master key", good=True, note=f"present, {counted(days, 'day')} old")


def _revision(settings: Settings) -> str:
    from bot.store.engines import sqlite_path
    from bot.store.schema import revision_of, revisions

    path = sqlite_path(settings.database_url)
    if path is not None and not path.exists():
        return "not there yet; made at the first start"
    revision, newest = revision_of(settings.database_url), revisions()[-1]
    if revision != newest:
        raise OperatorError(f"revision {revision}, this version has {newest}: companion migrate")
    return f"present, revision {revision}"


def _program(settings: Settings) -> str:
    from bot.program.load import load_program

    return f"present, {counted(len(load_program(settings.program_folder).people), 'person', 'people')}"


def _resources(settings: Settings) -> str:
    from bot.program.resources import load_resources

    old = load_resources(settings.program_folder / "resources.toml").expired(datetime.now(UTC).date())
    return f"present, {len(old)} not checked for too long" + "".join(f"; {one.name}" for one in old)


def _authorities(settings: Settings) -> str:
    from bot.web.client import trusted

    trusted(settings)
    return "the system's and a further file" if settings.extra_ca_file else "the system's"


def _tried(what: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(what=what, good=True, note=look())
    except CompanionError as error:
        return Finding(what=what, good=False, note=str(error))
