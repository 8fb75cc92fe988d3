"""What settings may not be together, each told in one line with what to do."""

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.settings import Settings

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def problems(settings: "Settings") -> list[str]:
    """Every reason not to start; empty where there is none."""
    found = [*_keys(settings), *_files(settings)]
    return found + _production(settings) if settings.production else found


def _keys(settings: "Settings") -> list[str]:
    if settings.master_key is not None and settings.master_key_file is not None:
        return ["COMPANION_MASTER_KEY and COMPANION_MASTER_KEY_FILE are both set: keep one of them."]
    return []


def _files(settings: "Settings") -> list[str]:
    found = []
    if settings.extra_ca_file is not None and not settings.extra_ca_file.is_file():
        found.append(f"COMPANION_EXTRA_CA_FILE: there is no file {settings.extra_ca_file}.")
    if not settings.program_folder.is_dir():
        found.append(f"COMPANION_PROGRAM_FOLDER: there is no folder {settings.program_folder}.")
    if settings.data_folder.exists() and not settings.data_folder.is_dir():
        found.append(f"COMPANION_DATA_FOLDER: {settings.data_folder} is not a folder.")
    return found


def _production(settings: "Settings") -> list[str]:
    found = _production_key(settings)
    if settings.demo:
        found.append("COMPANION_PROGRAM_FOLDER: production does not serve the demo program; name a folder.")
    if settings.failpoint:
        found.append("COMPANION_FAILPOINT kills the process on purpose: unset it in production.")
    if settings.extra_platform or settings.extra_platform_url:
        found.append("COMPANION_EXTRA_PLATFORM is for tests: unset it and its URL in production.")
    return found


def _production_key(settings: "Settings") -> list[str]:
    if settings.master_key is not None:
        return []
    file = settings.master_key_file
    if file is None:
        return ["COMPANION_MASTER_KEY_FILE: production needs a master key; 'companion keys make' writes one."]
    if not file.is_file() or not os.access(file, os.R_OK):
        return [f"COMPANION_MASTER_KEY_FILE: {file} is not a file that this user can read."]
    if is_open_to_others(file):
        return [f"COMPANION_MASTER_KEY_FILE: others can read {file}; run chmod 600 on it."]
    return []


def is_open_to_others(file: Path) -> bool:
    """Whether the group or anybody else may read or write it."""
    return bool(file.stat().st_mode & _OTHERS)
