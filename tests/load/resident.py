"""A resident at the page: arrives, starts, and goes from one thing to the next until time is up."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress

from aiohttp import ClientError

from tests.care.phrases import phrases
from tests.load.notes import Notes
from tests.load.page import Page
from tests.load.program import name_of
from tests.load.stream import Amiss

WEEK = "Where were you most of this week?"
DAYS = ("Sunday 18:00", "Monday 18:00", "Wednesday 18:00", "Friday 18:00")
WORDS = {
    "help": "Here is what you can do.",
    "privacy": "What is held about you opens in a private form.",
    "weeks": "Your weeks open in a private form.",
    "why": "",
    "pause 1w": "No nudges until",
    "resume": "Nudges may come again.",
    "what is this": "",
}
"""Each with what it is answered by, where that is always the same."""
TYPED = ("Press to begin, in a private form.", "It opens in a private form.")
INVITED = "Your check-in is ready."
DANGER = [phrase for label, phrase in phrases("explicit.txt") if label == "active_si"]
_LEAST, _MOST = 0.2, 4.0
_IN_DISTRESS, _ASKING = 0.04, 0.05
_HURRY = 0.2
"""Whoever asks for a call does not look away for long before it is sent."""

Story = Callable[["Resident"], Awaitable[None]]


class Over(Exception):
    """Time is up, wherever in a talk somebody is."""


class Resident:
    """`think` times `pace`: how many seconds pass between two acts, on average. `coach`: their key."""

    def __init__(self, page: Page, coach: str, dice: random.Random, *, think: float) -> None:
        self.page, self.coach, self.dice, self._think = page, coach, dice, think
        self._until, self.pace = 0.0, 1.0
        self.notes: Notes = page.edge.notes
        self._once = [asks_for_a_call] if dice.random() < _ASKING else []
        self._once += [types_danger] if dice.random() < _IN_DISTRESS else []

    async def lives(self, until: float) -> None:
        """From the first look on; after an error the page is opened anew. `until`: seconds of the run."""
        self._until, begun = until, False
        with suppress(Over):
            while True:
                begun = await self._tells(self._next() if begun else arrives) or begun
                await self.thinks()

    async def thinks(self) -> None:
        """Read, look away, be called: between a fifth and four times the usual time. Raises Over."""
        pause = self._think * self.pace * min(max(self.dice.expovariate(1.0), _LEAST), _MOST)
        await asyncio.sleep(min(pause, max(self._until - self.notes.at, 0.0)))
        if self.notes.at >= self._until:
            raise Over

    def writes(self) -> str:
        """A line in this person's words, which carry the mark."""
        return f"A long week, {self.page.user}."

    async def begins_check_in(self) -> None:
        """By the invitation's button where one has come, else by typing."""
        offered = self.page.stream.offers(INVITED)
        if offered is None:
            await self.page.says("check in")
            found = await self.page.hears(*TYPED, INVITED)
            await self.thinks()
            # The invitation may have come meanwhile, and taken over what was typed for.
            offered = self.page.stream.offers(INVITED) or (found["ref"], found["card"]["choices"][0]["label"])
        await self.page.presses(offered[1], asks=WEEK, on=offered[0])
        await self.thinks()

    async def ends_check_in(self) -> None:
        """Answer what only some weeks ask, up to its last words."""
        page = self.page
        while not any("Next one" in line for line in page.open_form["paragraphs"]):
            if not page.open_form["choices"]:
                raise Amiss("a check-in does not end with the next one")
            await self.thinks()
            await page.presses(page.open_form["choices"][-1]["label"])
        page.form = None

    async def answers_item(self, asks: str) -> None:
        """The rotating question of a harder week: a tap, or a line."""
        form = self.page.open_form
        if form["field"]:
            await self.page.fills(self.writes(), asks=asks)
        else:
            await self.page.presses(self.dice.choice(form["choices"])["label"], asks=asks)
        await self.thinks()

    def _next(self) -> Story:
        if self._once:
            return self._once.pop()
        return self.dice.choices([story for story, _ in USUAL], [weight for _, weight in USUAL])[0]

    async def _tells(self, story: Story) -> bool:
        """Whether it came to its end."""
        self.pace = _HURRY if story is asks_for_a_call else 1.0
        try:
            await story(self)
            return True
        except (Amiss, ClientError, TimeoutError) as error:
            what = error if isinstance(error, Amiss) else type(error).__name__
            self.notes.amiss(f"{story.__name__}: {what}")
        with suppress(Amiss, ClientError, TimeoutError):
            await self.page.leave()
            await self.page.load()
            await self.page.says("stop")
        return False


async def arrives(one: Resident) -> None:
    """Open the page, press Start, choose when the check-in comes; some begin at once."""
    page = one.page
    await page.leave()
    await page.load()
    await page.opens()
    await page.hears("I’m software, not a person or clinician.")
    await one.thinks()
    await page.presses("Start")
    await page.hears("When would the weekly check-in suit you?")
    await one.thinks()
    await page.presses(one.dice.choice(DAYS))
    await page.hears("When would you like the first one?")
    await one.thinks()
    if one.dice.random() < 0.5:
        await page.presses("Not now")
        await page.hears("Type help to see what is here.")
        return
    await page.presses("Now", asks=WEEK)
    await one.thinks()
    await page.presses("Steady", asks="Noted.")
    await one.thinks()
    await page.presses("Skip")
    await one.ends_check_in()


async def has_a_steady_week(one: Resident) -> None:
    """One tap and a line; sometimes a button of the question before is pressed, as on an older screen."""
    await one.begins_check_in()
    page, older = one.page, one.page.button("Stretched")
    await page.presses("Steady", asks="Noted.")
    await one.thinks()
    if one.dice.random() < 0.3:
        await page.presses_again(older, "That question has closed")
        await one.thinks()
    await page.fills(one.writes())
    await one.ends_check_in()


async def has_a_stretched_week(one: Resident) -> None:
    """Back and forth once, and every question answered."""
    await one.begins_check_in()
    page = one.page
    await page.presses("Stretched", asks="What moved it most?")
    await one.thinks()
    await page.presses("Back", asks=WEEK)
    await one.thinks()
    await page.presses("Stretched", asks="What moved it most?")
    await one.thinks()
    await page.fills("team", "sleep")
    await one.thinks()
    await one.answers_item("What ")
    await page.fills(one.writes())
    await one.ends_check_in()


async def has_a_hard_week(one: Resident) -> None:
    """What may be skipped is skipped, and something is noted for oneself."""
    await one.begins_check_in()
    page = one.page
    await page.presses("Struggling", asks="What moved it most?")
    await one.thinks()
    await page.presses("Skip")
    await one.thinks()
    await one.answers_item("What would be most useful?")
    await page.presses("Note it for myself", asks="What would you like to note?")
    await one.thinks()
    await page.fills(one.writes())
    await one.ends_check_in()


async def types_words(one: Resident) -> None:
    """Two words that always work, or one that says nothing to the companion."""
    for word in one.dice.sample(list(WORDS), 2):
        await one.page.says(word)
        await one.page.hears(WORDS[word])
        await one.thinks()


async def looks_at_weeks(one: Resident) -> None:
    """The own strip, in a form."""
    await one.page.says("weeks")
    found = await one.page.hears("Your weeks open in a private form.")
    await one.thinks()
    await one.page.presses("Open", on=found["ref"])
    if one.page.open_form["title"] != "My weeks":
        raise Amiss("the weeks do not open")
    one.page.form = None


async def reloads(one: Resident) -> None:
    """The page once more, with a new stream."""
    await one.page.reload()
    await one.page.opens()


async def sends_twice(one: Resident) -> None:
    """The same event again, as after a lost answer."""
    await one.page.repeats_itself()
    await one.page.hears("Here is what you can do.")


async def asks_for_a_call(one: Resident) -> None:
    """A request to the own coach, up to Send; its news comes whenever the coach looks."""
    page, name = one.page, name_of(one.coach)
    await page.says("human")
    found = await page.hears(*TYPED)
    await one.thinks()
    await page.presses("Start", asks="Who would you like to reach?", on=found["ref"])
    await one.thinks()
    await page.presses(name, asks="May ")
    await one.thinks()
    await page.presses(f"Yes, {name} may", asks="What would you like from")
    await one.thinks()
    await page.presses("A call", asks="How can ")
    await one.thinks()
    await page.fills("555-0100 after six", asks="What would you like ")
    await one.thinks()
    await page.fills(one.writes(), asks="If ")
    await one.thinks()
    await page.presses("Nobody", asks="This is all that ")
    await one.thinks()
    one.notes.sent.add((page.user, one.coach))
    await page.presses("Send")
    if not page.open_form["paragraphs"][0].startswith("Sent to "):
        raise Amiss("a request is not sent")
    page.form = None


async def types_danger(one: Resident) -> None:
    """A made-up phrase; the card must be there at once. Then the talk is answered to its end."""
    page = one.page
    await page.says(one.dice.choice(DANGER))
    await page.hears(safety=True)
    await page.hears("Are you safe ")
    await one.thinks()
    await page.presses("Yes")
    await page.hears("What would help now?")
    await one.thinks()
    await page.says("skip")
    await page.hears("This stays here.")


USUAL: tuple[tuple[Story, int], ...] = (
    (has_a_steady_week, 6),
    (has_a_stretched_week, 4),
    (has_a_hard_week, 2),
    (types_words, 5),
    (looks_at_weeks, 2),
    (reloads, 2),
    (sends_twice, 1),
)
"""How often each comes, beside the others."""
