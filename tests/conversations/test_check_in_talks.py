"""Welcome, check-in and the small talks, as transcripts."""

from dataclasses import replace

import pytest

from conversations.catalogue import FLOWS
from conversations.check_in import CheckInFacts, check_in, item_for
from conversations.effects import (
    Consent,
    Count,
    Final,
    Forget,
    KeepMeasure,
    Park,
    Prefer,
    Silence,
)
from conversations.forget import forget
from conversations.pause import PauseFacts, pause
from conversations.rehearsal import Rehearsal, talk
from conversations.settings import settings
from conversations.snooze import SnoozeFacts, snooze
from conversations.welcome import welcome

FIRST = CheckInFacts()


def test_two_taps_lead_from_start_into_the_first_check_in() -> None:
    held = talk(welcome, "6", "now")
    assert (held.inner, held.performed) == (["check-in"], {"weekday": Prefer("weekday", "6")})


def test_only_when_i_ask_is_a_choice_from_the_first_minute() -> None:
    assert talk(welcome, "asked", "then").performed["asked"] == Prefer("check_in_every", "0")


def test_a_steady_week_is_one_tap_and_one_line_at_most() -> None:
    held = talk(check_in, "steady", None, facts=FIRST)
    assert (held.said, held.asks) == (["Done. Next one Tue 6 Jan 18:00. Type settings to change that."], "")
    assert held.effects == {
        "week.kept": KeepMeasure("week", "steady"),
        "week.counted": Count("week", "steady"),
    }


def test_a_stretched_week_is_four_steps() -> None:
    held = Rehearsal(check_in, FIRST)
    answers = (("stretched",), ("workload", "sleep"), ("partly",))
    assert [held.answer(*answer).asks for answer in answers] == ["moved", "slept", "line"]
    assert held.answer(text="leave on time once").asks == ""


def test_a_struggling_week_is_offered_what_exists() -> None:
    held = talk(check_in, "struggling", None, None, "person", facts=FIRST)
    assert (held.said[0], held.inner) == ("Thanks for being straight about it.", ["human"])


def test_two_low_weeks_in_a_row_name_the_counselling_line() -> None:
    low = replace(FIRST, low_before=True, counselling="555-0100")
    said = talk(check_in, "not-ok", "nothing", facts=low).said
    assert said[0] == "Your counselling service: 555-0100. Nobody is told of this."


def test_not_ok_carries_its_signal_and_asks_little() -> None:
    held = Rehearsal(check_in, FIRST)
    signals = {option.key: option.signal for option in held.offered}
    assert signals == {"steady": "", "stretched": "", "struggling": "", "not-ok": "not_ok"}
    assert held.answer("not-ok").asks == "after"


@pytest.mark.parametrize(("answer", "given"), [("yes", True), ("no", False), (None, False)])
def test_the_second_check_in_asks_once_about_counts_with_no_preset(answer: str | None, given: bool) -> None:
    held = talk(check_in, "steady", None, answer, facts=replace(FIRST, finished=1))
    assert held.performed["counts.set"] == Consent("aggregate", given=given)


@pytest.mark.parametrize("facts", [FIRST, replace(FIRST, finished=2, counts_asked=True)])
def test_counts_are_not_asked_first_or_twice(facts: CheckInFacts) -> None:
    assert talk(check_in, "steady", None, facts=facts).asks == ""


def test_a_fourth_steady_week_offers_a_fortnight() -> None:
    held = talk(
        check_in, "steady", None, "yes", facts=replace(FIRST, finished=5, steady_run=3, counts_asked=True)
    )
    assert held.performed["fortnight.set"] == Prefer("check_in_every", "2")


def test_no_rotating_question_comes_back_within_three_weeks() -> None:
    assert all(len({item_for(week + ahead) for ahead in range(4)}) == 4 for week in range(8))


def test_a_known_shift_needs_no_question() -> None:
    held = talk(snooze, "after-shift", facts=SnoozeFacts(shift_ends="2026-01-05T19:00"))
    assert held.performed["quiet"] == Silence("shift", "2026-01-05T19:30", again=True)


def test_an_unknown_shift_is_asked_for_once() -> None:
    held = talk(snooze, "before-shift", "tomorrow 7:00", facts=SnoozeFacts())
    assert held.performed["quiet"] == Silence("shift", "2026-01-06T07:00", again=True, before=True)


@pytest.mark.parametrize("reason", ["nights", "leave"])
def test_nights_and_leave_end_on_a_day(reason: str) -> None:
    held = talk(snooze, reason, "Fri 8:00", facts=SnoozeFacts())
    assert held.performed["quiet"] == Silence(reason, "2026-01-09T08:00", again=True)


def test_pause_asks_which_and_parks_a_talk() -> None:
    assert talk(pause, "talk", facts=PauseFacts(open_talk=True)).performed == {"parked": Park()}


def test_a_typed_length_is_enough() -> None:
    assert talk(pause, facts=PauseFacts(weeks="2")).performed == {"quiet": Silence("pause", "2w")}


def test_settings_change_one_thing_after_another() -> None:
    held = talk(settings, "day", "2", "zone", "America/Denver", "done")
    assert list(held.performed.values()) == [Prefer("weekday", "2"), Prefer("zone", "America/Denver")]


def test_delete_is_asked_once_and_says_what_stays() -> None:
    assert talk(forget, "yes").performed == {"gone": Forget()}
    kept = talk(forget, "no")
    assert ("Nothing was deleted." in kept.said, kept.performed) == (True, {})


def test_nothing_final_happens_before_a_question_was_answered() -> None:
    opening: dict[str, list[Final]] = {
        name: [*Rehearsal(flow).performed.values()] for name, flow in FLOWS.items()
    }
    assert {name for name, effects in opening.items() if effects} == {"coach-alert"}
