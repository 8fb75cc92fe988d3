"""What every platform is asked: the same questions in the same words."""

import logging
from datetime import UTC, datetime, timedelta

import pytest

from adapters.port import (
    Choice,
    EventKind,
    NotCommitted,
    OperationKind,
    Reply,
    ReplyKind,
    RetryLater,
    UnknownOutcome,
    Unreachable,
)
from tests.adapters.carried import post
from tests.adapters.harness import Harness, Shown
from tests.adapters.shapes import FORM, HOSTILE, UNPAIRED, WEEK, card, operation, press

POST, REPLACE, RETIRE = OperationKind.POST, OperationKind.REPLACE, OperationKind.RETIRE
LONG_AGO = datetime.now(UTC) - timedelta(days=1)


class Events:
    """From the platform to the turn."""

    async def test_typed_text_arrives_under_its_account(self, platform: Harness) -> None:
        await platform.types("a long shift", event="one")
        heard = platform.heard[0]
        assert (heard.account, heard.kind, heard.text) == (
            platform.account,
            EventKind.MESSAGE,
            "a long shift",
        )

    async def test_a_redelivered_event_keeps_its_id(self, platform: Harness) -> None:
        for event in ("one", "one", "two"):
            await platform.types("again", event=event)
        first, second, third = (heard.id for heard in platform.heard)
        assert first == second != third

    async def test_an_edit_is_refused_or_arrives_under_an_id_of_its_own(self, platform: Harness) -> None:
        await platform.types("a long shift", event="one")
        edits = [await platform.edits(f"longer still {n}", of="one", event=f"edit-{n}") for n in range(2)]
        ids = {heard.id for heard in platform.heard}
        assert len(ids) == 1 + sum(edit.is_accepted for edit in edits)

    async def test_a_button_names_its_question(self, platform: Harness) -> None:
        shown = await post(platform, WEEK)
        await platform.presses(shown.buttons[0], event="one")
        heard = platform.heard[0]
        assert (heard.kind, heard.press, heard.origin) == (EventKind.PRESS, press(), shown.reference)

    async def test_a_press_on_an_old_card_still_arrives_with_its_talk_and_key(
        self, platform: Harness
    ) -> None:
        shown = await post(platform, WEEK)
        retired = operation(RETIRE, platform.account, card("Answered"), reference=shown.reference)
        await platform.platform.deliver(retired)
        await platform.presses(shown.buttons[0], event="late")
        assert platform.heard[0].press == press()

    @pytest.mark.parametrize("name", [*HOSTILE, *UNPAIRED])
    async def test_any_text_arrives_whole(self, platform: Harness, name: str) -> None:
        text = (HOSTILE | UNPAIRED)[name]
        answer = await platform.types(text, event="one")
        assert (answer.is_accepted, platform.heard[0].text) == (True, text)

    async def test_a_form_arrives_with_its_fields_by_key(self, platform: Harness) -> None:
        await platform.submits(FORM, {"line": ["first\nsecond"]}, event="one")
        heard = platform.heard[0]
        assert (heard.kind, heard.press, dict(heard.fields)) == (
            EventKind.FORM,
            FORM.submit,
            {"line": ("first\nsecond",)},
        )

    async def test_a_turn_that_did_not_commit_is_refused_and_its_card_is_seen(
        self, platform: Harness
    ) -> None:
        platform.will_answer(NotCommitted(card("Call 988 now.")))
        answer = await platform.types("help", event="one")
        assert answer.card is not None
        assert (answer.is_accepted, answer.card.text) == (False, "Call 988 now.")

    async def test_a_defect_of_the_turn_is_refused_too(self, platform: Harness) -> None:
        platform.will_answer(RuntimeError("no"))
        assert not (await platform.types("help", event="one")).is_accepted


class Replies:
    """In-band, from the turn to the person."""

    async def test_a_form_opens(self, platform: Harness) -> None:
        shown = await post(platform, WEEK)
        platform.will_answer(Reply(ReplyKind.FORM, form=FORM))
        seen = (await platform.presses(shown.buttons[0], event="one")).form
        assert seen is not None
        assert "One line for yourself?" in seen.text

    async def test_errors_stand_beside_their_fields(self, platform: Harness) -> None:
        platform.will_answer(Reply(ReplyKind.ERRORS, errors={"line": "At most 400 characters."}))
        answer = await platform.submits(FORM, {"line": ["x" * 401]}, event="one")
        assert answer.errors == {"line": "At most 400 characters."}

    async def test_a_notice_is_shown_to_this_person(self, platform: Harness) -> None:
        platform.will_answer(Reply(ReplyKind.NOTICE, notice="That question has closed."))
        assert (await platform.types("7", event="one")).notice == "That question has closed."

    async def test_the_private_surface_closes(self, platform: Harness) -> None:
        platform.will_answer(Reply(ReplyKind.CLOSE))
        assert (await platform.submits(FORM, {"line": ["done"]}, event="one")).is_closed

    async def test_the_pressed_message_becomes_another(self, platform: Harness) -> None:
        shown = await post(platform, WEEK)
        platform.will_answer(Reply(ReplyKind.REPLACE, card=card("Answered")))
        await platform.presses(shown.buttons[0], event="one")
        assert await platform.shown() == [Shown(shown.reference, "Answered", fallback="Answered")]


class Operations:
    """Out, from the dispatcher to the person."""

    async def test_twenty_options_survive_in_their_order(self, platform: Harness) -> None:
        options = tuple(Choice(f"Option {n}", press(option=str(n))) for n in range(20))
        shown = await post(platform, card("Which?", choices=options))
        assert [one.label for one in shown.buttons] == [one.label for one in options]

    @pytest.mark.parametrize("name", HOSTILE)
    async def test_any_text_is_shown_as_it_was_written(self, platform: Harness, name: str) -> None:
        assert (await post(platform, card(HOSTILE[name]))).text == HOSTILE[name]

    async def test_a_replaced_message_stays_in_its_place(self, platform: Harness) -> None:
        first, second = await post(platform, WEEK), await post(platform, card("Second"))
        await platform.platform.deliver(
            operation(REPLACE, platform.account, card("New first"), reference=first.reference)
        )
        assert [one.text for one in await platform.shown()] == ["New first", second.text]

    async def test_a_retired_message_has_no_buttons_and_says_so(self, platform: Harness) -> None:
        shown = await post(platform, WEEK)
        await platform.platform.deliver(
            operation(RETIRE, platform.account, card("Answered"), reference=shown.reference)
        )
        (retired,) = await platform.shown()
        assert (retired.buttons, retired.text.endswith("Answered")) == ((), True)

    async def test_a_removed_message_is_gone(self, platform: Harness) -> None:
        shown = await post(platform, WEEK)
        await platform.platform.deliver(
            operation(OperationKind.REMOVE, platform.account, reference=shown.reference)
        )
        assert await platform.shown() == []

    async def test_a_published_form_becomes_the_persons_own_surface(self, platform: Harness) -> None:
        await platform.platform.deliver(operation(OperationKind.PUBLISH, platform.account, FORM))
        seen = await platform.own()
        assert seen is not None
        assert "Only you see this." in seen.text

    async def test_a_repeated_operation_changes_nothing_where_the_platform_claims_so(
        self, platform: Harness
    ) -> None:
        sent = operation(POST, platform.account, WEEK)
        first, second = [await platform.platform.deliver(sent) for _ in range(2)]
        expected = 1 if platform.drops_repeats else 2
        assert (len(await platform.shown()), first == second) == (expected, platform.drops_repeats)

    async def test_what_was_sent_is_found_or_honestly_unknown(self, platform: Harness) -> None:
        sent = operation(POST, platform.account, WEEK)
        receipt = await platform.platform.deliver(sent)
        try:
            found = await platform.platform.find(sent, LONG_AGO)
        except UnknownOutcome:
            assert not platform.can_find
        else:
            assert found == receipt

    async def test_what_was_never_sent_is_not_found(self, platform: Harness) -> None:
        if platform.can_find:
            assert await platform.platform.find(operation(POST, platform.account, WEEK), LONG_AGO) is None

    async def test_somebody_who_is_gone_cannot_be_reached(self, platform: Harness) -> None:
        with pytest.raises(Unreachable):
            await platform.platform.deliver(operation(POST, platform.gone, WEEK))

    async def test_a_platform_that_asks_to_wait_says_how_long(self, platform: Harness) -> None:
        platform.must_wait()
        with pytest.raises(RetryLater) as raised:
            await platform.platform.deliver(operation(POST, platform.account, WEEK))
        assert raised.value.seconds > 0


class Discretion:
    """What is left behind."""

    async def test_nothing_that_was_written_is_logged(
        self, platform: Harness, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        platform.will_answer(Reply(), Reply(), RuntimeError("marker-raised"))
        await platform.types("marker-typed", event="one")
        await platform.submits(FORM, {"line": ["marker-filled"]}, event="two")
        await platform.types("marker-failed", event="three")
        await post(platform, card("marker-shown"))
        assert "marker" not in caplog.text

    async def test_nothing_that_was_typed_or_filled_in_is_on_the_shelf(self, platform: Harness) -> None:
        await post(platform, WEEK)
        await platform.types("marker-typed", event="one")
        await platform.submits(FORM, {"line": ["marker-filled"]}, event="two")
        assert b"marker" not in b"".join(platform.shelf.items.values())
