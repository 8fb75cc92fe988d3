"""The throwaway servers keep their promises to the tests that stand on them."""

import subprocess

import psycopg
import pytest
from playwright.sync_api import sync_playwright

from tests import servers


@pytest.mark.postgres
def test_a_stopped_postgres_comes_back_with_its_data_at_the_same_address() -> None:
    servers.require("postgres")
    with servers.postgres() as server:
        url = server.create_database().replace("+psycopg", "")
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
        server.stop()
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(url)
        server.start()
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT n FROM kept").fetchone() == (7,)


@pytest.mark.postgres
def test_freezing_passes_over_a_connection_that_ends_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    servers.require("postgres")
    with servers.postgres() as server:
        ended = subprocess.Popen(["true"])
        ended.wait()
        monkeypatch.setattr(server, "_pids", lambda: [ended.pid])
        with server.frozen():
            assert server.url


@pytest.mark.browser
def test_chromium_shows_a_page() -> None:
    servers.require("browser")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=servers.chromium_path(), args=list(servers.CHROMIUM_FLAGS)
        )
        page = browser.new_page()
        page.set_content("<h1>Hello</h1>")
        assert page.inner_text("h1") == "Hello"
        browser.close()


def test_a_missing_program_skips_its_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers, "chromium_path", lambda: None)
    monkeypatch.delenv("COMPANION_REQUIRE", raising=False)
    with pytest.raises(pytest.skip.Exception):
        servers.require("browser")


def test_a_missing_program_fails_its_tests_where_it_must_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers, "chromium_path", lambda: None)
    monkeypatch.setenv("COMPANION_REQUIRE", "postgres,browser")
    with pytest.raises(pytest.fail.Exception):
        servers.require("browser")
