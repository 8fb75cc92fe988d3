"""The addresses of both listeners: how they are written, why one is refused, whether they are free."""

import asyncio
import errno
import http.client
import json
import socket
from ipaddress import ip_address

from bot.errors import AddressTaken, OperatorError
from bot.settings import Settings
from bot.store.engines import is_served as is_held
from bot.store.engines import sqlite_path

_ASK_SECONDS = 4.0  # readiness may take two
_MOST_BYTES = 4096  # of an answer; ours has a few


def try_addresses(settings: Settings) -> str:
    """How each stands, by name. Raises OperatorError for one that `serve` could not listen on.

    Where a companion answers on the internal one, what is taken is taken to be its own; on SQLite only where
    it holds this database.
    """
    path = sqlite_path(settings.database_url)
    served, found = (path is None or is_held(path)) and is_served(settings), list[str]()
    for host, port, prefix in (
        (settings.internal_host, settings.internal_port, "COMPANION_INTERNAL_"),
        (settings.host, settings.port, "COMPANION_"),
    ):
        try:
            asyncio.run(_listened(host, port))
            state = "free"
        except OSError as error:
            if not (served and error.errno == errno.EADDRINUSE):
                raise not_listened(error, host, port, prefix) from None
            is_asked = port == settings.internal_port
            state = "served by a companion" if is_asked else "taken, as while a companion serves"
        found.append(f"{address(host, port)} {state}")
    return "; ".join(found)


async def _listened(host: str, port: int) -> None:
    server = await asyncio.get_running_loop().create_server(asyncio.Protocol, host, port)
    server.close()
    await server.wait_closed()


def is_served(settings: Settings) -> bool:
    """Whether a companion answers on the internal listener."""
    try:
        return asked(settings, "/healthz").get("loop") is True
    except TimeoutError:
        return False


def asked(settings: Settings, path: str) -> dict[str, object]:
    """What the internal listener answers, as JSON; empty where nobody listens, or no companion.

    Raises TimeoutError where somebody takes the connection, or nearly, and says nothing within four seconds.
    """
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.internal_host, settings.internal_host)  # noqa: S104
    asking = http.client.HTTPConnection(host, settings.internal_port, timeout=_ASK_SECONDS)
    try:
        asking.request("GET", path)
        body = json.loads(asking.getresponse().read(_MOST_BYTES))
        return body if isinstance(body, dict) else {}
    except TimeoutError:
        raise
    except (OSError, http.client.HTTPException, ValueError, RecursionError):
        return {}
    finally:
        asking.close()


def not_listened(error: OSError, host: str, port: int, prefix: str) -> OperatorError:
    """Why an address cannot be listened on, with the setting (HOST or PORT after `prefix`) that mends it."""
    where = address(host, port)
    if error.errno == errno.EADDRINUSE:
        hint = f"Stop what uses it, or choose another with {prefix}PORT (0 takes a free port)."
        return AddressTaken(f"{where} is taken.", hint=hint)
    if error.errno == errno.EACCES:
        return OperatorError(
            f"This user may not listen on {where}.", hint=f"Choose {prefix}PORT from 1024 on."
        )
    if error.errno == errno.EADDRNOTAVAIL or isinstance(error, socket.gaierror):
        hint = (
            f"Give {prefix}HOST one that is, such as 127.0.0.1 (this machine alone) or 0.0.0.0 (all of its)."
        )
        return OperatorError(f"{host} is no address of this machine.", hint=hint)
    return OperatorError(f"{where} cannot be listened on.", hint=f"Look at {prefix}HOST and {prefix}PORT.")


def is_loopback(host: str) -> bool:
    """Whether an address stays within this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def address(host: str, port: int) -> str:
    """As logs and errors write it."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
