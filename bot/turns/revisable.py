"""Revisable effects: rows owned by (talk, key), put in place, replaced, or taken back with their answer."""

import json
from datetime import timedelta

from sqlalchemy import select

from bot.people.windows import four_weeks
from bot.store.draft import Delete, Insert, Upsert, Write
from bot.store.tables import counts, events, measures, notes, talks
from bot.turns.consents import has_consent
from bot.turns.frames import Frame
from bot.turns.work import Work
from conversations.effects import Count, KeepMeasure, KeepNote, Revisable
from conversations.engine import Run

_FELT_FOR = timedelta(hours=48)
"""As long as the claims of events are kept."""


def carry_out(work: Work, frame: Frame, found: Run) -> None:
    """Put new effects in place. What an answer no longer leads to goes only where the person took it back."""
    made = set(frame.made)
    for key, effect in found.effects.items():
        if key not in made:
            work.write(*_put(work, frame, key, effect))
            made.add(key)
    if work.took_back:
        for key in made - set(found.effects):
            made.discard(key)
            owner = {"talk_id": frame.id, "key": work.marked(frame.id, key)}
            work.write(*(Delete(table, owner) for table in (measures, notes)))
    frame.made = tuple(sorted(made))


def _put(work: Work, frame: Frame, key: str, effect: Revisable) -> tuple[Write, ...]:
    marked = work.marked(frame.id, key)
    owner = {"talk_id": frame.id, "key": marked}
    row = owner | {"person_id": work.person.id, "at": work.now}
    if isinstance(effect, KeepMeasure):
        body = json.dumps([effect.name, effect.value]).encode("utf-8")
        sealed = work.house.keys.seal(work.subject, f"measures/{frame.id}/{marked}", body)
        return (Upsert(measures, row | {"body": sealed}, ("talk_id", "key")),)
    if isinstance(effect, KeepNote) and effect.words.kept:
        body = effect.words.text.encode("utf-8")
        sealed = work.house.keys.seal(work.subject, f"notes/{frame.id}/{marked}", body)
        expires = work.now + timedelta(days=effect.days)
        return (Upsert(notes, row | {"body": sealed, "expires_at": expires}, ("talk_id", "key")),)
    return ()


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
    key = {"platform": account.platform, "tenant": account.tenant, "event_id": f"feedback:{talk}"}
    same = [events.c[column] == value for column, value in key.items()]
    if name is not None and work.conn.execute(select(events.c.at).where(*same)).first() is None:
        work.write(Insert(events, key | {"at": work.now, "reply": "", "person_id": work.person_id}))
        count(work, f"feedback.{name}", felt)


def count(work: Work, name: str, value: str) -> None:
    """One more in this program's present window."""
    window = four_weeks(work.house.today(work.now))
    key = {"program_id": work.house.program_id, "window": window, "name": name, "value": value}
    work.write(Upsert(counts, key | {"number": 1}, tuple(key), add=("number",)))
