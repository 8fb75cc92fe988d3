"""`companion roster`."""

from pathlib import Path

from bot.commands.terminal import counted, say, started
from bot.opening import opened
from bot.paths import refuse_unreachable
from bot.program.load import load_program
from bot.program.seed import seed


def bring_in(folder: Path | None) -> None:
    """Add a program's people to the store. Raises InputError, ProgramError."""
    refuse_unreachable(folder)
    settings = started()
    program = load_program(folder or settings.program_folder)
    with opened(settings) as at:
        ids = seed(at.store, program, at.clock)
    say(f"{program.name}: {counted(len(ids), 'person', 'people')} on the roster.")
