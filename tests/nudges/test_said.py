"""A number that stands in a sentence is the number of its rule."""

import pytest

from bot.nudges.dates import FEWER_AFTER, Plan, weeks_between
from bot.nudges.plans import USUAL
from bot.nudges.retention import ANSWERS_FOR
from bot.people.alerts import OPEN_AFTER
from conversations.answers import Words
from conversations.catalogue import texts
from conversations.effects import KeepNote
from conversations.settings import Every, Weekday

WEEKS = {1: "one week", 2: "two weeks", 3: "three weeks", 4: "four weeks"}
FEWER = WEEKS[weeks_between(Plan(weekday=6, minute=0, unanswered=FEWER_AFTER))]
NOTE = KeepNote(Words("a line"))
SAID = {
    "privacy.until": (f"{ANSWERS_FOR.days // 7} weeks", f"{NOTE.days} days"),
    "why.usual": (
        f"{list(Weekday)[USUAL.weekday].option.label} {USUAL.minute // 60}:{USUAL.minute % 60:02d}",
    ),
    "alert.news-closed": (WEEKS[OPEN_AFTER.days // 7],),
    "human.reply.closed": (WEEKS[OPEN_AFTER.days // 7],),
    "settings.fewer": (FEWER,),
}


@pytest.mark.parametrize(("name", "numbers"), SAID.items(), ids=SAID)
def test_the_sentence_says_what_the_rule_does(name: str, numbers: tuple[str, ...]) -> None:
    assert [words for words in texts()[name].variants for one in numbers if one not in words] == []


def test_every_choice_of_how_often_is_named_by_its_weeks() -> None:
    chosen = [one.option for one in Every if one is not Every.ASKED and one is not Every.WEEK]
    assert {one.label for one in chosen} == {f"Every {WEEKS[int(one.key)]}" for one in chosen}
