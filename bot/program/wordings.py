"""A program's own wording of single texts, checked against the texts that it replaces."""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from bot.errors import ProgramError
from conversations.texts import Kind, Text

_SLOT = re.compile(r"\{(\w+)\}")


def checked_texts(own: Mapping[str, Any], file: Path) -> dict[str, str]:
    """Text id to words. Raises ProgramError; the words of safety and consent are reviewed, and stay."""
    from conversations.catalogue import texts

    known = texts() if own else {}
    for name, words in own.items():
        if problem := _problem(name, words, known):
            raise ProgramError(f"{file}: {name}: {problem}.")
    return dict(own)


def _problem(name: str, words: object, known: Mapping[str, Text]) -> str:
    text = known.get(name)
    if text is None:
        close = get_close_matches(name, known, n=1)
        return "there is no such text" + (f" (the nearest is {close[0]})" if close else "")
    if not isinstance(words, str) or not words.strip():
        return "the words are missing"
    if text.kind in {Kind.SAFETY, Kind.CONSENT}:
        return f"a text of {text.kind} is reviewed and cannot be worded anew"
    slots = {slot for variant in text.variants for slot in _SLOT.findall(variant)}
    if strange := sorted(set(_SLOT.findall(words)) - slots):
        return f"it has no slot {strange[0]}"
    return ""
