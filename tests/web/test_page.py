"""The page as people meet it: by keyboard, with a screen reader, on a phone."""

from dataclasses import replace

import pytest
from playwright.async_api import Browser

from adapters.port import Account, OperationKind, Reply, ReplyKind
from adapters.web.transcript import Transcript
from tests.adapters.shapes import card, operation
from tests.web.browser import Scheme, by_key, focused, looking, names, tab_to, tick_first
from tests.web.scripted import Scripted
from tests.web.serving import serving
from tests.web.story import HELLO, LINE, SAFETY, Story

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
AT = "2026-11-20T17:10:00-06:00"


async def test_a_check_in_needs_no_mouse(browser: Browser) -> None:
    async with serving(Story()) as served, looking(browser, served.link) as page:
        await by_key(page, "Start")
        await page.wait_for_selector("dialog[open]")
        await by_key(page, "Stretched", "Space")
        await page.wait_for_selector("text=What moved it most?")
        await tick_first(page)
        await page.wait_for_selector("dialog textarea")
        await page.keyboard.type("Nights are long.")
        await by_key(page, "Continue")
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


async def test_what_comes_in_one_tab_shows_as_new_in_the_other_but_for_the_greeting(browser: Browser) -> None:
    async with serving(Story()) as served, looking(browser, served.link, width=390, height=740) as page:
        await page.wait_for_selector("article")
        await served.behind.send("coach", OperationKind.POST, card("Requests come here."))
        await served.behind.send("coach", OperationKind.POST, card("There is a request."))
        await page.wait_for_selector("[role=tab]:has-text('Coach, 1 new')")


async def test_news_counts_no_more_once_what_it_announced_is_over(browser: Browser) -> None:
    async with serving(Story()) as served, looking(browser, served.link, width=390, height=740) as page:
        request = await served.behind.send("coach", OperationKind.POST, HELLO)
        await served.behind.send("coach", OperationKind.POST, card("A second one."))
        await page.wait_for_selector("[role=tab]:has-text('Coach, 2 new')")
        await served.behind.send("coach", OperationKind.RETIRE, card("That one has passed."), request)
        await page.wait_for_selector("[role=tab]:has-text('Coach, 1 new')")


async def test_what_is_shown_again_after_a_new_beginning_is_no_news(browser: Browser) -> None:
    async with serving(Story()) as served, looking(browser, served.link, width=390, height=740) as page:
        await served.behind.send("coach", OperationKind.POST, card("Before."))
        await page.wait_for_selector("#pane-coach >> text=Before.", state="attached")
        anew = Transcript()
        for words in ("One", "Two", "Three"):
            anew.apply(operation(OperationKind.POST, Account("web", "demo", "coach"), card(words)), AT)
        served.shelf.put("demo", "transcript", "coach", anew.to_bytes())
        served.chat.streams.wake("coach")
        await page.wait_for_selector("#pane-coach .log[aria-busy=false] >> text=Three", state="attached")
        assert await page.locator("[role=tab]").all_inner_texts() == ["Resident", "Coach"]


async def test_a_chat_in_which_nothing_was_said_tells_what_to_do(browser: Browser) -> None:
    async with serving(Story()) as served, looking(browser, served.link) as page:
        said = await page.locator("#pane-coach .quiet-log").inner_text()
    assert [words in said for words in ("Write anything to begin.", "call 911, or call or text 988.")] == [
        True,
        True,
    ]


async def test_a_retired_card_says_answered_and_has_no_buttons(browser: Browser) -> None:
    async with serving(Story()) as served, looking(browser, served.link) as page:
        reference = await served.behind.send("resident", OperationKind.POST, HELLO)
        article = page.locator(f"[data-ref={reference}]")
        await article.get_by_role("button", name="Start").wait_for()
        await served.behind.send("resident", OperationKind.RETIRE, card("Answered"), reference)
        await article.get_by_text("Answered").wait_for()
        assert await article.get_by_role("button").count() == 0


async def test_the_clock_says_where_it_stands_and_the_key_leaves_the_address(browser: Browser) -> None:
    async with serving(Story()) as served, looking(browser, served.link) as page:
        served.behind.go.clear()
        await page.click("text=To Sunday 18:00")
        await page.wait_for_selector("#clock-progress:not([hidden])")
        served.behind.go.set()
        await page.wait_for_selector("text=It is Sunday 22 November 2026, 18:00 in this demo.")
        await page.wait_for_selector("text=22 November 2026, Chicago time")
        await page.wait_for_selector("text=Your weekly check-in is here")
        assert "key" not in page.url


async def test_what_was_said_of_a_jump_goes_once_the_clock_has_moved_on(browser: Browser) -> None:
    async with (
        serving(Story()) as served,
        looking(browser, served.link) as page,
        looking(browser, served.link) as elsewhere,
    ):
        await page.click("text=1 hour on")
        await page.wait_for_selector("text=18:10 in this demo.")
        await elsewhere.click("text=48 hours on")
        await page.wait_for_selector("text=in this demo.", state="detached")
        assert "18:10" in await page.inner_text("#clock-time")


async def test_the_clock_of_the_page_goes_on_in_the_zone_of_the_demo(browser: Browser) -> None:
    async with serving(Story()) as served, looking(browser, served.link) as page:
        later = await page.evaluate(
            "import(document.scripts[0].src.replace('main.js', 'times.js'))"
            ".then(({ later }) => later('2026-11-08T23:59:30-05:00', 40_000))"
        )
        assert later == "2026-11-09T00:00:10-05:00"


async def test_after_a_long_evening_the_message_box_is_one_tab_away(browser: Browser) -> None:
    async with serving(Story()) as served, looking(browser, served.link) as page:
        for _ in range(20):
            await served.behind.send("resident", OperationKind.POST, HELLO)
        await page.wait_for_function("() => document.querySelectorAll('article').length > 20")
        await page.keyboard.press("Tab")
        assert await focused(page) == "Skip to the message box of Dr. Noor Haddad"
        await page.keyboard.press("Enter")
        assert await focused(page) == "Write to the companion as Dr. Noor Haddad"


async def test_tab_goes_through_the_newest_messages_and_arrows_through_all(browser: Browser) -> None:
    async with serving(Story()) as served, looking(browser, served.link) as page:
        for _ in range(20):
            await served.behind.send("resident", OperationKind.POST, HELLO)
        await page.wait_for_function("() => document.querySelectorAll('article').length > 20")
        await page.locator(f"{RESIDENT} .log").focus()
        await tab_to(page, "Write to the companion as Dr. Noor Haddad", most=10)
        for _ in range(2):
            await page.keyboard.press("Shift+Tab")
        for _ in range(62):
            await page.keyboard.press("ArrowUp")
        assert await page.evaluate(
            "document.activeElement === document.querySelector('#pane-resident article button')"
        )


async def test_words_of_support_are_read_from_their_beginning(browser: Browser) -> None:
    async with serving(Story()) as served, looking(browser, served.link, height=620) as page:
        await page.wait_for_selector("article")
        for paragraphs in (("Thank you for telling me.\n" * 8,), ("Are you safe?\n" * 8,)):
            support = replace(SAFETY, paragraphs=paragraphs)
            await served.behind.send("resident", OperationKind.POST, support)
        await page.wait_for_function("() => document.querySelectorAll('article.safety').length === 2")
        await page.wait_for_function(
            "() => { const log = document.querySelector('#pane-resident .log');"
            " const above = document.querySelector('article.safety').offsetTop - log.scrollTop;"
            " return above >= 0 && above < 20; }"
        )


async def test_a_long_form_opens_at_its_beginning(browser: Browser) -> None:
    script, long = Scripted(), replace(LINE, paragraphs=("Read this.\n" * 40,))
    script.answers.extend([Reply(), Reply(), Reply(ReplyKind.FORM, form=long)])  # two sides open first
    async with serving(script) as served, looking(browser, served.link, width=390, height=600) as page:
        await served.chat.deliver(operation(OperationKind.POST, Account("web", "demo", "resident"), HELLO))
        await page.get_by_role("button", name="Start").click()
        await page.wait_for_selector("dialog textarea:focus")
        assert await page.evaluate("document.querySelector('dialog[open]').scrollTop") == 0


async def test_the_heading_of_a_form_says_truly_what_stands_in_the_chat(browser: Browser) -> None:
    async with serving(Story()) as served, looking(browser, served.link) as page:
        mark = page.locator("dialog[open] .private-mark")
        await page.get_by_role("button", name="Start").click()
        assert await mark.inner_text() == "Private view, not part of the chat"
        await page.click("dialog button:has-text('Not OK')")
        await page.wait_for_selector("dialog .safety-card")
        assert await mark.inner_text() == "Private view. Only the support card stands in the chat too."
