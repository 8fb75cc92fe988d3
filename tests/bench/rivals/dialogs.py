"""botbuilder-dialogs as its samples run it, on the thinnest durable store that can be written for it.

It keeps state after the reply was sent, and has neither claim nor outbox: both are added to the same
transaction, so that its figures are lower bounds of a bot that promises what the companion promises.
"""

import asyncio
import pickle
import sqlite3
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from botbuilder.core import ConversationState, MessageFactory, Storage, TurnContext
from botbuilder.core.adapters import TestAdapter
from botbuilder.dialogs import (
    ComponentDialog,
    DialogSet,
    DialogTurnResult,
    DialogTurnStatus,
    WaterfallDialog,
    WaterfallStepContext,
)
from botbuilder.dialogs.prompts import PromptOptions, PromptValidatorContext, TextPrompt
from botbuilder.schema import Activity, ChannelAccount, ConversationAccount

from tests.bench.frame import Found, Room
from tests.bench.rivals.check_in import AT_ONCE, OPTIONS, QUESTIONS, TABLES, end, measured

_THINGS = "CREATE TABLE things (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID"
_PUT = "INSERT INTO things VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
_BOT = ChannelAccount(id="28:bot", name="Companion")


class Kept(Storage):
    """One sqlite3 connection, used in the loop; values are pickled."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("PRAGMA synchronous = FULL")
        self.connection.executescript(TABLES)
        self.connection.execute(_THINGS)

    async def read(self, keys: list[str]) -> dict[str, object]:
        find = "SELECT value FROM things WHERE name = ?"
        found = {key: self.connection.execute(find, (key,)).fetchone() for key in keys}
        return {key: pickle.loads(row[0]) for key, row in found.items() if row}  # noqa: S301 - its own

    async def write(self, changes: dict[str, object]) -> None:
        for key, value in changes.items():
            self.connection.execute(_PUT, (key, pickle.dumps(value)))

    async def delete(self, keys: list[str]) -> None:
        for key in keys:
            self.connection.execute("DELETE FROM things WHERE name = ?", (key,))


class CheckIn(ComponentDialog):
    """The four questions as a waterfall. A text prompt with a check is the cheapest that takes a tap."""

    def __init__(self) -> None:
        super().__init__("check-in")
        for number in range(len(QUESTIONS)):
            self.add_dialog(TextPrompt(f"q{number}", _is_among(OPTIONS[number])))
        self.add_dialog(WaterfallDialog("steps", [_asking(n) for n in range(len(QUESTIONS) + 1)]))
        self.initial_dialog_id = "steps"


def _is_among(options: tuple[str, ...]) -> Callable[[PromptValidatorContext], Awaitable[bool]]:
    async def check(prompt: PromptValidatorContext) -> bool:
        return bool(prompt.recognized.succeeded) and prompt.recognized.value in options

    return check


def _asking(number: int) -> Callable[[WaterfallStepContext], Awaitable[DialogTurnResult]]:
    async def ask(step: WaterfallStepContext) -> DialogTurnResult:
        answers = step.values.setdefault("answers", [])
        if number:
            answers.append(step.result)
        if number == len(QUESTIONS):
            await step.context.send_activity(MessageFactory.text(end(answers)))
            return await step.end_dialog()
        asked = MessageFactory.text(QUESTIONS[number])
        return await step.prompt(f"q{number}", PromptOptions(prompt=asked, retry_prompt=asked))

    ask.__name__ = f"ask{number}"
    return ask


class Dialogs:
    """The bot: dialog state loaded and saved each turn, replies collected by the library's own adapter."""

    def __init__(self, path: Path) -> None:
        self._kept = Kept(path)
        self._state = ConversationState(self._kept)
        self._dialogs = self._state.create_property("DialogState")
        self._check_in = CheckIn()
        self._adapter = TestAdapter(self._on_turn)
        self._one = asyncio.Lock()

    async def _on_turn(self, context: TurnContext) -> None:
        dialogs = DialogSet(self._dialogs)
        dialogs.add(self._check_in)
        talk = await dialogs.create_context(context)
        if (await talk.continue_dialog()).status == DialogTurnStatus.Empty:
            await talk.begin_dialog(self._check_in.id)
        await self._state.save_changes(context)

    async def turn(self, who: str, event: str, tap: str) -> str:
        async with self._one:  # one connection, and the adapter keeps all replies in one queue
            return await self._turn(who, event, tap)

    async def _turn(self, who: str, event: str, tap: str) -> str:
        run, reply = self._kept.connection.execute, ""
        run("BEGIN IMMEDIATE")
        run("INSERT INTO claims VALUES (?, ?)", (event, time.time()))
        await self._adapter.receive_activity(_activity(who, event, tap))
        while (sent := self._adapter.get_next_activity()) is not None:
            reply = sent.text
            run("INSERT INTO outbox (who, body, at) VALUES (?, ?, ?)", (who, reply, time.time()))
        run("COMMIT")
        return reply


def _activity(who: str, event: str, tap: str) -> Activity:
    return Activity(
        type="message",
        id=event,
        channel_id="msteams",
        service_url="https://example.invalid/",
        text=tap,
        text_format="plain",
        from_property=ChannelAccount(id=who, name="Resident"),
        recipient=_BOT,
        conversation=ConversationAccount(id=who, conversation_type="personal", tenant_id="demo"),
        locale="en-US",
    )


def alone(room: Room) -> Found:
    return asyncio.run(measured(Dialogs(room.folder / "dialogs.db"), room, 1))


def at_once(room: Room) -> Found:
    return asyncio.run(measured(Dialogs(room.folder / "dialogs.db"), room, AT_ONCE))
