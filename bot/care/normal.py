"""Bring a text to the plain form that the lexicon is written in: sentences of lower-case words.

Every step is one pass over the text, so the cost is linear in its length whatever it holds.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from bot.care.chains import apart
from bot.care.markup import unmarked

LONGEST_SENTENCE = 80
"""Words; a longer run without a full stop is cut, so that nothing looks back without bound."""

OVERLAP = 12
"""Words that stand on both sides of such a cut, so that no phrase is lost in it."""

LAUGH = "lol"
"""What every written laugh is read as; it may stand in the middle of a phrase."""


@dataclass(frozen=True)
class Sentence:
    """Words of one sentence.

    `quotes` are the places before which a quotation mark stands, `breaks` those before which a comma or the
    like stands. `goes_on`: it may be the rest of the one before it, parted by a new line or by "..." alone.
    """

    words: tuple[str, ...]
    quotes: tuple[int, ...] = ()
    breaks: frozenset[int] = frozenset()
    goes_on: bool = False
    text: str = field(init=False)
    quoted: tuple[bool, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", " ".join(self.words))
        quoted = [False] * len(self.words)
        # A quotation that never closed was none.
        for start, end in zip(self.quotes[::2], self.quotes[1::2], strict=False):
            quoted[start:end] = [True] * (end - start)
        object.__setattr__(self, "quoted", tuple(quoted))


def joined(parts: Sequence[Sentence]) -> Sentence:
    """The parts, at least one, as one sentence."""
    words = tuple(word for part in parts for word in part.words)
    starts = accumulate((len(part.words) for part in parts[:-1]), initial=0)
    placed = list(zip(parts, starts, strict=True))
    quotes = tuple(start + at for part, start in placed for at in part.quotes)
    return Sentence(words, quotes, frozenset(start + at for part, start in placed for at in part.breaks))


_KEPT_CONTROLS = "\n\r\t"
_INVISIBLE = {
    code: None
    for code in (*range(0x20000), *range(0xE0000, 0xE0200))
    if unicodedata.category(chr(code)) in {"Cc", "Cf", "Mn", "Me"} and chr(code) not in _KEPT_CONTROLS
}
_LONGEST_DECOMPOSITION = 4
_WORD_SIGNS = {
    code: " "
    for code in range(0x20000)
    if len(unicodedata.normalize("NFKD", chr(code))) > _LONGEST_DECOMPOSITION
}
_BEFORE_DECOMPOSING = (
    _INVISIBLE | _WORD_SIGNS | {0xB4: "'"}
)  # a lone acute decomposes into a space and a mark
# Letters of other alphabets that look like ours, and marks that mean the same as a plain one.
_LOOKALIKES = str.maketrans(
    "аеорсухіјѕԁһԛԝкмтвнαορεικντυχıɑɡℓ‘’ʼ`´“”„«»‹›…。！？；，،",
    'aeopcyxijsdhqwkmtbhaopeikvtuxiagl\'\'\'\'\'"""""""..' + "!?;,,",
)
_LAUGHING = str.maketrans(dict.fromkeys("😂🤣💀😅😆😹☠", f" {LAUGH} "))
_LAUGH_FACE = re.compile(r"(?<![a-z0-9])[:;]'?-?[dp](?![a-z0-9/])")
_LAUGHED = re.compile(r"a?(?:h[aei]){2,}h?|a?(?:j[aei]){2,}j?|l+(?:o+l+)+[sz]?|lm+f?a+o+|xd+")
_SPACED = re.compile(r"(?<![a-z0-9'])(?:[a-z][ .*_/+|,:;~!?\\-]){3,}[a-z](?![a-z0-9'])")
_NOT_A_LETTER = re.compile("[^a-z]")
_SINGLE_QUOTED = re.compile(r"(?<!\w)'(?=\w)([^\n']{1,200}(?:(?<=\w)'(?=\w)[^\n']{1,200}){0,9})'(?!\w)")
_TOKEN = re.compile(r"[a-z0-9]+(?:[/*'@$][a-z0-9]+)*|[.!?;\n\r]+|[\",:()–—]")
_LOOSE = re.compile(r"[\n\r]+|[\n\r]*\.{2}[.\n\r]*")  # a sentence may run on over these
_SIGN_INSIDE = re.compile("[/*@$]")
_STRETCH = re.compile(r"(.)\1{2,}")
_AS_LETTERS = (str.maketrans("013457@$", "oieastas"), str.maketrans("013457@$", "oleastas"))


def plain(text: str) -> str:
    """Lower case, without markup, accents, invisible characters, look-alikes, spaced or joined words."""
    text = unmarked(text)
    if not text.isascii():
        # Marks go before decomposing: sorting a long run of them costs its square.
        text = unicodedata.normalize("NFKD", text.translate(_BEFORE_DECOMPOSING)).translate(_INVISIBLE)
        text = text.casefold().translate(_LOOKALIKES).translate(_LAUGHING)
    else:
        text = text.translate(_INVISIBLE).lower()
    text = _LAUGH_FACE.sub(f" {LAUGH} ", text)
    text = _SPACED.sub(lambda run: _NOT_A_LETTER.sub("", run[0]), text)
    return _SINGLE_QUOTED.sub(r'"\1"', apart(text))


def sentences(text: str, known: Collection[str], shortcuts: Mapping[str, tuple[str, ...]]) -> list[Sentence]:
    """Sentences in reading order; `known` words decide how digit and stretched letters are read."""
    cut = _Cutter()
    for match in _TOKEN.finditer(plain(text)):
        token = match[0]
        if token[0].isalnum():
            cut.add(_spelled(token, known, shortcuts))
        else:
            cut.mark(token)
    cut.close()
    return cut.found


class _Cutter:
    """Collects words into sentences, minding quotation marks."""

    def __init__(self) -> None:
        self.found: list[Sentence] = []
        self._words: list[str] = []
        self._quotes: list[int] = []
        self._breaks: set[int] = set()
        self._parting: list[str] = []

    def add(self, words: tuple[str, ...]) -> None:
        if words == (LAUGH,) and self._words[-1:] == [LAUGH]:
            return  # However long somebody laughs, a phrase around it stays near itself.
        self._words += words
        if len(self._words) >= LONGEST_SENTENCE:
            carried = self._tail()
            self.close()
            self._words = carried

    def _tail(self) -> list[str]:
        """The words carried over a cut; with a laugh between each two of them they are twice as many."""
        tail = self._words[-OVERLAP:]
        return self._words[-2 * OVERLAP :] if LAUGH in tail else tail

    def mark(self, token: str) -> None:
        in_quote = len(self._quotes) % 2 == 1
        if "\n" in token or (token[0] in ".!?;\r" and not in_quote):
            self.close()
            self._parting.append(token)
            return
        # A full stop inside a quotation does not part it from who said it.
        self._breaks.add(len(self._words))
        if token == '"':
            self._quotes.append(len(self._words))

    def close(self) -> None:
        """End the sentence; what parted it from the one before says whether it goes on from there."""
        if self._words:
            goes_on = _LOOSE.fullmatch("".join(self._parting)) is not None
            words, breaks = tuple(self._words), frozenset(self._breaks)
            self.found.append(Sentence(words, tuple(self._quotes), breaks, goes_on and bool(self.found)))
            self._parting = []
        self._words, self._quotes, self._breaks = [], [], set()


def _spelled(token: str, known: Collection[str], shortcuts: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The word or words that a token stands for."""
    token = token.replace("'", "")
    if _LAUGHED.fullmatch(token):
        return (LAUGH,)
    for spelling in _spellings(token):
        if spelling in known:
            return (spelling,)
        if spelling in shortcuts:
            return shortcuts[spelling]
    parts = _SIGN_INSIDE.split(token)
    if len(parts) == 1 or not all(part in known or part in shortcuts for part in parts):
        return (token,)
    return tuple(word for part in parts for word in shortcuts.get(part, (part,)))


def _spellings(token: str) -> Iterator[str]:
    """The token, then other spellings: digits as letters, stretched letters brought back to two or one."""
    yield token
    spellings = [token]
    if not token.isalpha() and not token.isdigit():
        spellings += [token.translate(table) for table in _AS_LETTERS]
    yield from spellings[1:]
    if _STRETCH.search(token):
        yield from (_STRETCH.sub(short, spelling) for spelling in spellings for short in (r"\1\1", r"\1"))
