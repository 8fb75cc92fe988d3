"""The load can still be run, and what it counts as an error is one."""

from pathlib import Path

import pytest

from tests.load import figures, report
from tests.load.notes import IN_BAND, Notes
from tests.load.page import Page
from tests.load.program import cohort, marks_in, name_of
from tests.load.run import Asked, Run, run
from tests.load.stream import Edge


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Thirty residents for a few seconds, against a server of their own."""
    return run(Asked(people=30, seconds=5, think=0.3), tmp_path_factory.mktemp("load"))


def test_thirty_residents_meet_no_error(lived: Run) -> None:
    assert lived.notes.worst() == []


def test_everybody_came_and_was_answered(lived: Run) -> None:
    accepted = {event.partition(".")[0] for event in lived.notes.accepted}
    assert accepted >= set(cohort(30).trainees)


def test_what_was_measured_makes_a_page(lived: Run, tmp_path: Path) -> None:
    page = report.markdown(tmp_path / "load.md", lived)
    assert "| Errors | 0 |" in page
    assert figures.over_time(lived)["p50"]


def page_of(notes: Notes, user: str) -> Page:
    """A page that is open nowhere."""
    edge = Edge(None, "", "", notes)  # type: ignore[arg-type]  # nothing is asked of it
    return Page(edge, user, "UTC", lambda mark: mark == user)


def test_another_residents_name_or_word_is_an_error_wherever_it_stands() -> None:
    notes, (one, other) = Notes(), cohort(2).trainees
    page = page_of(notes, one)
    page.stream.sees(f"A long week, {one}.")
    assert notes.errors == 0
    page.stream.sees(f"From: {name_of(other)}")
    assert (notes.errors, marks_in(name_of(other))) == (1, {other})


def test_the_same_message_twice_after_one_act_is_an_error() -> None:
    notes = Notes()
    page = page_of(notes, "somebody")
    for ref in ("m1", "m2"):
        page.stream.take("message", {"as": "somebody", "ref": ref, "card": {"paragraphs": ["Hello."]}})
    page.no_doubles()
    assert notes.worst() == ["1 x a message came twice"]


def test_a_stream_that_tells_of_somebody_else_is_an_error() -> None:
    notes = Notes()
    page_of(notes, "somebody").stream.take("ready", {"as": "another"})
    assert notes.errors == 1


def test_percentiles_are_values_that_were_measured() -> None:
    notes = Notes(began=0.0)
    notes.took[IN_BAND] = [(0.0, number / 1000) for number in range(1, 101)]
    found = figures.waits([seconds for _, seconds in notes.took[IN_BAND]])
    assert (found.p50, found.p99, found.most) == (51, 100, 100)
