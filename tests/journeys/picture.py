"""Make the README's picture from the running page: python -m tests.journeys.picture [file]."""

import asyncio
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Browser

from tests.journeys.serving import Served, serving
from tests.journeys.sides import Side, at, begins, previews, walks
from tests.web.browser import chromium

PICTURE = Path(__file__).parents[2] / "docs" / "images" / "companion.png"
WEEKS = ("Steady", "Stretched", "Steady", "Steady", "Stretched")


async def picture(browser: Browser, served: Served, file: Path) -> None:
    """Some weeks, then a request that the coach has just opened: exactly what the resident sent."""
    async with at(browser, served, width=1280, height=800) as (resident, coach):
        await begins(resident)
        for week in WEEKS:
            await _checks_in(resident, week)
        await _asks(resident)
        await coach.presses("Open")
        await coach.sees("What would you like to do?")
        await resident.sees("There is news for you here.")
        await resident.page.mouse.move(0, 0)
        await asyncio.sleep(1)  # the chat scrolls smoothly to its end
        await resident.page.screenshot(path=file, animations="disabled")


async def _checks_in(resident: Side, week: str) -> None:
    await walks(resident, "To Sunday 18:00")
    await resident.presses("Open", week)
    skip = resident.place.locator("dialog").get_by_role("button", name="Skip")
    over = resident.place.locator("dialog").get_by_role("button", name="Close", exact=True)
    while not await over.count():
        if await skip.count():
            await skip.click()
        await asyncio.sleep(0.2)
    await resident.closes()


async def _asks(resident: Side) -> None:
    await walks(resident, "To Sunday 18:00")
    await resident.presses("Open", "Struggling")
    for _ in range(2):
        await resident.presses("Skip")
        await asyncio.sleep(0.3)  # the next question has a Skip too
    await resident.presses("A person")
    await previews(resident, "Three hard nights. Could we talk for ten minutes?")
    await resident.presses("Send")
    await resident.sees("Sent to Dr. Ana Reyes.")
    await resident.closes()


async def main(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder) / "home") as served:
        async with chromium() as browser:
            await picture(browser, served, file)


if __name__ == "__main__":
    made = Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURE
    asyncio.run(main(made))
    sys.stdout.write(f"{made}: {made.stat().st_size // 1024} kB\n")
