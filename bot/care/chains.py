"""Take apart the words that people join by slashes or stops: "i/want/to", "i.want.to"."""

import re

# A link keeps its words joined, since its path names pages.
_LINK = (
    r"(?:https?://|www\.|(?<![\w.-])[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,3}"
    r"\.(?:com|org|net|edu|gov|io|es|mx|uk)/)\S+"
)
_CHAIN = r"(?<![a-z0-9'*@$])[a-z0-9'*@$]+(?:[./!?;][a-z0-9'*@$]+)+"
_JOINED = re.compile(f"(?P<link>{_LINK})|{_CHAIN}")
# Between digits a sign belongs to a number: 10/325, 12.25, 7.30; an age may have a sex behind it: 72/M.
_STOP = re.compile(r"(?<!\d)[.!?;]|[.!?;](?!\d)")
_SLASH = re.compile(r"(?<!\d)/|/(?!\d|[fmw](?![a-z0-9]))")
_ONE_WORD = re.compile("w/.*|and/or")
_SHORTEST_WORD = 3
"""Letters; less is how abbreviations are written: s/p, y/o, IM/IV, p.r.n."""

_SHORTEST_CHAIN = 3
"""Words; one stop between two words more often ends a sentence."""


def apart(text: str) -> str:
    """The text, in lower case, with its joined words apart; dates, doses, links and abbreviations stay."""
    return _JOINED.sub(_as_words, text)


def _as_words(found: re.Match[str]) -> str:
    if found["link"]:
        return found[0]
    pieces = [_without_slashes(piece) for piece in _STOP.split(found[0])]
    if len(pieces) >= _SHORTEST_CHAIN and any(map(_is_word, pieces)):
        return " ".join(pieces)
    return ".. ".join(pieces)  # a sentence may run on over two stops


def _without_slashes(piece: str) -> str:
    parts = _SLASH.split(piece)
    is_one = _ONE_WORD.fullmatch(piece) or not any(map(_is_word, parts))
    return piece if is_one else " ".join(parts)


def _is_word(part: str) -> bool:
    return sum(map(str.isalpha, part)) >= _SHORTEST_WORD
