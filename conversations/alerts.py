"""The exact text of an alert: one function for the preview and for what is sent."""

from conversations.answers import Option, Options, Words

ROUNDS = 40
"""What can happen to one request; far more than the ladder lets happen before it closes it."""


class Ask(Options):
    """What the trainee would like of the coach. `tier` says how soon; nothing is inferred."""

    CALL = Option("call", "A call")
    MESSAGE = Option("message", "A message")
    KNOW = Option("know", "Only to let you know")

    @property
    def tier(self) -> str:
        """How soon an answer is hoped for: "today" for a call, else "next-working-day"."""
        return "today" if self is Ask.CALL else "next-working-day"


_SOON = {"today": "the day you see this", "next-working-day": "by the next working day"}


def alert_text(me: str, ask: Ask, reach: Words | None, words: Words | None) -> Words:
    """All that the coach gets; words that are no longer kept make the whole text not kept."""
    lines = [f"From: {me}", f"Would like: {ask.option.label}", f"Answer hoped for: {_SOON[ask.tier]}"]
    for label, written in (("Reach me", reach), ("In my words", words)):
        if written is None:
            continue
        if not written.kept:
            return Words(None)
        lines.append(f"{label}: {written.text}")
    return Words("\n".join(lines))
