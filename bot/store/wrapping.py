"""Wrapping keys under a master, and the two secrets that tell whether it is the right one."""

import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from sqlalchemy import Connection, func, insert, select, update

from bot.errors import Defect, WrongMasterKey
from bot.store.key_tables import data_keys
from bot.store.key_tables import secrets as secrets_table
from bot.store.masters import KEY_BYTES, Masters
from bot.store.seals import NONCE_BYTES, associated

CANARY = "canary"
MARKS = "marks"
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


def open_secrets(connection: Connection, masters: Masters) -> bytes:
    """The key of blind indexes. Makes it and the canary at the first start. Raises WrongMasterKey."""
    rows = {row.name: row for row in connection.execute(select(secrets_table))}
    for name in (CANARY, MARKS):
        if name not in rows:
            wrapped = wrap(masters, masters.newest, name, secrets.token_bytes(KEY_BYTES))
            row = {"name": name, "master": masters.newest, "wrapped": wrapped}
            connection.execute(insert(secrets_table).values(row))
    marking = marking_of(connection, masters)
    if marking is None:
        raise Defect("The secrets were written and are not there.")
    return marking


def marking_of(connection: Connection, masters: Masters) -> bytes | None:
    """The key of blind indexes; None before the first start.

    Raises WrongMasterKey where the masters open it not, or one key of each version that wraps any.
    """
    rows = {row.name: row for row in connection.execute(select(secrets_table))}
    opened = {name: unwrap(masters, row.master, name, row.wrapped) for name, row in rows.items()}
    one_each = select(func.min(data_keys.c.subject)).group_by(data_keys.c.master)
    for row in connection.execute(select(data_keys).where(data_keys.c.subject.in_(one_each))):
        unwrap(masters, row.master, name_of(row.subject, row.version), row.wrapped)
    return opened.get(MARKS)


def marked(marking: bytes, name: str) -> str:
    """A keyed hash: the same for the same name, telling nothing of it."""
    return hmac.new(marking, name.encode(), hashlib.sha256).hexdigest()[:32]


def wrapping_version(connection: Connection, masters: Masters) -> int:
    """The version that wraps new keys: that of the canary, which only a rotation changes.

    So a version that only some servers know yet wraps nothing. Read within the transaction that uses it, it
    holds a rotation up. Raises WrongMasterKey where this process lacks it.
    """
    query = select(secrets_table.c.master).where(secrets_table.c.name == CANARY).with_for_update(read=True)
    version = connection.execute(query).scalar_one()
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
