"""What counts as an identifier of a patient, and what is only medicine."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.privacy.identify import identify_lines
from bot.privacy.spans import TYPES, Span, redact, spans

FOLDER = Path(__file__).parent
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=300)


def lines(name: str) -> list[str]:
    rows = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    return [row for row in rows if row and not row.startswith("#")]


def named(text: str) -> list[str]:
    return sorted(f"{one.type}={text[one.start : one.end]}" for one in spans(text))


@pytest.mark.parametrize("line", lines("found.txt"))
def test_an_identifier_is_found_with_its_type_and_its_exact_place(line: str) -> None:
    expected, _, text = line.partition(" | ")
    assert named(text) == sorted(expected.split("; "))


@pytest.mark.parametrize("text", lines("clean.txt"))
def test_findings_scores_doses_and_eponyms_are_left_alone(text: str) -> None:
    assert named(text) == []


def test_the_debrief_of_scenario_d6_reads_on_without_its_identifiers() -> None:
    text = (
        "debrief: Ms Oyelaran, 94F, room 512, died 3/2, dtr's number is 555-0182. "
        "used PEG tube and foley, wilson's hx"
    )
    assert redact(text, spans(text)) == (
        "debrief: [name], [age 90+]F, [room], died [date], dtr's number is [phone]. "
        "used PEG tube and foley, wilson's hx"
    )


def test_places_count_characters_as_python_does() -> None:
    assert spans("😂é Mr. Bell") == (Span(3, 11, "NAME"),)


def test_the_more_certain_type_stays_where_two_overlap() -> None:
    assert named("phone 9165550198") == ["PHONE=9165550198"]


@given(ANY_TEXT)
def test_spans_are_in_order_apart_and_inside_the_text(text: str) -> None:
    found = spans(text)
    edges = [edge for one in found for edge in (one.start, one.end)]
    assert edges == sorted(edges)
    assert all(0 <= one.start < one.end <= len(text) and one.type in TYPES for one in found)


@given(ANY_TEXT)
def test_what_is_redacted_leaves_the_rest_as_it_was(text: str) -> None:
    found = spans(text)
    kept = sum(one.end - one.start for one in found)
    shown = redact(text, found)
    assert shown == text if not found else len(shown) >= len(text) - kept


@given(st.lists(st.sampled_from(lines("found.txt")), max_size=6))
def test_what_is_found_alone_is_found_among_other_lines(rows: list[str]) -> None:
    parts = [row.partition(" | ") for row in rows]
    found = named("\n".join(text for _, _, text in parts))
    assert found == sorted(one for expected, _, _ in parts for one in expected.split("; "))


def test_lines_of_messages_become_lines_of_spans() -> None:
    found = [
        json.loads(line)
        for line in identify_lines(['{"id": 1, "text": "rm 20"}', "", '{"id": 2, "text": ""}'])
    ]
    assert found == [{"id": 1, "spans": [{"start": 0, "end": 5, "type": "ROOM"}]}, {"id": 2, "spans": []}]


@pytest.mark.parametrize("line", ["zebra", '"zebra"', '{"text": "zebra"}', '{"id": 1, "text": 5}'])
def test_a_bad_line_is_named_by_its_number_and_never_quoted(line: str) -> None:
    with pytest.raises(ValueError, match=r"^line 2: expected JSON") as refused:
        list(identify_lines(['{"id": 1, "text": ""}', line]))
    assert "zebra" not in str(refused.value)
