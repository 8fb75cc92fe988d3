"""Every setting: what it does, its default, and when the companion refuses to start with it.

Read once, then frozen. The environment wins over the file that COMPANION_SETTINGS_FILE names.
"""

import os
import re
from collections.abc import Mapping
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import Field, JsonValue, SecretStr, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from bot.settings_rules import problems

PREFIX = "COMPANION_"
FILE = f"{PREFIX}SETTINGS_FILE"
DEMO_PROGRAM = Path(__file__).resolve().parent / "program" / "demo"
_HOST = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]{0,252})")
_URLS = ("sqlite:///", "postgresql://", "postgresql+psycopg://")


class Environment(StrEnum):
    """Where the companion runs."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


class LogLevel(StrEnum):
    """The least that is logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class LogFormat(StrEnum):
    """How a log line looks."""

    JSON = "json"
    CONSOLE = "console"


def _field(  # pydantic types a field's default as Any
    what: str,
    *,
    default: Any = ...,  # noqa: ANN401
    derived: Any = None,  # noqa: ANN401
    shown: str = "",
    **limits: Any,  # noqa: ANN401
) -> Any:  # noqa: ANN401
    """A setting with its line in docs/settings.md; `shown` words a default that depends on others."""
    extra: dict[str, JsonValue] | None = {"shown": shown} if shown else None
    if derived is not None:
        return Field(default_factory=derived, description=what, json_schema_extra=extra, **limits)
    return Field(default=default, description=what, json_schema_extra=extra, **limits)


def _beside(database_url: str) -> str:
    if not database_url.startswith("sqlite:///"):
        return database_url
    return f"sqlite:///{Path(database_url.removeprefix('sqlite:///')).parent / 'keys.db'}"


class Settings(BaseSettings):
    """What an operator may set."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="forbid", hide_input_in_errors=True
    )

    environment: Environment = _field(
        "`development` serves the demo program and makes its own master key. `production` refuses to start"
        " with anything that is only for trying out.",
        default=Environment.DEVELOPMENT,
    )
    data_folder: Path = _field("Folder for the database, the key store and notices.", default=Path("data"))
    database_url: str = _field(
        "The database: `sqlite:///path` or `postgresql://user@host/name`. A secret if it holds a password.",
        derived=lambda data: f"sqlite:///{data['data_folder'] / 'companion.db'}",
        shown="`companion.db` in the data folder",
        repr=False,
    )
    key_store_url: str = _field(
        "Where the wrapped keys are kept, apart from ordinary backups. A secret if it holds a password.",
        derived=lambda data: _beside(data["database_url"]),
        shown="`keys.db` beside the SQLite file; schema `keys` on PostgreSQL",
        repr=False,
    )
    master_key: SecretStr | None = _field(
        "The master keys themselves: a line `1:base64` for each version. A secret.",
        default=None,
        repr=False,
    )
    master_key_file: Path | None = _field(
        "File with the master keys, readable by its owner only. `companion keys make` writes one.",
        derived=lambda data: _own_key(data),  # noqa: PLW0108 - defined below
        shown="`master.key` in the data folder in development, made at the first start; none in production",
    )
    host: str = _field("Address of the listener for platforms and personal pages.", default="127.0.0.1")
    port: int = _field("Its port; 0 takes a free one.", default=8080, ge=0, le=65535)
    internal_host: str = _field("Address of the listener for health and metrics.", default="127.0.0.1")
    internal_port: int = _field("Its port; 0 takes a free one.", default=8081, ge=0, le=65535)
    web_chat: bool = _field(
        "Whether the built-in web chat is served."
        " Whoever has its link speaks as anybody: it is for trying out, never for real people.",
        derived=lambda data: data["environment"] is Environment.DEVELOPMENT,
        shown="on in development, off in production",
    )
    web_chat_speaks_for_everybody: bool = _field(
        "Production serves the web chat only where this is true as well: it says that you accept that whoever"
        " has the link speaks and reads as anybody on the roster, and that nobody can tell who it was.",
        default=False,
    )
    web_chat_hosts: Annotated[tuple[str, ...], NoDecode] = _field(
        "Further host names, with commas between, under which the web chat may be opened."
        " Without any it answers to this machine alone.",
        default=(),
    )
    program_folder: Path = _field(
        "Folder of the program: people, texts, resources.",
        default=DEMO_PROGRAM,
        shown="the demo program, which production refuses",
    )
    log_level: LogLevel = _field("The least that is logged.", default=LogLevel.INFO)
    log_format: LogFormat = _field(
        "`json` for collectors, `console` for people.",
        derived=lambda data: (
            LogFormat.JSON if data["environment"] is Environment.PRODUCTION else LogFormat.CONSOLE
        ),
        shown="console in development, json in production",
    )
    https_proxy: str = _field(
        "Proxy for every outgoing connection, as `http://host:port`. Empty: the variables `https_proxy`"
        " and `no_proxy` of the system hold.",
        default="",
        repr=False,
    )
    extra_ca_file: Path | None = _field(
        "PEM file of further certificate authorities that every outgoing connection trusts.", default=None
    )
    sweep_seconds: int = _field("How often the sweep looks for due nudges.", default=20, ge=1, le=600)
    dispatch_rate_per_minute: int = _field(
        "What a platform lets one tenant send in a minute: nudges take at most 80 % of it,"
        " nothing else is held to it.",
        default=600,
        ge=1,
        le=60_000,
    )
    drain_seconds: float = _field(
        "How long a stop waits for what is under way before it ends anyway.", default=20.0, ge=0, le=600
    )
    extra_platform: str = _field(
        "For tests only: a further platform, as `module:Class`. Production refuses it.", default=""
    )
    extra_platform_url: str = _field(
        "For tests only: where that platform is. Production refuses it.", default=""
    )
    failpoint: str = _field(
        "For tests only: the place in the code where the process kills itself. Production refuses it.",
        default="",
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What is handed in wins over the environment, which wins over the file."""
        file = named_file()
        extra = (TomlConfigSettingsSource(settings_cls, toml_file=file),) if file else ()
        return (init_settings, env_settings, *extra)

    @field_validator("web_chat_hosts", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip().lower() for part in value.split(",") if part.strip())
        return value

    @field_validator("environment", "log_level", "log_format", mode="before")
    @classmethod
    def _lower(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value

    @field_validator("host", "internal_host")
    @classmethod
    def _is_host(cls, value: str) -> str:
        if not _HOST.fullmatch(value) and not _is_ip(value):
            raise ValueError("an address such as 127.0.0.1 or a host name, without scheme or port")
        return value

    @field_validator("web_chat_hosts")
    @classmethod
    def _are_hosts(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(_HOST.fullmatch(one) or _is_ip(one) for one in value):
            raise ValueError("host names with commas between, without scheme, port or path")
        return value

    @field_validator("database_url", "key_store_url")
    @classmethod
    def _is_known_database(cls, value: str) -> str:
        if (
            not value.startswith(_URLS)
            or value in {"sqlite:///", "sqlite:///:memory:"}
            or not _has_port(value)
        ):
            raise ValueError("sqlite:/// with the path of a file, or postgresql://user@host:5432/name")
        return value

    @field_validator("https_proxy", "extra_platform_url")
    @classmethod
    def _is_address(cls, value: str) -> str:
        if value and not (value.startswith(("http://", "https://")) and _has_port(value)):
            raise ValueError("an address such as http://host:3128")
        return value

    @model_validator(mode="after")
    def _is_startable(self) -> Self:
        if found := problems(self):
            raise ValueError("\n".join(found))
        return self

    @property
    def production(self) -> bool:
        """Whether people rely on this one."""
        return self.environment is Environment.PRODUCTION

    @property
    def demo(self) -> bool:
        """Whether the demo program is served."""
        return self.program_folder.resolve() == DEMO_PROGRAM


def named_file() -> Path | None:
    """The settings file that the environment names, if any."""
    name = os.environ.get(FILE, "")
    return Path(name) if name else None


def _is_ip(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _has_port(url: str) -> bool:
    """Whether the port, where one is named, is a number that ports have."""
    try:
        return urlsplit(url).port != 0
    except ValueError:
        return False


def _own_key(data: Mapping[str, Any]) -> Path | None:
    """In development a key file of our own; none where a key is given or production must name one."""
    if data["environment"] is Environment.PRODUCTION or data["master_key"] is not None:
        return None
    return Path(data["data_folder"]) / "master.key"
