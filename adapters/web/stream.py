"""Server-sent events: one stream for each open page, from where the page last was."""

import asyncio
import json
import re
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence

from aiohttp import web

from adapters.web.transcript import NEW, Transcript
from adapters.web.wire import Json

MOST_WAITING = 200
QUIET_WAITS = 4
"""After so many all is read again: another server may have shown something. With thousands of open pages,
once for each wait would be most of what a quiet server does."""
_POSITION = re.compile(r"([\w.-]{1,64}):([0-9a-f]{8})\.(\d{1,15})")

Position = tuple[str, int]


class Stream:
    """One page's stream: what it shows, where it stands, and passing events that are kept nowhere."""

    def __init__(self, users: Sequence[str], last: str) -> None:
        self.users = tuple(users)
        self._at: dict[str, Position] = {m[1]: (m[2], int(m[3])) for m in _POSITION.finditer(last)}
        self._passing: deque[bytes] = deque(maxlen=MOST_WAITING)
        self._ready: set[str] = set()
        self._stale = set(self.users)
        self._fresh: dict[str, Transcript] = {}
        self._woken = asyncio.Event()
        self._quiet_waits = 0

    def missed(self, user: str) -> None:
        """This user's transcript could not be read: `ready` comes again once it can."""
        self._ready.discard(user)

    def wake(self, *users: str) -> None:
        """There may be something new, for these users or to pass on."""
        self._stale.update(users)
        self._woken.set()

    def show(self, user: str, transcript: Transcript) -> None:
        """A user's transcript was changed to this one: it need not be read again."""
        held = self._fresh.get(user)
        if held is None or held.epoch != transcript.epoch or held.seq < transcript.seq:
            self._fresh[user] = transcript
        self.wake(user)

    def fresh(self, user: str) -> Transcript | None:
        """What `show` gave last, where it goes on from what this page has seen; else it has to be read."""
        found = self._fresh.pop(user, None)
        epoch, seq = self._at.get(user, (NEW, 0))
        return found if found is not None and found.epoch == epoch and found.seq > seq else None

    def stale(self) -> list[str]:
        """Users whose transcript may have changed since then; at first and after long quiet all."""
        found = [user for user in self.users if user in self._stale]
        self._stale.clear()
        return found

    def pass_on(self, name: str, data: Json) -> None:
        """An event for whoever looks right now."""
        self._passing.append(encoded(name, data))
        self.wake()

    def passing(self) -> bytes:
        """All passing events since the last call."""
        found = b"".join(self._passing)
        self._passing.clear()
        return found

    def news(self, user: str, transcript: Transcript) -> bytes:
        """What this page has not seen of a transcript, and a `ready` once it has seen the first of it.

        Where the transcript has gone by itself the page keeps what it shows, until something new begins.
        """
        epoch, seq = self._at.get(user, (NEW, 0))
        found: list[tuple[str, Json]] = []
        if transcript.epoch != NEW and epoch not in {transcript.epoch, NEW}:
            found, seq = [("reset", {})], 0
            self._ready.discard(user)
        found += transcript.changes(seq)
        if user not in self._ready:
            found.append(("ready", {}))
        self._ready.add(user)
        self._at[user] = (epoch, seq) if transcript.epoch == NEW else (transcript.epoch, transcript.seq)
        # Only the last one moves the page's position: a batch that breaks off comes again as a whole.
        ids = [""] * (len(found) - 1) + [self._position()]
        return b"".join(
            encoded(name, {"as": user, **data}, position)
            for (name, data), position in zip(found, ids, strict=False)
        )

    async def wait(self, seconds: float) -> bool:
        """Until woken, at most so long; whether it was woken."""
        try:
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        except TimeoutError:
            self._quiet_waits = (self._quiet_waits + 1) % QUIET_WAITS
            again = set(self.users) if self._quiet_waits == 0 else set(self.users) - self._ready
            self._stale.update(again)
            return False
        finally:
            self._woken.clear()
        return True

    def _position(self) -> str:
        return ",".join(f"{user}:{epoch}.{seq}" for user, (epoch, seq) in self._at.items())


def encoded(name: str, data: Json, position: str = "") -> bytes:
    """One server-sent event."""
    lines = [f"event: {name}", f"data: {json.dumps(data)}"]
    if position:
        lines.append(f"id: {position}")
    return ("\n".join(lines) + "\n\n").encode("ascii")


async def begin(request: web.Request, headers: Mapping[str, str]) -> web.StreamResponse:
    """The open response of a stream."""
    response = web.StreamResponse(
        headers={**headers, "Content-Type": "text/event-stream", "X-Accel-Buffering": "no"}
    )
    await response.prepare(request)
    await response.write(b"retry: 2000\n\n")
    return response


class Streams:
    """All open streams."""

    def __init__(self) -> None:
        self._open: set[Stream] = set()
        self._by_user: defaultdict[str, set[Stream]] = defaultdict(set)
        self.is_closed = False

    def join(self, stream: Stream) -> None:
        self._open.add(stream)
        for user in stream.users:
            self._by_user[user].add(stream)

    def leave(self, stream: Stream) -> None:
        self._open.discard(stream)
        for user in stream.users:
            self._by_user[user].discard(stream)
            if not self._by_user[user]:
                del self._by_user[user]

    def show(self, user: str, transcript: Transcript) -> None:
        """Something changed for this user, to this."""
        for stream in self._of(user):
            stream.show(user, transcript)

    def wake(self, user: str) -> None:
        """Something changed for this user."""
        for stream in self._of(user):
            stream.wake(user)

    def pass_on(self, name: str, data: Json, user: str = "") -> None:
        """A passing event to the pages of one user, or to all."""
        for stream in self._of(user):
            stream.pass_on(name, data)

    def close(self) -> None:
        """End every stream."""
        self.is_closed = True
        for stream in self._open:
            stream.wake()

    def _of(self, user: str) -> Iterable[Stream]:
        """Found by name: with thousands of pages open, each change concerns one of them."""
        return tuple(self._by_user.get(user, ()) if user else self._open)
