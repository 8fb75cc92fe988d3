"""The page in a browser as two people use it: a resident and a coach, each on their side."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, Locator, Page

from tests.journeys.serving import Served
from tests.web.browser import looking

RESIDENT, COACH = "#pane-resident", "#pane-coach"


class Side:
    """One person's side of the page."""

    def __init__(self, page: Page, place: str) -> None:
        self.page, self.place = page, page.locator(place)

    async def presses(self, *labels: str) -> None:
        """Click each newest button whose name begins like this: the open form's, else the chat's."""
        for label in labels:
            await self.place.get_by_role("button", name=re.compile(f"^{re.escape(label)}")).last.click()

    async def sees(self, words: str) -> None:
        await self.place.get_by_text(words).last.wait_for()

    async def fills(self, words: str) -> None:
        """Write into the form's field and go on."""
        await self.field.fill(words)
        await self.presses("Continue")

    async def says(self, words: str) -> None:
        await self.place.locator(".composer textarea").fill(words)
        await self.page.keyboard.press("Enter")

    async def closes(self) -> None:
        await self.page.keyboard.press("Escape")
        await self.place.locator("dialog[open]").wait_for(state="detached")

    @property
    def field(self) -> Locator:
        """The form's text field."""
        return self.place.locator("dialog textarea, dialog input[type=text]")


@asynccontextmanager
async def at(
    browser: Browser, served: Served, *, width: int = 1280, height: int = 800
) -> AsyncIterator[tuple[Side, Side]]:
    """Resident and coach at the page, side by side or as tabs."""
    async with looking(browser, served.link, width=width, height=height) as page:
        yield Side(page, RESIDENT), Side(page, COACH)


async def begins(resident: Side, then: str = "Not now") -> None:
    """From hello to the end of the welcome."""
    await resident.presses("Start", "Sunday 18:00", then)


async def walks(side: Side, jump: str) -> None:
    """Walk the demo's clock by this button, until it stands again."""
    button = side.page.get_by_role("button", name=jump)
    await button.click()
    await side.page.get_by_text("Walking through the time between.").wait_for(state="detached")
    await side.page.get_by_text("in this demo. Only").wait_for(state="attached")


async def previews(resident: Side, words: str) -> str:
    """From "A person" to the preview of a request for a call; gives the exact text that is shown there."""
    await resident.presses("Dr. Ana Reyes", "Yes, Dr. Ana Reyes may", "A call")
    await resident.fills("555-0142, after 17:00")
    await resident.sees("to read?")
    await resident.fills(words)
    await resident.presses("Nobody")
    await resident.sees("This is all that Dr. Ana Reyes gets")
    return await resident.place.locator("dialog .letter").inner_text()
