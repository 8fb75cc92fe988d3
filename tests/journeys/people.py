"""Residents and coaches of a running server, over HTTP: they wait for what comes, as people do."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial

from adapters.web.wire import Json
from tests.journeys.serving import Served
from tests.web.visitor import NotShown, Visitor, visiting

_WITHIN = 60.0
_POLL = 0.05


class Guest(Visitor):
    """A person at the page. What is pressed or seen may come a moment later."""

    _heard = ""

    async def presses(self, *labels: str) -> None:
        """Press what the newest thing shown with each label does, once it is there."""
        for label in labels:
            await self.until(partial(self._is_shown, label), f"a button {label!r}")
            await super().presses(label)

    async def sees(self, words: str) -> None:
        """Wait until the open form, the chat or the own page says this."""
        await self.until(lambda: words in self.screen, repr(words))

    async def hears(self, words: str) -> None:
        """Wait until the newest message of the chat says this, and is another than the one heard before."""

        def is_new() -> bool:
            newest = self.messages[-1]["ref"] if self.messages else self._heard
            return newest != self._heard and words in self.said[-1]

        await self.until(is_new, f"{words!r} as the newest message")
        self._heard = self.messages[-1]["ref"]

    async def walks(self, to: str) -> datetime:
        """Move the demo's clock; gives where it stands."""
        state = await self.jumps(to)
        await self.look()
        return datetime.fromisoformat(state["at"])

    def closes(self) -> None:
        """Close the form; nothing is sent."""
        self.form = None

    def count(self, words: str) -> int:
        """How many messages of the chat say this."""
        return sum(words in one for one in self.said)

    def when(self, words: str) -> list[datetime]:
        """When each message that says this came, on the demo's wall clock."""
        return [
            datetime.fromisoformat(one["at"])
            for one, said in zip(self.messages, self.said, strict=True)
            if words in said
        ]

    def buttons(self, words: str) -> list[str]:
        """What can be pressed under the newest message that says this."""
        found = [one for one, said in zip(self.messages, self.said, strict=True) if words in said]
        return [choice["label"] for choice in found[-1]["card"]["choices"]]

    @property
    def screen(self) -> str:
        """Everything that this person can read now."""
        return "\n".join([*self._form(self.form), *self.said, *self._form(self.own), self.notice])

    @property
    def question(self) -> str:
        """What the open form asks."""
        return str(self.form["question"]) if self.form else ""

    @property
    def weeks(self) -> list[str]:
        """The own strip, oldest first."""
        return [bar["word"] for bar in self.own["strip"]] if self.own else []

    async def until(self, is_so: Callable[[], bool], what: str) -> None:
        """Look again until it is so. Raises NotShown with what is there instead."""
        deadline = asyncio.get_running_loop().time() + _WITHIN
        while not is_so():
            if asyncio.get_running_loop().time() > deadline:
                raise NotShown(f"{self.user} waits for {what} in:\n{self.screen}")
            await asyncio.sleep(_POLL)
            await self.look()

    def _is_shown(self, label: str) -> bool:
        return any(one["label"] == label for _, one in self._shown())

    def _form(self, form: Json | None) -> list[str]:
        if form is None:
            return []
        return [form["title"], *form["paragraphs"], form["question"], form["notice"]]


@asynccontextmanager
async def at_the_page(served: Served) -> AsyncIterator[tuple[Guest, Guest, Guest]]:
    """The resident, the coach and the second coach, each with the page open, on a Monday at eight."""
    async with visiting(served.link) as session:
        everybody = tuple(Guest(session, served.origin, user) for user in ("resident", "coach", "coach-2"))
        resident, coach, second = everybody
        await resident.walks("monday")
        for one in everybody:
            await one.opens()
        yield resident, coach, second


async def starts(resident: Guest, day: str = "Sunday 18:00", begin: str = "Not now") -> None:
    """From hello to the end of the welcome."""
    await resident.presses("Start", day, begin)


async def checks_in(resident: Guest, week: str = "Steady") -> None:
    """Open the newest invitation and answer it in the shortest way."""
    await resident.presses("Open", week)
    while resident.form and any(one["label"] == "Skip" for one in resident.form["controls"]):
        await resident.presses("Skip")


async def asks_for_a_call(resident: Guest, *, backup: str = "Nobody") -> str:
    """From "A person" to the preview; gives the exact text that is shown there."""
    await resident.presses("Dr. Ana Reyes", "Yes, Dr. Ana Reyes may")
    assert resident.form
    await resident.presses(next(one["label"] for one in resident.form["choices"] if "call" in one["label"]))
    await resident.fills("555-0142, after 17:00")
    await resident.fills("A hard week. Could we talk?")
    await resident.presses(backup)
    assert resident.form
    return str(resident.form["paragraphs"][0])
