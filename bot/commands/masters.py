"""`companion keys`: master keys in a file, and what they wrap."""

import base64
import os
import secrets
from datetime import UTC, datetime
from pathlib import Path

from bot.commands.terminal import counted, say, started
from bot.errors import OperatorError, ServersBehind
from bot.opening import opened
from bot.store.masters import KEY_BYTES, Masters
from bot.store.presence import lacking


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
    """Wrap every key under the newest version. Raises ServersBehind where a running server lacks it."""
    with opened(started()) as at:
        newest = max(at.keys.versions)
        behind = lacking(at.store, newest, at.clock.real())
        if behind and not force:
            raise ServersBehind(f"Without version {newest} of the master key: {counted(behind, 'server')}.")
        number = at.keys.rotate()
    say(
        f"Wrapped anew: {counted(number, 'key')}."
        " An older version may leave the file once no backup of the key store is older than this."
    )


def status() -> None:
    """Versions, counts and an age, never keys."""
    settings = started()
    with opened(settings) as at:
        versions, counts, wraps = at.keys.versions, at.keys.counts(), at.keys.wrapping_version()
    for version in sorted(versions):
        says = ", and new ones" if version == wraps else ""
        say(f"Version {version} wraps {counted(counts.get(version, 0), 'key')}{says}.")
    if max(versions) != wraps:
        say(f"Once every server has version {max(versions)}, run: companion keys rotate")
    if settings.master_key_file is not None:
        say(f"{settings.master_key_file}: {counted(_days(settings.master_key_file), 'day')} old.")


def _own_file() -> Path:
    from bot.settings_file import load_settings

    file = load_settings().master_key_file
    if file is None:
        raise OperatorError("There is no file to make it in.", hint="Name one: companion keys make FILE")
    return file


def _added(file: Path) -> int:
    """The whole file is replaced at once, so that no moment sees half of it."""
    masters = Masters.load(file)
    version = masters.newest + 1
    fresh = file.with_name(f"{file.name}.new")
    text = file.read_text(encoding="ascii").rstrip("\n")
    key = base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as new:
        new.write(f"{text}\n{version}:{key}\n")
        new.flush()
        os.fsync(new.fileno())
    fresh.replace(file)
    return version


def _days(file: Path) -> int:
    return (datetime.now(UTC) - datetime.fromtimestamp(file.stat().st_mtime, UTC)).days
