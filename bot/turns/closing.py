"""What follows when a talk has closed."""

from bot.nudges.plans import answered_writes
from bot.turns.frames import Frame
from bot.turns.work import Work


def closed(work: Work, frame: Frame) -> None:
    """Bookkeeping of a closed talk: an answered check-in counts, plans the next, and draws the strip anew."""
    if frame.flow.name != "check-in" or frame.journal.find("week") is None:
        return
    finished = frame.ended == "ended"
    work.write(*answered_writes(work.conn, work.person_id, frame.id, work.zone, work.now, work.writes))
    if finished:
        work.person_values["check_ins"] = work.person.check_ins + 1
    work.publish_home()
