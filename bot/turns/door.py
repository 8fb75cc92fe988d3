"""The one door: one event of an account at a time, read for danger first, answered after the commit."""

import asyncio
import contextlib
import re
import unicodedata
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Awaitable, Callable

from adapters.port import Account, Card, EventKind, Incoming, NotCommitted, Reply
from bot.care.screen import Action, Evidence, RiskState, decide, screen, signal
from bot.errors import StoreUnavailable
from bot.failpoints import hit
from bot.presentation.fixed import fixed_card
from bot.privacy.spans import Span, spans
from bot.store.store import Store
from bot.turns.house import House, links
from bot.turns.playing import Played, job
from bot.turns.work import Heard, Move
from conversations.catalogue import texts
from conversations.universal import universal

MOST_SCREENED = 40_000
"""Characters that are read; a platform's own limit is lower (Slack truncates at 40,000)."""
_REMEMBERED = 2
_ACCOUNTS = 10_000
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def normal(text: str) -> str:
    """Text as it may be stored: composed, without control, override or surrogate characters."""
    return unicodedata.normalize("NFC", _CONTROLS.sub("", text.replace("\r\n", "\n")))


class Door:
    """What adapters call with each event, and what plays the moves of others."""

    def __init__(
        self, store: Store, house: House, wake: Callable[[], None], notify: Callable[[str], Awaitable[None]]
    ) -> None:
        self._store, self._house, self._wake, self._notify = store, house, wake, notify
        self._queues: dict[Account, tuple[asyncio.Lock, int]] = {}
        self._last: OrderedDict[Account, deque[str]] = OrderedDict()

    async def receive(self, event: Incoming) -> Reply:
        """Play one event. Raises NotCommitted, with the fixed safety card where the event spoke of danger."""
        async with self._queue(event.account):
            heard = self._heard(event)
            try:
                played = await self._played(heard)
            except StoreUnavailable as error:
                raise NotCommitted(self._direct(heard)) from error
        self._remember(event.account, heard.text, keep=played.talk_open)
        self._wake()
        for person in played.others:
            await self._notify(person)
        return played.reply

    async def play(self, move: Move) -> bool:
        """Play another's move. False where it has to wait. Raises StoreUnavailable."""
        event = Incoming(id=f"move:{move.id}", account=Account("", "", move.person_id), kind=EventKind.MOVE)
        async with self._queue(event.account):
            played = await self._played(Heard(event, "", Evidence(), (), move))
        self._wake()
        for person in played.others:
            await self._notify(person)
        return not played.postponed

    async def _played(self, heard: Heard) -> Played:
        hit("turn.before-commit")
        played = await asyncio.wrap_future(self._store.play(job(self._house, heard)))
        hit("turn.after-commit")
        if played.shred:
            await asyncio.to_thread(self._house.keys.forget, *played.shred)
        return played

    def _heard(self, event: Incoming) -> Heard:
        """What is in the text, before the transaction and whatever the talk."""
        text = normal(_typed(event))
        if not text:
            return Heard(event, text, Evidence(), ())
        before = tuple(self._last.get(event.account, ()))
        return Heard(event, text, screen(text[:MOST_SCREENED], before), _spans(text))

    def _remember(self, account: Account, text: str, *, keep: bool) -> None:
        """The last two texts of the open talk, in memory and nowhere else."""
        if not keep:
            self._last.pop(account, None)
        elif text:
            self._last.setdefault(account, deque(maxlen=_REMEMBERED)).append(text[:MOST_SCREENED])
            self._last.move_to_end(account)
            while len(self._last) > _ACCOUNTS:
                self._last.popitem(last=False)

    def _direct(self, heard: Heard) -> Card | None:
        """The fixed card for danger, from memory only; it may repeat what a later turn says."""
        found = decide(_evidence(heard), RiskState.unknown())
        if found.action is Action.QUIET and not heard.evidence.failed:
            return None
        name = found.card if found.action is Action.FIRE and found.card in texts() else "safety.quiet"
        shown = links(self._house.lines(("crisis", "emergency", "counselling"), self._house.clock.now()))
        return fixed_card(name, self._house.wordings, links=shown)

    @contextlib.asynccontextmanager
    async def _queue(self, account: Account) -> AsyncIterator[None]:
        lock, waiting = self._queues.get(account, (asyncio.Lock(), 0))
        self._queues[account] = (lock, waiting + 1)
        try:
            async with lock:
                yield
        finally:
            lock, waiting = self._queues[account]
            if waiting == 1:
                del self._queues[account]
            else:
                self._queues[account] = (lock, waiting - 1)


def _typed(event: Incoming) -> str:
    """Everything in an event that a person wrote."""
    if event.kind is EventKind.FORM:
        return "\n".join(
            value for key, values in event.fields.items() if not key.startswith("!") for value in values
        )
    return event.text


def _evidence(heard: Heard) -> Evidence:
    """A button carries its signal; `crisis` and `human` count as explicit."""
    press = heard.event.press
    if press is not None and press.signal:
        with contextlib.suppress(ValueError):
            return signal(press.signal)
    word = universal(heard.text)
    pressed = press.option if press is not None and press.key == "!word" else ""
    name = word.name if word else pressed
    if name in {"crisis", "human"}:
        return signal("crisis_word" if name == "crisis" else "wants_human")
    return heard.evidence


def _spans(text: str) -> tuple[Span, ...]:
    return spans(text[:MOST_SCREENED])
