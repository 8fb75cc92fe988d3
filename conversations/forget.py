"""Delete everything: asked once, with what goes and what stays."""

from dataclasses import dataclass

from conversations.effects import Forget
from conversations.flows import Facts, flow
from conversations.talk import Talk
from conversations.texts import Kind


@dataclass(frozen=True)
class ForgetFacts(Facts):
    """Nothing is known."""


@flow("forget", title="Delete everything", seconds=15, facts=ForgetFacts)
async def forget(talk: Talk, _facts: ForgetFacts) -> None:
    """The key is destroyed first, so nothing that is kept can be read again."""
    await talk.say(
        "what",
        "Your answers, notes, settings and consents go, and cannot be brought back. "
        "What you sent to a coach is closed to them too.",
    )
    await talk.say(
        "stays", "What your chat platform has kept stays with your employer. Counts without a name stay."
    )
    if not await talk.confirm(
        "sure",
        "Delete everything now?",
        yes="Delete everything",
        no="Keep it",
        exactly=True,
        kind=Kind.CONSENT,
    ):
        await talk.say("kept", "Nothing was deleted.")
        return
    gone = await talk.perform("gone", Forget())
    if gone.done:
        await talk.say("deleted", "Deleted. Nothing reaches you again unless you come back here.")
    else:
        await talk.say("failed", "That did not work, and nothing was deleted. Type delete to ask again.")
