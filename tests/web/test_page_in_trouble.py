"""The page when things go wrong: nothing typed is lost, nothing is said twice, nothing foreign runs."""

from dataclasses import replace

import pytest
from playwright.async_api import Browser, Dialog, Request

from adapters.port import Account, Choice, Form, OperationKind, Picture, Reply, ReplyKind
from tests.adapters.shapes import HOSTILE, card, operation
from tests.web.browser import looking
from tests.web.scripted import Scripted
from tests.web.serving import serving
from tests.web.story import HELLO, LINE, SECOND, Story, press

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

RESIDENT = "#pane-resident"


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


async def test_a_form_that_comes_back_with_a_tick_keeps_the_text_and_sends_the_tick(browser: Browser) -> None:
    script = Scripted()
    keep = replace(LINE, tick=Choice("Keep as written", press("!keep")), notice="A name may be in it.")
    script.answers.extend(
        [Reply(), Reply(), Reply(ReplyKind.FORM, form=LINE), Reply(ReplyKind.ERRORS, form=keep), Reply()]
    )
    async with serving(script) as served, looking(browser, served.link) as page:
        await served.chat.deliver(operation(OperationKind.POST, Account("web", "demo", "resident"), HELLO))
        await page.get_by_role("button", name="Start").click()
        await page.fill("dialog textarea", "about Mr. Gray")
        await page.click("dialog button[type=submit]")
        await page.get_by_label("Keep as written").check()
        async with page.expect_response("**/chat/events"):
            await page.click("dialog button[type=submit]")
    assert dict(script.heard[-1].fields) == {"line": ("about Mr. Gray",), "!keep": ("yes",)}


async def test_closing_a_talk_drops_what_was_typed_in_it_and_later_keeps_it(browser: Browser) -> None:
    async with serving(Story()) as served, looking(browser, served.link) as page:
        found = []
        for way in ("Later", "Stop", "Stop"):
            await page.get_by_role("button", name="Start").click()
            await page.click("dialog button:has-text('Steady')")
            await page.click("dialog button:has-text('Skip')")
            found.append(await page.input_value("dialog textarea"))
            await page.fill("dialog textarea", "half a thought")
            await page.click(f"dialog button:has-text('{way}')")
            await page.wait_for_selector("dialog[open]", state="detached")
    assert found == ["", "half a thought", ""]


async def test_what_was_wrong_with_the_ticks_is_said_until_they_change(browser: Browser) -> None:
    script = Scripted()
    errors = Reply(ReplyKind.ERRORS, errors={"moved": "Tick up to two, or press Skip."})
    script.answers.extend([Reply(), Reply(), Reply(ReplyKind.FORM, form=SECOND), errors])
    async with serving(script) as served, looking(browser, served.link) as page:
        await served.chat.deliver(operation(OperationKind.POST, Account("web", "demo", "resident"), HELLO))
        await page.get_by_role("button", name="Start").click()
        await page.click("dialog button[type=submit]")
        await page.wait_for_selector("text=Tick up to two")
        await page.locator("dialog label.tickable").first.click()
        await page.wait_for_selector("text=Tick up to two", state="detached")


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
        await page.wait_for_selector(".trouble:has-text('call 911, or call or text 988')")
        assert await page.input_value(f"{RESIDENT} textarea") == "a long shift"
        await page.unroute("**/chat/events")
        await page.get_by_role("button", name="Try again").click()
        await page.wait_for_selector("text=I did not follow that.")
        assert (len(sent), len(set(sent)), await page.input_value(f"{RESIDENT} textarea")) == (2, 1, "")


async def test_of_a_text_that_was_taken_out_again_no_trouble_is_told(browser: Browser) -> None:
    async with serving(Story()) as served, looking(browser, served.link) as page:
        await page.route("**/chat/events", lambda route: route.abort())
        await page.fill(f"{RESIDENT} textarea", "a long shift")
        await page.keyboard.press("Enter")
        await page.wait_for_selector("text=That did not arrive.")
        await page.fill(f"{RESIDENT} textarea", "")
        await page.wait_for_selector("text=That did not arrive.", state="detached")


async def test_a_double_click_is_one_press(browser: Browser) -> None:
    async with serving(Story()) as served, looking(browser, served.link) as page:
        await page.get_by_role("button", name="Not for me").dblclick()
        await page.wait_for_selector("text=Nothing more from me today.")
        assert [event.kind for event in served.behind.events if event.press] == ["press"]


_CLICK = """(row, pause, detail, pointerType) => {
  for (const end = performance.now() + pause; performance.now() < end;);
  const options = { bubbles: true, cancelable: true, detail, clientX: 50, clientY: 50 };
  row.dispatchEvent(new PointerEvent("pointerdown", { ...options, pointerType }));
  row.dispatchEvent(new MouseEvent("click", options));
}"""
CLICKS = f"""([place, pauses, details, pointerType]) => {{
  const row = () => place.querySelector("label.tickable");
  pauses.forEach((pause, number) => {{
    ({_CLICK})(row(), pause, details[number], pointerType);
    if (number) return;
    row().replaceWith(row().cloneNode(true));
    row().querySelector("input").checked = false;
  }});
  return row().querySelector("input").checked;
}}"""
"""Clicks on a row after so many milliseconds each; another row comes in its place after the first."""
BESIDE = f"""(place) => {{
  const rows = [...place.querySelectorAll("label.tickable")].slice(0, 2);
  for (const row of rows) ({_CLICK})(row, 60, 1, "touch");
  return place.querySelectorAll("input:checked").length;
}}"""
"""Taps on two rows, close to each other in time and place."""


@pytest.mark.parametrize(
    ("pauses", "details", "pointer", "is_ticked"),
    [
        ((0, 60), (1, 2), "mouse", False),
        ((0, 60, 60), (1, 2, 3), "mouse", False),
        ((0, 900), (1, 2), "mouse", True),
        ((0, 60), (1, 1), "mouse", True),
        ((0, 60), (1, 0), "touch", True),
        ((0, 60), (1, 1), "touch", False),
        ((0, 600), (1, 1), "touch", True),
    ],
)
async def test_the_second_of_a_double_click_or_tap_picks_nothing_that_came_in_its_place(
    browser: Browser, pauses: tuple[int, ...], details: tuple[int, ...], pointer: str, *, is_ticked: bool
) -> None:
    async with serving(Story()) as served, looking(browser, served.link) as page:
        await page.get_by_role("button", name="Start").click()
        await page.click("dialog button:has-text('Steady')")
        rows = await page.wait_for_selector("dialog .several")
        given = [rows, pauses, details, pointer]
        assert await page.evaluate(CLICKS, given) is is_ticked


async def test_two_rows_tapped_quickly_are_both_ticked(browser: Browser) -> None:
    async with serving(Story()) as served, looking(browser, served.link) as page:
        await page.get_by_role("button", name="Start").click()
        await page.click("dialog button:has-text('Steady')")
        rows = await page.wait_for_selector("dialog .several")
        assert await page.evaluate(BESIDE, rows) == 2


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
        await page.wait_for_selector("text=automated companion")  # the greeting comes before, not between
        for text in HOSTILE.values():
            await served.behind.send("resident", OperationKind.POST, card(text))
        await page.reload()
        await page.wait_for_selector(f"text={list(HOSTILE.values())[-1]}")
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


async def test_a_form_that_is_too_long_says_so_once_and_offers_nothing_else(browser: Browser) -> None:
    script = Scripted()
    keep = replace(LINE, tick=Choice("Keep as written", press("!keep")), notice="A name may be in it.")
    too_long = {"line": "Possible here: at most 400 characters; this has 4001"}
    found = Reply(ReplyKind.ERRORS, form=keep, errors={"line": keep.notice})
    opened = [Reply(), Reply(), Reply(ReplyKind.FORM, form=LINE)]
    script.answers.extend([*opened, found, Reply(ReplyKind.ERRORS, errors=too_long)])
    async with serving(script) as served, looking(browser, served.link) as page:
        await served.chat.deliver(operation(OperationKind.POST, Account("web", "demo", "resident"), HELLO))
        await page.get_by_role("button", name="Start").click()
        for text in ("about Mr. Gray", "x" * 4001):
            await page.fill("dialog textarea", text)
            await page.click("dialog button[type=submit]")
            await page.wait_for_selector("dialog [aria-invalid=true]")
        said = await page.locator("dialog form").inner_text()
        assert [words in said for words in ("this has 4001", "Over by", "Keep as", "name may")] == [
            True,
            False,
            False,
            False,
        ]


async def test_leaving_the_page_is_asked_about_only_while_a_text_is_unsent(browser: Browser) -> None:
    async with serving(Story()) as served, looking(browser, served.link) as page:
        asked: list[str] = []

        async def note(dialog: Dialog) -> None:
            asked.append(dialog.type)
            await dialog.accept()

        page.on("dialog", note)
        for words in ("", "half a thought"):
            await page.locator(f"{RESIDENT} textarea").click()
            await page.keyboard.type(words)
            await page.reload()
            await page.wait_for_selector(".log[aria-busy=false]")
        assert asked == ["beforeunload"]


async def test_after_everything_is_deleted_no_lone_answer_stands_there(browser: Browser) -> None:
    script = Scripted()
    async with serving(script) as served, looking(browser, served.link) as page:
        await served.chat.deliver(operation(OperationKind.POST, Account("web", "demo", "resident"), HELLO))
        await page.get_by_role("button", name="Start").wait_for()
        served.shelf.delete("demo", "transcript", "resident")
        script.answers.append(Reply(ReplyKind.REPLACE, card=card("Answered")))
        await page.get_by_role("button", name="Start").click()
        await served.chat.deliver(
            operation(OperationKind.POST, Account("web", "demo", "resident"), card("All of it is gone."))
        )
        await page.wait_for_selector("text=All of it is gone.")
        assert await page.locator("article").count() == 1
