"""The one door: one event of an account at a time, read for danger first, answered after the commit."""

import asyncio
import contextlib
import re
import unicodedata
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from adapters.port import Account, Card, Control, EventKind, Incoming, NotCommitted, Notify, Press, Reply
from bot.care.screen import Evidence, screen
from bot.errors import StoreUnavailable
from bot.failpoints import hit
from bot.logs import get_log
from bot.presentation.fixed import fixed_card
from bot.privacy.spans import spans
from bot.store.store import Store
from bot.turns import risk
from bot.turns.house import House, links
from bot.turns.playing import Played, job
from bot.turns.work import Heard, Move
from conversations.catalogue import ready_texts, start_words
from conversations.universal import universal

log = get_log("bot.turns.door")
LONG = 4_000
"""Characters from which a text is read in a thread: 40,000 take about 75 ms. Every character is read."""
_NAME = 200
"""Characters of a button's names that mean anything: ours are shorter."""
DANGER_WITHIN = 2.0
"""Seconds after which a card for danger waits for no turn any more: it may repeat what the turn says."""
_REMEMBERED = 2
_REMEMBERED_FOR = timedelta(hours=1)
_REMEMBERED_CHARACTERS = 2_000
_ACCOUNTS = 10_000
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def normal(text: str) -> str:
    """Text as it may be stored: composed, without control, override or surrogate characters."""
    if text.isascii() and text.isprintable():
        return text
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _CONTROLS.sub("", lines))


def inert(event: Incoming) -> Incoming:
    """The event with names that any database takes: a button's value comes from outside too."""
    press = event.press
    if press is not None:
        named = (press.flow, press.talk, press.key, press.option, press.signal, press.mark)
        flow, talk, key, option, signalled, mark = (normal(name)[:_NAME] for name in named)
        press = Press(flow, press.version, talk, key, option, signalled, mark)
    who = event.account
    account = Account(normal(who.platform), normal(who.tenant), normal(who.user))
    return replace(event, id=normal(event.id), account=account, press=press, origin=normal(event.origin))


@dataclass
class _UnderWay:
    """One event on its way through: what was read in it, and its job once the store has it."""

    event: Incoming
    heard: Heard | None = None
    job: Future[Played] | None = None


class Door:
    """What adapters call with each event, and what plays the moves of others."""

    def __init__(
        self,
        store: Store,
        house: House,
        wake: Callable[[], None],
        notify: Notify,
        unread: Callable[[], None] = lambda: None,
    ) -> None:
        """`unread` is told where a text could not be read for danger."""
        self._store, self._house, self._wake, self._notify = store, house, wake, notify
        self._unread = unread
        self._queues: dict[Account, tuple[asyncio.Lock, int]] = {}
        self._last: OrderedDict[Account, tuple[tuple[datetime, str], ...]] = OrderedDict()
        self._turns: set[asyncio.Task[Reply]] = set()
        # Threads of its own: those that wait for a database that hangs must not keep a text from being read.
        self._readers = ThreadPoolExecutor(2, thread_name_prefix="reading")
        ready_texts()  # what the safety card says is in memory before anybody needs it

    async def receive(self, event: Incoming) -> Reply:
        """Play one event. Raises NotCommitted, with the fixed safety card where the event spoke of danger.

        So it does when the turn has not committed in time. A turn that commits after all is harmless: its
        claim answers the event when it comes again.
        """
        one = _UnderWay(inert(event))
        turn = asyncio.create_task(self._turn(one))
        self._turns.add(turn)
        turn.add_done_callback(self._ended)
        early = min(DANGER_WITHIN, event.answer_within)
        card = None
        for seconds in (early, event.answer_within - early):
            await asyncio.wait({turn}, timeout=seconds)
            if turn.done():
                return turn.result()
            card = self._direct(one.heard or await self._heard(one.event))
            if card is not None:
                break
        else:
            self._give_up(one, turn)
        log.warning("turn.late", kind=event.kind.value)
        raise NotCommitted(card)

    async def _turn(self, one: _UnderWay) -> Reply:
        event = one.event
        async with self._queue(event.account):
            heard = one.heard = await self._heard(event)
            try:
                one.job = self._hand_in(heard)
                played = await self._played(one.job)
            except Exception as error:
                log.warning("turn.failed", kind=event.kind.value, exc_info=error)
                raise NotCommitted(self._direct(heard)) from error
        if played.was_new:
            self._remember(event.account, heard.text, keep=played.is_known)
        await self._committed(played)
        return played.reply

    def _give_up(self, one: _UnderWay, turn: asyncio.Task[Reply]) -> None:
        """Nobody waits for it any more: what the store has not begun is taken back, and no queue grows."""
        if one.job is None:
            turn.cancel()
        else:
            one.job.cancel()

    def _ended(self, turn: asyncio.Task[Reply]) -> None:
        self._turns.discard(turn)
        if not turn.cancelled():
            turn.exception()  # who waited has it; after the deadline nobody does

    async def play(self, move: Move) -> bool:
        """Play another's move. False where it has to wait. Raises StoreUnavailable."""
        event = Incoming(id=f"move:{move.id}", account=Account("", "", move.person_id), kind=EventKind.MOVE)
        async with self._queue(event.account):
            played = await self._played(self._hand_in(Heard(event, "", Evidence(), (), move)))
        if played.postponed:
            return False  # nothing was written, so nobody is woken
        await self._committed(played)
        return True

    async def _committed(self, played: Played) -> None:
        """What follows a turn. It has happened, whatever becomes of a notice."""
        if played.stirs:
            self._wake()
        for account, kind in played.notices:
            try:
                await self._notify(account, kind)
            except Exception as error:  # noqa: BLE001 - another channel's trouble
                log.warning("notice.failed", kind=kind, error=type(error).__name__)

    def _hand_in(self, heard: Heard) -> Future[Played]:
        hit("turn.before-commit")
        return self._store.play(job(self._house, heard))

    async def _played(self, handed_in: Future[Played]) -> Played:
        played = await asyncio.wrap_future(handed_in)
        hit("turn.after-commit")
        if played.shred:
            # The words are gone with the commit; their key goes now, or later with the sweep of unused ones.
            with contextlib.suppress(StoreUnavailable):
                await asyncio.to_thread(self._house.keys.forget, *played.shred)
        return played

    async def _heard(self, event: Incoming) -> Heard:
        """What is in the text, before the transaction and whatever the talk."""
        text = normal(_typed(event)).strip()
        if not text:
            return Heard(event, text, Evidence(), ())
        before = self._before(event.account)
        if len(text) > LONG:
            reading = self._readers.submit(screen, text, before)
            return Heard(event, text, self._told(await asyncio.wrap_future(reading)), ())
        return Heard(event, text, self._told(screen(text, before)), spans(text))

    def _told(self, evidence: Evidence) -> Evidence:
        """That a reading failed tells nothing of the text."""
        if evidence.failed:
            log.error("screen.failed")
            self._unread()
        return evidence

    def _before(self, account: Account) -> tuple[str, ...]:
        since = self._house.clock.real() - _REMEMBERED_FOR
        return tuple(text for at, text in self._last.get(account, ()) if at > since)

    def _remember(self, account: Account, text: str, *, keep: bool) -> None:
        """The last two texts of the hour, in memory alone: "not lol" is read with what it answers.

        A word that always works, or starts a talk, is none: such an answer means what was said before it.
        """
        if not keep:
            self._last.pop(account, None)
        elif text and universal(text) is None and text.casefold() not in start_words():
            heard = (self._house.clock.real(), text[:_REMEMBERED_CHARACTERS])
            self._last[account] = (*self._last.pop(account, ()), heard)[-_REMEMBERED:]
            while len(self._last) > _ACCOUNTS:
                self._last.popitem(last=False)

    def _direct(self, heard: Heard) -> Card | None:
        """The fixed card for danger, from memory only; it may repeat what a later turn says."""
        name = risk.fixed_text(risk.evidence(heard))
        if not name:
            return None
        shown = links(self._house.lines_at_any_hour(self._house.clock.now()))
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
    """Everything in an event that a person wrote: all of a form but the tick that keeps it as written."""
    if event.kind is EventKind.FORM:
        written = (values for key, values in event.fields.items() if key != Control.KEEP)
        return "\n".join(value for values in written for value in values)
    return event.text
