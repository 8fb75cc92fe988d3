"""Reading the settings: names checked, secrets from files, every problem in one line."""

import os
import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.errors import SettingsError
from bot.settings import FILE, PREFIX, Settings, named_file

SECRETS = ("database_url", "key_store_url")  # and master_key, whose file is a setting of its own
OUTSIDE = frozenset({FILE, f"{PREFIX}REQUIRE"})  # read before or outside the settings


def load_settings(**given: object) -> Settings:
    """The settings of the environment and the file; `given` ones win.

    Raises SettingsError with every problem.
    """
    unknown = [*_unknown_variables(), *_unknown_keys()]
    secrets, unread = _secrets_from_files()
    values: dict[str, Any] = {**secrets, **given}
    try:
        settings = Settings(**values)
    except ValidationError as error:
        told = [line for detail in error.errors() for line in _lines(detail)]  # type: ignore[arg-type]  # a TypedDict
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
    return [f"{name}: there is no such setting{_meant(name, _known())}." for name in strange]


def _unknown_keys() -> list[str]:
    file = named_file()
    if file is None:
        return []
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError:
        raise SettingsError(f"{FILE}: {file} cannot be read.") from None
    except ValueError:  # broken TOML or text that is no UTF-8; its own words may quote a secret
        raise SettingsError(f"{FILE}: {file} is not a TOML file.") from None
    names = list(Settings.model_fields)
    return [
        f"{file}: there is no setting {name}{_meant(name, names)}." for name in values if name not in names
    ]


def _meant(name: str, known: list[str]) -> str:
    close = get_close_matches(name, known, n=1, cutoff=0.75)
    return f" (the nearest is {close[0]})" if close else ""


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
            values[name] = Path(file).read_text(encoding="utf-8").strip()
        except (OSError, ValueError):
            unread.append(f"{variable(name)}_FILE: {file} cannot be read.")
    return values, unread


def _lines(detail: dict[str, Any]) -> list[str]:
    """One line a problem. The value itself is never shown: it may be a secret."""
    if detail["type"] in {"default_factory_not_called", "extra_forbidden"}:
        return []  # follows from another problem, or is named by the check of names
    text = str(detail["msg"]).removeprefix("Value error, ")
    if not detail["loc"]:
        return text.split("\n")
    return [f"{variable(str(detail['loc'][0]))}: {text[0].lower()}{text[1:].rstrip('.')}."]
