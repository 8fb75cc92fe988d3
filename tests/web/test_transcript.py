"""What is kept of a chat, and how much."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from adapters.port import Account, Bar, Form, Link, Operation, OperationKind, Rejected, TextField
from adapters.web import wire
from adapters.web.transcript import MOST_DONE, MOST_MESSAGES, Forgotten, Transcript
from tests.adapters.shapes import WEEK, card, operation

ME = Account("web", "demo", "resident")
AT = "2026-11-22T18:00:00-06:00"


def posted(number: int) -> Operation:
    return operation(OperationKind.POST, ME, card(str(number)), name=f"post-{number}")


def test_only_the_newest_messages_are_kept() -> None:
    transcript = Transcript()
    for number in range(MOST_MESSAGES + 5):
        transcript.apply(posted(number), AT)
    assert [one["ref"] for one in transcript.messages][:: MOST_MESSAGES - 1] == ["post-5", "post-154"]


def test_where_too_much_came_since_nobody_can_tell_whether_it_was_sent() -> None:
    transcript = Transcript()
    for number in range(MOST_DONE + 1):
        transcript.apply(posted(number), AT)
    with pytest.raises(Forgotten):
        transcript.reference_of("post-0")


def test_a_message_that_is_gone_is_posted_anew_when_replaced() -> None:
    transcript = Transcript()
    news = operation(OperationKind.REPLACE, ME, card("Seen"), reference="gone", name="news")
    assert (transcript.apply(news, AT), transcript.messages[0]["card"]["paragraphs"]) == ("news", ["Seen"])


def test_what_says_already_that_it_is_over_says_it_once() -> None:
    transcript = Transcript()
    transcript.apply(operation(OperationKind.POST, ME, WEEK, name="week"), AT)
    transcript.replace_in_reply("e1", "week", card("Answered"), AT)
    transcript.apply(operation(OperationKind.RETIRE, ME, card("Answered"), reference="week"), AT)
    [shown] = transcript.messages
    assert (shown["card"]["paragraphs"], shown["answered"]) == (["Answered"], [])


@pytest.mark.parametrize("kind", [OperationKind.RETIRE, OperationKind.REMOVE])
def test_what_is_gone_needs_no_retiring(kind: OperationKind) -> None:
    transcript = Transcript()
    assert transcript.apply(operation(kind, ME, reference="gone"), AT) == "gone"


@pytest.mark.parametrize("kind", [OperationKind.POST, OperationKind.REPLACE, OperationKind.PUBLISH])
def test_an_operation_with_nothing_to_show_is_rejected(kind: OperationKind) -> None:
    with pytest.raises(Rejected):
        Transcript().apply(operation(kind, ME), AT)


def test_the_text_of_a_removed_message_is_not_kept() -> None:
    transcript = Transcript()
    transcript.apply(operation(OperationKind.POST, ME, card("marker"), name="one"), AT)
    transcript.apply(operation(OperationKind.REMOVE, ME, reference="one"), AT)
    assert b"marker" not in transcript.to_bytes()


def test_a_published_form_keeps_its_strip_and_nothing_that_was_typed() -> None:
    own = Form(
        "Mine",
        (),
        field=TextField("k", "l", value="marker"),
        strip=(Bar("1 Nov", "Steady", "●"),),
        download="marker",
    )
    transcript = Transcript()
    transcript.apply(operation(OperationKind.PUBLISH, ME, own), AT)
    kept = transcript.to_bytes()
    assert (b"marker" in kept, b"Steady" in kept) == (False, True)


def test_a_reply_replaces_once_however_often_the_event_comes() -> None:
    transcript = Transcript()
    transcript.apply(operation(OperationKind.POST, ME, WEEK, name="one"), AT)
    for words in ("Answered", "again"):
        transcript.replace_in_reply("reply.e1", "one", card(words), AT)
    assert transcript.messages[0]["card"]["paragraphs"] == ["Answered"]


def test_words_that_only_lose_their_buttons_are_not_drawn_as_over() -> None:
    transcript = Transcript()
    transcript.apply(operation(OperationKind.POST, ME, WEEK, name="one"), AT)
    transcript.replace_in_reply("reply.e1", "one", replace(WEEK, choices=()), AT)
    shown = transcript.messages[0]
    assert (shown["card"]["choices"], shown["settled"]) == ([], False)


def test_changes_after_a_number_are_what_a_page_missed() -> None:
    transcript = Transcript()
    for number in range(3):
        transcript.apply(posted(number), AT)
    seen = transcript.seq
    transcript.apply(operation(OperationKind.RETIRE, ME, card("Answered"), reference="post-1"), AT)
    assert [data["ref"] for _, data in transcript.changes(seen)] == ["post-1"]


@given(some.lists(some.text(some.characters()), min_size=1, max_size=5))
def test_any_text_comes_back_as_it_was(paragraphs: list[str]) -> None:
    transcript = Transcript()
    transcript.apply(operation(OperationKind.POST, ME, card(*paragraphs), name="one"), AT)
    assert Transcript.from_bytes(transcript.to_bytes()).messages[0]["card"]["paragraphs"] == paragraphs


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "http://example.org", "data:text/html,x", " tel:1", "//x"]
)
def test_a_link_that_is_neither_call_text_nor_secure_page_is_only_words(url: str) -> None:
    assert wire.links([Link("here", url)]) == [{"label": "here", "url": ""}]
