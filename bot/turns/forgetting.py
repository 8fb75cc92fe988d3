"""Forgetting a person: the key goes first, then every row, and their own surface is emptied.

What was sent to a coach is closed to them too.
"""

from bot.ids import new_id
from bot.store.forget import wipe_writes
from bot.turns import alerting
from bot.turns.greeted import greet
from bot.turns.work import Work


def forget(work: Work) -> None:
    """Destroy the person's keys and take every row away. The account may start anew, as somebody else.

    The key goes before the commit: a turn that fails after it has forgotten all the same, and the rows that
    are left cannot be read by anybody and go with the ledger's next replay.
    """
    old = work.person_id
    sent = [f"thread:{one.thread_id}" for one in alerting.sent_by(work)]
    work.house.keys.forget(work.subject, *sent, *(f"talk:{frame.id}" for frame in work.frames))
    work.forgotten = True
    work.house.keys.ensure(work.subject)
    work.writes.clear()
    work.frames.clear()
    house = work.house
    work.write(*wipe_writes(work.conn, old, new_id(), zone=house.zone, language=house.languages[0]))
    greet(work)
    work.publish_home()
