"""What went wrong and where, without what was said: types and places only."""

import traceback
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[1]
_MOST = 25  # frames an exception; a recursion without end says no more with a thousand


def described(error: BaseException | None) -> dict[str, Any]:
    """`error` is the type's name, `frames` where it passed, innermost last; empty for None."""
    if error is None:
        return {}
    return {"error": type(error).__qualname__, "frames": list(_frames(error))}


def _frames(error: BaseException) -> Iterator[str]:
    """The cause first, as Python prints it; no messages, no values, no lines of source."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        yield from _frames(before)
        yield f"then {type(error).__qualname__}"
    for frame, line in deque(traceback.walk_tb(error.__traceback__), _MOST):
        yield f"{_short(frame.f_code.co_filename)}:{line} {frame.f_code.co_name}"
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield f"with {type(inner).__qualname__}"
            yield from _frames(inner)


def _short(file: str) -> str:
    for marker in ("site-packages/", f"{_ROOT}/", "/lib/"):
        if marker in file:
            return file.rpartition(marker)[2]
    return Path(file).name
