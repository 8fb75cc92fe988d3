"""A platform in a process of its own: it shows every post, cannot drop repeats and can be told to misbehave.

POST   /posts    one operation as JSON; answers {"reference": ...}
GET    /posts    everything that was shown, in order; ?user= to one person
POST   /faults   {"next": ["wait:1.5", "blocked", ...]}, one for each post from now on
GET    /calls    how many posts were tried
GET    /tries    every one of them: when (seconds), by which process, in which lane, and what was answered
"""

import asyncio
import itertools
import socket
import sys
import time
from collections import deque
from typing import Any

from aiohttp import web

from tests.stub_platform.faults import Fault, Planned

REFUSALS = {Fault.WAIT: 429, Fault.BLOCKED: 403, Fault.REFUSED: 400, Fault.BROKEN: 500}


class Stub:
    """Everything that the platform knows."""

    def __init__(self) -> None:
        self.posts: list[dict[str, Any]] = []
        self.faults: deque[Planned] = deque()
        self.calls = 0
        self.tries: list[dict[str, Any]] = []
        self._numbers = itertools.count(1)

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/posts", self.post)
        app.router.add_get("/posts", self.shown)
        app.router.add_get("/calls", self.called)
        app.router.add_get("/tries", self.tried)
        app.router.add_post("/faults", self.misbehave)
        return app

    async def post(self, request: web.Request) -> web.StreamResponse:
        operation = await request.json()
        self.calls += 1
        planned = self.faults.popleft() if self.faults else None
        answer = REFUSALS.get(planned.fault, 200) if planned else 200
        named = {"by": operation.pop("by", 0), "lane": operation["lane"], "to": operation["to"]["user"]}
        self.tries.append(named | {"at": time.monotonic(), "answer": answer, "kind": operation["kind"]})
        if planned is None:
            return self._show(operation)
        return await self._misbehaved(request, operation, planned)

    async def shown(self, request: web.Request) -> web.Response:
        user = request.query.get("user")
        return web.json_response([post for post in self.posts if user in {None, post["to"]["user"]}])

    async def called(self, request: web.Request) -> web.Response:
        return web.json_response(self.calls)

    async def tried(self, request: web.Request) -> web.Response:
        return web.json_response(self.tries)

    async def misbehave(self, request: web.Request) -> web.Response:
        asked = await request.json()
        self.faults.extend(Planned.of(text) for text in asked["next"])
        return web.json_response(len(self.faults))

    def _show(self, operation: dict[str, Any]) -> web.Response:
        reference = f"m{next(self._numbers)}"
        self.posts.append(operation | {"shown_as": reference})
        return web.json_response({"reference": reference})

    async def _misbehaved(
        self, request: web.Request, operation: dict[str, Any], planned: Planned
    ) -> web.StreamResponse:
        if planned.fault in REFUSALS:
            headers = {"Retry-After": planned.detail} if planned.detail else {}
            return web.Response(status=REFUSALS[planned.fault], headers=headers)
        if planned.fault is Fault.BROKEN_AFTER:
            self._show(operation)
            return web.Response(status=500, text="<html>")
        if planned.fault is Fault.DROPPED_AFTER:
            return self._dropped(request, operation)
        await asyncio.sleep(float(planned.detail))
        return self._show(operation)

    def _dropped(self, request: web.Request, operation: dict[str, Any]) -> web.Response:
        shown = self._show(operation)
        if request.transport is not None:
            request.transport.abort()
        return shown


def main() -> None:
    """Serve on a free port of 127.0.0.1, or the one that is named, and say which on the first line."""
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    with socket.create_server(("127.0.0.1", port)) as listener:
        sys.stdout.write(f"{listener.getsockname()[1]}\n")
        sys.stdout.flush()
        web.run_app(Stub().app(), sock=listener, print=None, access_log=None)


if __name__ == "__main__":
    main()
