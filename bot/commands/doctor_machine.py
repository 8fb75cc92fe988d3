"""What `companion doctor` sees of this machine, of certificates, and of days by which somebody must look."""

import errno
import os
import shutil
import socket
import urllib.request
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryFile
from urllib.parse import urlsplit
from zoneinfo import TZPATH

from bot.commands.checking import FIRST, Look, Warned, kinds
from bot.commands.terminal import counted
from bot.errors import OperatorError, StoreUnavailable
from bot.nudges.zones import is_known
from bot.people.checked import BLOCK
from bot.private import refuse_open
from bot.program.load import load_program
from bot.program.resources import VALID, load_resources
from bot.settings import Settings
from bot.settings_page import rows
from bot.store.engines import sqlite_path
from bot.web.addresses import address
from bot.web.client import authorities

SOON = timedelta(days=30)
"""What ends within so many days is told: somebody has to find the time for it."""
LITTLE, TOO_LITTLE = 1024**3, 100 * 1024**2
"""Bytes free: an upgrade's backup of a large program still fits; a backup of a small one no more."""
_REACH_SECONDS = 3.0
_ROOM = 512 * 1024
"""Bytes: more than what a file that is there has to spare, and less than a minute of a large program."""
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


def _settings(settings: Settings) -> str | Warned:
    own = [name for name, _, source in rows(settings) if source != "default"]
    note = f"{settings.environment.value}, {counted(len(own), 'setting')} of your own, none unknown"
    if settings.production and settings.web_chat:
        return Warned(
            f"{note}; the web chat is on, where whoever has its link speaks as anybody",
            "Set COMPANION_WEB_CHAT=false once people rely on this.",
        )
    return note


def _disk(settings: Settings) -> str | Warned:
    """Raises StoreUnavailable where nothing more can be written for long."""
    files = [sqlite_path(url) for url in (settings.database_url, settings.key_store_url)]
    folders = {_there(one) for one in (settings.data_folder, *(file.parent for file in files if file))}
    free, folder = min((shutil.disk_usage(one).free, one) for one in folders)
    note = f"{free / 1024**3:.1f} GiB free under {folder}"
    if free < TOO_LITTLE:
        raise StoreUnavailable(f"Only {free // 1024**2} MiB are free under {folder}.", hint=MAKE_ROOM)
    return Warned(note, MAKE_ROOM) if free < LITTLE else note


MAKE_ROOM = "Make room before writes fail: old logs and backups first, never a file of the database."


def refuse_full(folder: Path) -> None:
    """Raises StoreUnavailable where the disk does not take `_ROOM` bytes; they have no name, and are gone."""
    try:
        with TemporaryFile(dir=folder) as file:
            file.write(os.urandom(_ROOM))  # nothing that a file system could keep without room
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        why = os.strerror(error.errno or 0).lower()
        do = (
            MAKE_ROOM if error.errno in _FULL else "Look at the disk, its mount and the kernel's log (dmesg)."
        )
        raise StoreUnavailable(
            f"The disk under {folder} takes no {_ROOM // 1024} KiB: {why}.", hint=do
        ) from None


def _there(folder: Path) -> Path:
    return next(one for one in (folder.absolute(), *folder.absolute().parents) if one.exists())


def _files(settings: Settings) -> str:
    """Raises NotPrivate."""
    if not settings.data_folder.is_dir():
        return FIRST
    found = sorted(settings.data_folder.iterdir())
    refuse_open(*found)
    return f"{counted(len(found), 'file')} in the data folder, for this user alone"


def _zones(settings: Settings) -> str | Warned:
    """Raises OperatorError."""
    zone = load_program(settings.program_folder).zone
    if not (is_known(zone) and is_known("America/New_York")):
        hint = "Install the system's tzdata, or the environment anew (make setup)."
        raise OperatorError("There is no time zone data, so no nudge can be planned.", hint=hint)
    if any(Path(one, zone).is_file() for one in TZPATH):
        return f"the system's, with {zone}"
    year = int(version("tzdata").partition(".")[0])
    note = f"the package's of {version('tzdata')}, with {zone}"
    old = year < datetime.now(UTC).year - 1
    return Warned(note, "Zones change: install a newer version, or the system's tzdata.") if old else note


def _proxy(settings: Settings) -> str:
    """Raises StoreUnavailable where it does not take a connection, OperatorError where none can be tried."""
    url = settings.https_proxy or urllib.request.getproxies().get("https", "")
    if not url:
        return "none is set"
    try:
        host, port = _host_and_port(url if "://" in url else f"http://{url}")
        _connect(host, port)
    except ValueError:  # a port that is none, or a name that no host has; its own words may quote a password
        raise OperatorError(
            "The proxy has no address that can be tried.", hint=f"Give one such as http://host:3128 {_PROXY}."
        ) from None
    return f"{address(host, port)} takes connections"


_PROXY = "(COMPANION_HTTPS_PROXY, or https_proxy)"


def _connect(host: str, port: int) -> None:
    """Raises StoreUnavailable, ValueError for what can be no name of a host."""
    try:
        socket.create_connection((host, port), timeout=_REACH_SECONDS).close()
    except OSError:
        hint = f"Look at the proxy, its name and the way to it {_PROXY}."
        raise StoreUnavailable(f"The proxy {address(host, port)} takes no connection.", hint=hint) from None


def _host_and_port(url: str) -> tuple[str, int]:
    """Raises ValueError."""
    parts = urlsplit(url)
    if not parts.hostname or parts.port == 0:
        raise ValueError
    return parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)


def _expiring(settings: Settings) -> str | Warned:
    ends = [one.not_valid_after_utc for one in authorities(settings)]
    if not ends:
        return "no authorities of your own"
    first = min(ends)
    note = f"{counted(len(ends), 'authority', 'authorities')} of your own, the first ends on {first:%Y-%m-%d}"
    if first < datetime.now(UTC):
        raise OperatorError(
            f"An authority in {settings.extra_ca_file} ended on {first:%Y-%m-%d}.", hint=_RENEW
        )
    return Warned(note, _RENEW) if first < datetime.now(UTC) + SOON else note


_RENEW = "Put the new authority into COMPANION_EXTRA_CA_FILE beside the old one, and restart."


def _resources_soon(settings: Settings) -> str | Warned:
    found = load_resources(settings.program_folder / "resources.toml")
    today = datetime.now(UTC).date()
    soon = [one for one in found.expired(today + SOON) if not one.is_expired(today)]
    if not soon:
        return f"none of {counted(len(found.entries), 'entry', 'entries')} has to be checked within 30 days"
    note = f"{counted(len(soon), 'entry', 'entries')} to be checked within 30 days ({kinds(soon)})"
    return Warned(note, f"Call each, and write the day into verified_on: a check holds {VALID.days} days.")


def _evaluators(settings: Settings) -> str | Warned:
    day = load_program(settings.program_folder).evaluators_checked
    if day is None:
        return "no coaches, so nothing to be checked"
    today, until = datetime.now(UTC).date(), day + BLOCK
    note = f"who evaluates whom was last checked on {day}"
    if today > until:
        return Warned(f"{note}: nobody is offered a new coach since {until}", _EVALUATORS)
    return Warned(f"{note}, which holds until {until}", _EVALUATORS) if today > until - BLOCK / 4 else note


_EVALUATORS = (
    "Go through the list with the program, and write the day into evaluators_checked (program.toml)."
)

LOOKS: Mapping[str, Look] = {
    "settings": _settings,
    "disk": _disk,
    "files": _files,
    "time zones": _zones,
    "proxy": _proxy,
    "authorities": _expiring,
    "checks due": _resources_soon,
    "evaluators": _evaluators,
}
