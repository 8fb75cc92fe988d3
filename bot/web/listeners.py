"""Two listeners: one for platforms and personal pages, one for health and metrics inside."""

from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from bot.errors import OperatorError
from bot.logs import get_log
from bot.settings import Settings
from bot.web.addresses import address, is_loopback, not_listened
from bot.web.doors import Runner, application, constant
from bot.web.metrics import CONTENT_TYPE, Metrics
from bot.web.readiness import Readiness

_log = get_log("bot.web")
_STOP_SECONDS = 5.0  # what a request in flight may still take; turns are answered in 2.5 s


class Listeners:
    """Both listeners of one process.

    `on_stop` is awaited once no new request is taken: it ends streams that would otherwise stay open.
    """

    def __init__(
        self,
        settings: Settings,
        public_routes: Sequence[web.AbstractRouteDef],
        readiness: Readiness,
        *,
        metrics: Metrics | None = None,
        on_stop: Sequence[Callable[[], Awaitable[None]]] = (),
    ) -> None:
        self._settings = settings
        self._readiness = readiness
        self._metrics = metrics or Metrics()
        public = application(list(public_routes))
        public.on_shutdown.extend(_ending(end) for end in on_stop)
        self._public = Runner(public, shutdown_timeout=_STOP_SECONDS)
        internal = application(self._internal_routes())
        if is_loopback(settings.internal_host):
            internal.middlewares.append(_named_as_this_machine)
        self._internal = Runner(internal, shutdown_timeout=_STOP_SECONDS)

    async def start(self) -> None:
        """Listen on both. Raises OperatorError where an address is taken or not ours."""
        chosen = self._settings
        await _listen(self._internal, chosen.internal_host, chosen.internal_port, "COMPANION_INTERNAL_")
        try:
            await _listen(self._public, chosen.host, chosen.port, "COMPANION_")
        except OperatorError:
            await self._internal.cleanup()
            raise
        _log.info(
            "web.listening",
            public=address(chosen.host, self.port),
            internal=address(chosen.internal_host, self.internal_port),
        )

    async def stop(self) -> None:
        """Take nothing new, answer what is in flight, close."""
        await self._public.cleanup()
        await self._internal.cleanup()

    @property
    def port(self) -> int:
        """The public port that is listened on."""
        return int(self._public.addresses[0][1])

    @property
    def internal_port(self) -> int:
        """The internal port that is listened on."""
        return int(self._internal.addresses[0][1])

    def _internal_routes(self) -> list[web.AbstractRouteDef]:
        return [
            web.get("/healthz", self._health),
            web.get("/readyz", self._ready),
            web.get("/metrics", self._counts),
        ]

    async def _health(self, _: web.Request) -> web.Response:
        """The event loop turns: nothing else is asked."""
        return web.json_response({"loop": True})

    async def _ready(self, _: web.Request) -> web.Response:
        parts = await self._readiness.parts()
        for name, good in parts.items():
            self._metrics.ready(name, good=good)
        good = all(parts.values())
        return web.json_response(
            {"ready": good, **parts}, status=HTTPStatus.OK if good else HTTPStatus.SERVICE_UNAVAILABLE
        )

    async def _counts(self, _: web.Request) -> web.Response:
        return web.Response(body=self._metrics.text(), headers={"Content-Type": CONTENT_TYPE})


def _ending(end: Callable[[], Awaitable[None]]) -> Callable[[web.Application], Awaitable[None]]:
    async def ended(_: web.Application) -> None:
        await end()

    return ended


@web.middleware
async def _named_as_this_machine(request: web.Request, handler: Any) -> web.StreamResponse:  # noqa: ANN401 - aiohttp's Handler
    """A page in a browser here may point its own host name at this machine, and then read the answer."""
    host = request.headers.get("Host")
    if host is not None and not _is_this_machine(host):
        return constant(HTTPStatus.FORBIDDEN)
    response: web.StreamResponse = await handler(request)
    return response


def _is_this_machine(host: str) -> bool:
    try:
        return is_loopback(urlsplit(f"//{host}").hostname or "")
    except ValueError:
        return False


async def _listen(runner: Runner, host: str, port: int, prefix: str) -> None:
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        await runner.cleanup()
        raise not_listened(error, host, port, prefix) from None
