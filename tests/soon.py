"""Waiting in a test for what tasks and threads do by themselves."""

import asyncio
from collections.abc import Callable

_AT_MOST = 60.0


async def until(met: Callable[[], bool]) -> None:
    """Let the others run until something has happened."""
    async with asyncio.timeout(_AT_MOST):
        while not met():  # noqa: ASYNC110 - neither a scheduler nor the rows of a database ring a bell
            await asyncio.sleep(0.005)
