"""What stands in the chat for a talk: one live opener, and cards that lose their buttons in time."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    Select,
    Table,
    bindparam,
    literal_column,
    select,
    union_all,
)

from adapters.port import EventKind, Lane, OperationKind
from bot.delivery.order import OPEN
from bot.delivery.settle import closed
from bot.presentation.codec import outbox_place, unpack_card
from bot.presentation.fixed import recap_card, text
from bot.store.draft import Update
from bot.store.prepared import Prepared
from bot.store.tables import messages, outbox
from bot.turns.frames import Frame
from bot.turns.work import Work
from conversations.texts import Said


def answered_in_chat(work: Work) -> None:
    """A question of the chat whose answer opened a form: the reply is the form, so the card says it.

    A card of a talk that was over before keeps what it shows.
    """
    press = work.event.press
    if press is not None and work.event.origin and not press.key.startswith("!") and work.find(press.talk):
        work.retire(press.talk, press.key)


def stand_in_chat(work: Work, frame: Frame) -> None:
    """The chat holds the opener, so that a lost form costs nothing; a nudge or opener is one already."""
    press = work.event.press
    if press is None or press.talk not in cards_of(frame):
        work.post_fixed(text("opener.continue"), frame, "!open")


def cards_of(frame: Frame) -> tuple[str, ...]:
    """Under which ids messages of this talk stand: its own, and that of the request which invited to it."""
    return (frame.id, f"alert:{frame.thread_id}") if frame.flow.name == "coach-alert" else (frame.id,)


def put_opener(work: Work, frame: Frame) -> None:
    """One live opener a talk: earlier ones lose their buttons, or are not sent any more."""
    if work.event.kind is EventKind.MOVE:
        put_news(work, frame)
        return
    retire_all(work, frame, "card.newer")
    name = "opener.start" if frame.is_new else "opener.continue"
    work.post_fixed(text(name), frame, opener_key(work, frame))


def put_aside(work: Work, frame: Frame, key: str) -> None:
    """A question is put again: the card on which it stood loses its buttons, the new one takes its name.

    One that still waits to be sent is not sent, but where it carries the lines of a talk that is over.
    """
    if frame.stood_at != key:
        return
    stood = {"talk_id": frame.id, "key": work.marked(frame.id, key)} | _whom(work)
    aside, coming = work.once(stood["key"]), _coming(work, frame, stood)
    for row, card in coming:
        _rename(work, row, card, aside)
    found = select(messages.c.reference).where(*_equal(messages, stood))
    if not coming and work.conn.execute(found).first() is None:
        return
    work.write(Update(messages, stood, {"key": aside}))
    work.retire_marked(frame.id, aside, text_id="card.newer")


def _coming(work: Work, frame: Frame, stood: dict[str, str]) -> list[tuple[Row[Any], bytes]]:
    """Rows of this question that have not arrived, opened; none with the lines of another talk."""
    rows = work.conn.execute(
        _unsent(work, *outbox.c).where(*_equal(outbox, stood), outbox.c.body.is_not(None))
    )
    keys = work.house.keys
    opened = [(row, keys.open(row.subject, outbox_place(row._asdict()), row.body)) for row in rows]
    return [(row, card) for row, card in opened if frame.flow.safety or not unpack_card(card).links]


def _rename(work: Work, row: Row[Any], card: bytes, key: str) -> None:
    """One that waits is not sent; one on its way gets its receipt under this key, and is sealed for it."""
    body = work.house.keys.seal(row.subject, outbox_place(row._asdict() | {"key": key}), card)
    _skip_unsent(work, {"id": row.id})
    for state in ("leased", "sending"):
        work.write(Update(outbox, {"id": row.id, "state": state}, {"key": key, "body": body}))


def take_back_unsent(work: Work, frame: Frame) -> None:
    """Another talk begins in place of this one: what waits to be sent here for this one is not sent."""
    _skip_unsent(work, {"talk_id": frame.id} | _whom(work))


def _skip_unsent(work: Work, which: dict[str, Any]) -> None:
    unsent = which | {"operation": OperationKind.POST.value, "state": "waiting"}
    work.write(Update(outbox, unsent, closed("skipped", "newer")))


def _unsent(work: Work, *columns: ColumnElement[Any]) -> Select[Any]:
    """Messages to this person of which nobody knows yet that they arrived."""
    whom = _whom(work) | {"operation": OperationKind.POST.value}
    return select(*columns).where(outbox.c.state.in_(OPEN), *_equal(outbox, whom))


def _equal(table: Table, which: dict[str, Any]) -> list[ColumnElement[bool]]:
    return [table.c[name] == value for name, value in which.items()]


def _whom(work: Work) -> dict[str, str]:
    return {name: getattr(work.seen.account, name) for name in ("platform", "tenant", "user")}


def put_news(work: Work, frame: Frame) -> None:
    """One card says that there is news: an older one loses its buttons, or is not sent any more."""
    retire_all(work, frame, "card.newer")
    _skip_unsent(work, {"talk_id": frame.id})
    work.post_fixed(text("opener.news"), frame, opener_key(work, frame), lane=Lane.ALERT)


def put_recap(work: Work, frame: Frame) -> None:
    """One live card of a parked talk: what was answered, in steps and never in words, and a way back in."""
    retire_all(work, frame, "card.newer")
    slots = {"title": frame.flow.title, "steps": str(len(frame.journal.entries))}
    words = work.house.wordings.of(Said(text("turn.recap"), slots))
    work.post(recap_card(words, frame.flow.name, frame.id), frame, work.once("!open:recap"))


def opener_key(work: Work, frame: Frame) -> str:
    """The first opener's key, or a new one, so that a receipt never takes another's place."""
    return "!open" if frame.is_new else work.once("!open")


def retire_all(work: Work, frame: Frame, text_id: str = "card.answered") -> None:
    """Every message of this talk that still stands in the chat loses its buttons, and says why.

    A talk that begins can have one too: the invitation that reserved it.
    """
    retire_cards(work, cards_of(frame), text_id)


def retire_cards(work: Work, talks: tuple[str, ...], text_id: str) -> None:
    """The same by the ids of talks, for one that has not begun, or is over.

    What is on its way loses its buttons once it is there, since their row waits for all that was written
    before it. What waits to be sent is not sent where it is a reply: a safety card always goes out.
    """
    press = work.event.press
    pressed = (press.talk, work.marked(press.talk, press.key)) if press is not None else None
    retired = set()
    for one in (found for talk in talks for found in _STANDING.all(work.conn, talk=talk, **_whom(work))):
        if one.unsent and one.lane == Lane.REPLY:
            _skip_unsent(work, {"id": one.unsent})
        if one.unsent or pressed != (one.talk_id, one.key) or not work.event.origin:
            retired.add((one.talk_id, one.key))
    for talk, key in sorted(retired):
        work.retire_marked(talk, key, text_id=text_id)


_NOT_SENT = literal_column("0", Integer)
_STANDING = Prepared(  # outbox id and lane (both 0 for what has arrived): one look, so that nothing slips by
    union_all(
        select(_NOT_SENT.label("unsent"), messages.c.talk_id, messages.c.key, _NOT_SENT.label("lane")).where(
            messages.c.talk_id == bindparam("talk"), messages.c.user == bindparam("user")
        ),
        select(outbox.c.id, outbox.c.talk_id, outbox.c.key, outbox.c.lane).where(
            outbox.c.talk_id == bindparam("talk"),
            outbox.c.state.in_([literal_column(f"'{state}'") for state in OPEN]),
            outbox.c.operation == literal_column(f"'{OperationKind.POST.value}'"),
            *(outbox.c[name] == bindparam(name) for name in ("platform", "tenant", "user")),
        ),
    )
)


def stand_while_waiting(work: Work, *, asked: bool) -> None:
    """A talk that begins to wait for somebody else has one card in the chat, to look at or take back.

    `asked`: it is the person's turn all the same, as with a proposed time that still wants an answer.
    """
    for frame in work.moved.values():
        if frame.state != "waiting" or frame.flow.name == "coach-alert":
            continue
        retire_all(work, frame, "card.newer")
        words = text("opener.continue" if asked else "opener.sent")
        work.post_fixed(words, frame, f"!open:sent:{len(frame.journal.entries)}")


def answered_in_form(work: Work, frame: Frame, asks: str) -> None:
    """The same question stands in the chat: it is answered there too, unless it is what is still asked."""
    press = work.event.press
    if press is not None and press.talk == frame.id and not press.key.startswith("!") and press.key != asks:
        work.retire(press.talk, press.key)
