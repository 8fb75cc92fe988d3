"""The same act again, two at once, too late, or of somebody else's talk: over HTTP, on each database."""

import asyncio
import json
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import ClientSession
from sqlalchemy import Row, Table, select

from adapters.port import Account, Control, EventKind, Incoming, Press
from adapters.web import events as web_events
from adapters.web.wire import Json
from bot.errors import StoreUnavailable
from bot.store.tables import audit, events, measures, notes, outbox, persons, talks
from bot.turns.frames import frame_of
from bot.turns.refused import UNKNOWN
from tests.conftest import PATIENCE
from tests.hostile.home import Home, begins_check_in, choice, event, presses


def rows(home: Home, table: Table) -> Sequence[Row[Any]]:
    """All of a table."""
    return home.app.store.read(lambda conn: conn.execute(select(table)).all())


def kept(home: Home) -> tuple[int, ...]:
    """How many rows an act has left so far."""
    return tuple(len(rows(home, table)) for table in (events, measures, notes, audit, talks, outbox))


async def again(session: ClientSession, home: Home, body: Json, number: int) -> tuple[int, str]:
    """The same body once more, as a platform marks what it delivers again."""
    headers = {
        "Origin": home.origin,
        "X-Slack-Retry-Num": str(number),
        "X-Slack-Retry-Reason": "http_timeout",
    }
    async with session.post(f"{home.origin}/chat/events", json=body, headers=headers) as answer:
        return answer.status, await answer.text()


def pressed(home: Home, label: str) -> Json:
    """The body of a press on this button of the open form."""
    return event(home.resident, "press", press=choice(home.resident.form, label))


def pressed_value(home: Home, label: str) -> str:
    """What this button of the open form stands for."""
    return choice(home.resident.form, label)


def person(home: Home, name: str) -> str:
    """Somebody's id, by the name on the roster."""
    return next(str(row.id) for row in rows(home, persons) if row.name == name)


def gone(job: object) -> Future[Any]:
    """What the store gives while its database is away."""
    future: Future[Any] = Future()
    future.set_exception(StoreUnavailable())
    return future


async def test_case_03_a_replay_has_no_second_effect(home: Home) -> None:
    await begins_check_in(home.resident)
    body = pressed(home, "Stretched")
    first = await home.resident.post(body)
    before = kept(home)

    assert [await home.resident.post(body) for _ in range(3)] == [first] * 3
    assert kept(home) == before


async def test_case_10_four_deliveries_have_one_effect_and_one_answer(home: Home) -> None:
    await begins_check_in(home.resident)
    body = pressed(home, "Stretched")
    answers = [await again(home.session, home, body, number) for number in range(4)]

    assert [status for status, _ in answers] == [200] * 4
    assert (len(set(answers)), len(rows(home, measures))) == (1, 1)


async def test_case_10_so_have_twenty_at_once(home: Home) -> None:
    await begins_check_in(home.resident)
    body = pressed(home, "Stretched")
    answers = await asyncio.gather(*(again(home.session, home, body, number) for number in range(20)))

    assert [status for status, _ in answers] == [200] * 20
    assert (len(set(answers)), len(rows(home, measures))) == (1, 1)


async def test_case_13_a_talk_of_somebody_else_is_refused_and_audited_once(home: Home) -> None:
    await begins_check_in(home.resident)
    body = pressed(home, "Stretched")
    coach = home.visitor("coach")
    await coach.opens()
    before = rows(home, talks), rows(home, measures)
    ids = [f"tampered-{number}" for number in range(3)]
    answers = [await coach.post(body | {"id": one, "as": "coach"}) for one in ids]

    assert {(status, *reply["form"]["paragraphs"]) for status, reply in answers} == {(200, "Finished")}
    assert (rows(home, talks), rows(home, measures)) == before
    assert [row.actor for row in rows(home, audit) if row.act == "refused"] == [person(home, "Dr. Ana Reyes")]


async def test_case_13_whose_it_is_can_read_who_tried(home: Home) -> None:
    await begins_check_in(home.resident)
    body = pressed(home, "Stretched")
    coach = home.visitor("coach")
    await coach.opens()
    await coach.post(body | {"id": "tampered", "as": "coach"})
    press = Press("", 1, "", Control.WORD, "export").pack()
    _, reply = await home.resident.post(event(home.resident, "press", press=press))
    done = json.loads(reply["form"]["download"])["who_did_what"]

    assert [(line["act"], line["by"]) for line in done if line["act"] == "refused"] == [
        ("refused", "Dr. Ana Reyes")
    ]


async def test_case_13_an_account_of_another_tenant_presses_nothing(home: Home) -> None:
    await begins_check_in(home.resident)
    before = rows(home, talks), rows(home, measures)
    press = Press.unpack(pressed_value(home, "Stretched"))
    stranger = Account("web", "elsewhere", "resident")
    await home.app.receive(
        Incoming("foreign", stranger, EventKind.PRESS, press=press, answer_within=PATIENCE)
    )

    assert (rows(home, talks), rows(home, measures)) == before
    assert [row.actor for row in rows(home, audit) if row.act == "refused"] == [UNKNOWN]


async def test_case_14_a_button_of_an_older_version_changes_nothing_and_says_so(home: Home) -> None:
    await begins_check_in(home.resident)
    press = Press.unpack(pressed_value(home, "Stretched"))
    assert press is not None
    older = replace(press, version=max(press.version - 2, 0), key="rounds", option="many").pack()
    status, reply = await home.resident.post(event(home.resident, "press", press=older))

    assert (status, reply["form"]["question"]) == (200, "Where were you most of this week?")
    assert reply["form"]["notice"] == "That question has closed. This is the one that is open."
    talk = next(row for row in rows(home, talks) if row.flow == "check-in")
    frame = frame_of(talk, home.app.keys)
    assert frame is not None
    frame.load(home.app.keys, talk)
    assert (frame.asks, frame.journal.entries, rows(home, measures)) == ("week", (), [])


async def test_case_15_on_phone_and_desk_at_once_the_first_answer_counts(home: Home) -> None:
    await begins_check_in(home.resident)
    bodies = [pressed(home, label) for label in ("Steady", "Stretched")]
    answers = await asyncio.gather(*(home.resident.post(body) for body in bodies))
    forms = [reply["form"] for _, reply in answers]
    first = {"Noted. What helped?": "Steady"}.get(forms[0]["question"], "Stretched")

    assert [status for status, _ in answers] == [200, 200]
    assert sorted(form["notice"] for form in forms) == [
        "",
        f"That question has closed. Answered there: {first}. Back leads to it.",
    ]
    assert forms[0]["question"] == forms[1]["question"]
    assert len(rows(home, measures)) == 1


async def test_case_15_and_back_changes_it(home: Home) -> None:
    await begins_check_in(home.resident)
    late = pressed(home, "Stretched")
    await home.resident.presses("Steady")
    _, reply = await home.resident.post(late)
    home.resident.form = reply["form"]
    await home.resident.presses("Back", "Stretched")

    assert home.resident.form is not None
    assert home.resident.form["question"] == "What moved it most? Up to two."


async def writes_a_line(home: Home) -> Json:
    """As far as the form of a written line; gives the body that sends it."""
    await begins_check_in(home.resident)
    await home.resident.presses("Steady")
    form = home.resident.form
    assert form is not None
    fields = {form["field"]["key"]: ["a line of my own"]}
    return event(home.resident, "form", press=form["submit"], fields=fields)


async def test_case_16_a_form_of_what_was_deleted_meanwhile_says_so(home: Home) -> None:
    body = await writes_a_line(home)
    phone = home.visitor("resident")
    await phone.says("delete")
    await presses(phone, "Delete everything")
    status, reply = await home.resident.post(body)

    assert (status, reply["kind"], reply["form"]["paragraphs"]) == (200, "form", ["Finished"])
    assert rows(home, notes) == []


async def test_case_16_a_form_that_names_another_talk_writes_nothing(home: Home) -> None:
    body = await writes_a_line(home)
    coach = home.visitor("coach")
    await coach.says("pause")
    theirs = next(row.id for row in rows(home, talks) if row.flow == "pause")
    press = Press.unpack(body["press"])
    assert press is not None
    for number, talk in enumerate((theirs, "made-up", "")):
        edited = {"id": f"edited-{number}", "press": replace(press, talk=talk).pack()}
        status, reply = await home.resident.post(body | edited)
        assert (status, reply["form"]["paragraphs"], rows(home, notes)) == (200, ["Finished"], [])


FIELDS: dict[str, Json] = {
    "missing": {},
    "made-up option": {"moved": ["nonsense"]},
    "too many": {"moved": ["sleep", "team", "workload"]},
    "over-long": {"moved": ["x" * 100_000]},
    "over-long name": {"x" * 5000: ["sleep"]},
    "empty": {"moved": []},
    "control names": {"!keep": ["yes"], "!skip": ["moved"]},
    "NUL and half a character": {"moved": ["a\x00b\ud800"]},
}
UNKNOWN_BUTTONS = (
    "nonsense|7|made-up|nonsense|||",
    "check-in|1||week|steady||",
    "|0||!nonsense|||",
    "a|1|b|c|d|e|f",
)


async def test_case_17_fields_that_do_not_fit_are_answered_and_record_nothing(home: Home) -> None:
    await begins_check_in(home.resident)
    await home.resident.presses("Stretched")
    assert home.resident.form is not None
    press = home.resident.form["submit"]
    before = rows(home, talks)[-1].journal, rows(home, measures)
    for name, fields in FIELDS.items():
        status, reply = await home.resident.post(event(home.resident, "form", press=press, fields=fields))
        assert (status, reply["kind"]) == (200, "errors"), name

    assert (rows(home, talks)[-1].journal, rows(home, measures)) == before


async def test_case_17_what_is_extra_is_passed_over(home: Home) -> None:
    await begins_check_in(home.resident)
    await home.resident.presses("Stretched")
    assert home.resident.form is not None
    fields = {"moved": ["sleep", "sleep"], "more": ["x"], "talk": ["y"]}
    body = event(home.resident, "form", press=home.resident.form["submit"], fields=fields)
    status, reply = await home.resident.post(body)

    assert (status, reply["form"]["question"]) == (200, "How was sleep: enough for safe work?")


async def test_case_17_fields_of_a_wrong_type_are_refused_and_unknown_buttons_answered(home: Home) -> None:
    await begins_check_in(home.resident)
    before = rows(home, talks)[-1].journal
    for fields in ({"moved": "sleep"}, {"moved": [1]}, {"moved": None}, ["moved"], "moved"):
        body = event(home.resident, "form", press="check-in|1|made-up|moved|||", fields=fields)
        assert (await home.resident.post(body))[0] == 400
    for press in UNKNOWN_BUTTONS:
        for kind in ("press", "form"):
            assert (await home.resident.post(event(home.resident, kind, press=press)))[0] == 200

    assert rows(home, talks)[-1].journal == before


async def test_case_18_while_the_database_is_away_nothing_is_acknowledged_and_then_once(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    await begins_check_in(home.resident)
    body = pressed(home, "Stretched")
    with monkeypatch.context() as away:
        away.setattr(home.app.store, "play", gone)
        refused = [await home.resident.post(body) for _ in range(3)]
    taken = [await home.resident.post(body) for _ in range(2)]

    assert refused == [(503, {"card": None})] * 3
    assert ([status for status, _ in taken], taken[0] == taken[1]) == ([200, 200], True)
    assert len(rows(home, measures)) == 1


async def test_case_18_a_database_that_hangs_is_refused_in_time(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    await home.resident.opens()
    await presses(home.resident, "Start")
    monkeypatch.setattr(web_events, "ANSWER_WITHIN", 0.2)
    monkeypatch.setattr(home.app.store, "play", lambda job: Future())
    status, _ = await home.resident.post(event(home.resident, "message", text="check in"))

    assert (status, web_events.ANSWER_WITHIN < 3) == (503, True)
