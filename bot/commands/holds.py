"""`companion hold`: one named person stops all that the companion starts, as after a death."""

from collections.abc import Sequence

from bot.commands.terminal import say, show_table, started
from bot.errors import NotFound
from bot.opening import opened
from bot.program.holds import is_known, lift_holds, place_hold, stages, standing_holds
from bot.program.load import load_program


def place(*, by: str, stage: str) -> None:
    """From now on, until it is lifted. Raises NotFound for a program or stage that nobody is of."""
    settings = started()
    program = load_program(settings.program_folder)
    with opened(settings) as at:
        if not is_known(at.store, program_id=program.id):
            raise NotFound(f"The database has no program {program.id} yet.", hint=_BRING_IN)
        known = stages(at.store, program_id=program.id)
        if stage and stage not in known:
            raise NotFound(f"Nobody on the roster is of the stage {stage}.", hint=_known(known))
        place_hold(at.store, program_id=program.id, stage=stage, by=by, now=at.clock.now())
    say(f"Held: {stage or 'the whole program'}. Replies and safety go on.")


_BRING_IN = "Run: companion roster import. Then place the hold, before the first server starts."


def _known(stages: Sequence[str]) -> str:
    return f"There are: {', '.join(stages)}." if stages else "See: companion roster import"


def lift(*, by: str, stage: str) -> None:
    """Raises NotFound where no such hold stands."""
    settings = started()
    program = load_program(settings.program_folder)
    with opened(settings) as at:
        number = lift_holds(at.store, program_id=program.id, stage=stage, by=by, now=at.clock.now())
    if not number:
        raise NotFound("No such hold stands.", hint="See: companion hold list")
    say(f"Lifted: {stage or 'the whole program'}.")


def show() -> None:
    """Every hold that stands, of every program."""
    with opened(started()) as at:
        holds = standing_holds(at.store, now=at.clock.now())
    rows = [(one.program_id, one.stage or "all", one.by, f"{one.since:%Y-%m-%d %H:%M} UTC") for one in holds]
    show_table(("program", "stage", "placed by", "since"), rows, empty="No hold stands.")
