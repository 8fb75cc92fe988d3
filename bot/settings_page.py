"""The settings as people read them: docs/settings.md, and what holds now with secrets masked."""

import os
from enum import Enum
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from bot.settings import DEMO_PROGRAM, Settings, named_file
from bot.settings_file import SECRETS, variable

_HEAD = """\
# Settings

<!-- Written by `companion settings docs`; a test compares. -->

Each setting is an environment variable, or a key of the TOML file that
`COMPANION_SETTINGS_FILE` names (`port = 8080`).
The environment wins. An empty variable counts as unset, and an unknown one is refused by name.
Secrets also come from files: `{secrets}` name a file that holds the value.
The value and its file together are refused.
A settings file that holds a secret and that others can open is refused, too.
`companion settings show` prints what holds now, secrets masked.
`companion check` tries all that `companion serve` would refuse, and changes nothing.

| Variable | Key | Default | What it does |
| --- | --- | --- | --- |
"""


def page() -> str:
    """The whole of docs/settings.md."""
    files = ", ".join(f"{variable(name)}_FILE" for name in ("master_key", *SECRETS))
    rows = [
        f"| `{variable(name)}` | `{name}` | {_default(field)} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    return _HEAD.format(secrets=files.replace(", ", "`, `")) + "\n".join(rows) + "\n"


def rows(settings: Settings) -> list[tuple[str, str, str]]:
    """Variable, value with secrets masked, and where it comes from: environment, file or default."""
    file = named_file()
    return [
        (variable(name), _shown(getattr(settings, name)), _source(name, settings, file))
        for name in Settings.model_fields
    ]


def masked(url: str) -> str:
    """A URL without its password."""
    parts = urlsplit(url)
    if parts.password is None:
        return url
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{parts.username}:…@{host}"))


def _default(field: FieldInfo) -> str:
    extra = field.json_schema_extra
    if isinstance(extra, dict):
        return str(extra["shown"])
    if field.default is None or field.default in ((), ""):
        return "none"
    return f"`{field.default.value if isinstance(field.default, Enum) else field.default}`"


def _shown(value: object) -> str:
    if isinstance(value, SecretStr):
        return "set"
    if value is None or value in ((), ""):
        return "-"
    if isinstance(value, tuple):
        return ", ".join(value)
    if value == DEMO_PROGRAM:
        return "the demo program"
    return masked(str(value))


def _source(name: str, settings: Settings, file: Path | None) -> str:
    if os.environ.get(variable(name)) or os.environ.get(f"{variable(name)}_FILE"):
        return "environment"
    if file is not None and name in settings.model_fields_set:
        return "file"
    return "default"
