"""Master keys: they wrap the keys of persons, talks and threads, and live outside the database."""

import base64
import hmac
import os
import secrets
import tempfile
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.errors import SettingsError
from bot.private import refuse_open

KEY_BYTES = 32
MOST_VERSION = 2**31 - 1
"""What a column of whole numbers holds in PostgreSQL."""
_FORM = "<version>:<32 bytes in base64>"
_EACH = f"each version once and at most {MOST_VERSION}"
_HELD = b"companion master key"


@dataclass(frozen=True)
class Masters:
    """Versions and their keys. All unwrap; a rotation hands the wrapping to the newest."""

    keys: Mapping[int, bytes] = field(repr=False)

    @property
    def newest(self) -> int:
        return max(self.keys)

    @property
    def held(self) -> frozenset[str]:
        """Each version with a keyed hash of its key: two files may have other keys under one number."""
        hashed = {version: hmac.digest(key, _HELD, "sha256") for version, key in self.keys.items()}
        return frozenset(f"{version}:{digest[:8].hex()}" for version, digest in hashed.items())

    @property
    def newest_held(self) -> str:
        """The newest version, as `held` names it."""
        return next(one for one in self.held if one.startswith(f"{self.newest}:"))

    def cipher(self, version: int) -> AESGCM:
        """Raises KeyError where that version was not given."""
        return AESGCM(self.keys[version])

    @classmethod
    def read(cls, text: str, where: str) -> "Masters":
        """From lines `<version>:<32 bytes in base64>`. Raises SettingsError, which quotes no key."""
        keys: dict[int, bytes] = {}
        for place, line in enumerate(map(str.strip, text.splitlines()), 1):
            try:
                keys.update([_line(line, keys)] if line else [])
            except ValueError:
                raise SettingsError(f"{where}: line {place} is not {_FORM}, {_EACH}.") from None
        if not keys:
            raise SettingsError(f"{where} is empty: it takes a line {_FORM} for each version.")
        return cls(keys)

    @classmethod
    def load(cls, path: Path) -> "Masters":
        """From a file that only its owner may read. Raises NotPrivate, SettingsError."""
        try:
            refuse_open(path)
            return cls.read(path.read_text(encoding="ascii"), str(path))
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"The master key file cannot be read: {path}") from error

    @classmethod
    def make(cls, path: Path) -> "Masters":
        """A new key in a new file of mode 0600.

        Raises FileExistsError (a key is never overwritten), SettingsError where it cannot be written.
        """
        key = secrets.token_bytes(KEY_BYTES)
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _put_whole(path, f"1:{base64.b64encode(key).decode()}\n")
        except OSError as error:
            if isinstance(error, FileExistsError) and path.exists():
                raise  # another process made it meanwhile
            raise SettingsError(f"The master key cannot be written to {path}.") from error
        return cls({1: key})


def _put_whole(path: Path, text: str) -> None:
    """The file is there with all that it says or not at all, whoever looks and whenever this is killed.

    Raises OSError; FileExistsError where it is there.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".key-")
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(path).hardlink_to(name)
    finally:
        Path(name).unlink()


def _line(line: str, known: Container[int]) -> tuple[int, bytes]:
    """Raises ValueError."""
    number, _, value = line.partition(":")
    key = base64.b64decode(value, validate=True)
    if not number.isdecimal() or int(number) > MOST_VERSION:
        raise ValueError
    if int(number) in known or len(key) != KEY_BYTES:
        raise ValueError
    return int(number), key
