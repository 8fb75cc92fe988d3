"""Why PostgreSQL does not serve: what is wrong and what to look at, in words of ours.

Once a connection stands PostgreSQL gives a code (SQLSTATE; its documentation, appendix A). Of what comes
before, libpq keeps words alone. Its own are English; the server's are in the language of its `lc_messages`,
and where none of them is known, all that is said is that it lets nobody in. No password and no whole address
is told.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import exc

from bot.errors import StoreRefused, StoreUnavailable

_IN = "in its address (COMPANION_DATABASE_URL, or COMPANION_KEY_STORE_URL)"


class _Cause(NamedTuple):
    """`says`: what PostgreSQL does. `is_set_wrong`: trying again mends nothing."""

    says: str
    do: str
    is_set_wrong: bool = False


_PASSWORD = _Cause("does not take this user and password", f"Look at both {_IN}.", is_set_wrong=True)
_NO_PASSWORD = _Cause("asks for a password", f"There is none {_IN}.", is_set_wrong=True)
_ROLE = _Cause(
    "has no role of that name that may log in",
    f"Make it (createuser), or correct the user {_IN}.",
    is_set_wrong=True,
)
_DATABASE = _Cause(
    "has no database of that name", f"Make it (createdb), or correct the name {_IN}.", is_set_wrong=True
)
_NO_ENTRY = _Cause(
    "lets nobody in with this machine, user and database",
    "Look at its pg_hba.conf, and at its log.",
    is_set_wrong=True,
)
_NO_TLS = _Cause(
    "lets nobody in with this machine, user and database without TLS",
    f"Put ?sslmode=require {_IN}, or look at its pg_hba.conf.",
    is_set_wrong=True,
)
_TLS_OFF = _Cause(
    "speaks no TLS, which is asked for",
    f"Turn it on there (ssl), or look at sslmode {_IN}.",
    is_set_wrong=True,
)
_CERTIFICATE = _Cause(
    "and this machine do not agree on TLS and its certificates",
    f"Look at sslmode, sslrootcert and sslcert {_IN}.",
    is_set_wrong=True,
)
_RIGHTS = _Cause(
    "does not let this user do what has to be done",
    "Make it the owner of the database, its schema and its tables, or look at the user.",
    is_set_wrong=True,
)
_ELSEWHERE = _Cause(
    "asked elsewhere (LDAP, RADIUS or PAM) and does not take this user and password",
    f"See whether that answers, and look at both {_IN}.",
)
_CUT_OFF = _Cause(
    "breaks off before TLS is agreed on",
    "Wait a moment; if it lasts, look at its log, and at what stands between.",
)
_CLOSED = _Cause("lets nobody into this database just now", "See who closed it (ALLOW_CONNECTIONS), and why.")
_HALF_GONE = _Cause(
    "has this database only in part: it was being dropped",
    "Drop it, make it anew, and restore the backup.",
    is_set_wrong=True,
)
_MANY = _Cause("has no connection left", "End what holds them, or raise its max_connections.")
_STARTING = _Cause("is starting up or shutting down", "Wait a moment; if it lasts, look at its log.")
_READ_ONLY = _Cause("takes no writes: it is a standby, or set so", f"Look at it, and at the host {_IN}.")
_FULL = _Cause("has no room left on its disk", "Make room there; nothing was changed.")
_NOBODY = _Cause("takes no connection", f"See whether it runs, and look at host and port {_IN}.")
_LATE = _Cause("does not answer in time", f"Look at it and the way to it, and at host and port {_IN}.")
_NAME = _Cause("has a host whose name is not found", f"Look at the host {_IN}, and at the name service.")
_STRANGER = _Cause("does not speak as PostgreSQL does", f"Look at host and port {_IN}.")
_OTHER = _Cause(
    "does not let the companion in", "Its log says why: look at user, password, database and TLS."
)

_CODES: Mapping[str, _Cause] = {
    "25006": _READ_ONLY,  # read_only_sql_transaction
    "28000": _NO_ENTRY,  # invalid_authorization_specification
    "28P01": _PASSWORD,  # invalid_password
    "3D000": _DATABASE,  # invalid_catalog_name
    "3F000": _RIGHTS,  # invalid_schema_name: none that this user may use
    "42501": _RIGHTS,  # insufficient_privilege
    "53100": _FULL,  # disk_full
    "53300": _MANY,  # too_many_connections
    "57P03": _STARTING,  # cannot_connect_now
}

_WORDS: tuple[tuple[str, _Cause], ...] = (
    ("failed to resolve host", _NAME),
    ("no password supplied", _NO_PASSWORD),
    ("ldap authentication failed", _ELSEWHERE),
    ("radius authentication failed", _ELSEWHERE),
    ("pam authentication failed", _ELSEWHERE),
    ("authentication failed", _PASSWORD),
    ("does not support ssl", _TLS_OFF),
    ("ssl encryption", _NO_ENTRY),  # tried with TLS, and perhaps without
    ("no encryption", _NO_TLS),
    ("pg_hba.conf", _NO_ENTRY),
    ("ssl negotiation", _STRANGER),
    ("unexpected eof", _CUT_OFF),
    ("ssl syscall error", _CUT_OFF),
    ("certificate", _CERTIFICATE),
    ("ssl error", _CERTIFICATE),
    ("not permitted to log in", _ROLE),
    ("permission denied", _RIGHTS),
    ("too many", _MANY),
    ("connection slots", _MANY),
    ("starting up", _STARTING),
    ("shutting down", _STARTING),
    ("recovery mode", _STARTING),
    ("not accepting connections", _STARTING),
    ("not yet accepting connections", _STARTING),
    ("not currently accepting connections", _CLOSED),
    ("invalid database", _HALF_GONE),
    ("read-only", _READ_ONLY),
    ('role "…" does not exist', _ROLE),
    ('database "…" does not exist', _DATABASE),
    ("connection refused", _NOBODY),
    ("no such file or directory", _NOBODY),
    ("timed out", _LATE),
    ("timeout expired", _LATE),
    ("unreachable", _LATE),
    ("no route to host", _LATE),
)
"""What is looked for first stands first: of several hosts one may say more than another. `…`: any words."""


def refusal(error: exc.DBAPIError) -> StoreUnavailable | None:
    """What PostgreSQL's error says to an operator; None where that is nothing of its own.

    StoreRefused where it has to be set otherwise, StoreUnavailable where trying again may help.
    """
    told: Any = error.orig
    if not hasattr(told, "sqlstate"):  # SQLite's
        return None
    cause = _CODES.get(told.sqlstate or "") or _before(told)
    if cause is None:
        return None
    kind = StoreRefused if cause.is_set_wrong else StoreUnavailable
    return kind(f"PostgreSQL{_at(told)} {cause.says}.", hint=cause.do)


def _before(told: Any) -> _Cause | None:  # noqa: ANN401 - a driver's error
    """Of a connection that never stood."""
    from psycopg.errors import ConnectionTimeout  # nobody on SQLite waits for it

    if isinstance(told, ConnectionTimeout):
        return _LATE
    words = str(told).lower()
    tried = told.pgconn
    if tried is None and not words.startswith(_WORDS[0][0]):
        return None
    if tried is not None and tried.needs_password and not tried.password:
        return _NO_PASSWORD
    return next((cause for said, cause in _WORDS if all(part in words for part in said.split("…"))), _OTHER)


def _at(told: Any) -> str:  # noqa: ANN401 - a driver's error
    """Which one of several it was, where that is known."""
    tried = told.pgconn
    host = tried.host.decode(errors="replace") if tried is not None and tried.host else ""
    if not host:
        return ""
    if host.startswith("/"):
        return f" at {host}"
    return f" at {f'[{host}]' if ':' in host else host}:{tried.port.decode(errors='replace')}"
