"""The phrase lists beside this file, a phrase a line: "expected | text", or the text alone."""

from pathlib import Path

_FOLDER = Path(__file__).parent


def phrases(name: str) -> list[tuple[str, str]]:
    """What is expected, and the text; lines that start with # are remarks."""
    lines = (_FOLDER / name).read_text(encoding="utf-8").splitlines()
    parts = (line.rpartition(" | ") for line in lines if line and not line.startswith("#"))
    return [(expected, text) for expected, _, text in parts]
