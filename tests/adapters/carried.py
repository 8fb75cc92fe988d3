"""What every platform is asked of what it shows: nothing that a card or a form carries is lost on the way."""

from dataclasses import replace

import pytest

from adapters.port import (
    Card,
    EventKind,
    Form,
    Link,
    NotCommitted,
    OperationKind,
    Rejected,
    Reply,
    ReplyKind,
    UnknownOutcome,
)
from tests.adapters.harness import Harness, Input, Shown, View
from tests.adapters.shapes import DANGER, FORM, FULL, LINES, WEEK, card, operation

SHOWN = (OperationKind.POST, OperationKind.REPLACE, OperationKind.PUBLISH)
TOLD = (EventKind.OPENED, EventKind.ARRIVED, EventKind.GONE, EventKind.ATTACHMENT)
WHEN = Input(
    "When would suit you?",
    "tomorrow 17:30",
    "a day and a time",
    400,
    is_long=True,
    is_required=True,
    asks_when=True,
)


async def post(platform: Harness, shown: Card) -> Shown:
    """Post a card; gives it as the person sees it."""
    receipt = await platform.platform.deliver(operation(OperationKind.POST, platform.account, shown))
    return next(one for one in await platform.shown() if one.reference == receipt.reference)


async def opened(platform: Harness, form: Form) -> View:
    """The turn answers a text with a form; gives it as the person sees it."""
    platform.will_answer(Reply(ReplyKind.FORM, form=form))
    found = (await platform.types("check in", event="form")).form
    assert found is not None
    return found


class Cards:
    """What stands in the chat."""

    async def test_a_safety_card_shows_its_lines_to_people(self, platform: Harness) -> None:
        shown = await post(platform, DANGER)
        assert (shown.links, shown.is_safety) == (LINES, True)

    async def test_so_does_the_one_of_a_turn_that_did_not_commit(self, platform: Harness) -> None:
        platform.will_answer(NotCommitted(DANGER))
        seen = (await platform.types("help", event="one")).card
        assert seen is not None
        assert (seen.text, seen.links) == ("Are you safe right now?", LINES)
        assert [one.label for one in seen.buttons] == ["Yes", "No"]

    async def test_so_does_the_one_that_takes_the_place_of_a_pressed_message(self, platform: Harness) -> None:
        shown = await post(platform, WEEK)
        platform.will_answer(Reply(ReplyKind.REPLACE, card=DANGER))
        await platform.presses(shown.buttons[0], event="one")
        assert [one.links for one in await platform.shown()] == [LINES]

    async def test_so_does_the_one_that_comes_with_a_form(self, platform: Harness) -> None:
        platform.will_answer(Reply(ReplyKind.FORM, form=FORM, card=DANGER))
        answer = await platform.submits(FORM, {"line": ["help"]}, event="one")
        assert answer.form is not None
        assert answer.card is not None
        assert answer.card.links == LINES

    async def test_its_buttons_can_be_pressed_where_nothing_was_committed(self, platform: Harness) -> None:
        platform.will_answer(NotCommitted(DANGER))
        seen = (await platform.types("help", event="one")).card
        assert seen is not None
        await platform.presses(seen.buttons[1], event="two")
        assert platform.heard[1].press == DANGER.choices[1].press

    async def test_what_may_not_be_opened_is_shown_as_words(self, platform: Harness) -> None:
        harmful = replace(DANGER, links=(Link("Call 988", "javascript:alert(1)"),))
        assert (await post(platform, harmful)).links == (Link("Call 988", ""),)

    async def test_who_cannot_see_a_card_is_told_all_that_it_says(self, platform: Harness) -> None:
        assert (await post(platform, DANGER)).fallback == DANGER.fallback

    async def test_an_option_says_what_it_means(self, platform: Harness) -> None:
        hinted = replace(WEEK, choices=(replace(WEEK.choices[0], hint="recovering between shifts"),))
        assert [one.hint for one in (await post(platform, hinted)).buttons] == ["recovering between shifts"]


class Forms:
    """What stands on the private surface."""

    @pytest.mark.parametrize(
        "words",
        [FULL.title, *FULL.paragraphs, FULL.question, FULL.notice, "2 Nov Steady", "9 Nov Stretched"],
    )
    async def test_it_shows_all_its_words(self, platform: Harness, words: str) -> None:
        assert words in (await opened(platform, FULL)).text

    async def test_its_buttons_stand_in_their_order_with_what_they_mean(self, platform: Harness) -> None:
        seen = await opened(platform, FULL)
        sent = (*FULL.choices, *FULL.controls)
        assert [(one.label, one.hint) for one in seen.buttons] == [(one.label, one.hint) for one in sent]

    async def test_it_says_how_many_may_be_ticked_and_how_to_send_it(self, platform: Harness) -> None:
        seen = await opened(platform, FULL)
        assert (seen.many, seen.submit) == (2, "Go on")

    async def test_something_to_read_has_nothing_to_send(self, platform: Harness) -> None:
        seen = await opened(platform, Form("Privacy", ("Who reads this.",)))
        assert (seen.field, seen.submit, seen.tick, seen.picture, seen.download) == (None, "", "", "", "")

    async def test_it_shows_its_lines_to_people(self, platform: Harness) -> None:
        seen = await opened(platform, FULL)
        assert (seen.links, seen.is_safety) == (LINES, True)

    async def test_its_field_asks_for_a_day_and_a_time_as_such(self, platform: Harness) -> None:
        assert (await opened(platform, FULL)).field == WHEN

    async def test_its_field_for_a_text_asks_for_a_text(self, platform: Harness) -> None:
        seen = (await opened(platform, FORM)).field
        assert seen is not None
        assert (seen.asks_when, seen.is_long, seen.is_required, seen.most) == (False, False, False, 400)

    async def test_its_picture_is_told_in_words(self, platform: Harness) -> None:
        assert (await opened(platform, FULL)).picture == "Two weeks: steady, then stretched."

    async def test_what_may_be_taken_away_is_there(self, platform: Harness) -> None:
        assert (await opened(platform, FULL)).download == FULL.download

    async def test_its_tick_is_shown_and_arrives(self, platform: Harness) -> None:
        assert (await opened(platform, FULL)).tick == "Keep as written"
        await platform.submits(FULL, {"when": ["today"]}, event="two", ticked=True)
        assert dict(platform.heard[1].fields) == {"when": ("today",), "!keep": ("yes",)}

    async def test_all_that_was_ticked_arrives(self, platform: Harness) -> None:
        await platform.submits(FULL, {"moved": ["workload", "sleep"]}, event="one")
        assert platform.heard[0].fields["moved"] == ("workload", "sleep")

    async def test_its_controls_can_be_pressed(self, platform: Harness) -> None:
        seen = await opened(platform, FULL)
        await platform.presses(seen.buttons[-1], event="two")
        assert platform.heard[1].press == FULL.controls[-1].press

    async def test_it_comes_back_with_its_errors(self, platform: Harness) -> None:
        errors = {"when": "A name stands in it."}
        platform.will_answer(Reply(ReplyKind.ERRORS, form=FULL, errors=errors))
        answer = await platform.submits(FULL, {"when": ["with Dr. Reyes"]}, event="one")
        assert answer.form is not None
        assert (answer.form.tick, answer.errors) == ("Keep as written", errors)

    async def test_on_the_persons_own_surface_it_shows_lines_strip_and_picture(
        self, platform: Harness
    ) -> None:
        await platform.platform.deliver(operation(OperationKind.PUBLISH, platform.account, FULL))
        seen = await platform.own()
        assert seen is not None
        assert (seen.links, seen.picture) == (LINES, "Two weeks: steady, then stretched.")
        assert "2 Nov Steady\n9 Nov Stretched" in seen.text


class Claims:
    """What the platform says of the person, and of itself."""

    @pytest.mark.parametrize("kind", TOLD)
    async def test_what_it_tells_of_arrives_as_what_it_is(self, platform: Harness, kind: EventKind) -> None:
        answer = await platform.does(kind, event="one")
        told = kind in platform.tells
        kinds = [kind] if told else []
        assert (answer.is_accepted, [heard.kind for heard in platform.heard]) == (told, kinds)

    async def test_every_event_says_where_the_person_is_and_how_long_it_waits(
        self, platform: Harness
    ) -> None:
        await platform.types("a long shift", event="one")
        heard = platform.heard[0]
        assert (heard.zone, heard.name) == (platform.zone, platform.name)
        assert 0 < heard.answer_within <= 15

    async def test_a_send_of_which_nobody_hears_is_of_unknown_outcome(self, platform: Harness) -> None:
        platform.must_lose()
        with pytest.raises(UnknownOutcome):
            await platform.platform.deliver(operation(OperationKind.POST, platform.account, WEEK))

    @pytest.mark.parametrize("kind", SHOWN)
    async def test_what_has_nothing_to_show_is_refused_for_good(
        self, platform: Harness, kind: OperationKind
    ) -> None:
        with pytest.raises(Rejected):
            await platform.platform.deliver(operation(kind, platform.account, reference="m1"))

    async def test_what_is_gone_needs_no_removing(self, platform: Harness) -> None:
        first, second = await post(platform, WEEK), await post(platform, card("Second"))
        for _ in range(2):
            gone = operation(OperationKind.REMOVE, platform.account, reference=first.reference)
            await platform.platform.deliver(gone)
        assert await platform.shown() == [second]
