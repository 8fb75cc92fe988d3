"""The file of a closing down's statement: taken before anything is destroyed, and written at the end."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bot.errors import OperatorError
from bot.store.backup import on_disk
from bot.store.engines import sqlite_path

_OTHER = "Name another file with --out."
AGAIN = "What is destroyed stays so: run it again with another --out, and it goes on."


class StatementFile:
    """A new file, for its owner alone; `path` as it was given."""

    def __init__(self, path: Path, handle: int) -> None:
        self.path, self._handle = path, handle

    def write(self, text: str) -> None:
        """Raises OperatorError where it is not on the disk as a whole."""
        try:
            whole = os.write(self._handle, text.encode()) == len(text.encode())
            os.fsync(self._handle)
        except OSError:
            whole = False
        if not whole:
            with suppress(OSError):
                os.ftruncate(self._handle, 0)
        if not (whole and self.stands()):
            raise OperatorError(f"{self.path} cannot be written.", hint=AGAIN)

    def stands(self) -> bool:
        """Whether it is what stands under that name, and not empty."""
        return self._is_there() and bool(os.fstat(self._handle).st_size)

    def close(self) -> None:
        """Let go of it; where nothing was written it is not left there."""
        if self._is_there() and not self.stands():
            self.path.unlink()
        os.close(self._handle)

    def _is_there(self) -> bool:
        try:
            return os.path.samestat(self.path.lstat(), os.fstat(self._handle))
        except OSError:
            return False


@contextmanager
def taken(out: Path, *urls: str) -> Iterator[StatementFile]:
    """Raises OperatorError where it cannot be made, or where the databases at `urls` have their own files."""
    if not str(out).isprintable():
        raise OperatorError("The name of that file cannot be printed.", hint=_OTHER)
    try:
        if any(_is_beside(out, url) for url in urls):
            raise OperatorError(f"{out} would be one of the database's own files.", hint=_OTHER)
        file = _made(out)
    except FileExistsError:
        raise OperatorError(f"{out} is there already.", hint=_OTHER) from None
    except OSError:
        raise OperatorError(f"{out.absolute()} cannot be written by this user.", hint=_OTHER) from None
    try:
        yield file
    finally:
        file.close()


def _made(out: Path) -> StatementFile:
    """Its name is on the disk too. Raises OSError; none is left then."""
    file = StatementFile(out, os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        on_disk(out.absolute().parent)
    except OSError:
        file.close()
        raise
    return file


def _is_beside(out: Path, url: str) -> bool:
    """SQLite makes and deletes files beside its own, whose names begin with that one's. Raises OSError."""
    path = sqlite_path(url)
    return path is not None and any(
        out.name.startswith(one.name) and one.parent.is_dir() and out.absolute().parent.samefile(one.parent)
        for one in (path.absolute(), path.resolve())
    )
