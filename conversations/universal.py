"""Words that always work, as the whole message only, so that "back pain" stays an answer."""

from typing import NamedTuple


class Word(NamedTuple):
    """A universal word by its one name; `argument` is the weeks of a pause, else ""."""

    name: str
    argument: str = ""


_SAME = {
    "stop": "stop quit end",
    "skip": "skip",
    "back": "back undo",
    "later": "later paged pager",
    "help": "help menu",
    "human": "human person",
    "crisis": "crisis emergency",
    "privacy": "privacy",
    "pause": "pause",
    "export": "export",
    "delete": "delete",
    "settings": "settings",
    "week": "week",
    "weeks": "weeks",
    "why": "why",
    "resume": "resume unpause",
}
_PHRASES = {
    "go back": "back",
    "my week": "week",
    "my weeks": "weeks",
    "talk to a human": "human",
    "talk to a person": "human",
    "what do you hold": "privacy",
    "what do you hold about me": "privacy",
    "what do you know about me": "privacy",
    "what is held about me": "privacy",
    "delete everything": "delete",
    "delete my data": "delete",
    "why now": "why",
    "nothing else": "yes-nothing-else",
    "yes, nothing else": "yes-nothing-else",
    "yes nothing else": "yes-nothing-else",
}
_NAMES = {same: name for name, all_same in _SAME.items() for same in all_same.split()} | _PHRASES
_WEEKS = {f"{n}{unit}": n for n in "124" for unit in ("", "w", " w", " week", " weeks")}


def universal(text: str) -> Word | None:
    """The universal word that this whole message is, or None where it is anything else."""
    plain = " ".join(text.casefold().strip().strip(".!?/").split())
    if plain in _NAMES:
        return Word(_NAMES[plain])
    first, _, rest = plain.partition(" ")
    if first == "pause" and rest in _WEEKS:
        return Word("pause", _WEEKS[rest])
    return None
