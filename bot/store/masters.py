"""Master keys: they wrap the keys of persons, talks and threads, and live outside the database."""

import base64
import binascii
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.errors import SettingsError
from bot.private import refuse_open

KEY_BYTES = 32


@dataclass(frozen=True)
class Masters:
    """Versions and their keys. All unwrap; a rotation hands the wrapping to the newest."""

    keys: Mapping[int, bytes] = field(repr=False)

    @property
    def newest(self) -> int:
        return max(self.keys)

    def cipher(self, version: int) -> AESGCM:
        """Raises KeyError where that version was not given."""
        return AESGCM(self.keys[version])

    @classmethod
    def read(cls, text: str) -> "Masters":
        """From lines `<version>:<32 bytes in base64>`. Raises SettingsError, which quotes no key."""
        keys: dict[int, bytes] = {}
        for line in filter(None, map(str.strip, text.splitlines())):
            number, _, value = line.partition(":")
            keys[_version(number, keys)] = _key(value)
        if not keys:
            raise SettingsError("The master key is empty: it takes lines <version>:<32 bytes in base64>.")
        return cls(keys)

    @classmethod
    def load(cls, path: Path) -> "Masters":
        """From a file that only its owner may read. Raises NotPrivate, SettingsError."""
        try:
            refuse_open(path)
            return cls.read(path.read_text(encoding="ascii"))
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"The master key file cannot be read: {path}") from error

    @classmethod
    def make(cls, path: Path) -> "Masters":
        """A new key in a new file of mode 0600. Raises FileExistsError: a key is never overwritten."""
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        key = secrets.token_bytes(KEY_BYTES)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(f"1:{base64.b64encode(key).decode()}\n")
            file.flush()
            os.fsync(file.fileno())
        return cls({1: key})


def _version(text: str, known: Mapping[int, bytes]) -> int:
    if not text.isdecimal() or int(text) in known:
        raise SettingsError(
            "Each line of the master key starts with a version of its own: <version>:<base64>."
        )
    return int(text)


def _key(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise SettingsError("A line of the master key is not <version>:<base64>.") from error
    if len(key) != KEY_BYTES:
        raise SettingsError(f"A master key has {len(key)} bytes, not {KEY_BYTES}.")
    return key
