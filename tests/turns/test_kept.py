"""What a talk keeps follows its answers: given, taken back, changed, or asked again after a release."""

import json
import random
from dataclasses import replace

import pytest

from adapters.port import Control
from bot.store.apply import apply
from bot.store.tables import measures, notes, talks
from bot.turns.frames import Frame, frame_of
from conversations.effects import KeepMeasure, KeepNote
from conversations.engine import run
from conversations.journal import Journal
from tests.town import Person, Town
from tests.turns.stories import begins_check_in, press, takes_up_check_in


def frame(town: Town) -> Frame | None:
    """The check-in that is held."""
    row = next((row for row in town.rows(talks, flow="check-in") if row.state == "open"), None)
    found = frame_of(row, town.keys) if row is not None else None
    if found is not None and row is not None:
        found.load(town.keys, row)
    return found


def released(town: Town, *keys: str) -> None:
    """A release changes what these questions mean; what was answered stands as it was recorded."""
    held = frame(town)
    assert held is not None
    entries = (
        replace(entry, fingerprint="before") if entry.key in keys else entry for entry in held.journal.entries
    )
    held.journal = Journal(tuple(entries))
    saved = held.save(town.keys, town.clock.now())
    town.store.write(lambda conn: apply(conn, saved))


def kept(town: Town) -> list[str]:
    """The kept measures and lines, opened."""
    found = []
    for table in (measures, notes):
        for row in town.rows(table):
            place = f"{table.name}/{row.talk_id}/{row.key}"
            body = town.keys.open(f"person:{row.person_id}", place, row.body).decode("utf-8")
            found.append("=".join(json.loads(body)) if table is measures else body)
    return sorted(found)


def wanted(held: Frame) -> list[str] | None:
    """What the answers lead to, or None where one of them has to be given again."""
    found = run(held.flow, held.facts, held.journal, held.words)
    if set(found.asked) != {entry.key for entry in held.journal.entries}:
        return None
    lines = [one.words.text for one in found.effects.values() if isinstance(one, KeepNote)]
    taps = [f"{one.name}={one.value}" for one in found.effects.values() if isinstance(one, KeepMeasure)]
    return sorted(lines + taps)


async def test_asked_again_after_a_release_the_new_answer_is_kept(resident: Person, town: Town) -> None:
    await begins_check_in(resident)
    await resident.presses("Steady")
    released(town, "week")
    await takes_up_check_in(resident)
    assert "Where were you most" in resident.screen
    assert kept(town) == ["week=steady"]

    await resident.presses("Struggling")

    assert kept(town) == ["week=struggling"]


async def test_the_same_answer_again_keeps_what_came_after_it(resident: Person, town: Town) -> None:
    await begins_check_in(resident)
    await resident.presses("Stretched")
    await resident.fills("Workload", "Sleep")
    released(town, "week", "moved")
    await resident.says("stretched")

    assert town.state("resident")[0][2] == "moved"
    assert kept(town) == ["moved=workload,sleep", "week=stretched"]


async def test_an_answer_taken_back_and_given_anew_replaces_the_first(resident: Person, town: Town) -> None:
    await begins_check_in(resident)
    await resident.presses("Stretched", "Skip", "Partly")
    await resident.says("back")
    await resident.says("yes")

    assert kept(town) == ["sleep=yes", "week=stretched"]


async def test_a_talk_that_a_release_stops_early_withdraws_nothing(resident: Person, town: Town) -> None:
    await begins_check_in(resident)
    await resident.presses("Stretched")
    await resident.fills("Workload")
    released(town, "week")
    await resident.says("check in")
    await resident.says("nonsense")

    assert kept(town) == ["moved=workload", "week=stretched"]


@pytest.mark.parametrize("seed", range(5))
async def test_whatever_is_answered_taken_back_or_changed_the_rows_follow(
    resident: Person, town: Town, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - a story, not a secret
    await begins_check_in(resident)
    while (held := frame(town)) is not None:
        answered = [entry.key for entry in held.journal.entries]
        if answered and chance.random() < 0.2:
            released(town, chance.choice(answered))
        await wanders(resident, held, chance)
        now = frame(town)
        assert now is None or wanted(now) in (None, kept(town))


async def wanders(resident: Person, held: Frame, chance: random.Random) -> None:
    """Answer, change or take back one thing of the check-in."""
    await resident.sends(
        replace(press(resident, "check-in", held.id, Control.OPEN), id=f"open-{chance.random()}")
    )
    form = resident.form
    assert form is not None
    labels = [choice.label for choice in form.choices]
    labels += [label for label in resident.buttons if label == "Back"] * 3
    if form.submit is not None and (not labels or chance.random() < 0.6):
        options = [choice.label for choice in form.choices]
        await resident.fills(*(options[:2] or [chance.choice(("one line", "another line"))]))
    else:
        await resident.presses(chance.choice([one for one in labels if one != "Not OK"] or ["Skip"]))
