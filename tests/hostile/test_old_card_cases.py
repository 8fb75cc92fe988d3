"""Cards of a version that is gone: they say so politely, and lose their buttons."""

from dataclasses import replace

from adapters.port import Card, Choice, EventKind, Incoming, Press, ReplyKind
from bot.store.tables import messages, talks
from tests.town import Message, Person, Town
from tests.turns.stories import begins_check_in

OLD = "How many rounds did you have?"


def stands_since_an_older_version(resident: Person, town: Town) -> Press:
    """A card of the open talk, with a question that was asked two versions ago; gives its button."""
    open_talk = town.rows(talks, person_id=town.ids["resident"], state="open")[-1]
    pressed = Press(open_talk.flow, max(open_talk.version - 2, 0), open_talk.id, "rounds", "many")
    card = Card((OLD,), OLD, (Choice("Many", pressed),))
    town.chat.by_user["resident"].append(Message("old", card))
    key = town.keys.mark(f"{open_talk.id}|rounds")[:20]
    row = {"talk_id": open_talk.id, "key": key, "reference": "old", "sent_at": town.clock.now()}
    where = {"platform": "web", "tenant": "demo", "user": "resident"}
    town.store.write(lambda conn: conn.execute(messages.insert().values(row | where)))
    return pressed


async def test_case_14_a_card_of_an_older_version_loses_its_buttons(resident: Person, town: Town) -> None:
    await begins_check_in(resident)
    await resident.closes()
    pressed = stands_since_an_older_version(resident, town)
    before = town.state("resident"), town.rows(talks)[-1].journal
    event = Incoming("old-press", resident.account, EventKind.PRESS, press=pressed, origin="old")
    await resident.sends(replace(event, zone=resident.zone))
    shown = next(one.card for one in town.chat.by_user["resident"] if one.reference == "old")

    assert (resident.reply.kind, resident.reply.notice) == (ReplyKind.NOTICE, "That question has closed.")
    assert (shown.paragraphs, shown.choices) == (("Answered",), ())
    assert (town.state("resident"), town.rows(talks)[-1].journal) == before
