"""Just before a coach hears of a request: is it still sent, does the yes stand, may this coach coach?"""

from datetime import datetime, timedelta

import pytest

from adapters.port import Control, Lane, Operation, OperationKind, Receipt, RetryLater, UnknownOutcome
from tests.town import Person, Town
from tests.turns.stories import evaluates, press, sends_alert

OPENER = "There is something for you here."


async def fails(coach: Person, monkeypatch: pytest.MonkeyPatch, error: Exception) -> list[Operation]:
    """For a minute every message to a coach who was welcomed before ends like this; gives those messages."""
    await coach.says("hello")
    town, failed = coach.town, list[Operation]()
    deliver, since = town.chat.deliver, town.clock.real()

    async def delivers(operation: Operation) -> Receipt:
        is_message = operation.kind is OperationKind.POST and operation.to == coach.account
        if is_message and town.clock.real() - since < timedelta(minutes=1):
            failed.append(operation)
            raise error
        return await deliver(operation)

    monkeypatch.setattr(town.chat, "deliver", delivers)
    return failed


@pytest.fixture
async def asks_to_wait(coach: Person, monkeypatch: pytest.MonkeyPatch) -> list[Operation]:
    """The platform takes no message for the coach now; gives those that it did not take."""
    return await fails(coach, monkeypatch, RetryLater(60))


async def nobody_can_tell(operation: Operation, since: datetime) -> Receipt | None:
    """Whether it arrived."""
    raise UnknownOutcome(operation.id, since)


async def passes(town: Town) -> None:
    """The wait is over, and whatever waited is looked at again."""
    town.clock.move(minutes=20)
    await town.settle()


def heard(coach: Person) -> list[str]:
    """What the coach was sent of a request."""
    sent = [one for one in coach.town.chat.sent if one.to == coach.account and one.lane is Lane.ALERT]
    return [one.card.paragraphs[0] for one in sent if one.card is not None]


async def test_where_nothing_has_changed_the_coach_hears_of_it_later(
    resident: Person, coach: Person, town: Town, asks_to_wait: list[Operation]
) -> None:
    await sends_alert(resident)
    assert (len(asks_to_wait), heard(coach)) == (1, [])
    await passes(town)

    assert heard(coach) == [OPENER]


async def test_of_what_was_taken_back_meanwhile_the_coach_never_hears(
    resident: Person, coach: Person, town: Town, asks_to_wait: list[Operation]
) -> None:
    await sends_alert(resident)
    await resident.presses("Take it back")
    await passes(town)

    assert (len(asks_to_wait), heard(coach)) == (1, [])


async def test_after_a_yes_is_revoked_meanwhile_nothing_is_sent(
    resident: Person, coach: Person, town: Town, asks_to_wait: list[Operation]
) -> None:
    await sends_alert(resident)
    await resident.sends(press(resident, "", "", Control.REVOKE, f"alert:{town.ids['coach']}"))
    await passes(town)

    assert (len(asks_to_wait), heard(coach)) == (1, [])


async def test_to_whom_an_evaluation_begins_meanwhile_no_request_is_sent(
    resident: Person, coach: Person, town: Town, asks_to_wait: list[Operation]
) -> None:
    await sends_alert(resident)
    evaluates(town, "coach")
    await passes(town)

    assert len(asks_to_wait) == 1
    assert OPENER not in heard(coach)


async def test_who_had_heard_of_it_is_told_that_it_was_withdrawn(
    resident: Person, coach: Person, town: Town
) -> None:
    await sends_alert(resident)
    await resident.presses("Take it back")

    assert heard(coach) == [OPENER, "A request to you was withdrawn."]


async def test_whom_the_request_may_have_reached_is_told_so_too(
    resident: Person, coach: Person, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fails(coach, monkeypatch, UnknownOutcome())
    monkeypatch.setattr(town.chat, "find", nobody_can_tell)
    await sends_alert(resident)
    await resident.presses("Take it back")
    await passes(town)

    assert heard(coach) == ["A request to you was withdrawn."]
