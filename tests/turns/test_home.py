"""The person's own surface, drawn anew whenever what it shows has changed."""

from datetime import timedelta

from adapters.port import EventKind, Incoming
from tests.town import Person, Town
from tests.turns.stories import checks_in, is_acknowledged, is_opened, sends_alert


async def test_after_a_check_in_the_strip_is_there(resident: Person, town: Town) -> None:
    await checks_in(resident)

    assert [bar.word for bar in town.chat.homes["resident"].strip] == ["Steady"]


async def test_a_coach_sees_requests_without_names_or_words(
    resident: Person, coach: Person, town: Town
) -> None:
    await sends_alert(resident)
    home = town.chat.homes["coach"]

    assert [choice.label for choice in home.choices] == ["Request of Monday 04:00"]
    assert "Rivera" not in repr(home)
    assert "hard week" not in repr(home)


async def test_what_was_taken_back_leaves_the_coachs_surface(
    resident: Person, coach: Person, town: Town
) -> None:
    await sends_alert(resident)
    await resident.presses("Take it back")

    assert town.chat.homes["coach"].choices == ()


async def test_taken_back_while_the_coach_has_it_open_it_leaves_the_surface_at_once(
    resident: Person, coach: Person, town: Town
) -> None:
    await is_opened(resident, coach)
    await resident.presses("Take it back")

    assert town.chat.homes["coach"].choices == ()


async def test_what_is_settled_leaves_the_coachs_surface(resident: Person, coach: Person, town: Town) -> None:
    await is_acknowledged(resident, coach)
    await coach.presses("It is settled", "Close it")

    assert town.chat.homes["coach"].choices == ()


async def test_what_ran_out_leaves_the_coachs_surface(resident: Person, town: Town) -> None:
    await sends_alert(resident)
    await town.walks_to(town.clock.now() + timedelta(days=8))

    assert town.chat.homes["coach"].choices == ()


async def test_a_request_opens_from_the_surface(resident: Person, coach: Person, town: Town) -> None:
    preview = await sends_alert(resident)
    press = town.chat.homes["coach"].choices[0].press
    await coach.sends(Incoming("home", coach.account, EventKind.PRESS, press=press))

    assert coach.shown.paragraphs[0] == preview


async def test_before_start_there_is_no_surface(town: Town) -> None:
    resident = town.person("resident")
    await resident.sends(Incoming("opened", resident.account, EventKind.OPENED))

    assert town.chat.homes == {}
