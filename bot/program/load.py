"""Read a program folder: program.toml, and texts.toml where a program words something its own way.

Whatever does not fit is told in one line that names the file and each place.
"""

import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from bot.errors import ProgramError
from bot.program.program import Program
from bot.program.wordings import checked_texts


def load_program(folder: Path, *, for_real: bool = False) -> Program:
    """The program of a folder. Raises ProgramError; `for_real` also for a check that is still to come."""
    file = folder / "program.toml"
    if not file.is_file():
        raise ProgramError(f"There is no {file}.")
    values = _toml(file)
    own = folder / "texts.toml"
    texts = checked_texts(_toml(own), own) if own.is_file() else {}
    try:
        found = TypeAdapter(Program).validate_python({**values, "folder": folder, "texts": texts})
    except ValidationError as error:
        raise ProgramError(f"{file}: {'; '.join(map(_told, error.errors()))}.") from None
    day, tomorrow = found.evaluators_checked, datetime.now(UTC).date() + timedelta(days=1)
    if for_real and day is not None and day > tomorrow:  # where it was made it may be tomorrow already
        raise ProgramError(f"{file}: evaluators_checked {day} is in the future: write the last check's day.")
    return found


def _toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError:
        raise ProgramError(f"{file} cannot be read.") from None
    except ValueError as error:
        raise ProgramError(f"{file} is not a TOML file: {error}.") from None


def _told(detail: ErrorDetails) -> str:
    place = ".".join(str(part) for part in detail["loc"])
    return ": ".join(filter(None, (place, detail["msg"].removeprefix("Value error, ").rstrip("."))))
