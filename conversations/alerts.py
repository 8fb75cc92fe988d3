"""The exact text of an alert: one function for the preview and for what is sent."""

from conversations.answers import Option, Options, Words

OPEN_DAYS = 4
"""How many days a request stays open that nobody answers, from when an answer is due."""


class Ask(Options):
    """What the trainee would like of the coach. `tier` says how soon; nothing is inferred."""

    CALL = Option("call", "A call")
    MESSAGE = Option("message", "A message")
    KNOW = Option("know", "Only to let you know")

    @property
    def tier(self) -> str:
        """How soon an answer is hoped for: "today" for a call, "none" where nothing is asked."""
        return {Ask.CALL: "today", Ask.KNOW: "none"}.get(self, "next-working-day")

    @property
    def wants_answer(self) -> bool:
        """Whether anything is asked of the coach: only then can an answer be late."""
        return self is not Ask.KNOW


_OPEN_ASKED = Words(f"{OPEN_DAYS} days after that, unless answered")
_OPEN_TOLD = Words(f"{OPEN_DAYS} days from your next hours here; no answer asked")
_SOON = {"today": Words("the day you see this"), "next-working-day": Words("by the next working day")}


def alert_text(me: Words, ask: Ask, reach: Words | None, words: Words | None) -> Words:
    """All that the coach gets; words that are no longer kept make the whole text not kept."""
    lines = (
        ("From", me),
        ("Would like", Words(ask.option.label)),
        ("Answer hoped for", _SOON.get(ask.tier)),
        ("Open for", _OPEN_ASKED if ask.wants_answer else _OPEN_TOLD),
        ("Reach me", reach),
        ("In my words", words),
    )
    given = [(label, one) for label, one in lines if one is not None]
    if not all(one.kept for _, one in given):
        return Words(None)
    return Words("\n".join(f"{label}: {one.text}" for label, one in given))
