"""The server ends and comes back: no answer is lost, and the walked clock stands where it stood."""

from datetime import timedelta

from tests.journeys.people import asks_for_a_call, at_the_page, starts
from tests.journeys.serving import Served

NUDGE = "Your check-in is ready."


async def test_a_check_in_goes_on_after_a_restart_where_it_was_left(served: Served) -> None:
    async with at_the_page(served) as (resident, _, _):
        await starts(resident, begin="Now")
        await resident.presses("Stretched")
        await resident.ticks("Team")
        asked = resident.question
        resident.closes()
        served.restart()
        await resident.look()
        await resident.presses("Continue")
        assert resident.question == asked
        await resident.presses("Skip")
        await resident.fills("Leave on time once.")
        await resident.sees("Done. Next one Sunday")
        await resident.until(lambda: resident.weeks == ["Stretched"], "the week")


async def test_words_that_were_written_survive_a_power_cut(served: Served) -> None:
    async with at_the_page(served) as (resident, _, _):
        await starts(resident)
        await resident.says("human")
        await resident.presses("Start")
        preview = await asks_for_a_call(resident)
        resident.closes()
        served.kill()
        served.start()
        await resident.look()
        await resident.presses("Start")
        assert resident.form
        assert resident.form["paragraphs"][0] == preview
        await resident.presses("Send")
        await resident.sees("Sent to Dr. Ana Reyes.")


async def test_the_walked_clock_survives_a_restart(served: Served) -> None:
    async with at_the_page(served) as (resident, _, _):
        await starts(resident)
        before = await resident.walks("sunday")
        served.restart()
        await resident.look()
        assert resident.count(NUDGE) == 1
        after = await resident.walks("+1h")
        assert timedelta(hours=1) <= after - before < timedelta(hours=1, minutes=5)
        assert resident.count(NUDGE) == 1


async def test_a_press_that_comes_twice_is_one_answer(served: Served) -> None:
    async with at_the_page(served) as (resident, _, _):
        await starts(resident, begin="Now")
        assert resident.form
        steady = next(one for one in resident.form["choices"] if one["label"] == "Steady")
        event = {"id": "the-same-press", "as": "resident", "kind": "press", "press": steady["press"]}
        first, again = [await resident.post(event) for _ in range(2)]
        assert first == again
        assert first[1]["form"]["question"] == "Noted. What helped?"


async def test_an_old_button_changes_nothing_and_draws_the_open_question(served: Served) -> None:
    async with at_the_page(served) as (resident, _, _):
        await starts(resident, begin="Now")
        assert resident.form
        steady, stretched = resident.form["choices"][:2]
        await resident.presses("Stretched")
        event = {"id": "pressed-elsewhere", "as": "resident", "kind": "press", "press": steady["press"]}
        drawn = (await resident.post(event))[1]["form"]
        assert "What moved it most?" in drawn["question"]
        assert drawn["notice"].startswith("That question has closed")
        event |= {"id": "the-same-elsewhere", "press": stretched["press"]}
        assert "What moved it most?" in (await resident.post(event))[1]["form"]["question"]
