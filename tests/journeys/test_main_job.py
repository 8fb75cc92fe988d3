"""The main job over HTTP: nudged on Sunday, a check-in, a human asked for, the alert exactly as previewed."""

from datetime import timedelta

from tests.journeys.people import Guest, asks_for_a_call, at_the_page, checks_in, starts
from tests.journeys.serving import Served

NUDGE = "Your check-in is ready."
FIRST = "Where were you most of this week?"


async def test_the_main_job(served: Served) -> None:
    async with at_the_page(served) as (resident, coach, _):
        await _is_nudged_on_sunday_evening(resident)
        await _checks_in_struggling(resident)
        preview = await asks_for_a_call(resident)
        assert not coach.form
        assert coach.count("something for you") == 0
        await resident.presses("Send")
        await resident.sees("Sent to Dr. Ana Reyes. Likely to be seen Monday from 07:00.")
        await resident.sees("Done. Next one Sunday")
        await _opens_exactly(coach, preview)
        await _goes_on_until_a_time_is_agreed(resident, coach)
        await _takes_it_back(resident, coach, preview)


async def _is_nudged_on_sunday_evening(resident: Guest) -> None:
    await resident.hears("I’m software, not a person or clinician.")
    await starts(resident)
    now = await resident.walks("sunday")
    await resident.hears(NUDGE)
    assert resident.buttons(NUDGE) == ["Open"]
    assert [f"{at:%A %H:%M}" for at in resident.when(NUDGE)] == ["Sunday 18:00"]
    assert now - resident.when(NUDGE)[0] < timedelta(minutes=2)


async def _checks_in_struggling(resident: Guest) -> None:
    await resident.presses("Open")
    assert resident.question == FIRST
    await resident.presses("Struggling")
    await resident.ticks("Workload", "Sleep")
    await resident.presses("Partly")
    assert resident.question == "What would be most useful?"
    await resident.presses("A person")
    assert "Nobody is told anything unless you press Send." in resident.screen


async def _opens_exactly(coach: Guest, preview: str) -> None:
    await coach.hears("There is something for you here.")
    assert "Rivera" not in "".join(coach.said)
    await coach.walks("monday")
    await coach.presses("Open")
    assert coach.form
    assert coach.form["paragraphs"][0] == preview
    assert preview.endswith("In my words: A hard week. Could we talk?")


async def _goes_on_until_a_time_is_agreed(resident: Guest, coach: Guest) -> None:
    await _reads_news(resident, "Dr. Ana Reyes has opened it.")
    await coach.presses("I have it")
    await _reads_news(resident, "Dr. Ana Reyes has it and will be in touch.")
    await coach.presses("Propose a time")
    await coach.fills("tomorrow 17:30")
    await _reads_news(resident, "Dr. Ana Reyes proposes")
    assert ", 17:30. What suits you?" in resident.question
    await resident.presses("That works")
    await _reads_news(coach, "Dr. Sam Rivera accepts Tuesday")


async def _reads_news(person: Guest, words: str) -> None:
    await person.hears("There is news for you here.")
    await person.presses("Open")
    assert words in person.screen


async def _takes_it_back(resident: Guest, coach: Guest, preview: str) -> None:
    await resident.presses("What I sent", "Take it back")
    await resident.sees("Taken back. Dr. Ana Reyes had opened it before; from now on it opens for nobody.")
    await coach.hears("A request to you was withdrawn.")
    coach.closes()
    assert preview not in coach.screen


async def test_an_alert_that_nobody_answers_is_said_with_a_line_that_is_answered_now(served: Served) -> None:
    async with at_the_page(served) as (resident, coach, _):
        await starts(resident, begin="Now")
        await resident.presses("Struggling")
        await resident.presses("Skip", "Skip", "A person")
        await asks_for_a_call(resident)
        await resident.presses("Send")
        await resident.walks("+5h")
        await resident.hears("There is news for you here.")
        await resident.presses("Open")
        await resident.sees("Not answered yet. A person answers on the first line now.")
        assert resident.form
        assert resident.form["links"][0]["url"] == "tel:5550100"
        await coach.hears("Something here is still waiting for you.")


async def test_a_coach_passes_it_on_to_whom_the_resident_named(served: Served) -> None:
    async with at_the_page(served) as (resident, coach, second):
        await starts(resident)
        await resident.says("human")
        await resident.presses("Start")
        preview = await asks_for_a_call(resident, backup="Dr. Jonas Okafor")
        await resident.presses("Send")
        await coach.presses("Open", "Pass it on", "Pass it on")
        await resident.hears("There is news for you here.")
        await resident.presses("Open")
        await resident.sees("Dr. Jonas Okafor has it next.")
        await second.presses("Open")
        assert second.form
        assert second.form["paragraphs"][0] == preview


async def test_a_check_in_goes_on_next_week_whatever_became_of_the_alert(served: Served) -> None:
    async with at_the_page(served) as (resident, _, _):
        await starts(resident)
        await resident.walks("sunday")
        await checks_in(resident, "Struggling")
        await resident.says("human")
        await resident.presses("Start")
        await asks_for_a_call(resident)
        await resident.presses("Send")
        await resident.walks("sunday")
        await resident.hears(NUDGE)
        await resident.presses("Open")
        assert resident.question == FIRST
        await resident.presses("Steady", "Skip")
        assert resident.question.startswith("May your tap count")
        await resident.presses("No")
        await resident.until(lambda: resident.weeks == ["Struggling", "Steady"], "both weeks")


async def test_nobody_is_told_anything_by_default(served: Served) -> None:
    async with at_the_page(served) as (resident, coach, second):
        await starts(resident)
        await resident.walks("sunday")
        await resident.presses("Open", "Not OK")
        await resident.hears("Are you safe right now?")
        await resident.presses("Yes")
        await resident.walks("sunday")
        for one in (coach, second):
            await one.look()
            assert one.count("for you here") == 0


async def test_three_taps_lead_from_hello_to_the_first_question_and_three_make_a_steady_week(
    served: Served,
) -> None:
    async with at_the_page(served) as (resident, _, _):
        await resident.presses("Start", "Sunday 18:00", "Now")
        assert resident.question == FIRST
        await resident.presses("Stop")
        await resident.walks("sunday")
        await resident.presses("Open", "Steady", "Skip")
        await resident.sees("Done. Next one Sunday")


async def test_no_message_of_the_main_job_is_longer_than_forty_five_words(served: Served) -> None:
    async with at_the_page(served) as (resident, coach, _):
        await starts(resident)
        await resident.walks("sunday")
        await checks_in(resident, "Stretched")
        await coach.look()
        assert max(len(one.split()) for one in (*resident.said, *coach.said)) <= 45
