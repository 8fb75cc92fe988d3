"""INSERT … ON CONFLICT, as the store has it."""

from bot.store.upsert import insert_into

__all__ = ["insert_into"]
