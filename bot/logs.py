"""Structured logs that cannot hold what a person wrote.

A line has an event code, a few plain keys and hashed ids; whatever else is handed in is dropped. An exception
becomes its type and where it passed, without messages or values. Lines of libraries keep their logger and
place, and lose their words.
"""

import hmac
import json
import logging
import re
import secrets
import sys
import threading
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, cast

import structlog
from structlog.typing import FilteringBoundLogger

from bot.tracebacks import described

# No lane: a row says whom it is for, and the lane that it was a safety card. `error` names a type.
PLAIN = frozenset({"kind", "code", "count", "ms", "row", "port", "error", "logger", "public", "internal"})
HASHED = frozenset({"person", "account", "talk", "thread", "program", "tenant", "incoming"})
_CODE = re.compile(r"[A-Za-z0-9\[][A-Za-z0-9_.:\]-]{0,63}")  # brackets: [::1]:8080
_QUIET = {
    "aiohttp.access": logging.CRITICAL + 1,  # URLs
    "aiohttp": logging.ERROR,
    "alembic": logging.WARNING,
    "apscheduler": logging.WARNING,
    "asyncio": logging.WARNING,
    "sqlalchemy": logging.WARNING,
}


class LogId(str):
    """A hashed id, made by `log_id` alone. Only such values pass under the keys for ids."""

    __slots__ = ()


@dataclass
class _State:
    level: int = logging.WARNING
    format: str = "json"
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32))


_state = _State()


def configure_logs(*, level: str, format: str, secret: bytes | None = None) -> None:  # noqa: A002 - its name
    """Start logging to standard error; `level` and `format` as in the settings."""
    _state.level = logging.getLevelNamesMapping()[level.upper()]
    _state.format = format
    if secret is not None:
        use_log_key(secret)
    root = logging.getLogger()
    root.handlers[:] = [_Libraries()]
    root.setLevel(max(logging.INFO, _state.level))
    for name, least in _QUIET.items():
        logging.getLogger(name).setLevel(least)
    logging.captureWarnings(True)  # noqa: FBT003
    sys.excepthook = _uncaught
    threading.excepthook = lambda args: _uncaught(args.exc_type, args.exc_value, args.exc_traceback)
    sys.unraisablehook = lambda args: _uncaught(args.exc_type, args.exc_value, args.exc_traceback)


def use_log_key(secret: bytes) -> None:
    """Hash ids with this key, so that every replica of one deployment hashes alike."""
    _state.secret = secret


def get_log(name: str) -> FilteringBoundLogger:
    """The log of a module. Events are codes such as "turn.committed"."""
    wrapped = structlog.wrap_logger(
        _Sink(),
        processors=[_is_wanted, _kept, _written],
        wrapper_class=structlog.make_filtering_bound_logger(logging.NOTSET),
        cache_logger_on_first_use=False,
    )
    return cast("FilteringBoundLogger", wrapped.bind(logger=name))


def log_id(kind: str, value: str) -> LogId:
    """The id as logs show it: keyed, and another one every day (UTC)."""
    day = datetime.now(UTC).date().isoformat()
    digest = hmac.digest(_state.secret, f"{day}|{kind}|{value}".encode("utf-8", "surrogatepass"), "sha256")
    return LogId(digest[:6].hex())


def talk_kind(flow: str, *, tender: bool) -> str:
    """The kind of a talk as logs may name it: that somebody grieves is nobody's business."""
    return "talk" if tender else flow


class _Sink:
    """Writes finished lines to standard error."""

    def msg(self, line: str) -> None:
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()

    debug = info = warning = error = critical = log = msg


def _is_wanted(_: object, level: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if logging.getLevelNamesMapping()[level.upper()] < _state.level:
        raise structlog.DropEvent
    event["level"] = level
    return event


def _kept(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The allow-list: known keys with codes, numbers and hashed ids."""
    kept: dict[str, Any] = {
        "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "level": event["level"],
    }
    name = event.get("event")
    kept["event"] = name if isinstance(name, str) and _CODE.fullmatch(name) else "unnamed"
    kept |= {key: value for key, value in event.items() if _may_pass(key, value)}
    kept |= described(_raised(event.get("exc_info")))
    return kept


def _may_pass(key: str, value: object) -> bool:
    if key in HASHED:
        return isinstance(value, LogId)
    if key not in PLAIN:
        return False
    return isinstance(value, int | float) or (isinstance(value, str) and bool(_CODE.fullmatch(value)))


def _raised(info: object) -> BaseException | None:
    if isinstance(info, BaseException):
        return info
    if isinstance(info, tuple):
        return cast("BaseException | None", info[1])
    return sys.exc_info()[1] if info else None


def _written(_: object, __: str, event: Mapping[str, Any]) -> str:
    if _state.format == "json":
        return json.dumps(event)
    rest = {key: value for key, value in event.items() if key not in {"at", "level", "event", "frames"}}
    words = " ".join(f"{key}={value}" for key, value in rest.items())
    lines = [f"{event['at'][11:19]} {event['level']:7} {event['event']} {words}".rstrip()]
    return "\n    ".join([*lines, *event.get("frames", ())])


class _Libraries(logging.Handler):
    """Lines of libraries: who and where, never their words."""

    def emit(self, record: logging.LogRecord) -> None:
        event = {
            "event": "library",
            "level": record.levelname.lower(),
            "logger": record.name,
            "code": f"{record.module}:{record.lineno}",
            "exc_info": record.exc_info,
        }
        _Sink().msg(_written(None, "", _kept(None, "", event)))


def _uncaught(kind: type[BaseException], value: BaseException | None, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    get_log("bot").critical("uncaught", exc_info=(kind, value, trace))
