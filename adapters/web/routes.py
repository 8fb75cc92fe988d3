"""The addresses of the web chat. Each passes the front door first; none says what runs here."""

import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING

from aiohttp import web

from adapters.port import NotCommitted, RetryLater
from adapters.web import wire
from adapters.web.door import COOKIE, HEADERS, Refused, check_host, check_origin, is_key, read_object
from adapters.web.events import incoming, seat_of
from adapters.web.files import Files
from adapters.web.stream import Stream, begin, encoded

if TYPE_CHECKING:
    from adapters.web.chat import WebChat

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_log = logging.getLogger(__name__)


class Routes:
    """What the page asks for."""

    def __init__(self, chat: "WebChat") -> None:
        self._chat = chat
        self._files = Files()

    def defined(self) -> list[web.RouteDef]:
        """One address each, any method; a wrong method is told so without more."""
        addresses: Mapping[str, Mapping[str, Handler]] = {
            "/chat": {"GET": self.page},
            "/chat/people": {"GET": self.people},
            "/chat/stream": {"GET": self.stream},
            "/chat/events": {"POST": self.event},
            "/chat/clock": {"POST": self.clock},
            "/chat/{version}/{name}": {"GET": self.file},
            "/chat/{rest:.*}": {"GET": self.nothing},
        }
        return [web.route("*", path, self._guarded(methods)) for path, methods in addresses.items()]

    def _guarded(self, methods: Mapping[str, Handler]) -> Handler:
        async def answer(request: web.Request) -> web.StreamResponse:
            try:
                await self._check(request, methods)
                response = await methods[request.method](request)
            except Refused as refused:
                response = refused.response()
            if not response.prepared:
                response.headers.update({**HEADERS, **response.headers})
            return response

        return answer

    async def _check(self, request: web.Request, methods: Collection[str]) -> None:
        check_host(request, self._chat.hosts)
        if request.method not in methods:
            raise Refused(HTTPStatus.METHOD_NOT_ALLOWED)
        if request.method == "POST":
            check_origin(request)
        offered = request.cookies.get(COOKIE)
        if request.path == "/chat" and "key" in request.query:
            offered = request.query["key"]
        try:
            key = await self._chat.key()
        except Exception:  # noqa: BLE001 - whatever the Shelf raises, the adapter does not know it by name
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE) from None
        if not is_key(offered, key):
            raise Refused(HTTPStatus.UNAUTHORIZED)

    async def page(self, request: web.Request) -> web.StreamResponse:
        """The page itself; with the key of the printed link it also begins the session."""
        response = web.Response(body=self._files.page, content_type="text/html", charset="utf-8")
        response.set_cookie(
            COOKIE,
            await self._chat.key(),
            path="/chat",
            httponly=True,
            samesite="Strict",
            secure=request.secure,
        )
        return response

    async def file(self, request: web.Request) -> web.StreamResponse:
        """Style sheet and scripts, by exact name and version."""
        return self._files.response(request.match_info["version"], request.match_info["name"])

    async def nothing(self, request: web.Request) -> web.StreamResponse:
        """Any other address."""
        raise Refused(HTTPStatus.NOT_FOUND)

    async def people(self, request: web.Request) -> web.StreamResponse:
        """Who can be spoken as, of those asked for else everybody; and where the clock stands."""
        asked, people = request.query.getall("as", []), self._chat.demo.people()
        shown = [people[user] for user in dict.fromkeys(asked) if user in people] or people.values()
        seats = [{"user": seat.user, "name": seat.name, "role": seat.role} for seat in shown]
        return web.json_response({"people": seats, "clock": self._chat.walking.state()})

    async def clock(self, request: web.Request) -> web.StreamResponse:
        """Jump ahead; answered when the jump is done, 503 where it ended early."""
        to = (await read_object(request)).get("to")
        if not isinstance(to, str):
            raise Refused(HTTPStatus.BAD_REQUEST)
        state = await self._chat.walking.jump(to)
        return web.json_response(state, status=503 if state["failed"] else 200)

    async def event(self, request: web.Request) -> web.StreamResponse:
        """One act of a person. 503 where the turn did not commit, with the safety card where there is one."""
        event = incoming(await read_object(request), self._chat.demo.people())
        try:
            reply = await self._chat.receive(event)
        except NotCommitted as error:
            if error.card:
                self._chat.show_at_once(event, error.card)
            return web.json_response({"card": wire.card(error.card) if error.card else None}, status=503)
        except Exception as error:  # noqa: BLE001 - a defect of the turn is refused like an absent database
            _log.error("web chat: a turn failed: %s", type(error).__name__)
            return web.json_response({"card": None}, status=503)
        return web.json_response(wire.reply(reply))

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Everything that the asked users are shown, from the page's last position on."""
        people = self._chat.demo.people()
        users = [seat_of(user, people).user for user in request.query.getall("as", [])]
        if not users:
            raise Refused(HTTPStatus.BAD_REQUEST)
        last = request.headers.get("Last-Event-ID") or request.query.get("after", "")
        stream = Stream(users, last)
        response = await begin(request, HEADERS)
        self._chat.streams.join(stream)
        try:
            await self._feed(stream, response)
        except ConnectionError:
            return response
        finally:
            self._chat.streams.leave(stream)
        return response

    async def _feed(self, stream: Stream, response: web.StreamResponse) -> None:
        while not self._chat.streams.is_closed:
            for user in stream.stale():
                await response.write(await self._news(stream, user))
            await response.write(stream.passing())
            if not await stream.wait(self._chat.heartbeat):
                await response.write(encoded("clock", self._chat.walking.state()))

    async def _news(self, stream: Stream, user: str) -> bytes:
        try:
            return stream.news(user, stream.fresh(user) or await self._chat.kept.transcript(user))
        except RetryLater:
            _log.warning("web chat: a transcript cannot be read")
            stream.missed(user)
            return encoded("trouble", {"as": user})
