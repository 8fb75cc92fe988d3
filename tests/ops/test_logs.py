"""No log line holds what a person wrote, whatever is handed to it."""

import json
import logging
import sys
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from bot import logs
from bot.logs import configure_logs, get_log, log_id, talk_kind

MARKER = "MARKER-my-own-words"


@pytest.fixture(autouse=True)
def _logging() -> Iterator[None]:
    root = logging.getLogger()
    kept = (root.handlers[:], root.level, sys.excepthook, sys.unraisablehook, logs._state)
    logs._state = logs._State()
    configure_logs(level="debug", format="json", secret=b"s" * 32)
    yield
    logging.captureWarnings(False)
    root.handlers[:], root.level, sys.excepthook, sys.unraisablehook, logs._state = kept


def lines(captured: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in captured.readouterr().err.splitlines()]


def fail() -> None:
    mine = f"{MARKER} in a local"
    raise ValueError(f"could not read {mine}")


def test_a_line_keeps_codes_numbers_and_hashed_ids(capsys: pytest.CaptureFixture[str]) -> None:
    get_log("bot.turns").info("turn.committed", kind="check-in", ms=12, person=log_id("person", "p1"))

    [line] = lines(capsys)
    assert {key: line[key] for key in line.keys() - {"at", "person"}} == {
        "event": "turn.committed",
        "level": "info",
        "logger": "bot.turns",
        "kind": "check-in",
        "ms": 12,
    }


def test_words_unknown_keys_and_bare_ids_are_dropped(capsys: pytest.CaptureFixture[str]) -> None:
    get_log("bot").info("turn.read", kind=f"{MARKER} is tired", text=MARKER, person=MARKER, count=[MARKER])

    shown = capsys.readouterr().err
    assert MARKER not in shown
    assert "turn.read" in shown


def test_a_line_names_the_type_of_an_error_and_none_of_its_words(capsys: pytest.CaptureFixture[str]) -> None:
    for error in ("RetryLater", f"RetryLater: {MARKER}", ValueError(MARKER)):
        get_log("bot").warning("delivery.unknown", row=7, error=error)
    assert [line.get("error") for line in lines(capsys)] == ["RetryLater", None, None]


def test_what_is_said_of_a_row_does_not_tell_its_lane(capsys: pytest.CaptureFixture[str]) -> None:
    get_log("bot").info("delivery.again", row=7, lane="SAFETY", code="later")
    assert [line.keys() & {"row", "lane"} for line in lines(capsys)] == [{"row"}]


def test_an_event_that_is_no_code_loses_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    get_log("bot").warning(f"she wrote {MARKER}")
    assert [line["event"] for line in lines(capsys)] == ["unnamed"]


@pytest.mark.parametrize("form", ["json", "console"])
def test_an_exception_shows_type_and_place_but_no_message(
    form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logs(level="info", format=form)
    try:
        fail()
    except ValueError:
        get_log("bot").exception("turn.failed")

    shown = capsys.readouterr().err
    assert MARKER not in shown
    assert all(word in shown for word in ("ValueError", "test_logs.py", " fail"))


def test_causes_and_groups_are_told_without_their_messages(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        try:
            fail()
        except ValueError as error:
            raise ExceptionGroup(MARKER, [error, KeyError(MARKER)]) from error
    except ExceptionGroup:
        get_log("bot").exception("turn.failed")

    [line] = lines(capsys)
    assert MARKER not in json.dumps(line)
    assert {"then ExceptionGroup", "with ValueError", "with KeyError"} <= set(line["frames"])


def test_a_library_keeps_its_place_and_loses_its_words(capsys: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("some.library").error("body was %s", MARKER)
    logging.getLogger("aiohttp.access").error("GET /chat?text=%s", MARKER)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(True)
        warnings.warn(MARKER, stacklevel=1)

    shown = capsys.readouterr().err
    assert MARKER not in shown
    assert [json.loads(line)["logger"] for line in shown.splitlines()] == ["some.library", "py.warnings"]


def test_what_nobody_catches_is_told_without_its_message(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        fail()
    except ValueError as error:
        sys.excepthook(ValueError, error, error.__traceback__)

    [line] = lines(capsys)
    assert (line["event"], line["error"], MARKER in json.dumps(line)) == ("uncaught", "ValueError", False)


def test_less_than_the_level_is_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(level="warning", format="json")
    get_log("bot").info("turn.committed")
    assert capsys.readouterr().err == ""


def test_a_hashed_id_depends_on_key_and_kind() -> None:
    here = log_id("person", "p1")
    same = log_id("person", "p1")
    logs.use_log_key(b"another")

    assert here == same
    assert len({here, log_id("person", "p1"), log_id("talk", "p1")}) == 3


def test_a_tender_talk_is_just_a_talk() -> None:
    assert (talk_kind("debrief", tender=True), talk_kind("check-in", tender=False)) == ("talk", "check-in")
