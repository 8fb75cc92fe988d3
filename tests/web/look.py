"""Serve the page with a scripted companion, to look at it: python -m tests.web.look [port]."""

import asyncio
import sys

from tests.web.serving import serving
from tests.web.story import Story

WEEKS = ("Steady", "Steady", "Stretched", "Struggling", "Stretched", "Steady")


async def look(port: int) -> None:
    async with serving(Story(pace=0.15, weeks=WEEKS), port=port) as served:
        sys.stdout.write(f"{served.link}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(look(int(sys.argv[1]) if len(sys.argv) > 1 else 8099))
