"""When a nudge comes and when it does not: one reminder, snooze, pause, leave, and clocks that change."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.journeys.people import at_the_page, checks_in, starts
from tests.journeys.serving import Served

NUDGE = "Your check-in is ready."
REMINDER = "Your check-in is still here. One tap is enough, whenever it suits you."
WALL = "%A %H:%M"
ZONE = ZoneInfo("America/New_York")


async def test_one_reminder_comes_and_never_a_second(served: Served) -> None:
    async with at_the_page(served) as (resident, _, _):
        await starts(resident)
        await resident.walks("sunday")
        await resident.walks("+144h")
        assert [f"{at:{WALL}}" for at in resident.when(NUDGE)] == ["Sunday 18:00"]
        assert [f"{at:%A}" for at in resident.when(REMINDER)] == ["Monday"]


async def test_a_page_opened_days_later_is_greeted_anew_with_a_way_in(served: Served) -> None:
    async with at_the_page(served) as (resident, _, _):
        await resident.hears("I’m software, not a person or clinician.")
        for _ in range(2):
            await resident.walks("+48h")
        assert resident.said == []
        await resident.opens()
        await resident.hears("This is not for emergencies: call 911, or call or text 988.")
        assert "Start" in resident.buttons("I’m software")


async def test_whoever_answers_gets_no_reminder(served: Served) -> None:
    async with at_the_page(served) as (resident, _, _):
        await starts(resident)
        await resident.walks("sunday")
        await checks_in(resident)
        await resident.walks("+144h")
        assert (resident.count(REMINDER), resident.weeks) == (0, ["Steady"])


async def test_not_now_until_tomorrow_brings_it_back_tomorrow(served: Served) -> None:
    async with at_the_page(served) as (resident, _, _):
        await starts(resident)
        await resident.walks("sunday")
        await resident.presses("Open", "Not now", "Tomorrow")
        await resident.sees("The next one comes Monday")
        await resident.walks("+48h")
        assert [f"{at:{WALL}}" for at in resident.when(NUDGE)] == ["Sunday 18:00", "Monday 18:00"]
        assert resident.count(REMINDER) == 0


async def test_a_pause_of_two_weeks_is_two_weeks_without_nudges(served: Served) -> None:
    async with at_the_page(served) as (resident, _, _):
        await starts(resident)
        await resident.says("pause 2w")
        await resident.sees("No nudges until")
        for _ in range(2):
            await resident.walks("sunday")
            assert resident.count(NUDGE) == 0
        await resident.walks("sunday")
        assert resident.count(NUDGE) == 1


async def test_on_leave_nothing_comes_until_its_last_day(served: Served) -> None:
    async with at_the_page(served) as (resident, _, _):
        await starts(resident)
        back = (await resident.walks("sunday")) + timedelta(days=9)
        await resident.says("not now")
        await resident.presses("I’m on leave until …")
        await resident.says(f"{back:%d %B} 8:00")
        await resident.sees("Quiet until")
        await resident.walks("sunday")
        await resident.walks("+36h")
        assert resident.count(NUDGE) + resident.count(REMINDER) == 1


async def test_six_in_the_evening_stays_six_in_the_weeks_the_clocks_change(served: Served) -> None:
    async with at_the_page(served) as (resident, _, _):
        now = await resident.walks("+1h")
        await resident.walks(f"+{_hours_to_the_week_before(_next_change(now.date()), now)}h")
        await resident.opens()  # whoever comes weeks later is greeted anew
        await starts(resident)
        offsets = set()
        for _ in range(3):
            await resident.walks("sunday")
            offsets.add(resident.when(NUDGE)[-1].utcoffset())
            await checks_in(resident)
        assert {f"{at:{WALL}}" for at in resident.when(NUDGE)} == {"Sunday 18:00"}
        assert (resident.count(NUDGE), len(offsets)) == (3, 2)


def _next_change(day: date) -> date:
    """The next Sunday on which the demo's clocks change, at least ten days ahead."""
    day += timedelta(days=10)
    while _offset(day) == _offset(day + timedelta(days=1)):
        day += timedelta(days=1)
    return day


def _offset(day: date) -> timedelta | None:
    return datetime.combine(day, time(), ZONE).utcoffset()


def _hours_to_the_week_before(change: date, now: datetime) -> int:
    start = datetime.combine(change - timedelta(days=8), time(12), ZONE)
    return int((start - now.astimezone(ZONE)) / timedelta(hours=1))
