"""Wrapping keys under a master, and the key store's own secrets: canary, marks, signing key."""

import hmac
import json
import secrets
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from sqlalchemy import Connection, func, insert, select, update

from bot.errors import Closed, Defect, WrongMasterKey
from bot.store.key_tables import data_keys
from bot.store.key_tables import secrets as secrets_table
from bot.store.masters import KEY_BYTES, Masters
from bot.store.seals import NONCE_BYTES, associated

CANARY = "canary"
MARKS = "marks"
SIGNING = "signing"
CLOSING = "closing"
KEY_STORE = "key-store"
"""The name whose mark a database keeps, to know its key store again."""


def name_of(subject: str, version: int) -> str:
    """What a wrapped data key is bound to."""
    return f"key/{subject}/{version}"


def wrap(masters: Masters, master: int, name: str, key: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + masters.cipher(master).encrypt(nonce, key, associated(name, str(master)))


def unwrap(masters: Masters, master: int, name: str, wrapped: bytes) -> bytes:
    """Raises WrongMasterKey, which names the version where it is lacking or not the one that wrapped this."""
    nonce, body = wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:]
    if master not in masters.keys:
        raise WrongMasterKey(f"The master key lacks version {master}, which wraps keys that are kept.")
    try:
        return masters.cipher(master).decrypt(nonce, body, associated(name, str(master)))
    except InvalidTag as error:
        of = f"Version {master} of the master key" if len(masters.keys) > 1 else "The master key"
        raise WrongMasterKey(f"{of} does not open what this database keeps.") from error


def open_secrets(connection: Connection, masters: Masters, *, closing: bool = False) -> bytes:
    """The key of blind indexes. Makes it, the canary and the signing key where they are not there yet.

    `closing`: also while the program is being closed down. Raises WrongMasterKey, Closed.
    """
    marking_of(connection, masters, closing=closing)
    rows = {row.name: row for row in connection.execute(select(secrets_table))}
    master = rows[CANARY].master if CANARY in rows else masters.newest
    for name in (CANARY, MARKS, SIGNING):
        if name not in rows:
            wrapped = wrap(masters, master, name, secrets.token_bytes(KEY_BYTES))
            row = {"name": name, "master": master, "wrapped": wrapped}
            connection.execute(insert(secrets_table).values(row))
    marking = marking_of(connection, masters, closing=closing)
    if marking is None:
        raise Defect("The secrets were written and are not there.")
    return marking


def marking_of(connection: Connection, masters: Masters, *, closing: bool = False) -> bytes | None:
    """The key of blind indexes; None before the first start.

    Raises WrongMasterKey where the masters open it not, or one key of each version that wraps any. Raises
    Closed; with `closing` only where the closing down is finished.
    """
    rows = {row.name: row for row in connection.execute(select(secrets_table))}
    opened = {name: unwrap(masters, row.master, name, row.wrapped) for name, row in rows.items()}
    if CLOSING in opened:
        refuse_closed(json.loads(opened[CLOSING]), closing=closing)
    one_each = select(func.min(data_keys.c.subject)).group_by(data_keys.c.master)
    for row in connection.execute(select(data_keys).where(data_keys.c.subject.in_(one_each))):
        unwrap(masters, row.master, name_of(row.subject, row.version), row.wrapped)
    return opened.get(MARKS)


def refuse_closed(told: Mapping[str, str], *, closing: bool = False) -> None:
    """Raises Closed, by what the key store keeps of it: `began` and `finished` (dates), and `by`."""
    if told["finished"]:
        raise Closed(
            f"This program was closed on {told['finished'][:10]} by {told['by']}; its keys are destroyed."
        )
    if not closing:
        began = f"Closing this program down began on {told['began'][:10]} and is not finished."
        raise Closed(began, hint="Run: companion close")


def secret_of(connection: Connection, masters: Masters, name: str) -> bytes:
    """One of the key store's own secrets, which is there. Raises WrongMasterKey."""
    row = connection.execute(select(secrets_table).where(secrets_table.c.name == name)).one()
    return unwrap(masters, row.master, name, row.wrapped)


def marked(marking: bytes, name: str) -> str:
    """A keyed hash: the same for the same name, telling nothing of it."""
    return hmac.digest(marking, name.encode(), "sha256").hex()[:32]


def wrapping_version(connection: Connection, masters: Masters) -> int:
    """The version that wraps new keys: that of the canary, which only a rotation changes.

    So a version that only some servers know yet wraps nothing. Read within the transaction that uses it, it
    holds a rotation up. Raises WrongMasterKey where this process lacks it.
    """
    names = secrets_table.c.name.in_((CANARY, CLOSING))
    query = select(secrets_table.c.name, secrets_table.c.master).where(names).with_for_update(read=True)
    found = {row.name: row.master for row in connection.execute(query)}
    if CLOSING in found:
        raise Closed("This program is being closed down: it makes no keys any more.")
    version = found[CANARY]
    if version not in masters.keys:
        raise WrongMasterKey(f"The master key lacks version {version}, which wraps new keys.")
    return int(version)


def rotate_secrets(connection: Connection, masters: Masters) -> None:
    """Wrap them anew under the newest master. The one that comes first holds another rotation up.

    Raises WrongMasterKey, and so never takes back what was handed to a newer version that is not held here.
    """
    for row in connection.execute(select(secrets_table).with_for_update()).all():
        raw = unwrap(masters, row.master, row.name, row.wrapped)
        values = {"master": masters.newest, "wrapped": wrap(masters, masters.newest, row.name, raw)}
        connection.execute(update(secrets_table).where(secrets_table.c.name == row.name).values(values))
