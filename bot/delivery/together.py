"""What several tasks ask for at the same time is done in one go: one hop, one transaction."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from bot.errors import StoreUnavailable

A = TypeVar("A")
R = TypeVar("R")


class Together(Generic[A, R]):
    """Calls `act` with all that waits, which answers in the same order; what comes meanwhile goes next.

    Where one of several makes it fail, each is done alone, so that it takes no other down.
    """

    def __init__(self, act: Callable[[Sequence[A]], Awaitable[Sequence[R]]]) -> None:
        self._act = act
        self._waiting: list[tuple[A, asyncio.Future[R]]] = []
        self._task: asyncio.Task[None] | None = None

    async def __call__(self, item: A) -> R:
        """The answer to this item. Raises what `act` raised."""
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._task is None:
            self._task = asyncio.create_task(self._work())
        return await future

    async def _work(self) -> None:
        try:
            while self._waiting:
                asked, self._waiting = self._waiting, []
                await self._answer(asked)
        finally:
            self._task = None

    async def _answer(self, asked: Sequence[tuple[A, asyncio.Future[R]]]) -> None:
        try:
            answers = await self._act([item for item, _ in asked])
        except Exception as error:  # noqa: BLE001 - it belongs to whoever asked
            await self._failed(asked, error)
            return
        for (_, future), answer in zip(asked, answers, strict=True):
            if not future.done():
                future.set_result(answer)

    async def _failed(self, asked: Sequence[tuple[A, asyncio.Future[R]]], error: Exception) -> None:
        if len(asked) > 1 and not isinstance(error, StoreUnavailable):
            for one in asked:
                await self._answer([one])
            return
        for _, future in asked:
            if not future.done():
                future.set_exception(error)
