"""Revisable effects: rows owned by (talk, key), put in place, replaced, or taken back with their answer."""

import json
from datetime import timedelta

from bot.people.windows import four_weeks
from bot.store.draft import Delete, Upsert, Write
from bot.store.tables import counts, measures, notes
from bot.turns.consents import has_consent
from bot.turns.frames import Frame
from bot.turns.work import Work
from conversations.effects import Count, KeepMeasure, KeepNote, Revisable
from conversations.engine import Run

_TABLES = {KeepMeasure: measures, KeepNote: notes}


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
            work.write(*(Delete(table, {"talk_id": frame.id, "key": key}) for table in (measures, notes)))
    frame.made = tuple(sorted(made))


def _put(work: Work, frame: Frame, key: str, effect: Revisable) -> tuple[Write, ...]:
    owner = {"talk_id": frame.id, "key": key}
    row = owner | {"person_id": work.person.id, "at": work.now}
    if isinstance(effect, KeepMeasure):
        body = json.dumps([effect.name, effect.value]).encode("utf-8")
        sealed = work.house.keys.seal(work.subject, f"measures/{frame.id}/{key}", body)
        return (Upsert(measures, row | {"body": sealed}, ("talk_id", "key")),)
    if isinstance(effect, KeepNote) and effect.words.kept:
        body = effect.words.text.encode("utf-8")
        sealed = work.house.keys.seal(work.subject, f"notes/{frame.id}/{key}", body)
        expires = work.now + timedelta(days=effect.days)
        return (Upsert(notes, row | {"body": sealed, "expires_at": expires}, ("talk_id", "key")),)
    return ()


def close_counts(work: Work, found: Run) -> None:
    """Coarse counts, once, when the talk closes, and only from somebody who agreed to be counted."""
    made = [effect for effect in found.effects.values() if isinstance(effect, Count)]
    if made and has_consent(work, "aggregate"):
        for effect in made:
            count(work, effect.name, effect.value)


def count(work: Work, name: str, value: str) -> None:
    """One more in this program's present window."""
    window = four_weeks(work.house.today(work.now))
    key = {"program_id": work.house.program_id, "window": window, "name": name, "value": value}
    work.write(Upsert(counts, key | {"number": 1}, tuple(key), add=("number",)))
