"""Texts with their slots filled."""

from conversations.answers import Words
from conversations.texts import Kind, Said, Text

TEXT = Text("small.told", Kind.STATEMENT, ("{who}: {what}", "From {who}: {what}"), "It was not kept.")


def test_slots_are_filled_once_whatever_was_written_in_them() -> None:
    assert Said(TEXT, {"who": "{what}", "what": Words("{who} {other}")}).words() == "{what}: {who} {other}"


def test_variants_come_round_again() -> None:
    assert [Said(TEXT, {"who": "A", "what": 1}, n).words() for n in (1, 2)] == ["From A: 1", "A: 1"]


def test_words_that_were_not_kept_are_named_so() -> None:
    assert Said(TEXT, {"who": "A", "what": Words(None)}).words() == "It was not kept."


def test_a_program_has_its_own_wording() -> None:
    assert Said(TEXT, {"who": "A", "what": 1}).words({"small.told": "{who} said {what}."}) == "A said 1."


def test_another_wording_is_another_version() -> None:
    other = Text("small.told", Kind.STATEMENT, ("Other.",))
    assert (len(TEXT.version), TEXT.version == other.version) == (8, False)


def test_only_a_text_without_slots_can_be_said_from_its_id() -> None:
    assert (Said(TEXT).is_fixed, Said(TEXT, {"who": "A"}).is_fixed) == (True, False)
