"""Where a person is: what the device says, against what was settled before."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.nudges.zones import is_known
from bot.store.tables import audit
from bot.turns.work import Work

_HALF_A_YEAR = timedelta(days=182)
_ZONE, _LANGUAGE = "asked-zone", "asked-language"


def device_zone(work: Work) -> str:
    """The IANA zone that this event's device names, where its times differ from the person's; else ""."""
    named = work.event.zone
    if not is_known(named) or _same_times(named, work.zone, work.now):
        return ""
    return named


def zone_in_doubt(work: Work) -> bool:
    """Whether to ask: the device says another zone than the last time it was asked, or never said any."""
    device = device_zone(work)
    if not device and is_known(work.event.zone):
        return False
    asked = _last_asked(work)
    return asked is None or bool(device and device != asked)


def was_asked_zone(work: Work, chosen: str) -> None:
    """Remember what the device said then, so that the same difference is not asked about again."""
    work.audit(_ZONE, work.person_id, device=device_zone(work) or chosen)


def language_settled(work: Work) -> bool:
    """Whether there is nothing to choose, or it was chosen."""
    return len(work.house.languages) < 2 or _detail(work, _LANGUAGE) is not None  # noqa: PLR2004 - a choice


def was_asked_language(work: Work) -> None:
    """Remember that it was asked."""
    work.audit(_LANGUAGE, work.person_id)


def _last_asked(work: Work) -> str | None:
    found = _detail(work, _ZONE)
    return None if found is None else found.get("device", "")


def _detail(work: Work, act: str) -> dict[str, str] | None:
    mine = (audit.c.person_id == work.person_id, audit.c.act == act)
    statement = select(audit.c.detail).where(*mine).order_by(audit.c.id.desc()).limit(1)
    found: dict[str, str] | None = work.conn.execute(statement).scalar()
    return found


def _same_times(one: str, other: str, now: datetime) -> bool:
    """Whether clocks agree now and in the other half of the year (Asia/Calcutta and Asia/Kolkata do)."""
    return all(
        at.astimezone(ZoneInfo(one)).utcoffset() == at.astimezone(ZoneInfo(other)).utcoffset()
        for at in (now, now + _HALF_A_YEAR)
    )
