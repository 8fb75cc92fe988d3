"""Wall-clock times to instants, by the IANA zone rules. Pure."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

_MINUTE = timedelta(minutes=1)


@lru_cache(maxsize=1024)
def is_known(zone: str) -> bool:
    """Whether the zone database has a zone of that name."""
    try:
        rules(zone)
    except (LookupError, ValueError, OSError):
        return False
    return True


@lru_cache(maxsize=1024)
def rules(zone: str) -> ZoneInfo:
    """The zone's rules. Raises LookupError for an unknown zone.

    ZoneInfo itself keeps eight zones; in a country with more it would read its files again for each person.
    """
    return ZoneInfo(zone)


def local(at: datetime, zone: str) -> datetime:
    """The instant as that zone's clocks show it. Raises LookupError for an unknown zone."""
    return at.astimezone(rules(zone))


@lru_cache(maxsize=65536)
def instant(day: date, minute: int, zone: str) -> datetime:
    """When clocks in the zone show `minute` (of the local day, 0 to 1439) on that date, in UTC.

    A skipped time gives the first valid instant after it, a repeated one its first. Raises LookupError.
    """
    wall = datetime(day.year, day.month, day.day, tzinfo=rules(zone)) + timedelta(minutes=minute)
    found = wall.astimezone(UTC)
    if found.astimezone(wall.tzinfo).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return found
    return _end_of_gap(wall.replace(fold=1).astimezone(UTC), found, rules(zone))


def _end_of_gap(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The first minute with the later offset; zones have changed on whole minutes since 1972."""
    offset = after.astimezone(zone).utcoffset()
    while after - before > _MINUTE:
        middle = before + ((after - before) // _MINUTE // 2) * _MINUTE
        if middle.astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after
