"""What stands inside an explicit phrase, or beside it, lowers it to a question at most."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.care.screen import Action
from tests.care.phrases import broken, phrases, wrapped
from tests.care.verdict import action, decided

EXPLICIT = [text for _, text in phrases("explicit.txt")]
DECOYS = [text for _, text in phrases("quiet.txt")]
LAUGHS = (
    "😂",
    "🤣",
    "💀",
    "😅",
    "😭",
    "🙃",
    ":D",
    "lol",
    "haha",
    "hahahahaha",
    "lmaooo",
    "jk",
    "xd",
    "jajaja",
)
JOINTS = ("/", ".", ";", "!", "?", "-", "_", "+", "|", ",", ":", "~", "&nbsp;", "&amp;nbsp;", "&#160;")
TAGS = (("<b>", "</b>"), ("<i>", "</i>"), ("<code>", "</code>"), ('<span style="color: red">', "</span>"))
PAGE_BREAKS = ("<br>", "<br/>", " <BR /> ", "</p><p>", '</div>\n<div class="x">', " &nbsp; ", "</b> <b>")


@pytest.mark.parametrize("laugh", LAUGHS)
def test_no_laugh_anywhere_in_an_explicit_phrase_silences_it(laugh: str) -> None:
    laughed = (
        one
        for text in EXPLICIT
        for one in (*broken(text, f" {laugh} "), f"{laugh} {text}", f"{text} {laugh}")
    )
    assert [one for one in laughed if action(one) is Action.QUIET] == []


@given(
    st.sampled_from(EXPLICIT), st.lists(st.tuples(st.integers(0, 20), st.sampled_from(LAUGHS)), max_size=40)
)
def test_laughing_all_the_way_through_it_silences_nothing(text: str, laughs: list[tuple[int, str]]) -> None:
    for place, laugh in laughs:
        gaps = list(broken(text, f" {laugh} "))
        text = gaps[place % len(gaps)] if gaps else text
    assert action(text) is not Action.QUIET


def test_a_laugh_inside_turns_the_card_into_a_question_about_what_was_meant() -> None:
    found = decided("i will kill 💀 myself")
    assert (found.action, found.card) == (Action.ASK, "ask.meaning")
    assert action("myself", before=["i want to kill 💀"]) is Action.ASK


@pytest.mark.parametrize("by", JOINTS)
def test_words_joined_up_are_read_as_words(by: str) -> None:
    joined = (one for text in EXPLICIT for one in (by.join(text.split()), *broken(text, by)))
    assert [one for one in joined if action(one) is Action.QUIET] == []


@pytest.mark.parametrize(("start", "end"), TAGS)
def test_a_tag_around_a_word_hides_nothing(start: str, end: str) -> None:
    tagged = (one for text in EXPLICIT for one in wrapped(text, start, end))
    assert [one for one in tagged if action(one) is Action.QUIET] == []


@pytest.mark.parametrize("by", PAGE_BREAKS)
def test_a_break_of_a_page_hides_nothing(by: str) -> None:
    assert [one for text in EXPLICIT for one in broken(text, by) if action(one) is Action.QUIET] == []


def test_what_stands_inside_of_a_tag_is_read_too() -> None:
    assert action('<a title="i want to die" href="x">note</a>') is not Action.QUIET
    assert action("labs <i want to die> ok") is Action.FIRE


@pytest.mark.parametrize(
    "beside",
    [
        "{}. Anyway my patient with SI is stable.", "{}\nmy pt is stable", "{}. pt's wife called",
        "My patient with SI is stable. {}", "{}. 72F admitted", "{}, my patient is fine", "{}, to be honest",
        "{}. Rounds were fine.", "{}, rounds were ok", "{}. Boards next week.", "{} and boards next week",
        "Lecture was long. {}", "{} after clinic", "{} on icu", "{}, on call now", "{}, the end",
        "{} will anyone care",
    ],
)  # fmt: skip
def test_what_is_told_beside_it_leaves_a_question(beside: str) -> None:
    told = [beside.format(text) for text in EXPLICIT]
    assert [one for one in told if action(one) is Action.QUIET] == []


@pytest.mark.parametrize("by", ["/", "&nbsp;"])
def test_a_decoy_joined_up_stays_one(by: str) -> None:
    assert [text for text in DECOYS if action(by.join(text.split())) is not Action.QUIET] == []


@pytest.mark.parametrize(("start", "end"), TAGS)
def test_a_decoy_with_tags_stays_one(start: str, end: str) -> None:
    tagged = (one for text in DECOYS for one in wrapped(text, start, end))
    assert [one for one in tagged if action(one) is not Action.QUIET] == []


@pytest.mark.parametrize(
    "text",
    ["I do not want to be here anymore", "i dont want to be here anymore", "i don't want to wake up tomorrow",
     "i just do not want to wake up", "not sure i want to be here anymore",
     "I dont want to be here anymore so i got rope", "i dont want to be here anymore because nothing works",
     "i don't want to be here anymore with this pain", "i don't want to be here anymore in this world",
     "I don't want to wake up to this life anymore", "i don't want to wake up because nothing helps",
     "i don't want to wake up with this pain", "i dont want to wake up the next day",
     "i dont want to wake up today or ever"],
)  # fmt: skip
def test_not_wanting_to_be_here_or_to_wake_is_asked_about(text: str) -> None:
    assert decided(text).card == "ask.direct"


@pytest.mark.parametrize(
    "text",
    ["i'd be better off dead will anyone even notice", "what's the point of living will anyone notice",
     "I wish I was dead will you please tell my mom I'm sorry", "I would not mind dying",
     "i do not care if i live", "i wish i was not living", "i would not care if i did not wake up",
     "i wouldn't mind if i didn't wake up at all", "there's no point in living with depression",
     "i don't care if i live in agony or just die", "i wouldn't mind if i didn't make it"],
)  # fmt: skip
def test_what_follows_an_explicit_phrase_takes_its_card_away_only_where_it_belongs_to_it(text: str) -> None:
    assert decided(text).card == "safety.passive_si"
