"""What holds keys, or what people said, is for its owner alone: made so, and refused where it is not."""

import os
import stat
import tempfile
from pathlib import Path

from bot.errors import NotPrivate

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def is_open_to_others(path: Path) -> bool:
    """Whether the group or anybody else may read, write or enter it."""
    return bool(path.stat().st_mode & _OTHERS)


def refuse_open(*paths: Path) -> None:
    """Raises NotPrivate, with the command that mends it, for one that is there and open to others.

    A file of another user is refused too: what is written beside it would belong to the wrong one.
    What stood open may have been read, so it is never closed in silence.
    """
    for path in paths:
        try:
            found = path.stat()
        except (
            FileNotFoundError,
            NotADirectoryError,
        ):  # perhaps just now: SQLite deletes files beside its own
            continue
        if found.st_mode & _OTHERS:
            mode = 700 if stat.S_ISDIR(found.st_mode) else 600
            raise NotPrivate(f"Others can open {path}.", hint=f"Run: chmod {mode} {path}")
        if stat.S_ISREG(found.st_mode) and found.st_uid != os.geteuid():
            raise NotPrivate(f"{path} belongs to another user.", hint="Run this command as that user.")


def make_private_folder(folder: Path) -> None:
    """Make it if it is not there. Raises NotPrivate where others can look into it."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        raise _not_made(folder) from None
    refuse_open(folder)


def refuse_unmakable(folder: Path) -> None:
    """Raises NotPrivate for one that is not there and cannot be made: one beside it is tried, and is gone."""
    try:
        if not folder.is_dir():
            above = next(one for one in (folder.absolute(), *folder.absolute().parents) if one.exists())
            Path(tempfile.mkdtemp(dir=above)).rmdir()
    except OSError:
        raise _not_made(folder) from None


def _not_made(folder: Path) -> NotPrivate:
    return NotPrivate(
        f"This user cannot make the folder {folder}.", hint="Make it for them, or name another."
    )
