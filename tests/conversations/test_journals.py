"""Talks that are open when a release comes go on where they stood.

Where the question at which a talk stood was retired, its journal names under `since` where it waits now.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from conversations.catalogue import FLOWS, flow_named
from conversations.engine import Run, run
from conversations.journal import Journal
from tests.conversations.golden import JOURNALS, TALKS

FILES = sorted(JOURNALS.glob("*.json"))


def read(path: Path) -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return kept


def resumed(kept: dict[str, Any], words: dict[str, Any]) -> Run:
    flow = flow_named(kept["flow"])
    return run(flow, flow.facts.from_json(kept["facts"]), Journal.from_json(kept["journal"]), words)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_released_talk_waits_where_it_stood(path: Path) -> None:
    kept = read(path)
    stands = resumed(kept, kept["words"])
    assert (stands.waiting.key if stands.waiting else "") == kept.get("since", kept["asks"])
    assert (sorted(stands.effects), sorted(stands.performed)) == (kept["effects"], kept["performed"])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_released_talk_says_nothing_empty_once_its_words_are_gone(path: Path) -> None:
    stands = resumed(read(path), {})
    assert all(one.words() for one in (*stands.before, *stands.said))


def test_every_flow_has_a_journal_and_every_journal_is_named() -> None:
    assert {read(path)["flow"] for path in FILES} == set(FLOWS)
    assert {path.stem for path in FILES} >= set(TALKS)
