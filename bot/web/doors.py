"""How a listener meets bad input: constant bodies, no banner, no waiting for slow senders."""

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

from aiohttp import HttpVersion11, hdrs, web
from aiohttp.web_protocol import RequestHandler

from bot.logs import get_log

_log = get_log("bot.web")
MOST_BYTES = 256 * 1024  # views of a platform are at most 250 kB
BODY_SECONDS = 5.0  # the platforms wait 3 s for an answer; a body that takes longer is nobody's
IDLE_SECONDS = 15.0  # a connection that sends no complete request is closed
_SAFE = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}


def constant(status: int, **headers: str) -> web.Response:
    """The one body of a status. Nothing of the request is in it."""
    return _Bare(status=status, text=f"{HTTPStatus(status).phrase}\n", headers=headers)


@web.middleware
async def door(request: web.Request, handler: Any) -> web.StreamResponse:  # noqa: ANN401 - aiohttp's Handler
    """Read the body in time, hand it on, and let no error say more than its status."""
    try:
        await _read(request)
        response: web.StreamResponse = await handler(request)
    except web.HTTPException as error:
        return error if error.status < HTTPStatus.BAD_REQUEST else _told(error)
    except ConnectionError:
        raise
    except Exception:  # noqa: BLE001 - the last place that can keep it from the client
        _log.exception("web.failed")
        return constant(HTTPStatus.INTERNAL_SERVER_ERROR)
    return response


def application(routes: list[web.AbstractRouteDef]) -> web.Application:
    """An application with the door before every route."""
    app = web.Application(middlewares=[door], client_max_size=MOST_BYTES)
    app.add_routes(routes)
    app.on_response_prepare.append(_headers)
    return app


class Runner(web.AppRunner):
    """Serves an application on connections that answer malformed HTTP with a constant body."""

    async def _make_server(self) -> web.Server:
        server = await super()._make_server()
        return _Server(
            _expecting(server.request_handler),
            request_factory=server.request_factory,
            access_log=None,
            keepalive_timeout=IDLE_SECONDS,
            lingering_time=1.0,
        )


class _Server(web.Server):
    def __call__(self) -> RequestHandler:
        return _Connection(self, loop=self._loop, **self._kwargs)


class _Connection(RequestHandler):
    __slots__ = ()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """What is no HTTP, or broke below the door. The stock answer quotes the request."""
        if request.writer.output_size > 0:
            raise ConnectionError
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            _log.error("web.broke", exc_info=exc)
        return _closing(status)


class _Bare(web.Response):
    """Carries no name of the server; aiohttp adds it after the last hook that malformed HTTP passes."""

    async def _prepare_headers(self) -> None:
        await super()._prepare_headers()
        self.headers.popall(hdrs.SERVER, None)


def _expecting(
    handler: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]],
) -> Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]:
    """Refuse an unknown expectation ahead of every route: the stock answer quotes it."""

    async def handled(request: web.BaseRequest) -> web.StreamResponse:
        asked = request.headers.get(hdrs.EXPECT, "")
        if asked and asked.lower() != "100-continue" and request.version >= HttpVersion11:
            return _closing(HTTPStatus.EXPECTATION_FAILED)
        return await handler(request)

    return handled


async def _read(request: web.Request) -> None:
    """Have the whole body at hand, or refuse it."""
    if not request.body_exists:
        return
    try:
        async with asyncio.timeout(BODY_SECONDS):
            await request.read()
    except TimeoutError:
        raise _closed(web.HTTPRequestTimeout()) from None
    except web.RequestPayloadError:
        raise _closed(web.HTTPBadRequest()) from None


def _closed(error: web.HTTPException) -> web.HTTPException:
    error.force_close()
    return error


async def _headers(_: web.Request, response: web.StreamResponse) -> None:
    response.headers.popall(hdrs.SERVER, None)
    for name, value in _SAFE.items():
        response.headers.setdefault(name, value)


def _told(error: web.HTTPException) -> web.Response:
    allow = error.headers.get(hdrs.ALLOW)
    response = constant(error.status, **({hdrs.ALLOW: allow} if allow else {}))
    if error.keep_alive is False:
        response.force_close()
    return response


def _closing(status: int) -> web.Response:
    response = constant(status)
    response.force_close()
    return response
