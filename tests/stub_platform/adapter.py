"""The adapter of the stub platform: operations go out as JSON, events come in as JSON.

It cannot look anything up, so every doubt stays one: what a repeat costs is visible.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from typing import Any

import aiohttp
from aiohttp import web

from adapters.port import (
    Account,
    EventKind,
    Incoming,
    NotCommitted,
    Operation,
    Press,
    Receipt,
    Receive,
    Rejected,
    RetryLater,
    UnknownOutcome,
    Unreachable,
)

NAME = "stub"
TENANT = "hospital"
EVENTS = "/stub/events"


def plain(value: object) -> Any:  # noqa: ANN401 - JSON
    """The value as JSON can hold it; a press is its packed line, as on a real platform."""
    if isinstance(value, Press):
        return value.pack()
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, tuple):
        return [plain(one) for one in value]
    return value


class StubPlatform:
    """The platform whose server is at `url`."""

    name = NAME

    def __init__(self, url: str) -> None:
        self._url = url
        self._session: aiohttp.ClientSession | None = None

    def routes(self, receive: Receive) -> list[web.RouteDef]:
        """Where the platform hands in its events."""

        async def event(request: web.Request) -> web.Response:
            try:
                reply = await receive(incoming(await request.json()))
            except NotCommitted as refused:
                return web.json_response({"card": plain(refused.card)}, status=503)
            return web.json_response(plain(reply))

        return [web.post(EVENTS, event)]

    async def deliver(self, operation: Operation) -> Receipt:
        try:
            body = plain(operation) | {"by": os.getpid()}
            async with self._connection().post(f"{self._url}/posts", json=body) as response:
                return await self._receipt(response)
        except aiohttp.ClientConnectorError as error:
            raise RetryLater(1.0) from error
        except (aiohttp.ClientError, TimeoutError, json.JSONDecodeError) as error:
            raise UnknownOutcome from error

    async def find(self, operation: Operation, since: datetime) -> Receipt | None:
        raise UnknownOutcome

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    def _connection(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5))
        return self._session

    async def _receipt(self, response: aiohttp.ClientResponse) -> Receipt:
        match response.status:
            case 200:
                return Receipt((await response.json())["reference"])
            case 429:
                raise RetryLater(_seconds(response.headers.get("Retry-After", "")))
            case 403:
                raise Unreachable
            case 400:
                raise Rejected
        raise UnknownOutcome


def incoming(body: Mapping[str, Any]) -> Incoming:
    """The event that the stub's JSON says."""
    return Incoming(
        id=body["id"],
        account=Account(NAME, TENANT, body["user"]),
        kind=EventKind(body["kind"]),
        text=body.get("text", ""),
        press=Press.unpack(body.get("press", "")),
        fields={key: tuple(values) for key, values in body.get("fields", {}).items()},
        origin=body.get("origin", ""),
        name=body.get("name", ""),
        zone=body.get("zone", "UTC"),
    )


def _seconds(header: str) -> float:
    """Retry-After may be a fraction, absent, a date or nonsense; what is no number is no wish."""
    try:
        return float(header)
    except ValueError:
        return 0.0
