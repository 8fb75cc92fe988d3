"""The main job in the real page, by mouse and by keyboard, and what a person meets when things break."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
import pytest_asyncio
from playwright.async_api import Browser
from playwright.async_api import TimeoutError as NotThere

from tests import servers
from tests.journeys.serving import Served, serving
from tests.journeys.sides import RESIDENT, Side, at, begins, previews, walks
from tests.web.browser import by_key, chromium, tick_first

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

HELD_BACK = "could not take that just now. What you wrote is still here."


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """One browser for all tests here; each has a page and a session of its own."""
    async with chromium() as found:
        yield found


@pytest.fixture
def own_postgres() -> Iterator[servers.PostgresServer]:
    """A server that a test may stop, and which keeps what it acknowledged."""
    servers.require("postgres")
    with servers.postgres(fsync=True) as server:
        yield server


async def test_the_main_job_by_clicking(browser: Browser, served: Served) -> None:
    async with at(browser, served, width=1280) as (resident, coach):
        await begins(resident)
        await resident.sees("The first comes Sunday ")
        await walks(resident, "To Sunday 18:00")
        await resident.presses("Open", "Struggling")
        await resident.place.get_by_label("Workload").check()
        await resident.presses("Continue", "Partly", "A person")
        preview = await previews(resident, "A hard week. Could we talk?")
        await resident.presses("Send")
        await resident.sees("Sent to Dr. Ana Reyes.")
        await resident.closes()
        await _answers(coach, preview)
        await resident.sees("There is news for you here.")
        await resident.presses("Open")
        await resident.sees("Dr. Ana Reyes has it and will be in touch.")


async def _answers(coach: Side, preview: str) -> None:
    await coach.sees("There is something for you here.")
    await coach.presses("Open")
    await coach.sees("What would you like to do?")
    assert await coach.place.locator("dialog .letter").inner_text() == preview
    assert "A hard week. Could we talk?" in preview
    await coach.presses("I have it")
    await coach.sees("is told that you have it.")
    await coach.closes()


async def test_a_check_in_by_keyboard_alone_on_a_phone(browser: Browser, served: Served) -> None:
    async with at(browser, served, width=390, height=844) as (resident, _):
        page = resident.page
        for label in ("Start", "Sunday 18:00", "Now"):
            await resident.place.get_by_role("button", name=label).last.wait_for()
            await by_key(page, label)
        await page.wait_for_selector("dialog[open]")
        await by_key(page, "Stretched")
        await resident.sees("What moved it most?")
        await tick_first(page)
        await resident.sees("enough for safe work?")
        await by_key(page, "Yes", "Space")
        await resident.sees("One line, for you alone.")
        await page.keyboard.type("One evening off.")
        await by_key(page, "Continue")
        await resident.sees("Done. Next one Sunday ")
        await page.keyboard.press("Escape")
        await page.wait_for_function("() => document.activeElement.matches('article')")
        await page.locator(f"{RESIDENT} summary").click()
        await resident.sees("Stretched")


async def test_after_not_ok_and_safe_the_lines_stand_in_the_form_that_goes_on(
    browser: Browser, served: Served
) -> None:
    async with at(browser, served, width=390, height=844) as (resident, _):
        await begins(resident, "Now")
        await resident.presses("Not OK")
        await resident.sees("Are you safe right now?")
        await resident.presses("Yes")
        await resident.sees("What would be most useful now?")
        await resident.place.locator("dialog .safety-card a[href='tel:988']").first.wait_for()


async def test_a_double_press_is_one_answer(browser: Browser, served: Served) -> None:
    async with at(browser, served) as (resident, _):
        await begins(resident)
        await resident.says("check in")
        await resident.presses("Start")
        await resident.place.locator("dialog").get_by_role("button", name="Steady").dblclick()
        await resident.sees("Noted. What helped?")
        await resident.closes()
        await resident.says("help")  # answered after both presses
        await resident.sees("Here is what you can do.")
        assert await resident.place.get_by_text("That question has closed.").count() == 0


async def test_on_a_second_device_an_answered_question_says_that_it_has_closed(
    browser: Browser, served: Served
) -> None:
    async with at(browser, served) as (desk, _), at(browser, served, width=390) as (phone, _):
        await begins(desk, "Now")
        await phone.presses("Continue")
        await phone.sees("Where were you most of this week?")
        await desk.presses("Stretched")
        await desk.sees("What moved it most?")
        await phone.presses("Steady")
        await phone.sees("That question has closed.")


async def test_text_in_a_form_outlives_a_server_that_was_killed(browser: Browser, served: Served) -> None:
    async with at(browser, served) as (resident, _):
        await begins(resident, "Now")
        await resident.presses("Steady")
        await resident.field.fill("A colleague stayed late with me.")
        served.kill()
        await resident.presses("Continue")
        await resident.sees("Nothing was lost: what you wrote is still here.")
        assert await resident.field.input_value() == "A colleague stayed late with me."
        served.start()
        await resident.presses("Try again")
        await resident.sees("Done. Next one Sunday ")


async def test_words_of_danger_are_answered_while_the_database_is_away(
    browser: Browser, own_postgres: servers.PostgresServer, tmp_path: Path
) -> None:
    url = own_postgres.create_database()
    with serving(tmp_path / "home", url) as served:
        async with at(browser, served) as (resident, _):
            await begins(resident)
            await resident.sees("The first comes Sunday ")
            await _everything_is_sent(url)
            own_postgres.stop(at_once=True)
            await resident.says("I want to kill myself")
            await resident.place.locator("article.safety a[href='tel:988']").first.wait_for()
            await resident.sees(HELD_BACK)
            own_postgres.start()
            await _is_answered_again(resident)


async def _everything_is_sent(url: str) -> None:
    """Else what is being sent when the database goes keeps its lease for a minute."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        waiting = "SELECT count(*) FROM outbox WHERE state IN ('waiting', 'leased', 'sending')"
        while connection.execute(waiting).fetchone() != (0,):  # noqa: ASYNC110 - another process sends
            await asyncio.sleep(0.05)


async def _is_answered_again(resident: Side) -> None:
    """Without a restart, though a first try may still meet a broken connection."""
    menu = resident.place.get_by_text("Here is what you can do.")
    for _ in range(20):
        await resident.says("help")
        with suppress(NotThere):
            await menu.last.wait_for(timeout=3000)
            return
    raise AssertionError("no answer after the database came back")


async def test_the_second_coach_is_one_press_away(browser: Browser, served: Served) -> None:
    async with at(browser, served, width=1280) as (resident, coach):
        assert await resident.page.locator(".pane:visible").count() == 2
        await coach.place.get_by_role("button", name="Dr. Jonas Okafor").click()
        second = Side(resident.page, "#pane-coach-2")
        await second.sees("Requests from trainees come here")
        assert await coach.place.is_hidden()
