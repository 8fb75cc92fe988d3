"""The front door: who may ask at all, and a body that is exactly one JSON object.

Whatever is wrong is answered with a constant text; nothing that was sent is logged or repeated.
"""

import asyncio
import hmac
import ipaddress
import json
from collections.abc import Collection
from http import HTTPStatus
from typing import Any, NoReturn
from urllib.parse import urlsplit

from aiohttp import web

MOST_BYTES = 256 * 1024
READ_WITHIN = 10.0
COOKIE = "companion_chat"
PROXY_HEADERS = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")
"""A proxy on this machine is a peer of this machine, whoever stands behind it; most add one of these."""
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
SAID = {HTTPStatus.UNAUTHORIZED: "Open the link that the companion printed when it started."}
HEADERS = {
    "Server": "companion",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
}


class Refused(Exception):
    """A request is refused."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status

    def response(self) -> web.Response:
        """The same words for every reason that has this status."""
        response = web.Response(status=self.status, text=SAID.get(self.status, self.status.phrase) + "\n")
        if self.status in {HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.REQUEST_TIMEOUT}:
            response.force_close()
        return response


def check_host(request: web.Request, hosts: Collection[str]) -> None:
    """Only names of this machine and configured ones; without configured ones, only peers on this machine."""
    name = _name_of(request.host)
    if name not in LOOPBACK and name not in hosts:
        raise Refused(HTTPStatus.FORBIDDEN)
    came_through_a_proxy = any(name in request.headers for name in PROXY_HEADERS)
    if not hosts and (came_through_a_proxy or not _is_loopback(request.remote)):
        raise Refused(HTTPStatus.FORBIDDEN)


def check_origin(request: web.Request) -> None:
    """Only pages of this very address may post."""
    if request.headers.get("Origin", "") not in {f"http://{request.host}", f"https://{request.host}"}:
        raise Refused(HTTPStatus.FORBIDDEN)


def is_key(offered: str | None, key: str) -> bool:
    """Whether the key of the printed link, or the cookie made of it, is right."""
    return hmac.compare_digest((offered or "").encode("utf-8", "replace"), key.encode())


async def read_object(request: web.Request) -> dict[str, Any]:
    """The body as one JSON object. Raises Refused."""
    if request.content_type != "application/json" or "Content-Encoding" in request.headers:
        raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    if (request.content_length or 0) > MOST_BYTES:
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    try:
        async with asyncio.timeout(READ_WITHIN):
            body = await _read(request)
    except TimeoutError:
        raise Refused(HTTPStatus.REQUEST_TIMEOUT) from None
    return _parse(body)


async def _read(request: web.Request) -> bytes:
    """The whole body, which the listener may have read already under a cap of its own."""
    try:
        body = await request.read()
    except web.HTTPRequestEntityTooLarge:
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE) from None
    if len(body) > MOST_BYTES:
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return body


def _parse(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body.decode("utf-8"), parse_constant=_refuse, object_pairs_hook=_unique)
    except (ValueError, RecursionError):
        raise Refused(HTTPStatus.BAD_REQUEST) from None
    if not isinstance(found, dict):
        raise Refused(HTTPStatus.BAD_REQUEST)
    return found


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _name_of(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname if "@" not in host else None
    except ValueError:
        return None


def _is_loopback(peer: str | None) -> bool:
    try:
        return ipaddress.ip_address(peer or "").is_loopback
    except ValueError:
        return False
