"""What settings may not be together, each told in one line with what to do."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from bot.paths import unreachable
from bot.private import is_open_to_others

if TYPE_CHECKING:
    from bot.settings import Settings

_EVERY = {"0.0.0.0", "::"}  # noqa: S104 - compared, not bound


def problems(settings: "Settings") -> list[str]:
    """Every reason not to start; empty where there is none."""
    if found := _unreachable(settings):
        return found  # whatever looks at them would fail
    found = [*_keys(settings), *_files(settings), *_ports(settings), *_databases(settings)]
    return found + _production(settings) if settings.production else found


def _keys(settings: "Settings") -> list[str]:
    if settings.master_key is not None and settings.master_key_file is not None:
        return ["COMPANION_MASTER_KEY and COMPANION_MASTER_KEY_FILE are both set: keep one of them."]
    return []


def _unreachable(settings: "Settings") -> list[str]:
    paths = {
        "COMPANION_DATA_FOLDER": settings.data_folder,
        "COMPANION_MASTER_KEY_FILE": settings.master_key_file,
        "COMPANION_PROGRAM_FOLDER": settings.program_folder,
        "COMPANION_EXTRA_CA_FILE": settings.extra_ca_file,
        "COMPANION_DATABASE_URL": _journal(settings.database_url),
        "COMPANION_KEY_STORE_URL": _journal(settings.key_store_url),
    }
    found: dict[str, str] = {}
    for name, path in paths.items():
        if path is not None and (why := unreachable(path)):
            # A path that follows from another fails with it.
            found.setdefault(why, f"{name}: {why}. Let this user into it, or name another.")
    return list(found.values())


def _journal(url: str) -> Path | None:
    """The longest name that SQLite itself makes beside its file."""
    file = _sqlite_file(url)
    return file and file.parent / f"{file.name}-journal"


def _files(settings: "Settings") -> list[str]:
    found = []
    if settings.extra_ca_file is not None and not settings.extra_ca_file.is_file():
        found.append(f"COMPANION_EXTRA_CA_FILE: there is no file {settings.extra_ca_file}.")
    if not settings.program_folder.is_dir():
        found.append(f"COMPANION_PROGRAM_FOLDER: there is no folder {settings.program_folder}.")
    if settings.data_folder.exists() and not settings.data_folder.is_dir():
        found.append(f"COMPANION_DATA_FOLDER: {settings.data_folder} is not a folder.")
    return found


def _ports(settings: "Settings") -> list[str]:
    one_address = settings.host == settings.internal_host or _EVERY & {settings.host, settings.internal_host}
    if settings.port and settings.port == settings.internal_port and one_address:
        return [f"COMPANION_PORT and COMPANION_INTERNAL_PORT are both {settings.port}: choose two."]
    return []


def _databases(settings: "Settings") -> list[str]:
    files = {
        "COMPANION_DATABASE_URL": _sqlite_file(settings.database_url),
        "COMPANION_KEY_STORE_URL": _sqlite_file(settings.key_store_url),
    }
    found = [
        f"{name}: {file} is a folder, not a file." for name, file in files.items() if file and file.is_dir()
    ]
    if settings.database_url == settings.key_store_url and None not in files.values():
        found.append("COMPANION_KEY_STORE_URL: the keys need a file of their own, not the database's.")
    return found + _parameters(settings)


def _parameters(settings: "Settings") -> list[str]:
    """What the library of PostgreSQL would refuse of an address, at the first connection."""
    urls = {settings.key_store_url: "COMPANION_KEY_STORE_URL"}
    urls[settings.database_url] = "COMPANION_DATABASE_URL"
    strange = {name: _strange(url) for url, name in urls.items() if _sqlite_file(url) is None}
    return [f"{name}: {found}." for name, found in strange.items() if found]


def _strange(url: str) -> str:
    from psycopg.pq import Conninfo  # both are heavy, and not needed on SQLite
    from sqlalchemy.engine import make_url

    try:
        asked = make_url(url).query.keys()
    except ValueError:  # its own words may quote a password
        return "it must be postgresql://user:password@host:5432/name, with %40 for an @ in the password"
    unknown = asked - {option.keyword.decode() for option in Conninfo.get_defaults()}
    return f"PostgreSQL knows no parameter {', '.join(sorted(unknown))}" if unknown else ""


def _sqlite_file(url: str) -> Path | None:
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else None


def _production(settings: "Settings") -> list[str]:
    found = _production_key(settings)
    if settings.demo:
        found.append("COMPANION_PROGRAM_FOLDER: production does not serve the demo program; name a folder.")
    if settings.failpoint:
        found.append("COMPANION_FAILPOINT kills the process on purpose: unset it in production.")
    if settings.extra_platform or settings.extra_platform_url:
        found.append("COMPANION_EXTRA_PLATFORM is for tests: unset it and its URL in production.")
    if settings.web_chat and not settings.web_chat_speaks_for_everybody:
        found.append(
            "COMPANION_WEB_CHAT: whoever has its link speaks as anybody on the roster. Leave it off,"
            " or accept that with COMPANION_WEB_CHAT_SPEAKS_FOR_EVERYBODY=true."
        )
    return found


def _production_key(settings: "Settings") -> list[str]:
    if settings.master_key is not None:
        return []
    file = settings.master_key_file
    if file is None:
        made = "'companion keys make FILE' makes one, to be named here"
        return [f"COMPANION_MASTER_KEY_FILE: production needs a master key; {made}."]
    if not file.exists():
        before_a_first = f"before a first start, run: companion keys make {file}"
        return [f"COMPANION_MASTER_KEY_FILE: {file} is not there. Bring its copy back; {before_a_first}"]
    if not file.is_file() or not os.access(file, os.R_OK):
        return [f"COMPANION_MASTER_KEY_FILE: {file} is not a file that this user can read. Run chown on it."]
    if is_open_to_others(file):
        return [f"COMPANION_MASTER_KEY_FILE: others can open {file}; run chmod 600 on it."]
    return []
