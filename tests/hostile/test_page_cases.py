"""The page behind a network that lies: what it did not hear from the companion itself did not arrive."""

from functools import partial

import pytest
from playwright.async_api import Browser, Route

from tests.web.browser import looking
from tests.web.conftest import browser
from tests.web.serving import serving
from tests.web.story import Story

__all__ = ["browser"]

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

RESIDENT = "#pane-resident"
EVENTS = "**/chat/events"


async def lies(route: Route) -> None:
    """A proxy's own page, as if all were well."""
    await route.fulfill(
        status=200, content_type="text/html", body="<html>Welcome to the guest network</html>"
    )


async def breaks(route: Route, *, failure: str) -> None:
    """A name that is not found, or a connection that is not made."""
    await route.abort(failure)


async def test_case_28_a_proxys_page_a_lost_name_and_a_broken_line_are_all_said_and_mended(
    browser: Browser,
) -> None:
    async with serving(Story()) as served, looking(browser, served.link) as page:
        await page.fill(f"{RESIDENT} textarea", "a long shift")
        await page.route(EVENTS, lies)
        await page.keyboard.press("Enter")
        await page.wait_for_selector("text=That did not arrive.")
        for failure in ("namenotresolved", "connectionfailed"):
            await page.unroute(EVENTS)
            await page.route(EVENTS, partial(breaks, failure=failure))
            await page.get_by_role("button", name="Try again").first.click()
            await page.wait_for_selector("text=That did not arrive.")
        assert await page.input_value(f"{RESIDENT} textarea") == "a long shift"
        await page.unroute(EVENTS)
        await page.get_by_role("button", name="Try again").first.click()
        await page.wait_for_selector("text=That did not arrive.", state="detached")
    assert [one.text for one in served.behind.events if one.text] == ["a long shift"]
