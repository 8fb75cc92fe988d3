"""Every error that leaves a part of the companion, and who reads it.

CompanionError
    Defect                     developer: a bug of ours, shown by type only
    OperatorError              operator: one line, what to do, an exit code, no traceback
        SettingsError
        ProgramError
        StoreInUse
        AddressTaken
        NotPrivate
        ServersBehind
        StoreTooNew
        WrongMasterKey
        OtherKeyStore
        DatabaseGone
        Closed
        InputError
        NotFound
    StoreUnavailable           operator: retryable, the same store works again later
        StoreRefused
        StoreBroken
        StoreBusy
    KeyForgotten               nobody: what was sealed cannot be read again, by design
    SealBroken                 developer: something sealed was changed or moved

A class's docstring is its message where none is given. Messages never hold what a person wrote.
Exit codes follow sysexits.h: 65 input, 66 not found, 69 unavailable, 70 defect, 75 try again, 77 refused,
78 settings.
"""

from enum import StrEnum
from typing import ClassVar


class Reader(StrEnum):
    """Whom an error's message is for."""

    OPERATOR = "operator"
    DEVELOPER = "developer"
    NOBODY = "nobody"


class CompanionError(Exception):
    """Something in the companion went wrong."""

    reader: ClassVar[Reader] = Reader.DEVELOPER
    exit_code: ClassVar[int] = 70
    hint: ClassVar[str] = ""

    def __init__(self, message: str = "", *, hint: str = "") -> None:
        super().__init__(message or (type(self).__doc__ or "").strip())
        self.what_to_do = hint or self.hint

    @property
    def line(self) -> str:
        """What is wrong and what to do, as whole sentences in one line."""
        said = str(self)
        return f"{said}{'' if said.endswith('.') else '.'} {self.what_to_do}".rstrip()


class Defect(CompanionError):
    """The companion met a state that its code rules out."""


class OperatorError(CompanionError):
    """The companion cannot do that as it is set up."""

    reader = Reader.OPERATOR
    exit_code = 78


class SettingsError(OperatorError):
    """The settings cannot be used. Each problem says what to do."""

    def __init__(self, *problems: str) -> None:
        super().__init__(problems[0] if len(problems) == 1 else "")
        self.problems = problems


class ProgramError(OperatorError):
    """The program folder cannot be used."""

    hint = "Correct the named file in the program folder (COMPANION_PROGRAM_FOLDER)."


class StoreInUse(OperatorError):
    """Another companion serves from this database file."""

    exit_code = 75
    hint = "Stop it first; two that run side by side have a data folder each (COMPANION_DATA_FOLDER)."


class AddressTaken(OperatorError):
    """Something else listens on that address, perhaps for no longer than it takes to stop."""

    exit_code = 75


class NotPrivate(OperatorError):
    """A file or folder is not for the user alone who runs the companion."""

    hint = "Look at its owner and its mode: files 600, folders 700."


class ServersBehind(OperatorError):
    """Servers run that do not have the newest master key."""

    exit_code = 75
    hint = (
        "Restart each with the new key file and run this again. One that was killed is forgotten after"
        " two minutes. With --force such servers fail to open new keys."
    )


class StoreTooNew(OperatorError):
    """The database was migrated by a newer version of the companion."""

    hint = "Run that version or a newer one; a database is never migrated backwards."


class WrongMasterKey(OperatorError):
    """The master key does not open what this database keeps."""

    exit_code = 77
    hint = "Give the key that was used before (COMPANION_MASTER_KEY_FILE); a new one opens nothing."


class OtherKeyStore(OperatorError):
    """The key store is not the one that this database was kept with."""

    exit_code = 77
    hint = "Put it back (keys.db, or COMPANION_KEY_STORE_URL): it has the keys, and who was forgotten."


class DatabaseGone(OperatorError):
    """The key store holds keys, and the database that they belong to is gone."""

    exit_code = 77
    hint = (
        "Put it back, or restore a backup. To begin anew on purpose, first move the key store away"
        " (keys.db; on PostgreSQL the schema keys) with what is left of the database."
    )


class Closed(OperatorError):
    """The program was closed down, and its keys were destroyed."""


class InputError(OperatorError):
    """The input cannot be read."""

    exit_code = 65


class NotFound(OperatorError):
    """There is nothing with that name or number."""

    exit_code = 66


class StoreUnavailable(CompanionError):
    """The database cannot be reached or written just now."""

    reader = Reader.OPERATOR
    exit_code = 69
    hint = "Look at the database and its disk; nothing was changed, so it can be tried again."


class StoreRefused(StoreUnavailable):
    """The database lets the companion in no more, or not as it is set up; it may be set right meanwhile."""

    exit_code = 78


class StoreBroken(StoreUnavailable):
    """A file of the database is broken, or none of the companion's."""

    exit_code = 78
    hint = "Run companion doctor, which names it; then stop the server and restore the newest backup."


class StoreBusy(StoreUnavailable):
    """The same person's rows changed again and again while this was written."""

    exit_code = 75


class KeyForgotten(CompanionError):
    """The key of this subject was destroyed, and what it sealed with it."""

    reader = Reader.NOBODY


class SealBroken(CompanionError):
    """Something sealed was changed, moved or sealed with another key."""
