"""The command `companion`. What a command needs is imported when it runs, so that help comes at once."""

import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.groups import GROUPS
from bot.errors import CompanionError, Reader, SettingsError

app = typer.Typer(
    name="companion",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for name, group in GROUPS.items():
    app.add_typer(group, name=name)


def _version(*, wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"companion {version('coaching-companion')}")
        raise typer.Exit


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
def doctor(
    *, as_json: Annotated[bool, typer.Option("--json", help="As JSON, for machines.")] = False
) -> None:
    """Say what is off and what to do next, beside a running server or without one."""
    from bot.commands.doctor import doctor as run

    run(as_json=as_json)


KeysFolder = Annotated[Path | None, typer.Option("--keys", help="A folder elsewhere, for the key store.")]


@app.command()
def backup(folder: Annotated[Path, typer.Argument(help="A new folder.")], *, keys: KeysFolder = None) -> None:
    """Copy the database, beside a running server."""
    from bot.commands.backups import backup as run

    run(folder, keys)


@app.command()
def restore(
    folder: Annotated[Path, typer.Argument(help="As `companion backup` made it.")],
    *,
    keys: KeysFolder = None,
    yes: Annotated[bool, typer.Option("--yes", help="Without being asked.")] = False,
) -> None:
    """Bring a backup back, once every server has stopped."""
    from bot.commands.restoring import restore as run

    run(folder, keys, yes=yes)


@app.command()
def fence() -> None:
    """Let the next server send nothing of what waits: a snapshot of the machine came back."""
    from bot.commands.restoring import fence as run

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


@app.command()
def close(
    *,
    by: Annotated[str, typer.Option(help="Who closes it; stands in the statement.")] = "",
    out: Annotated[Path | None, typer.Option(help="A new file for the signed statement.")] = None,
    yes: Annotated[str, typer.Option(metavar="PROGRAM_ID", help="Without being asked.")] = "",
    backups_until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The last day on which a backup of the key store exists."),
    ] = None,
    verify: Annotated[Path | None, typer.Option(help="Check a statement instead; needs --key.")] = None,
    key: Annotated[str, typer.Option(help="As `companion keys status` printed it.")] = "",
) -> None:
    """Close the program down for good: destroy every key and row, and sign what was destroyed."""
    from bot.commands.closing import close as run
    from bot.commands.closing import verify as check_statement

    if verify is not None and key:
        check_statement(verify, key)
    elif verify is None and by.strip() and out is not None:
        run(by=by.strip(), out=out, yes=yes, backups_until=backups_until.date() if backups_until else None)
    else:
        raise typer.BadParameter("It takes --by NAME --out FILE, or --verify FILE --key PUBLIC.")
