"""Who holds the printed link may open the page; nobody else learns anything."""

import pytest
from aiohttp import ClientSession, CookieJar

from adapters.web.chat import WebChat
from adapters.web.door import HEADERS
from adapters.web.files import Files
from tests.adapters.shelf import MemoryShelf, ShelfAway
from tests.web.scripted import Scripted
from tests.web.serving import Served

FILES = f"/chat/{Files().version}"


@pytest.mark.parametrize("query", ["", "?key=", "?key=wrong", "?key=%F0%9F%98%80"])
async def test_without_the_key_the_page_says_where_to_find_it(query: str, served: Served[Scripted]) -> None:
    async with ClientSession() as stranger, stranger.get(f"{served.origin}/chat{query}") as response:
        assert (response.status, "Open the link" in await response.text()) == (401, True)


@pytest.mark.parametrize(
    "path", ["/chat/people", "/chat/stream?as=resident", f"{FILES}/page.css", "/chat/nothing"]
)
async def test_the_key_opens_the_page_alone(path: str, served: Served[Scripted]) -> None:
    key = served.link.partition("?")[2]
    joined = f"{path}{'&' if '?' in path else '?'}{key}"
    async with ClientSession() as stranger, stranger.get(served.origin + joined) as response:
        assert response.status == 401


async def test_the_session_is_a_cookie_that_scripts_and_other_sites_cannot_use(
    served: Served[Scripted],
) -> None:
    async with (
        ClientSession(cookie_jar=CookieJar(unsafe=True)) as session,
        session.get(served.link) as response,
    ):
        cookie = response.cookies["companion_chat"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/chat")


async def test_the_link_is_the_same_after_a_restart() -> None:
    shelf, script = MemoryShelf(), Scripted()
    links = [await WebChat(shelf, script.receive, script).link("http://127.0.0.1:8080") for _ in range(2)]
    assert links[0] == links[1]


async def test_two_links_never_share_a_key() -> None:
    script = Scripted()
    links = {await WebChat(MemoryShelf(), script.receive, script).link("http://127.0.0.1") for _ in range(20)}
    assert len(links) == 20


async def test_while_the_shelf_is_away_the_page_is_refused_and_comes_back(served: Served[Scripted]) -> None:
    script = Scripted()
    chat = WebChat(served.shelf, script.receive, script)
    served.shelf.fails.add("get")
    with pytest.raises(ShelfAway):
        await chat.key()
    served.shelf.fails.clear()
    assert await chat.link(served.origin) == served.link


@pytest.mark.parametrize(
    "path", ["/chat", f"{FILES}/page.css", f"{FILES}/main.js", f"{FILES}/mark.svg", "/chat/people"]
)
async def test_every_answer_carries_the_strict_headers(
    path: str, session: ClientSession, served: Served[Scripted]
) -> None:
    async with session.get(served.origin + path) as response:
        policy = response.headers["Content-Security-Policy"]
        assert (response.status, "unsafe" in policy, "default-src 'none'" in policy) == (200, False, True)


async def test_a_browser_keeps_the_files_of_this_version_alone_and_never_the_page(
    session: ClientSession, served: Served[Scripted]
) -> None:
    kept = {}
    for path in ("/chat", "/chat/people", f"{FILES}/main.js", "/chat/older/main.js", "/chat/main.js"):
        async with session.get(served.origin + path) as response:
            kept[path] = (response.status, response.headers["Cache-Control"].split(", ")[-1])
    assert list(kept.values()) == [
        (200, "no-store"),
        (200, "no-store"),
        (200, "immutable"),
        (200, "no-store"),
        (404, "no-store"),
    ]


def test_the_policy_names_no_other_address() -> None:
    assert ":" not in HEADERS["Content-Security-Policy"]


async def test_one_persons_page_hears_of_that_person_alone(
    served: Served[Scripted], session: ClientSession
) -> None:
    async with session.get(f"{served.origin}/chat/people", params={"as": "coach"}) as response:
        alone = [one["user"] for one in (await response.json())["people"]]
    async with session.get(f"{served.origin}/chat/people", params={"as": "nobody-here"}) as response:
        everybody = [one["user"] for one in (await response.json())["people"]]
    assert (alone, everybody) == (["coach"], ["resident", "coach"])
