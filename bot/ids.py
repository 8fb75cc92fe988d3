"""Ids that nobody can guess."""

from secrets import token_urlsafe


def new_id() -> str:
    """A random id of 96 bits."""
    return token_urlsafe(12)
