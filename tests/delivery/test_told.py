"""What the log says of a send: which row and what went wrong, never that it was a safety card."""

import json
from typing import Any

import pytest

from adapters.port import Lane, Rejected, UnknownOutcome
from bot.delivery.row import Row
from tests.delivery.stage import Outbox, Stage


def told(captured: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in captured.readouterr().err.splitlines()]


async def test_a_safety_card_is_told_of_like_any_reply(
    outbox: Outbox, stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    said = []
    for lane in (Lane.SAFETY, Lane.REPLY):
        stage.faults = [UnknownOutcome(), Rejected()]
        row = outbox.put("card", lane=lane)
        dispatcher = outbox.dispatcher(stage)
        await dispatcher.drain()
        outbox.clock.move(minutes=1)
        await dispatcher.drain()
        said.append([{**line, "at": "", "row": line["row"] - row} for line in told(capsys)])
    assert said[0] == said[1]
    assert [line["event"] for line in said[0]] == ["delivery.unknown", "delivery.dead"]


async def test_what_cannot_be_drawn_is_told_by_type_and_place(
    outbox: Outbox, stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(row: Row) -> None:
        raise ValueError("words of the person")

    outbox.put("hello")
    await outbox.dispatcher(stage, render=broken).drain()
    defect, dead = told(capsys)
    assert (defect["error"], defect["frames"][-1].split()[-1]) == ("ValueError", "broken")
    assert (dead["code"], "words" in str(defect)) == ("defect-ValueError", False)
