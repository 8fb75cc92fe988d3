"""One event as one job of the store: read, work out, and hand back every write at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from adapters.port import Account, EventKind, Reply
from bot.errors import KeyForgotten
from bot.ids import new_id
from bot.store.draft import Claim, Delete, Draft, Guard, Update, Write
from bot.store.forget import wipe_writes
from bot.store.keys import Keys
from bot.store.tables import accounts, inbox, measures, notes, persons, talks
from bot.turns import repeats, strangers, turn
from bot.turns.frames import Frame
from bot.turns.house import House
from bot.turns.moves import Postponed
from bot.turns.seen import see, see_person
from bot.turns.work import Heard, Told, Work


@dataclass(frozen=True)
class Played:
    """What the door learns of a turn: the Reply, and who is told by another channel.

    `is_known`: the person began and is not forgotten. `shred` names keys of talks that parked or closed: with
    the commit their words are gone for good. `stirs`: something may be sent or played now that could not be.
    """

    reply: Reply
    is_known: bool = False
    notices: tuple[tuple[Account, str], ...] = ()
    was_new: bool = True
    postponed: bool = False
    shred: tuple[str, ...] = ()
    stirs: bool = True


def claimed_as(keys: Keys, event_id: str) -> str:
    """The name under which an event is claimed: some adapters' ids name the person, or a thread."""
    return keys.mark(f"event:{event_id}")


def job(house: House, heard: Heard) -> Callable[[Connection], Draft[Played]]:
    """The job of one event. It may run again where another changed the person meanwhile."""

    def play(conn: Connection) -> Draft[Played]:
        now = house.clock.now()
        event, claim = heard.event, claimed_as(house.keys, heard.event.id)
        move = heard.move
        seen = (
            see_person(conn, move.person_id, claim, talk=move.talk, thread=move.thread)
            if move
            else see(conn, event.account, claim)
        )
        if seen is None:
            return Draft(Played(Reply(), was_new=False), _played_before(heard))
        try:
            work = Work(house, conn, heard, seen, now)
        except KeyForgotten:
            return _wiped(Work(house, conn, heard, replace(seen, talks=()), now))
        if seen.claimed is not None:
            writes = (*repeats.unheard(work), *_played_before(heard))
            return Draft(Played(repeats.again(work), was_new=False), writes)
        try:
            told = turn.play(work)
        except Postponed:
            return Draft(Played(Reply(), postponed=True, was_new=False))
        except KeyForgotten:
            return _wiped(work)
        return _draft(work, told, claim)

    return play


def _wiped(work: Work) -> Draft[Played]:
    """A delete whose rows were not taken away: they go now, and the event is answered as a stranger's.

    Raises KeyForgotten for any other lost key.
    """
    person = work.seen.person
    if person is None or f"person:{person.id}" not in work.house.keys.ledger():
        raise KeyForgotten
    house = work.house
    writes = wipe_writes(work.conn, person.id, new_id(), zone=house.zone, language=house.languages[0])
    work.forgotten = True
    work.frames.clear()
    work.writes = [*writes, *_played_before(work.heard)]
    strangers.after_delete(work)
    return Draft(Played(Reply()), tuple(work.writes))


def _played_before(heard: Heard) -> tuple[Write, ...]:
    """A move that was played already, or whose person is gone, waits no more."""
    move = heard.move
    return (Delete(inbox, {"id": move.id}),) if move is not None and move.kind != "timer" else ()


def _draft(work: Work, told: Told, event_id: str) -> Draft[Played]:
    person = work.seen.person
    writes: list[Write] = []
    if not work.forgotten:
        writes = [_here(work, frame).save(work.house.keys, work.now) for frame in work.moved.values()]
        writes.extend(_reachable(work))
    writes.extend(work.writes)
    played = Played(
        told.reply,
        is_known=bool(person and person.state == "active" and not work.forgotten),
        notices=tuple(work.notices),
        shred=(*work.shred, *(frame.talk_subject for frame in work.moved.values() if frame.drops_words)),
        stirs=not _is_plain(work, writes),
    )
    row = {
        "at": work.now,
        "reply": told.reply.kind.value,
        "told": repeats.seal(work, told),
    }
    account = work.seen.account
    claim = Claim(account.platform, account.tenant, event_id, row)
    is_guarded = person is not None and person.state == "active" and not work.forgotten
    guard = Guard(person.id, person.version) if is_guarded and person else None
    if guard is not None and work.person_values:
        writes.append(Update(persons, {"id": guard.person_id}, work.person_values))
    return Draft(played, tuple(writes), claim, guard)


_KEPT = frozenset({talks.name, measures.name, notes.name})


def _is_plain(work: Work, writes: Sequence[Write]) -> bool:
    """Whether it was one more answer in an open talk: nothing to send, and no move waits for it."""
    is_open = all(frame.state == "open" for frame in work.moved.values())
    return is_open and all(write.table.name in _KEPT for write in writes)


def _here(work: Work, frame: Frame) -> Frame:
    """The talk moved on this account: news of it comes here. Another's move takes it nowhere."""
    if work.event.kind is not EventKind.MOVE:
        frame.account_id = work.seen.account_id or frame.account_id
    return frame


def _reachable(work: Work) -> tuple[Write, ...]:
    """Who writes can be reached again; who left cannot."""
    if work.seen.account_id is None:
        return ()
    is_gone = work.event.kind is EventKind.GONE
    if work.seen.reachable is not is_gone or work.event.kind is EventKind.MOVE:
        return ()
    return (Update(accounts, {"id": work.seen.account_id}, {"reachable": not is_gone}),)
