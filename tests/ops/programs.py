"""The demo's program, changed for a test."""

import shutil
from pathlib import Path

from bot.settings import DEMO_PROGRAM

EVALUATES = '[[evaluations]]\nby = "director"\nstarts = 2024-07-01\n'
ASSIGNED = ('by = "coach"', 'by = "director"')
_CARD = 'about = ""\nhours = ""\nweekdays = ["monday"]\nopens = 07:00:00\ncloses = 19:00:00\n'
_SINCE = "starts = 2024-07-01\n"
COACHES_NOW = (
    f'roles = ["evaluator"]\n{_SINCE}',
    f'roles = ["coach"]\n{_SINCE}[people.coach]\n{_CARD}',
)
"""The director, as a coach who never evaluated."""


def own_program(folder: Path, *changes: tuple[str, str]) -> Path:
    """A copy of the demo's program, with each first text replaced by the second."""
    made = Path(shutil.copytree(DEMO_PROGRAM, folder / "program"))
    text = (made / "program.toml").read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (made / "program.toml").write_text(text)
    return made
