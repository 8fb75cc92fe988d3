"""A button of what is somebody else's: it changes nothing, and whoever it concerns can read who tried it."""

from datetime import timedelta

from sqlalchemy import select

from adapters.port import EventKind
from bot.store.draft import Insert
from bot.store.tables import audit, occurrences, talks
from bot.turns.work import Work

ACT = "refused"
UNKNOWN = "somebody who is not known here"
"""Who it was where no person belongs to the account."""
_ONCE_IN = timedelta(days=1)
_ALERT = "alert:"


def note_refused(work: Work) -> None:
    """One line a day for each who tries, in the audit of the person whose talk or request was pressed.

    A request outlives its trainee's rows: about somebody forgotten, or forgotten meanwhile, nothing is kept.
    """
    press = work.event.press
    if press is None or work.event.kind not in {EventKind.PRESS, EventKind.FORM} or work.forgotten:
        return
    if not press.talk or press.talk in work.moved or any(one.id == press.talk for one in work.frames):
        return
    actor = work.seen.person.id if work.seen.person else UNKNOWN
    concerned = _whose(work, press.talk, actor)
    if concerned and not _is_noted(work, concerned, actor):
        row = {"at": work.now, "actor": actor, "person_id": concerned, "act": ACT, "detail": {}}
        work.write(Insert(audit, row, while_active=concerned))


def _whose(work: Work, talk: str, actor: str) -> str:
    """The other person whose talk, invitation or request this is; "" where it is nobody's or one's own."""
    if talk.startswith(_ALERT):
        alert = work.alert(talk.removeprefix(_ALERT))
        return alert.trainee_id if alert is not None and not alert.part(actor) else ""
    for table, column in ((talks, talks.c.id), (occurrences, occurrences.c.talk_id)):
        found = work.conn.execute(select(table.c.person_id).where(column == talk).limit(1)).scalar()
        if found is not None:
            return "" if found == actor else str(found)
    return ""


def _is_noted(work: Work, concerned: str, actor: str) -> bool:
    line = (audit.c.person_id == concerned, audit.c.actor == actor, audit.c.act == ACT)
    recent = select(audit.c.id).where(*line, audit.c.at > work.now - _ONCE_IN)
    return work.conn.execute(recent.limit(1)).first() is not None
