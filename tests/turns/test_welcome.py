"""From the first look to the first check-in."""

from tests.town import Person, Town

WORDS_A_SECOND = 238 / 60
"""Adults read silently at 238 words a minute (Brysbaert 2019, Journal of Memory and Language 109)."""
SECONDS_A_TAP = 2


def _words(shown: str, buttons: list[str]) -> int:
    return len(f"{shown} {' '.join(buttons)}".split())


async def test_four_taps_lead_from_hello_to_the_first_question(town: Town) -> None:
    resident = town.person("resident")
    await resident.opens()
    assert "I’m software" in resident.last

    await resident.presses("Start", "Sunday 18:00", "Now")

    assert "Where were you most of this week?" in resident.screen


async def test_every_word_up_to_the_first_check_in_is_read_and_tapped_within_45_seconds(town: Town) -> None:
    resident = town.person("resident")
    await resident.opens()
    read, taps = 0, ("Start", "Sunday 18:00", "Now")
    for label in taps:
        read += _words(resident.last, resident.buttons)
        await resident.presses(label)

    seconds = (read + _words(resident.screen, resident.buttons)) / WORDS_A_SECOND + len(taps) * SECONDS_A_TAP
    assert 20 < seconds <= 45


async def test_before_start_nothing_is_kept(town: Town) -> None:
    resident = town.person("resident")
    await resident.opens()
    await resident.says("hello, who reads this")

    assert not town.keys.has(f"person:{town.ids['resident']}")


async def test_not_for_me_leaves_a_mark_and_no_more_greetings(town: Town) -> None:
    resident = town.person("resident")
    await resident.opens()
    await resident.presses("Not for me")
    said = resident.last
    await resident.opens()

    assert "not invited again" in said
    assert resident.last == said


async def test_somebody_off_the_roster_gets_a_card_and_no_row(town: Town) -> None:
    stranger = town.person("passer-by")
    await stranger.says("hi")

    assert "not on this program" in stranger.last


async def test_the_welcome_says_what_the_chat_may_keep(resident: Person) -> None:
    shown = "\n".join("\n".join(card.paragraphs) for card in resident.chat)

    assert "belongs to your employer" in shown


async def test_opening_the_page_again_brings_no_second_greeting(town: Town) -> None:
    resident = town.person("resident")
    await resident.opens()
    await resident.opens()

    assert len(resident.chat) == 1
