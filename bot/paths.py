"""Names of files and folders as somebody gave them: one that the system cannot even look for is one line."""

from pathlib import Path

from bot.errors import InputError


def unreachable(path: Path) -> str:
    """Which part of the path cannot be looked for, and why; "" where all can, be anything there or not."""
    for part in (*reversed(path.parents), path):
        try:
            part.stat()
        except (FileNotFoundError, NotADirectoryError):
            continue  # what follows may still be too long
        except OSError as error:
            return f"{part} cannot be looked for: {error.strerror}"
        except ValueError:
            return "it holds a sign that no name has"
    return ""


def refuse_unreachable(*paths: Path | None) -> None:
    """Raises InputError for one whose name is too long, or that stands in a folder closed to this user."""
    for path in paths:
        if path is not None and (why := unreachable(path)):
            raise InputError(f"{why}.", hint="Give another name.")
