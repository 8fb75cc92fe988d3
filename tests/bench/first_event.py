"""A server in a bare process, up to its first answered event: python -m tests.bench.first_event <file>.

Settings come from the environment, as a server's do. The file gets the process's CPU seconds until then.
"""

import asyncio
import sys
import time
from pathlib import Path

from adapters.port import Account, EventKind, Incoming
from bot.app import App
from bot.commands.terminal import started


async def _answer(app: App) -> float:
    await app.start()
    event = Incoming(f"first-{time.time_ns()}", Account("web", "demo", "resident"), EventKind.OPENED)
    await app.receive(event)
    until = time.process_time()
    await app.stop()
    return until


def main(result: str) -> None:
    seconds = asyncio.run(_answer(App.from_settings(started())))
    Path(result).write_text(str(seconds), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
