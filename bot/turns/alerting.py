"""Sending an alert and moving it: what a trainee previewed and pressed Send on, and who has it."""

import json

from sqlalchemy import select

from bot.ids import new_id
from bot.people.alerts import (
    BECOMES,
    HEARD_AS,
    OVER,
    OVER_NOW,
    Alert,
    alerts_of,
    taken_up,
    waiting,
)
from bot.people.coaches import Coach, coach_of
from bot.store.draft import Insert, Update
from bot.store.tables import alerts, inbox, participants, persons, threads
from bot.turns import leaving
from bot.turns.consents import has_consent
from bot.turns.frames import Frame
from bot.turns.reading import coach_directory, coach_named, is_full, thread_sent
from bot.turns.work import Work
from conversations.effects import AlertMove, Outcome, SendAlert


def send(work: Work, frame: Frame, effect: SendAlert) -> Outcome:
    """Send exactly what was previewed to whom was named, if consent and directory still stand."""
    offered = {coach.id: coach for coach in coach_directory(work)}
    coach = offered.get(effect.coach)
    if coach is None:
        return Outcome(done=False, why="full" if is_full(work, effect.coach) else "ended")
    if not has_consent(work, "alert", effect.coach):
        return Outcome(done=False, why="no-consent")
    if not effect.words.kept:
        return Outcome(done=False, why="not-kept")
    earlier = _still_open(work, coach)
    if earlier:
        return Outcome(done=False, why="waiting", detail=earlier)
    if effect.backup and effect.backup not in offered:
        return Outcome(done=False, why="no-next")
    thread = new_id()
    _write_thread(work, thread, coach, effect)
    frame.thread_id = thread
    tell(work, coach.id, "alert", thread, f"{thread}:sent")
    work.audit("alert-sent", work.person_id, thread=thread, coach=coach.id)
    return Outcome(done=True, detail=thread)


def sent_by(work: Work) -> tuple[Alert, ...]:
    """Alerts that this person sent."""
    return tuple(
        one
        for one in alerts_of(work.conn, work.person_id, work.today)
        if one.part(work.person_id) == "trainee"
    )


def _still_open(work: Work, coach: Coach) -> str:
    """An earlier one that this coach has, but for what is taken back in this turn."""
    for one in sent_by(work):
        if one.coach_id == coach.id and one.state not in OVER and _key(one.thread_id) not in work.shred:
            return one.thread_id
    return ""


def _key(thread: str) -> str:
    return f"thread:{thread}"


def _write_thread(work: Work, thread: str, coach: Coach, effect: SendAlert) -> None:
    subject = _key(thread)
    work.house.keys.ensure(subject)
    shown = {"words": effect.words.text, "name": effect.me.text}
    sent = work.sent[thread] = shown | {"tier": effect.tier, "request": effect.request}
    body = work.house.keys.seal(subject, f"threads/{thread}/body", json.dumps(sent).encode("utf-8"))
    now, program = work.now, work.house.program_id
    work.write(
        Insert(
            threads,
            {
                "id": thread,
                "program_id": program,
                "kind": "alert",
                "visibility": "pair",
                "state": "sent",
                "created_at": now,
                "moved_at": now,
                "body": body,
            },
        ),
        Insert(participants, {"thread_id": thread, "person_id": work.person_id, "part": "trainee"}),
        Insert(participants, {"thread_id": thread, "person_id": coach.id, "part": "coach"}),
        Insert(
            alerts,
            {
                "thread_id": thread,
                "program_id": program,
                "trainee_id": work.person_id,
                "coach_id": coach.id,
                "backup_id": effect.backup,
                "zone": coach.zone,
                **waiting(coach, effect.tier, now),
            },
        ),
    )


def move(work: Work, effect: AlertMove) -> Outcome:
    """One move by whoever is talking, if the thread's state still allows it."""
    alert = work.alert(effect.thread)
    if alert is not None and effect.about and _moved_on(work, alert, effect):
        return Outcome(done=False, why="moved", detail=_asked_now(work, alert))
    if alert is None or not alert.may(work.person_id, effect.move):
        return Outcome(done=False, why=_why_not(alert, work.person_id))
    if effect.move == "accept" and alert.has_gone_by(work.now):
        return Outcome(done=False, why="past")
    if effect.move == "open" and alert.state != "sent":
        return Outcome(done=True)
    if effect.move == "pass":
        return _pass_on(work, alert)
    readers = _readers(work, alert) if effect.move == "withdraw" else ""
    _set(work, alert, effect)
    if effect.move == "open":
        work.audit("alert-opened", alert.trainee_id, thread=alert.thread_id)
    other = alert.coach_id if work.person_id == alert.trainee_id else alert.trainee_id
    tell(
        work,
        other,
        f"alert.{HEARD_AS[effect.move]}",
        alert.thread_id,
        f"{alert.thread_id}:{effect.move}:{new_id()}",
    )
    if BECOMES[effect.move] in OVER and other == alert.coach_id:
        tell(work, other, OVER_NOW, alert.thread_id, f"{alert.thread_id}:over")
    return Outcome(done=True, detail=readers)


def _readers(work: Work, alert: Alert) -> str:
    """The names of whom it was sent or passed on to and who opened it."""
    names = (
        select(persons.c.name)
        .join(participants, participants.c.person_id == persons.c.id)
        .where(participants.c.thread_id == alert.thread_id, participants.c.seen_at.is_not(None))
        .order_by(participants.c.seen_at)
    )
    return " and ".join(name for name in work.conn.execute(names).scalars() if name)


def _moved_on(work: Work, alert: Alert, effect: AlertMove) -> bool:
    """Whether what is answered here stands no longer, though the request is still open between the two."""
    is_theirs = alert.part(work.person_id) != "" and alert.state not in OVER
    return is_theirs and not (
        alert.may(work.person_id, effect.move) and alert.meets(work.zone) == effect.about
    )


def _asked_now(work: Work, alert: Alert) -> str:
    """The time that this person is asked about, in words; "" where they are asked about none."""
    return alert.meets(work.zone) if alert.may(work.person_id, "accept") else ""


def _why_not(alert: Alert | None, person: str) -> str:
    if alert is None or not alert.part(person):
        return "gone"
    return alert.state


def _set(work: Work, alert: Alert, effect: AlertMove) -> None:
    state = BECOMES[effect.move]
    thread: dict[str, object] = {"state": state, "moved_at": work.now}
    ladder = _clock(work, alert, effect.move)
    if effect.move == "open":
        where = {"thread_id": alert.thread_id, "person_id": work.person_id}
        work.write(Update(participants, where, {"seen_at": work.now}))
    if effect.when:
        ladder |= {"proposed": effect.when, "zone": work.zone}
    elif effect.move in {"another", "call"}:
        ladder |= {"proposed": ""}
    if state == "withdrawn":
        thread["body"] = None
        work.shred.append(_key(alert.thread_id))
        _leave_waiting(work, alert)
    work.write(Update(threads, {"id": alert.thread_id}, thread))
    if ladder:
        work.write(Update(alerts, {"thread_id": alert.thread_id}, ladder))


def _leave_waiting(work: Work, alert: Alert) -> None:
    """A talk that waits for news of what was taken back elsewhere waits no more."""
    for frame in work.frames:
        if frame.thread_id == alert.thread_id and frame.state in {"waiting", "parked"}:
            leaving.end(work, work.opened(frame), "withdrawn")


def _clock(work: Work, alert: Alert, move: str) -> dict[str, object]:
    """What a move makes of the ladder: over, or the coach's turn again, or theirs by agreement."""
    if BECOMES[move] in OVER:
        return {"due_at": None}
    if move == "open":
        return {}
    coach = coach_of(work.conn, alert.program_id, alert.coach_id)
    if move in {"call", "another"} and coach is not None:
        return waiting(coach, "today" if move == "call" else _tier(work, alert), work.now)
    return taken_up(work.now, alert.meets_at if move == "accept" else None)


def _tier(work: Work, alert: Alert) -> str:
    """How soon an answer is hoped for, as it was sent."""
    sent = work.sent.get(alert.thread_id) or thread_sent(work, alert.thread_id)
    return sent.get("tier", "today")


def _pass_on(work: Work, alert: Alert) -> Outcome:
    backup = coach_named(work, alert.trainee_id, alert.backup_id)
    if backup is None:
        return Outcome(done=False, why="nobody")
    thread = alert.thread_id
    work.write(
        Update(threads, {"id": thread}, {"state": "sent", "moved_at": work.now}),
        Update(
            alerts,
            {"thread_id": thread},
            {
                "coach_id": backup.id,
                "backup_id": "",
                "proposed": "",
                **waiting(backup, _tier(work, alert), work.now),
            },
        ),
        Update(participants, {"thread_id": thread, "person_id": work.person_id}, {"left_at": work.now}),
        Insert(participants, {"thread_id": thread, "person_id": backup.id, "part": "backup"}, ignore=True),
    )
    work.audit("alert-passed", alert.trainee_id, thread=thread, coach=backup.id)
    tell(work, backup.id, "alert", thread, f"{thread}:passed:{backup.id}")
    tell(work, alert.trainee_id, "alert.passed", thread, f"{thread}:passed")
    return Outcome(done=True, detail=backup.name)


def tell(work: Work, person_id: str, kind: str, thread: str, act: str) -> None:
    """Another person's move: one inbox row, its id derived from the act, played as that person's own turn."""
    row = {"id": act, "person_id": person_id, "kind": kind, "thread_id": thread, "created_at": work.now}
    work.write(Insert(inbox, row, ignore=True))
    work.raise_version(person_id)
