"""Where a sealed body stands is the same before and after it went through the store."""

from datetime import UTC, datetime

from bot.presentation.codec import outbox_place

ROW = {"platform": "web", "tenant": "demo", "user": "resident", "talk_id": "", "key": "", "lane": 1}


def test_a_body_is_bound_to_the_millisecond_that_the_store_keeps() -> None:
    made = datetime(2026, 11, 2, 9, 0, 0, 1999, tzinfo=UTC)
    kept = datetime(2026, 11, 2, 9, 0, 0, 1000, tzinfo=UTC)
    assert outbox_place(ROW | {"created_at": made}) == outbox_place(ROW | {"created_at": kept})
