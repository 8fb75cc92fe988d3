"""A headless Chromium at the page, and what a keyboard or a screen reader finds there."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

from playwright.async_api import Browser, Page, Response, async_playwright

from tests import servers
from tests.soon import until

Scheme = Literal["light", "dark"]


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A running browser; its start takes a second or more, so tests share it."""
    servers.require("browser")
    async with async_playwright() as playwright:
        path = servers.chromium_path()
        browser = await playwright.chromium.launch(
            executable_path=path, args=list(servers.CHROMIUM_FLAGS), timeout=120_000
        )
        yield browser
        await browser.close()


@asynccontextmanager
async def looking(
    browser: Browser, link: str, *, width: int = 1280, height: int = 800, scheme: Scheme = "light"
) -> AsyncIterator[Page]:
    """A page at the link, in the demo's time zone, once it shows every chat and each side has said that it
    is open. Waits at most a minute.
    """
    page = await browser.new_page(
        viewport={"width": width, "height": height}, color_scheme=scheme, timezone_id="America/New_York"
    )
    page.set_default_timeout(60_000)
    opened: set[str] = set()

    def note(response: Response) -> None:
        if response.url.endswith("/chat/events"):
            opened.add((response.request.post_data_json or {})["as"])

    page.on("response", note)
    try:
        await page.goto(link)
        await page.wait_for_function(
            "() => document.querySelector('.log') && !document.querySelector('.log[aria-busy=true]')"
        )
        sides = await page.locator(".log").count()
        await until(lambda: len(opened) == sides)
        page.remove_listener("response", note)
        yield page
    finally:
        await page.close()


async def names(page: Page) -> list[tuple[str, str]]:
    """Role and name of everything that a screen reader finds, in its order."""
    cdp = await page.context.new_cdp_session(page)
    tree = await cdp.send("Accessibility.getFullAXTree")
    nodes = [node for node in tree["nodes"] if not node.get("ignored")]
    return [(node["role"]["value"], node.get("name", {}).get("value", "")) for node in nodes]


async def focused(page: Page) -> str:
    """The words of what has the keyboard."""
    said: str = await page.evaluate(
        "(one => one.getAttribute('aria-label') || one.textContent || '')(document.activeElement)"
    )
    return said.strip()


async def tab_to(page: Page, label: str, *, most: int = 40) -> None:
    """Press Tab until something with this label has the keyboard."""
    seen = []
    for _ in range(most):
        await page.keyboard.press("Tab")
        seen.append(await focused(page))
        if label in seen[-1]:
            return
    raise AssertionError(f"{label!r} is not reached by Tab: {seen}")


async def by_key(page: Page, label: str, key: str = "Enter") -> None:
    """Press Tab until something with this label has the keyboard, and then this key."""
    await tab_to(page, label)
    await page.keyboard.press(key)


async def tick_first(page: Page) -> None:
    """Tick the first box of a form that has just come up, and go on, with the keyboard alone."""
    for key in ("Tab", "Space", "Enter"):
        await page.keyboard.press(key)
