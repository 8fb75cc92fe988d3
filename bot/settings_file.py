"""Reading the settings: names checked, secrets from files, every problem in one line."""

import os
import re
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.errors import SettingsError
from bot.private import is_open_to_others
from bot.settings import FILE, PREFIX, Settings, named_file
from bot.settings_words import held, must_be

SECRETS = ("database_url", "key_store_url")  # and master_key, whose file is a setting of its own
OUTSIDE = frozenset({FILE, f"{PREFIX}REQUIRE"})  # read before or outside the settings


def load_settings(**given: object) -> Settings:
    """The settings of the environment and the file; `given` ones win.

    Raises SettingsError with every problem.
    """
    values = _in_file()
    unknown = [*_unknown_variables(), *_open_to_others(values), *_unknown_keys(values)]
    secrets, unread = _secrets_from_files()
    handed: dict[str, Any] = {**secrets, **given}
    try:
        settings = Settings(**handed)
    except ValidationError as error:
        told = [line for detail in error.errors() for line in _lines(detail)]
        raise SettingsError(*unknown, *unread, *told) from None
    if unknown or unread:
        raise SettingsError(*unknown, *unread)
    return settings


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return PREFIX + name.upper()


def _known() -> list[str]:
    return [variable(name) for name in Settings.model_fields] + [f"{variable(name)}_FILE" for name in SECRETS]


def _unknown_variables() -> list[str]:
    known = {*_known(), *OUTSIDE}
    strange = [name for name in sorted(os.environ) if name.upper().startswith(PREFIX) and name not in known]
    known_names = {name.removeprefix(PREFIX): name for name in known}
    return [
        f"{name}: there is no such setting{_meant(name.upper().removeprefix(PREFIX), known_names)}"
        for name in strange
    ]


def _in_file() -> Mapping[str, object]:
    """What stands in the settings file; empty where none is named."""
    file = named_file()
    if file is None:
        return {}
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError:
        raise SettingsError(f"{FILE}: {file} cannot be read.") from None
    except ValueError as error:  # broken TOML or text that is no UTF-8; its own words may quote a secret
        raise SettingsError(f"{FILE}: {file} is not a TOML file{_place(error)}.") from None


def _place(error: ValueError) -> str:
    found = re.search(r"at line \d+", str(error)) if isinstance(error, tomllib.TOMLDecodeError) else None
    return f": look {found[0]}" if found else ""


def _open_to_others(values: Mapping[str, object]) -> list[str]:
    file = named_file()
    if file is None or not any(_is_secret(name, value) for name, value in values.items()):
        return []
    if not is_open_to_others(file):
        return []
    return [f"{FILE}: others can open {file}, and it holds a secret; run chmod 600 on it."]


def _unknown_keys(values: Mapping[str, object]) -> list[str]:
    names = {name: name for name in Settings.model_fields}
    return [
        f"{named_file()}: there is no setting {name}{_meant(name.lower(), names)}"
        for name in values
        if name not in names
    ]


def _is_secret(name: str, value: object) -> bool:
    return name == "master_key" or (isinstance(value, str) and "@" in value)  # as in user:password@host


def _meant(name: str, known: Mapping[str, str]) -> str:
    """Names are compared without what they all begin with, which would make every one near."""
    close = get_close_matches(name, known, n=1, cutoff=0.7)
    return f"; did you mean {known[close[0]]}?" if close else ". 'companion settings docs' lists them all."


def _secrets_from_files() -> tuple[dict[str, str], list[str]]:
    values, unread = {}, []
    for name in SECRETS:
        file = os.environ.get(f"{variable(name)}_FILE", "")
        if not file:
            continue
        if os.environ.get(variable(name)):
            unread.append(f"{variable(name)} and {variable(name)}_FILE are both set: keep one of them.")
            continue
        try:
            value = Path(file).read_text(encoding="utf-8").strip()
        except (OSError, ValueError):
            unread.append(f"{variable(name)}_FILE: {file} cannot be read.")
            continue
        if value:
            values[name] = value
        else:
            unread.append(f"{variable(name)}_FILE: {file} is empty.")
    return values, unread


def _lines(detail: ErrorDetails) -> list[str]:
    """One line a problem, in our words and not the library's."""
    if detail["type"] in {"default_factory_not_called", "extra_forbidden"}:
        return []  # follows from another problem, or is named by the check of names
    ours = str(detail["ctx"]["error"]) if detail["type"] == "value_error" else ""
    if not detail["loc"]:
        return ours.split("\n")
    name = str(detail["loc"][0])
    field = Settings.model_fields[name]
    return [f"{_called(name)}: it must be {ours or must_be(field)}{held(field, detail['input'])}."]


def _called(name: str) -> str:
    """The setting as it stands where it was set."""
    file = named_file()
    if file is None or {variable(name), f"{variable(name)}_FILE"} & os.environ.keys():
        return variable(name)
    return f"{file}: {name}"
