"""The draft of an alert: its parts, how each is changed, and the text that comes of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from conversations.alerts import Ask, alert_text
from conversations.answers import Keep, Mine, Option, Options, Words
from conversations.effects import SendAlert
from conversations.talk import Talk

NOBODY = "nobody"


class Part(Options):
    """What in the preview is changed."""

    ASK = Option("what", "What I would like")
    REACH = Option("reach", "How to reach me")
    WORDS = Option("words", "My words")
    NAME = Option("name", "The name in it")
    BACKUP = Option("backup", "Who has it next")


@dataclass(frozen=True)
class Draft:
    """An alert that nobody has seen yet, from whoever is called `me` in it."""

    me: Words
    ask: Ask
    reach: Words | None = None
    words: Words | None = None
    backup: str = ""

    @property
    def text(self) -> Words:
        """All that the coach gets."""
        return alert_text(self.me, self.ask, self.reach, self.words)

    def addressed_to(self, coach: str) -> SendAlert:
        """The effect that sends exactly this."""
        return SendAlert(coach, self.text, self.ask.tier, self.ask.option.key, self.backup, self.me)


class _Field(NamedTuple):
    """How a part in the trainee's own words is asked for, as in `Talk.write`."""

    asks: str
    most: int
    lines: int
    mine: Mine


_FIELDS = {
    Part.REACH: _Field(asks="How can {name} reach you, and when?", most=200, lines=1, mine=Mine.REACH),
    Part.WORDS: _Field(
        asks="What would you like {name} to read? Leave out who the patients are.",
        most=1000,
        lines=3,
        mine=Mine.NOTHING,
    ),
    Part.NAME: _Field(asks="Which name would you like {name} to see?", most=60, lines=1, mine=Mine.NAME),
}


async def changed(talk: Talk, draft: Draft, part: Part, coach: str, others: Sequence[Option]) -> Draft:
    """The draft with one part asked again. `coach`: the name; `others`: who else can have it next."""
    if part is Part.ASK:
        ask = await talk.choose("what", "What would you like from {name}?", Ask, name=coach)
        return draft if ask is None else replace(draft, ask=ask)
    if part is Part.BACKUP:
        return replace(draft, backup=await _backup(talk, coach, others))
    if part is Part.REACH:
        return replace(draft, reach=await _written(talk, part, draft.reach, coach))
    if part is Part.WORDS:
        return replace(draft, words=await _written(talk, part, draft.words, coach))
    name = await _written(talk, Part.NAME, draft.me, coach)
    return draft if name is None else replace(draft, me=name)


async def _written(talk: Talk, part: Part, was: Words | None, coach: str) -> Words | None:
    asks, most, lines, mine = _FIELDS[part]
    return await talk.write(
        part.option.key, asks, keep=Keep.SHARED, most=most, lines=lines, mine=mine, was=was, name=coach
    )


async def _backup(talk: Talk, coach: str, others: Sequence[Option]) -> str:
    if not others:
        return ""
    chosen = await talk.choose_offered(
        "backup",
        "If {name} passes it on, who has it next?",
        [*others, Option(NOBODY, "Nobody")],
        fact="coaches",
        name=coach,
    )
    return "" if chosen in {None, NOBODY} else str(chosen)
