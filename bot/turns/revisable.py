"""Revisable effects: rows owned by (talk, key), put in place, replaced, or taken back with their answer."""

import json
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Table, select

from bot.people.windows import four_weeks
from bot.store.draft import Delete, Insert, Upsert
from bot.store.tables import counts, events, measures, notes, talks
from bot.turns.consents import has_consent
from bot.turns.frames import Frame
from bot.turns.work import Work
from conversations.effects import Count, KeepMeasure, KeepNote, Revisable
from conversations.engine import Run

_FELT_FOR = timedelta(hours=48)
"""As long as the claims of events are kept."""


def carry_out(work: Work, frame: Frame, found: Run) -> None:
    """Put in place what is new or was changed.

    What no answer leads to any more goes only in a turn where the person took one back or changed it.
    """
    for key, effect in found.effects.items():
        row = _row(work, effect)
        if row is None:
            continue
        mark = work.house.keys.mark(f"{frame.id}|{key}|{row.body.hex()}")
        if frame.kept.get(key) != mark:
            work.write(_put(work, frame, key, row))
            frame.kept[key] = mark
    if frame.took_back:
        for key in frame.kept.keys() - found.effects.keys():
            del frame.kept[key]
            owner = {"talk_id": frame.id, "key": work.marked(frame.id, key)}
            work.write(*(Delete(table, owner) for table in (measures, notes)))


class _Row(NamedTuple):
    """What an effect keeps: where, what is sealed, and the other columns."""

    table: Table
    body: bytes
    others: dict[str, datetime]


def _row(work: Work, effect: Revisable) -> _Row | None:
    """Nothing for a count, which is made at close, and for words that are gone: what they left stays."""
    if isinstance(effect, KeepMeasure):
        return _Row(measures, json.dumps([effect.name, effect.value]).encode("utf-8"), {})
    if isinstance(effect, KeepNote) and effect.words.kept:
        expires = work.now + timedelta(days=effect.days)
        return _Row(notes, effect.words.text.encode("utf-8"), {"expires_at": expires})
    return None


def _put(work: Work, frame: Frame, key: str, row: _Row) -> Upsert:
    marked = work.marked(frame.id, key)
    place = f"{row.table.name}/{frame.id}/{marked}"
    fixed = {"talk_id": frame.id, "key": marked, "person_id": work.person.id, "at": work.now}
    sealed = {"body": work.house.keys.seal(work.subject, place, row.body)}
    return Upsert(row.table, fixed | row.others | sealed, ("talk_id", "key"))


def close_counts(work: Work, found: Run) -> None:
    """Coarse counts, once, when the talk closes, and only from somebody who agreed to be counted."""
    made = [effect for effect in found.effects.values() if isinstance(effect, Count)]
    if made and has_consent(work, "aggregate"):
        for effect in made:
            count(work, effect.name, effect.value)


def count_once(work: Work, talk: str, felt: str) -> None:
    """How a finished talk of the last two days was felt: one count a talk, however often it is pressed."""
    account = work.seen.account
    where = (talks.c.id == talk, talks.c.person_id == work.person_id, talks.c.state == "closed")
    flow = work.conn.execute(select(talks.c.flow).where(*where, talks.c.touched_at > work.now - _FELT_FOR))
    name = flow.scalar()
    once = work.house.keys.mark(f"feedback:{talk}")
    key = {"platform": account.platform, "tenant": account.tenant, "event_id": once}
    same = [events.c[column] == value for column, value in key.items()]
    if name is not None and work.conn.execute(select(events.c.at).where(*same)).first() is None:
        work.write(Insert(events, key | {"at": work.now, "reply": ""}))
        count(work, f"feedback.{name}", felt)


def count(work: Work, name: str, value: str) -> None:
    """One more in this program's present window."""
    window = four_weeks(work.house.today(work.now))
    key = {"program_id": work.house.program_id, "window": window, "name": name, "value": value}
    work.write(Upsert(counts, key | {"number": 1}, tuple(key), add=("number",)))
