"""`companion keys`: master keys in a file, and what they wrap."""

import base64
import os
import secrets
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bot.commands.terminal import Progress, counted, say, started
from bot.errors import OperatorError, ServersBehind
from bot.opening import Opened, opened
from bot.store.closing_statement import public_key
from bot.store.masters import KEY_BYTES, MOST_VERSION, Masters
from bot.store.presence import unless_lacking
from bot.store.rotation import Version, finished_at, hand_over, note_finished, versions_of, wrap_anew


def make(file: Path | None, *, add: bool) -> None:
    """A first key in a new file, or with `add` a further version in the one that is there."""
    file = file or _own_file()
    if add:
        version = _added(file)
        say(f"{file} has version {version}. Restart every server, then run: companion keys rotate")
        return
    try:
        Masters.make(file)
    except FileExistsError:
        raise OperatorError(
            f"{file} is there already, and a master key is never overwritten.",
            hint="Use --add for a further version.",
        ) from None
    say(f"Made {file}. Keep a copy where backups of the database are not: nothing sealed opens without it.")


def rotate(*, force: bool) -> None:
    """Wrap every key under the newest version. Raises ServersBehind where a running server lacks it.

    What was killed half-way goes on where it was. `force`: whatever running servers hold.
    """
    with opened(started()) as at:
        _hand_over(at, force=force)
        old = sum(version.keys for version in versions_of(at.keys) if not version.wraps_new)
        number = wrap_anew(at.keys, Progress("keys wrapped anew", of=old))
        note_finished(at.store, at.keys.masters.newest, at.clock.real())
        is_left = not at.keys.empty_log()
    say(
        f"Wrapped anew: {counted(number, 'key')}."
        " An older version may leave the file once no backup of the key store is older than this."
    )
    if is_left:
        say("Somebody reads the key store: a running server takes old wrappings out of its log by the hour.")


def _hand_over(at: Opened, *, force: bool) -> None:
    act = partial(hand_over, at.keys)
    if force:
        act()
        return
    behind = unless_lacking(at.store, at.keys.masters.newest_held, at.clock.real(), act)
    if behind:
        without = f"Without version {at.keys.masters.newest} of the master key"
        raise ServersBehind(f"{without}: {counted(behind, 'server')}.")


def status() -> None:
    """Versions, counts, what each is needed for and an age, never keys."""
    settings = started()
    with opened(settings) as at:
        versions = versions_of(at.keys)
        wraps = next(version.number for version in versions if version.wraps_new)
        since, public = finished_at(at.store, wraps), public_key(at.keys)
    for version in versions:
        news = ", and new ones" if version.wraps_new else ""
        wrapped = f"Version {version.number} wraps {counted(version.keys, 'key')}{news}."
        say(f"{wrapped}{_needed(version, wraps, since)}")
    say(f"The statement of a closing down will be signed with {public}")
    if settings.master_key_file is not None:
        say(f"{settings.master_key_file}: {counted(_days(settings.master_key_file), 'day')} old.")


def _needed(version: Version, wraps: int, since: datetime | None) -> str:
    """What is to be done with a version that does not wrap new keys."""
    if version.number > wraps:
        return " Once every server has it, run: companion keys rotate"
    if version.number == wraps:
        return ""
    if version.is_needed:
        return " It is needed: a rotation is not finished. Run: companion keys rotate"
    than = f"{since:%Y-%m-%d %H:%M} UTC" if since else "the rotation"
    return (
        f" Nothing here needs it; it may leave the file once no backup of the key store is older than {than}."
    )


def _own_file() -> Path:
    from bot.settings_file import load_settings

    file = load_settings().master_key_file
    if file is None:
        raise OperatorError("There is no file to make it in.", hint="Name one: companion keys make FILE")
    return file


def _added(file: Path) -> int:
    """The whole file is replaced at once, so that no moment sees half of it; a link to it stays one."""
    version = Masters.load(file).newest + 1
    if version > MOST_VERSION:
        raise OperatorError(f"{file} has version {MOST_VERSION}, the highest that there may be.")
    file = file.resolve()
    fresh = file.with_name(f"{file.name}.new")
    text = file.read_text(encoding="ascii").rstrip("\n")
    key = base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
    try:
        _written(fresh, f"{text}\n{version}:{key}\n").replace(file)
    except FileExistsError:
        hint = f"See that none does, then delete {fresh} and run this again."
        raise OperatorError(f"Another command adds a version to {file}, or was killed.", hint=hint) from None
    except OSError:
        raise OperatorError(f"{fresh} cannot be written, to take the place of {file}.") from None
    return version


def _written(new: Path, text: str) -> Path:
    """A file of mode 0600 that was not there before. Raises OSError; none is left then."""
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        new.unlink()
        raise
    return new


def _days(file: Path) -> int:
    return (datetime.now(UTC) - datetime.fromtimestamp(file.stat().st_mtime, UTC)).days
