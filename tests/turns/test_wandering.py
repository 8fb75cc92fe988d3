"""Two people who press and type whatever comes: nothing raises, nothing is stuck, one safety talk at most."""

import random
from datetime import timedelta

import pytest

from bot.store.tables import inbox, outbox
from tests.town import Person, Town
from tests.turns.stories import NEXT, sends_alert

WORDS = "stop skip back later help human crisis privacy export settings weeks why resume delete"
TYPED = (*WORDS.split(), "pause 2w", "check in", "steady", "yes", "no", "nonsense", "MRN 4839201", "")
DANGER = ("I want to kill myself", "lol kill me")
WRITTEN = (
    "tomorrow 17:30",
    "a line of my own",
    "Mr. John Fitzgerald, MRN 4839201",
    "I want to die",
    "x" * 5000,
)
SKIPPED = {"Delete everything"}


async def wanders(person: Person, chance: random.Random) -> None:
    """Press, fill or type one thing."""
    form = person.form
    labels = [label for label in person.buttons if label not in SKIPPED]
    kind = chance.random()
    if form is not None and form.submit is not None and kind < 0.3:
        options = [choice.label for choice in form.choices]
        values = chance.sample(options, k=min(2, len(options))) if options else [chance.choice(WRITTEN)]
        await person.fills(*values, keep=chance.random() < 0.5)
    elif labels and kind < 0.8:
        await person.presses(chance.choice(labels))
    elif form is not None and kind < 0.85:
        await person.closes()
    else:
        await person.says(chance.choice((*TYPED, *DANGER)))


def is_sound(town: Town) -> bool:
    """Every open talk asks something, at most one is about safety, and nothing failed to be sent."""
    states = [state for key in ("resident", "coach") for state in town.state(key)]
    asks = all(asked for _, state, asked in states if state == "waiting")
    top = town.state("resident")[-1:]
    is_stuck = any(state == "open" and not asked for _, state, asked in top)
    safety = [flow for flow, _, _ in town.state("resident") if flow == "safety"]
    return asks and not is_stuck and len(safety) <= 1 and not town.rows(outbox, state="dead")


@pytest.mark.parametrize("seed", range(4))
async def test_wherever_they_wander_all_is_sound(
    resident: Person, coach: Person, town: Town, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - a story, not a secret
    if seed % 2:
        await sends_alert(resident, backup=NEXT)
    for _ in range(60):
        await wanders(chance.choice((resident, resident, coach)), chance)
        assert is_sound(town), town.state("resident")
        if chance.random() < 0.1:
            await town.walks_to(town.clock.now() + timedelta(hours=chance.choice((1, 13, 30))))
    await resident.says("stop")
    await town.settle()

    assert [flow for flow, state, _ in town.state("resident") if state == "open"] in ([], ["safety"])
    assert town.rows(inbox) == [] or town.state("resident") or town.state("coach")
