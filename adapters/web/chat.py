"""The built-in web chat: a platform that needs no account anywhere, for trying the companion."""

from collections.abc import Collection
from datetime import datetime
from functools import partial

from aiohttp import web

from adapters.port import (
    Account,
    Card,
    DeliveryError,
    Incoming,
    Operation,
    Receipt,
    Receive,
    Reply,
    ReplyKind,
    RetryLater,
    Shelf,
    UnknownOutcome,
    Unreachable,
)
from adapters.web import wire
from adapters.web.demo import Demo, Seat
from adapters.web.events import TENANT
from adapters.web.kept import Kept
from adapters.web.routes import Routes
from adapters.web.stream import Streams
from adapters.web.transcript import Forgotten, Transcript
from adapters.web.walking import Walking


class WebChat:
    """Both duties of the platform, and the page.

    `hosts` are names under which it may be reached besides those of this machine; naming any also lets peers
    from other machines in. `key` opens the page; without one it is made once and kept on the Shelf.
    `heartbeat` is in seconds. Serve `routes()`, print `link()`, and `await close()` before the server stops.
    """

    name = "web"

    def __init__(
        self,
        shelf: Shelf,
        receive: Receive,
        demo: Demo,
        *,
        hosts: Collection[str] = (),
        key: str = "",
        heartbeat: float = 15.0,
    ) -> None:
        self.demo, self.hosts, self.heartbeat = demo, frozenset(hosts), heartbeat
        self.kept, self.streams = Kept(shelf), Streams()
        self.walking = Walking(demo, partial(self.streams.pass_on, "clock"))
        self._receive, self._key = receive, key

    def routes(self) -> list[web.RouteDef]:
        """Everything under /chat."""
        return Routes(self).defined()

    async def key(self) -> str:
        """What opens the page. Raises whatever the Shelf raises the first time."""
        if not self._key:
            self._key = await self.kept.key()
        return self._key

    async def link(self, origin: str) -> str:
        """The link to print, for an origin such as "http://127.0.0.1:8080"."""
        return f"{origin}/chat?key={await self.key()}"

    async def close(self) -> None:
        """End all streams, so that the server can stop."""
        self.streams.close()

    async def deliver(self, operation: Operation) -> Receipt:
        """Change what this account is shown; a repeated operation changes nothing.

        Raises Unreachable for somebody who is not here, RetryLater or UnknownOutcome where the Shelf fails,
        and Rejected.
        """
        user, at = self._seat(operation.to).user, self._now()

        def act(transcript: Transcript) -> str:
            return transcript.done.get(operation.id) or transcript.apply(operation, at)

        reference, transcript = await self.kept.change(user, act)
        self.streams.show(user, transcript)
        return Receipt(reference)

    async def find(self, operation: Operation, since: datetime) -> Receipt | None:
        """Whether it was done. Raises UnknownOutcome where too much came since or the Shelf fails."""
        try:
            found = (await self.kept.transcript(operation.to.user)).reference_of(operation.id)
        except (Forgotten, RetryLater):
            raise UnknownOutcome from None
        return Receipt(found) if found else None

    async def receive(self, event: Incoming) -> Reply:
        """Ask the turn, and carry out what its reply does to the chat. Raises NotCommitted."""
        reply = await self._receive(event)
        if reply.kind is ReplyKind.REPLACE and reply.card is not None:
            card, at, name = reply.card, self._now(), f"reply.{event.id}"
            try:
                _, transcript = await self.kept.change(
                    event.account.user,
                    lambda transcript: transcript.replace_in_reply(name, event.origin, card, at),
                )
            except DeliveryError:
                return reply  # the page still shows it; only a reload would not
            self.streams.show(event.account.user, transcript)
        return reply

    def show_at_once(self, event: Incoming, card: Card) -> None:
        """A card that cannot be stored, for every open page of this account, once for the event."""
        shown = {"ref": f"direct.{event.id}", "at": self._now(), "card": wire.card(card), "answered": []}
        data = {"as": event.account.user, **shown}
        self.streams.pass_on("message", data, event.account.user)

    def _seat(self, account: Account) -> Seat:
        found = self.demo.people().get(account.user)
        if found is None or account != Account(self.name, TENANT, account.user):
            raise Unreachable
        return found

    def _now(self) -> str:
        return self.demo.now().isoformat(timespec="seconds")
