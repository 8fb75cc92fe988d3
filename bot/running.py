"""Start, run until somebody stops it, drain, end."""

import asyncio
import gc
import os
import signal
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

from bot.logs import get_log

_log = get_log("bot.running")
_NEW_OBJECTS = 10_000
"""Between two collections of the youngest: a turn makes thousands, nearly none of them in a circle."""
_SIGNALS = (signal.SIGTERM, signal.SIGINT)
WORKERS = 80
"""Threads that wait, for the database most of all: more than sends on their way at a time, which are twice
the dispatcher's `PARALLEL` where safety cards are among them, so that reading never waits for those."""


async def run_until_stopped(
    start: Callable[[], Awaitable[object]], stop: Callable[[], Awaitable[object]], drain_seconds: float
) -> None:
    """Run from `start` to SIGTERM or SIGINT, then `stop`, for at most `drain_seconds`.

    A second signal kills the process at once: every line of it may be cut off there (see the kill tests).
    What `start` raises is raised after `stop` had its chance to close what was opened.
    """
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(WORKERS, thread_name_prefix="worker"))
    asked = asyncio.Event()
    for number in _SIGNALS:
        loop.add_signal_handler(number, _asked, number, asked)
    try:
        await start()
        settle_memory()
        await asked.wait()
        _log.info("running.draining")
    finally:
        await _drained(stop, drain_seconds)
        for number in _SIGNALS:
            loop.remove_signal_handler(number)


def settle_memory() -> None:
    """What a start made stays for good, so no collection looks at it again, and fewer look at all."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, *gc.get_threshold()[1:])


def _asked(number: signal.Signals, asked: asyncio.Event) -> None:
    if asked.is_set():
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
    asked.set()


async def _drained(stop: Callable[[], Awaitable[object]], drain_seconds: float) -> None:
    try:
        async with asyncio.timeout(drain_seconds):
            await stop()
    except TimeoutError:
        _log.warning("running.drain-ended")
    else:
        _log.info("running.stopped")
