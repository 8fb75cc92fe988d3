"""The Shelf as the web chat uses it: a transcript for each account and the key of the printed link."""

import asyncio
import secrets
from collections.abc import Callable
from typing import TypeVar

from adapters.port import TRANSCRIPT, RetryLater, Shelf, UnknownOutcome
from adapters.web.events import TENANT
from adapters.web.transcript import Transcript

TRIES = 20
AGAIN_AFTER = 5.0
T = TypeVar("T")


class Kept:
    """Items: kind "transcript", one for each user; kind "link", item "key"."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    async def transcript(self, user: str) -> Transcript:
        """What this user was shown. Raises RetryLater."""
        return Transcript.from_bytes(await asyncio.to_thread(self._get, user))

    async def change(self, user: str, act: Callable[[Transcript], T]) -> tuple[T, Transcript]:
        """Change a transcript, whoever else does at the same time; gives it as it is now, too.

        Raises RetryLater or UnknownOutcome.
        """
        return await asyncio.to_thread(self._change, user, act)

    async def key(self) -> str:
        """The key of the printed link: made once, the same after a restart."""
        return await asyncio.to_thread(self._key)

    def _change(self, user: str, act: Callable[[Transcript], T]) -> tuple[T, Transcript]:
        for _ in range(TRIES):
            old = self._get(user)
            transcript = Transcript.from_bytes(old)
            result = act(transcript)
            if self._set(user, old, transcript.to_bytes()):
                return result, transcript
        raise RetryLater(1)

    def _get(self, user: str) -> bytes | None:
        try:
            return self._shelf.get(TENANT, TRANSCRIPT, user)
        except Exception:  # noqa: BLE001 - whatever the Shelf raises, the adapter does not know it by name
            raise RetryLater(AGAIN_AFTER) from None

    def _set(self, user: str, old: bytes | None, new: bytes) -> bool:
        try:
            return old == new or self._shelf.compare_and_set(TENANT, TRANSCRIPT, user, old, new)
        except Exception:  # noqa: BLE001 - whatever the Shelf raises, the adapter does not know it by name
            raise UnknownOutcome from None

    def _key(self) -> str:
        made = secrets.token_urlsafe(24).encode()
        self._shelf.compare_and_set(TENANT, "link", "key", None, made)
        return (self._shelf.get(TENANT, "link", "key") or made).decode()
