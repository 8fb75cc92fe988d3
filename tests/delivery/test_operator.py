from datetime import timedelta

from adapters.port import Lane, Rejected
from bot.delivery.outbox import outbox_depth, outbox_drop, outbox_list, outbox_requeue, outbox_unsent
from bot.store.tables import audit
from tests.delivery.stage import Outbox, Stage


async def dead(
    outbox: Outbox, stage: Stage, text: str = "hello", *, lane: Lane = Lane.REPLY, **columns: object
) -> int:
    stage.faults = [Rejected()]
    row = outbox.put(text, to="ana", lane=lane, **columns)
    await outbox.dispatcher(stage).drain()
    return row


async def test_an_operator_sees_the_class_and_age_of_a_dead_letter(outbox: Outbox, stage: Stage) -> None:
    row = await dead(outbox, stage, "safety.one-of-the-labels", lane=Lane.SAFETY)
    outbox.clock.move(hours=2)
    (letter,) = outbox_list(outbox.store, now=outbox.clock.now())
    assert (letter.id, letter.kind, letter.lane, letter.reason) == (row, "safety", "safety", "rejected")
    assert letter.age == timedelta(hours=2)


async def test_an_operator_does_not_see_that_a_talk_is_tender(outbox: Outbox, stage: Stage) -> None:
    await dead(outbox, stage, "", flow="debrief", tender=True)
    assert outbox_list(outbox.store, now=outbox.clock.now())[0].kind == "talk"


async def test_a_dead_letter_that_was_put_back_is_sent(outbox: Outbox, stage: Stage) -> None:
    row = await dead(outbox, stage)
    assert outbox_requeue(outbox.store, now=outbox.clock.now(), ids=[row]) == 1
    await outbox.dispatcher(stage).drain()
    assert (stage.said, outbox.row(row).state) == (["hello"], "sent")


async def test_all_dead_letters_may_be_put_back_at_once(outbox: Outbox, stage: Stage) -> None:
    for number in range(3):
        await dead(outbox, stage, str(number))
    outbox.put("waits", due_at=outbox.clock.now() + timedelta(hours=1))
    assert outbox_requeue(outbox.store, now=outbox.clock.now()) == 3


async def test_a_dropped_letter_is_wiped_and_never_sent(outbox: Outbox, stage: Stage) -> None:
    row = await dead(outbox, stage, body=b"sealed", subject="person:ana")
    assert outbox_drop(outbox.store, now=outbox.clock.now(), ids=[row]) == 1
    await outbox.dispatcher(stage).drain()
    assert (stage.said, outbox.row(row).state, outbox.row(row).body) == ([], "skipped", None)


async def test_what_was_sent_can_be_neither_put_back_nor_dropped(outbox: Outbox, stage: Stage) -> None:
    row = outbox.put("hello")
    await outbox.dispatcher(stage).drain()
    now = outbox.clock.now()
    assert (
        outbox_requeue(outbox.store, now=now, ids=[row]) + outbox_drop(outbox.store, now=now, ids=[row]) == 0
    )


async def test_what_is_still_to_be_sent_is_not_dropped(outbox: Outbox, stage: Stage) -> None:
    gone, row = await dead(outbox, stage), outbox.put("hello")
    assert outbox_unsent(outbox.store, [gone, row]) == (row,)
    assert outbox_drop(outbox.store, now=outbox.clock.now(), ids=[row]) == 0
    await outbox.dispatcher(stage).drain()
    assert stage.said == ["hello"]


async def test_every_look_and_change_is_audited_under_the_person(outbox: Outbox, stage: Stage) -> None:
    again, gone, now = await dead(outbox, stage), await dead(outbox, stage), outbox.clock.now()
    outbox_list(outbox.store, now=now)
    outbox_requeue(outbox.store, now=now, actor="olga", ids=[again])
    outbox_drop(outbox.store, now=now, ids=[gone])
    kept = [(entry.actor, entry.person_id, entry.act) for entry in outbox.rows(audit)]
    assert kept == [
        ("operator", "ana", "outbox.list"),
        ("operator", "ana", "outbox.list"),
        ("olga", "ana", "outbox.requeue"),
        ("operator", "ana", "outbox.drop"),
    ]


async def test_the_depth_says_what_waits_and_for_how_long(outbox: Outbox, stage: Stage) -> None:
    await dead(outbox, stage, lane=Lane.SAFETY)
    outbox.put("hello")
    outbox.clock.move(minutes=5)
    depth = outbox_depth(outbox.store, now=outbox.clock.now())
    assert (depth.waiting, depth.dead, depth.dead_safety, depth.late) == (1, 1, 1, timedelta(minutes=5))
