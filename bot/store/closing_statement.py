"""The signed statement of a closing down: what was destroyed, and what was not in the companion's power.

It is JSON. What is signed (Ed25519) are the UTF-8 bytes of `statement` as JSON with sorted keys, without
spaces and with every sign beyond ASCII escaped, after the line `_HEAD`.
"""

import base64
import hashlib
import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from bot.errors import InputError
from bot.store import wrapping
from bot.store.closing import Closing
from bot.store.keys import Keys

_HEAD = b"companion closing statement 1\n"
_PARTS = {"statement", "signature"}
_IN_WORDS = (
    "The key of every person, every shared message, every conversation and every tenant was destroyed.",
    "What people wrote and tapped was sealed with these keys: nobody can read it any more.",
    "Every row of the database was deleted, the roster with its names and every count among them.",
    "The key that signed this statement is destroyed once it is written, so there is no second one.",
    "What was not in the companion's power: what the employer's chat platform keeps of messages.",
    "Nor what people exported or copied, nor logs and notices that were written before.",
    "Nor what a restore put aside beside the database: its file of before, with names in it.",
    "Nor what disks and snapshots keep, nor what a database server keeps of its own changes.",
    "Nor backups: one of the database opens with one of the key store from before and the master key.",
)
_NO_COUNTS = (
    "No aggregate counts were exported: they are not yet suppressed where few people stand behind one."
)


def public_key(keys: Keys) -> str:
    """The key that checks this program's statement: 32 bytes in base64."""
    return base64.b64encode(_private(keys).public_key().public_bytes_raw()).decode()


def stated(
    keys: Keys,
    closing: Closing,
    *,
    now: datetime,
    version: str,
    database_mark: str,
    backups_until: date | None,
) -> dict[str, Any]:
    """What the statement says. `now`: real time; `backups_until`: as whoever closes it declares."""
    ledger = keys.ledger()
    return {
        "programs": [{"id": one, "name": name} for one, name in closing.programs.items()],
        "closed_at": now.isoformat(timespec="seconds"),
        "closing_began_at": closing.began,
        "closed_by": closing.by,
        "companion_version": version,
        "keys_destroyed": dict(closing.destroyed),
        "forgotten_in_all": len(ledger),
        "ledger_sha256": digest(ledger),
        "key_store_mark": keys.mark(wrapping.KEY_STORE),
        "database_mark": database_mark,
        "aggregate_counts": [],
        "in_words": [*_IN_WORDS, _backups(backups_until), _NO_COUNTS],
    }


def signed(keys: Keys, statement: dict[str, Any]) -> str:
    """The statement with its signature, as the text of a file; ASCII, so that every name can be written."""
    signature = {
        "algorithm": "Ed25519",
        "public_key": public_key(keys),
        "value": base64.b64encode(_private(keys).sign(_bytes(statement))).decode(),
    }
    whole = {"statement": statement, "signature": signature}
    return json.dumps(whole, indent=2) + "\n"


def verified(text: str, public: str) -> dict[str, Any]:
    """The statement of a file, where this key signed it as it stands. Raises InputError."""
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public, validate=True))
    except ValueError:
        raise InputError("That is no public key as `companion keys status` prints it.") from None
    try:
        whole = json.loads(text, object_pairs_hook=_once)
        _refuse_more(whole)
        value = base64.b64decode(whole["signature"]["value"], validate=True)
        found: dict[str, Any] = whole["statement"]
        key.verify(value, _bytes(found))
    except InvalidSignature:
        raise InputError("It was not signed with that key, or was changed since.") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise InputError("That is no statement of a closing down.") from None
    return found


def digest(ledger: Iterable[str]) -> str:
    """Of the ids in the ledger, sorted, one a line: it tells none of them."""
    return hashlib.sha256("".join(f"{one}\n" for one in sorted(ledger)).encode()).hexdigest()


def _backups(until: date | None) -> str:
    if until is None:
        return "Until when backups of the key store exist was not declared: ask whoever keeps them."
    return f"Whoever closed it declares that no backup of the key store exists after {until.isoformat()}."


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A name that stands twice could show one thing and be checked for another. Raises ValueError."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _refuse_more(whole: dict[str, Any]) -> None:
    """What stands beside the statement is not signed. Raises ValueError."""
    if whole.keys() != _PARTS:
        raise ValueError


def _bytes(statement: dict[str, Any]) -> bytes:
    return _HEAD + json.dumps(statement, sort_keys=True, separators=(",", ":")).encode()


def _private(keys: Keys) -> Ed25519PrivateKey:
    with keys.reading() as connection:
        raw = wrapping.secret_of(connection, keys.masters, wrapping.SIGNING)
    return Ed25519PrivateKey.from_private_bytes(raw)
