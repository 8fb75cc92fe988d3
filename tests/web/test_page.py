"""The page as people meet it: by keyboard, with a screen reader, on a phone, when things fail."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Request

from adapters.port import Form, OperationKind, Picture
from tests.adapters.shapes import HOSTILE, card
from tests.web.browser import Scheme, chromium, focused, looking, names, tab_to
from tests.web.serving import serving
from tests.web.story import HELLO, Story

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

CONTROLS = {
    "button",
    "textbox",
    "checkbox",
    "link",
    "tab",
    "DisclosureTriangle",
    "dialog",
    "log",
    "progressbar",
}
RESIDENT = "#pane-resident"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """One browser for all tests here; each has a page and a session of its own."""
    async with chromium() as found:
        yield found


async def test_a_check_in_needs_no_mouse(browser: Browser) -> None:
    async with serving(Story()) as served, looking(browser, served.link) as page:
        await tab_to(page, "Start")
        await page.keyboard.press("Enter")
        await page.wait_for_selector("dialog[open]")
        await tab_to(page, "Stretched")
        await page.keyboard.press("Space")
        await page.wait_for_selector("text=What moved it most?")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Space")
        await page.keyboard.press("Enter")
        await page.wait_for_selector("dialog textarea")
        await page.keyboard.type("Nights are long.")
        await tab_to(page, "Continue")
        await page.keyboard.press("Enter")
        await page.wait_for_selector("text=Done. Next one Sunday.")
        assert dict(served.behind.events[-1].fields) == {"line": ("Nights are long.",)}


async def test_the_keyboard_stays_in_the_private_view_and_comes_back(browser: Browser) -> None:
    async with serving(Story()) as served, looking(browser, served.link) as page:
        await page.get_by_role("button", name="Start").click()
        await page.wait_for_selector("dialog[open]")
        for _ in range(12):
            await page.keyboard.press("Tab")
            assert await page.evaluate(
                "document.activeElement.closest('dialog') || document.activeElement === document.body"
            )
        await page.keyboard.press("Escape")
        assert await focused(page) == "Start"


async def test_escape_closes_without_losing_what_was_typed(browser: Browser) -> None:
    async with serving(Story()) as served, looking(browser, served.link) as page:
        field = page.locator("dialog textarea")
        for _ in range(2):
            await page.get_by_role("button", name="Start").click()
            await page.click("dialog button:has-text('Steady')")
            await page.click("dialog button:has-text('Skip')")
            if not await field.input_value():
                await field.fill("half a thought")
            await page.keyboard.press("Escape")
        assert await field.input_value() == "half a thought"


async def test_every_control_has_a_name(browser: Browser) -> None:
    async with serving(Story(weeks=("Steady",))) as served, looking(browser, served.link) as page:
        await page.wait_for_selector(".strip")
        found = [(role, name) for role, name in await names(page) if role in CONTROLS]
        await page.get_by_role("button", name="Start").click()
        await page.wait_for_selector("dialog[open]")
        found += [(role, name) for role, name in await names(page) if role in CONTROLS]
    assert {role for role, _ in found} >= {"button", "textbox", "dialog", "log"}
    assert [role for role, name in found if not name.strip()] == []


async def test_a_screen_reader_finds_headings_weeks_and_both_chats(browser: Browser) -> None:
    async with (
        serving(Story(weeks=("Steady", "Struggling"))) as served,
        looking(browser, served.link) as page,
    ):
        await page.wait_for_selector(".strip")
        tree = await page.locator("body").aria_snapshot()
    assert 'heading "Coaching companion" [level=1]' in tree
    assert 'log "Chat of Dr. Noor Haddad with the companion"' in tree
    assert "Struggling 13 Nov" in tree


async def test_a_form_with_an_error_says_so_at_its_field(browser: Browser) -> None:
    async with serving(Story()) as served, looking(browser, served.link) as page:
        await page.get_by_role("button", name="Start").click()
        await page.click("dialog button:has-text('Steady')")
        await page.click("dialog button:has-text('Skip')")
        await page.fill("dialog textarea", "x" * 401)
        await page.click("dialog button[type=submit]")
        await page.wait_for_selector("dialog [aria-invalid=true]")
        field = page.get_by_role("textbox", name="One line for yourself?")
        described = await field.evaluate(
            "one => one.getAttribute('aria-describedby').split(' ')"
            ".map(id => document.getElementById(id)?.textContent).join('')"
        )
        assert (described, len(await field.input_value())) == ("At most 400 characters.", 401)


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (390, "dark"), (700, "light")])
async def test_on_a_phone_one_side_is_shown_and_nothing_sticks_out(
    browser: Browser, width: int, scheme: Scheme
) -> None:
    async with (
        serving(Story(weeks=("Steady",))) as served,
        looking(browser, served.link, width=width, height=740, scheme=scheme) as page,
    ):
        await page.click("[role=tab]:has-text('Coach')")
        assert await page.locator("#pane-coach").is_visible()
        assert not await page.locator(RESIDENT).is_visible()
        assert await page.evaluate("document.documentElement.scrollWidth") == width


async def test_every_button_is_large_enough_for_a_thumb(browser: Browser) -> None:
    async with (
        serving(Story(weeks=("Steady",))) as served,
        looking(browser, served.link, width=360, height=740) as page,
    ):
        await page.click("summary >> nth=0")
        sizes = await page.evaluate(
            "[...document.querySelectorAll('button, summary')].filter(one => one.checkVisibility())"
            ".map(one => [one.textContent, one.getBoundingClientRect().height])"
        )
        assert len(sizes) > 6
        assert [name for name, height in sizes if height < 44] == []


async def test_what_is_typed_in_one_tab_shows_as_new_in_the_other(browser: Browser) -> None:
    async with serving(Story()) as served, looking(browser, served.link, width=390, height=740) as page:
        await page.wait_for_selector("article")
        await served.behind.send("coach", OperationKind.POST, card("There is a request."))
        await page.wait_for_selector("[role=tab]:has-text('Coach, 1 new')")


async def test_text_that_did_not_arrive_is_kept_and_sent_again_as_the_same_event(browser: Browser) -> None:
    async with serving(Story()) as served, looking(browser, served.link) as page:
        sent: list[str] = []

        def note(request: Request) -> None:
            if "events" in request.url:
                sent.append((request.post_data_json or {})["id"])

        page.on("request", note)
        await page.route("**/chat/events", lambda route: route.abort())
        await page.fill(f"{RESIDENT} textarea", "a long shift")
        await page.keyboard.press("Enter")
        await page.wait_for_selector("text=That did not arrive.")
        assert await page.input_value(f"{RESIDENT} textarea") == "a long shift"
        await page.unroute("**/chat/events")
        await page.get_by_role("button", name="Try again").click()
        await page.wait_for_selector("text=I did not follow that.")
        assert (len(sent), len(set(sent)), await page.input_value(f"{RESIDENT} textarea")) == (2, 1, "")


async def test_a_double_click_is_one_press(browser: Browser) -> None:
    async with serving(Story()) as served, looking(browser, served.link) as page:
        await page.get_by_role("button", name="Not for me").dblclick()
        await page.wait_for_selector("text=Nothing more from me today.")
        assert [event.kind for event in served.behind.events if event.press] == ["press"]


async def test_while_the_companion_is_away_words_of_danger_are_answered_and_kept(browser: Browser) -> None:
    async with serving(Story(is_away=True)) as served, looking(browser, served.link) as page:
        await page.fill(f"{RESIDENT} textarea", "I want to die")
        await page.keyboard.press("Enter")
        await page.wait_for_selector("article.safety")
        await page.wait_for_selector("text=could not take that just now")
        assert await page.locator("article.safety").count() == 1
        assert await page.locator("article.safety a[href='tel:988']").is_visible()
        assert await page.input_value(f"{RESIDENT} textarea") == "I want to die"


async def test_a_safety_card_stands_once_in_the_form_and_once_in_the_chat(browser: Browser) -> None:
    async with serving(Story()) as served, looking(browser, served.link) as page:
        await page.get_by_role("button", name="Start").click()
        await page.click("dialog button:has-text('Not OK')")
        await page.wait_for_selector("dialog .safety-card")
        await page.wait_for_selector("article.safety")
        assert [await page.locator(one).count() for one in ("dialog .safety-card", "article.safety")] == [
            1,
            1,
        ]


async def test_a_lost_connection_is_said_and_mended(browser: Browser) -> None:
    async with serving(Story()) as served, looking(browser, served.link) as page:
        await page.route("**/chat/stream*", lambda route: route.abort())
        await served.chat.close()
        await page.wait_for_selector("text=The connection is lost.")
        served.chat.streams.is_closed = False
        await page.unroute("**/chat/stream*")
        await page.locator("#connection").get_by_role("button", name="Try again").click()
        await page.wait_for_selector("text=The connection is lost.", state="detached")
        await served.behind.send("resident", OperationKind.POST, card("Here again."))
        await page.wait_for_selector("text=Here again.")
        assert await page.locator("article", has_text="automated companion").count() == 1


async def test_any_text_is_shown_inert_and_nothing_comes_from_elsewhere(browser: Browser) -> None:
    complaints: list[str] = []
    asked: list[str] = []
    async with serving(Story()) as served, looking(browser, served.link) as page:
        page.on("console", lambda one: complaints.append(one.text))
        page.on("request", lambda one: asked.append(one.url))
        for text in HOSTILE.values():
            await served.behind.send("resident", OperationKind.POST, card(text))
        await page.reload()
        await page.wait_for_selector("text==HYPERLINK")
        shown = await page.locator("article .bubble > p").all_text_contents()
        assert await page.locator("article img, article script, article b").count() == 0
    assert (shown[-len(HOSTILE) :], complaints) == (list(HOSTILE.values()), [])
    assert [url for url in asked if not url.startswith(served.origin)] == []


async def test_a_picture_is_drawn_with_its_words_and_without_anything_that_runs(browser: Browser) -> None:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" onload="x()"><script>x()</script>'
        '<circle r="3" onclick="x()"/><a href="javascript:x()"><text>no</text></a><text>yes</text></svg>'
    )
    async with serving(Story()) as served, looking(browser, served.link) as page:
        own = Form("Mine", (), picture=Picture(svg, "Eight weeks, mostly steady"))
        await page.wait_for_selector(".strip")
        await served.behind.send("resident", OperationKind.PUBLISH, own)
        picture = page.get_by_role("img", name="Eight weeks, mostly steady")
        await picture.wait_for()
        drawn = await picture.evaluate("one => one.outerHTML")
    assert (
        "yes" in drawn,
        [bad for bad in ("on", "script", "href", "no<") if bad in drawn.split(">", 1)[1]],
    ) == (True, [])


async def test_a_retired_card_says_answered_and_has_no_buttons(browser: Browser) -> None:
    async with serving(Story()) as served, looking(browser, served.link) as page:
        reference = await served.behind.send("resident", OperationKind.POST, HELLO)
        article = page.locator(f"[data-ref={reference}]")
        await article.get_by_role("button", name="Start").wait_for()
        await served.behind.send("resident", OperationKind.RETIRE, card("Answered"), reference)
        await article.get_by_text("Answered").wait_for()
        assert await article.get_by_role("button").count() == 0


async def test_the_clock_says_where_it_stands_and_the_key_leaves_the_address(browser: Browser) -> None:
    async with serving(Story(pace=0.05)) as served, looking(browser, served.link) as page:
        await page.click("text=To Sunday 18:00")
        await page.wait_for_selector("#clock-progress:not([hidden])")
        await page.wait_for_selector("text=It is Sunday 22 November 2026, 18:00 in this demo.")
        await page.wait_for_selector("text=Your weekly check-in is here")
        assert "key" not in page.url
