"""AES-256-GCM, bound to the place where the sealed bytes stand: moved elsewhere, they do not open."""

import secrets
import struct
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.errors import KeyForgotten, SealBroken

NONCE_BYTES = 12
_HEADER = struct.Struct(">BI")
_FORMAT = 1
BLOCK = 256
"""Sealed texts are as long as a whole number of such blocks: a length must not tell one tap from another."""
_END = b"\x80"


@dataclass(frozen=True, slots=True)
class DataKey:
    """The key of a subject. `version` is drawn at random: a key made anew is told from the one before.

    A cipher is made for each use: it takes a microsecond, and keeping one takes 2.5 kB.
    """

    subject: str
    version: int
    raw: bytes = field(repr=False)

    def seal(self, place: str, text: bytes) -> bytes:
        nonce = secrets.token_bytes(NONCE_BYTES)
        bound = associated(self.subject, place, str(self.version))
        return (
            _HEADER.pack(_FORMAT, self.version) + nonce + AESGCM(self.raw).encrypt(nonce, padded(text), bound)
        )

    def open(self, place: str, sealed: bytes) -> bytes:
        """Raises KeyForgotten (sealed with an earlier key) or SealBroken (changed or moved)."""
        if version_of(sealed) != self.version:
            raise KeyForgotten
        start = _HEADER.size
        nonce, body = sealed[start : start + NONCE_BYTES], sealed[start + NONCE_BYTES :]
        try:
            text = AESGCM(self.raw).decrypt(nonce, body, associated(self.subject, place, str(self.version)))
        except InvalidTag as error:
            raise SealBroken from error
        return text.rstrip(b"\0")[: -len(_END)]


def padded(text: bytes) -> bytes:
    """The text, an end mark, and zeros up to the next whole block."""
    ended = text + _END
    return ended + bytes(-len(ended) % BLOCK)


def version_of(sealed: bytes) -> int:
    """The key version in the head of sealed bytes. Raises SealBroken."""
    if len(sealed) < _HEADER.size + NONCE_BYTES:
        raise SealBroken
    form, version = _HEADER.unpack_from(sealed)
    if form != _FORMAT:
        raise SealBroken
    return int(version)


def associated(*parts: str) -> bytes:
    """Several names as one, so that no two lists of names give the same bytes."""
    return b"".join(struct.pack(">I", len(raw)) + raw for raw in (part.encode() for part in parts))


def new_version() -> int:
    return secrets.randbits(31)
