"""The groups of commands: `companion outbox …`, `keys …`, `hold …`, `settings …`, `roster …`."""

from pathlib import Path
from typing import Annotated

import typer

outbox = typer.Typer(
    help="What waits to be sent, and what could not be: ids, ages and classes.", no_args_is_help=True
)
keys = typer.Typer(help="Master keys, which wrap every other key.", no_args_is_help=True)
hold = typer.Typer(
    help="Stop all that the companion starts, for a program or a cohort.", no_args_is_help=True
)
settings = typer.Typer(
    help="The settings: what holds now, and the page that describes them.", no_args_is_help=True
)
roster = typer.Typer(help="Who belongs to a program.", no_args_is_help=True)
GROUPS = {"outbox": outbox, "keys": keys, "hold": hold, "settings": settings, "roster": roster}

_MOST_DIGITS = 18  # what a row's number may have in both databases


def _row(typed: str) -> int:
    if not (typed.isascii() and typed.isdecimal() and len(typed) <= _MOST_DIGITS):
        raise typer.BadParameter(f"{typed} is not the number of a row. See: companion outbox list")
    return int(typed)


def named(typed: str) -> str:
    """As it is kept. Raises BadParameter for what is no name or does not print: a line break, no UTF-8."""
    name = typed.strip()
    if not name or not name.isprintable():
        raise typer.BadParameter("It is kept who decided it: give a name, in letters that print.")
    return name


Rows = Annotated[
    list[int],
    typer.Argument(parser=_row, metavar="ROW", help="Numbers as `companion outbox list` shows them."),
]


@outbox.command("list")
def outbox_list(
    *, every: Annotated[bool, typer.Option("--all", help="Also what still waits to be sent.")] = False
) -> None:
    """Show what could not be sent."""
    from bot.commands.letters import show

    show(every=every)


@outbox.command("requeue")
def outbox_requeue(rows: Rows) -> None:
    """Send them again."""
    from bot.commands.letters import requeue

    requeue(rows)


@outbox.command("drop")
def outbox_drop(rows: Rows) -> None:
    """Never send them; their words are wiped."""
    from bot.commands.letters import drop

    drop(rows)


@keys.command("make")
def keys_make(
    file: Annotated[Path | None, typer.Argument(help="Where to; else COMPANION_MASTER_KEY_FILE.")] = None,
    *,
    add: Annotated[bool, typer.Option("--add", help="Add a version to the file that is there.")] = False,
) -> None:
    """Make a master key in a file that only its owner can read."""
    from bot.commands.masters import make

    make(file, add=add)


@keys.command("rotate")
def keys_rotate(
    *, force: Annotated[bool, typer.Option("--force", help="Even where a running server lacks it.")] = False
) -> None:
    """Wrap every key under the newest master key, once every running server has it."""
    from bot.commands.masters import rotate

    rotate(force=force)


@keys.command("status")
def keys_status() -> None:
    """Which versions there are, how many keys each wraps, and which wraps new ones."""
    from bot.commands.masters import status

    status()


Stage = Annotated[str, typer.Option(help="Only members of this stage, such as PGY-2.")]
By = Annotated[str, typer.Option(callback=named, help="Who decided it; kept.")]


@hold.command("place")
def hold_place(*, by: By, stage: Stage = "") -> None:
    """Stop what the companion starts, from now on. Replies and safety go on."""
    from bot.commands.holds import place

    place(by=by, stage=stage)


@hold.command("lift")
def hold_lift(*, by: By, stage: Stage = "") -> None:
    """Let the companion start again."""
    from bot.commands.holds import lift

    lift(by=by, stage=stage)


@hold.command("list")
def hold_list() -> None:
    """Show the holds that stand."""
    from bot.commands.holds import show

    show()


@settings.command("show")
def settings_show() -> None:
    """Print what holds now, with secrets masked."""
    from bot.commands.showing import show

    show()


@settings.command("docs")
def settings_docs() -> None:
    """Print docs/settings.md."""
    from bot.commands.showing import docs

    docs()


@roster.command("import")
def roster_import(
    folder: Annotated[
        Path | None, typer.Argument(help="A program folder; else COMPANION_PROGRAM_FOLDER.")
    ] = None,
) -> None:
    """Add the people of a program folder. Who is there already stays as they are."""
    from bot.commands.rosters import bring_in

    bring_in(folder)
