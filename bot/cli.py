"""The command `companion`. What a command needs is imported when it runs, so that help comes at once."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.errors import CompanionError, Reader, SettingsError

app = typer.Typer(
    name="companion",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
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
for name, group in {
    "outbox": outbox,
    "keys": keys,
    "hold": hold,
    "settings": settings,
    "roster": roster,
}.items():
    app.add_typer(group, name=name)

_MOST_DIGITS = 18  # what a row's number may have in both databases


def _row(typed: str) -> int:
    if not (typed.isascii() and typed.isdecimal() and len(typed) <= _MOST_DIGITS):
        raise typer.BadParameter(f"{typed} is not the number of a row. See: companion outbox list")
    return int(typed)


def _name(typed: str) -> str:
    if not typed.strip():
        raise typer.BadParameter("It is kept who decided it: give a name.")
    return typed.strip()


def _version(*, wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"companion {version('coaching-companion')}")
        raise typer.Exit


Rows = Annotated[
    list[int],
    typer.Argument(parser=_row, metavar="ROW", help="Numbers as `companion outbox list` shows them."),
]
Flow = Annotated[str, typer.Argument(help="Name of a talk, such as check-in.")]


def main() -> None:
    """Run a command. An error that an operator can mend is one line; others show types and places.

    Whatever a command makes is for its owner alone.
    """
    os.umask(0o077)
    try:
        app()
    except CompanionError as error:
        _tell(error)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:  # noqa: BLE001 - the last place before Python prints messages and values
        from bot.logs import get_log

        get_log("bot.cli").error("command.failed", exc_info=error)
        _say(f"A defect of the companion stopped it ({type(error).__name__}); the lines above say where.")
        sys.exit(70)


def _tell(error: CompanionError) -> None:
    if isinstance(error, SettingsError):
        for problem in error.problems:
            _say(problem)
    else:
        _say(error.line)
    if error.reader is not Reader.OPERATOR:
        from bot.logs import get_log

        get_log("bot.cli").error("command.failed", exc_info=error)


def _say(line: str) -> None:
    typer.echo(f"companion: {line}", err=True)


@app.callback()
def begin(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """A companion for medical trainees inside the chat they already use."""


@app.command()
def serve() -> None:
    """Serve until stopped: listeners, turns, nudges and deliveries."""
    from bot.commands.serving import serve as run

    run()


@app.command()
def migrate() -> None:
    """Make the database's tables, or bring them forward."""
    from bot.commands.serving import migrate as run

    run()


@app.command()
def check() -> None:
    """Look at what the settings point to: presence and age, nothing of the content."""
    from bot.commands.checking import check as run

    run()


@app.command()
def rehearse(flow: Flow) -> None:
    """Hold a talk in the terminal. Nothing is kept."""
    from bot.commands.talks import rehearse as run

    run(flow)


@app.command()
def script(
    flow: Flow, *, diagram: Annotated[bool, typer.Option("--diagram", help="A diagram instead.")] = False
) -> None:
    """Print a talk as a script, for review."""
    from bot.commands.talks import script as run

    run(flow, diagram=diagram)


@app.command()
def assess() -> None:
    """Read {"id","text"} lines; write what the companion would do of danger in each."""
    from bot.commands.lines import assess as run

    run()


@app.command()
def identifiers() -> None:
    """Read {"id","text"} lines; write the spans that identify somebody."""
    from bot.commands.lines import identifiers as run

    run()


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
By = Annotated[str, typer.Option(callback=_name, help="Who decided it; kept.")]


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
