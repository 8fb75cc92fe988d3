"""The weekly check-in, lived on the private surface."""

from tests.town import Person, Town
from tests.turns.stories import begins_check_in, checks_in, has_lines, takes_up_check_in


async def test_a_steady_week_ends_after_one_tap_and_one_optional_line(resident: Person) -> None:
    await begins_check_in(resident)
    await resident.presses("Steady")
    assert resident.screen.startswith("Noted.")

    await resident.presses("Skip")

    assert "Next one Sunday" in resident.screen


async def test_a_stretched_week_asks_three_more_questions(resident: Person) -> None:
    await begins_check_in(resident)
    await resident.presses("Stretched")
    await resident.fills("Workload", "Sleep")
    await resident.presses("Partly")
    await resident.fills("leave by seven once")

    assert "Next one Sunday" in resident.screen


async def test_nothing_tapped_or_typed_stands_in_the_chat(resident: Person) -> None:
    await begins_check_in(resident)
    await resident.presses("Stretched")
    await resident.fills("Workload")
    await resident.presses("Partly")
    await resident.fills("leave by seven once")

    chat = "\n".join("\n".join(card.paragraphs) for card in resident.chat)
    assert "Stretched" not in chat
    assert "leave by seven" not in chat


async def test_back_asks_again_and_takes_the_measure_back(resident: Person) -> None:
    await begins_check_in(resident)
    await resident.presses("Struggling", "Back")

    assert "Where were you most" in resident.screen


async def test_typed_answers_count_and_are_never_quoted(resident: Person) -> None:
    await resident.says("check in")
    await resident.says("steady")
    await resident.presses("Continue")

    assert resident.screen.startswith("Noted.")


async def test_not_ok_asks_about_safety_before_anything_else(resident: Person) -> None:
    await begins_check_in(resident)
    await resident.presses("Not OK")

    assert "Are you safe right now?" in resident.screen
    assert "Are you safe right now?" in resident.last


async def test_after_the_safety_talk_the_check_in_goes_on(resident: Person) -> None:
    await begins_check_in(resident)
    await resident.presses("Not OK")
    await resident.closes()
    await resident.presses("Yes")

    assert "most useful now" in resident.screen


async def test_the_strip_is_drawn_anew(resident: Person, town: Town) -> None:
    await checks_in(resident)
    await resident.closes()
    await resident.says("my weeks")
    await resident.presses("Open")

    assert [bar.word for bar in resident.shown.strip] == ["Steady"]


async def test_it_ends_alone_though_the_welcome_still_asks_in_the_chat(town: Town) -> None:
    resident = town.person("resident")
    await resident.opens()
    await resident.presses("Start")
    await checks_in(resident)

    assert (resident.shown.title, resident.shown.question) == ("Weekly check-in", "")


async def test_asked_for_again_it_comes_back_from_under_a_snooze(resident: Person) -> None:
    await begins_check_in(resident)
    await resident.presses("Not now")
    await takes_up_check_in(resident)

    assert "Where were you most" in resident.screen


async def test_a_not_ok_week_ends_with_people_and_without_done(resident: Person) -> None:
    await begins_check_in(resident)
    await resident.presses("Not OK")
    await resident.closes()
    await resident.presses("Yes", "Nothing now")

    assert has_lines(resident.shown)
    assert "Type human or crisis at any time." in resident.screen
    assert "Done" not in resident.screen
    assert "The next check-in comes Sunday" in resident.screen


async def test_those_lines_are_links_one_tap_away_and_not_text_too(resident: Person) -> None:
    await begins_check_in(resident)
    await resident.presses("Not OK")
    await resident.closes()
    await resident.presses("Yes", "Nothing now")

    assert all("988" not in line for line in resident.shown.paragraphs)


async def test_continue_with_nothing_ticked_says_what_is_missing(resident: Person) -> None:
    await begins_check_in(resident)
    await resident.presses("Stretched")
    await resident.fills()

    assert resident.shown.notice == "Tick up to two, or press Skip."


async def test_with_three_ticked_it_says_the_same(resident: Person) -> None:
    await begins_check_in(resident)
    await resident.presses("Stretched")
    await resident.fills("Workload", "Sleep", "Team")

    assert resident.shown.notice == "Tick up to two, or press Skip."
