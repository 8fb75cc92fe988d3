"""Plain writes inside a job that was submitted: what a turn leaves to the store, said by the job itself."""

from sqlalchemy import Connection

from bot.store.draft import Write
from bot.store.driven import said
from bot.store.phrases import Phrases

_phrases: dict[str, Phrases] = {}


def apply(connection: Connection, *writes: Write) -> int:
    """Write in order; returns how many rows were touched."""
    phrases = _phrases.get(connection.dialect.name)
    if phrases is None:
        phrases = _phrases.setdefault(connection.dialect.name, Phrases(connection.dialect))
    touched = 0
    for write in writes:
        phrase = phrases.of(write)
        touched += said(connection, phrase.text, phrase.params).rowcount
    return touched
