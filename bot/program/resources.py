"""The people and lines that a card leads to, from the program's resources.toml. A card is never empty.

One `[[resource]]` table an entry: kind, name, country, region, audience, phone, sms, url, hours, languages,
cost, outside, confidentiality_note, verified_on, verified_by, priority (lower comes first).
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.errors import ProgramError

KINDS = ("crisis", "emergency", "counselling", "peer", "physician", "ride", "cover", "security", "reporting")
AUDIENCES = ("all", "physician", "trainee", "student")
ALWAYS = ("crisis", "emergency")
"""Never hidden, however long ago they were checked: their age is told to the operator instead."""

VALID = timedelta(days=90)
"""How long a check of an entry holds (domain brief, E5)."""

ALWAYS_STAFFED = "24/7"
FREE = "free"

_FICTION = re.compile(r"555\W*01\d\d$")  # kept free for fiction in the North American numbering plan

AT_MOST = 3
"""Lines on one card: more are not read in a bad hour (domain brief, E3)."""


class ResourcesError(ProgramError):
    """The resources file cannot be used."""

    hint = "Correct the resources file of the program: a safety card may never be empty."


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One place to turn to, with at least one of phone, sms and url; `hours` are as a person reads them.

    `outside`: its people work outside the trainee's workplace, and nobody has to log in there.
    `confidentiality_note`: who hears of a call or a visit, in one sentence that is shown as it stands.
    """

    kind: str
    name: str
    verified_on: date
    verified_by: str
    country: str = "US"
    region: str = ""
    audience: str = "all"
    phone: str = ""
    sms: str = ""
    url: str = ""
    hours: str = ""
    languages: tuple[str, ...] = ("en",)
    cost: str = ""
    outside: bool = False
    confidentiality_note: str = ""
    priority: int = 100

    @property
    def is_always_staffed(self) -> bool:
        """Whether somebody answers at any hour; an emergency number does, unless its hours say otherwise."""
        return self.hours == ALWAYS_STAFFED or (self.kind == "emergency" and not self.hours)

    @property
    def is_free(self) -> bool:
        """Whether it costs nothing."""
        return self.cost == FREE

    def is_expired(self, today: date) -> bool:
        """Whether its last check is too old to be relied on."""
        return today - self.verified_on >= VALID

    def is_shown(self, today: date) -> bool:
        """Whether it may stand on a card."""
        return self.kind in ALWAYS or not self.is_expired(today)


@dataclass(frozen=True)
class Resources:
    """All entries of a program, in order of priority."""

    entries: tuple[Resource, ...]

    def for_card(self, kinds: tuple[str, ...], today: date) -> tuple[Resource, ...]:
        """At most three lines: the first of each kind in the order asked for, then the next of each.

        Never empty: where nothing fits, the crisis line and the emergency number stand there.
        """
        return _in_turn([one for one in self.entries if one.is_shown(today)], kinds)

    def first(self, kind: str, today: date) -> Resource | None:
        """The first of this very kind that may be shown; nothing stands in for it."""
        return next((one for one in self.entries if one.kind == kind and one.is_shown(today)), None)

    def at_any_hour(self, kinds: tuple[str, ...], today: date) -> tuple[Resource, ...]:
        """The same, where the words promise that people answer at any hour: always staffed lines alone."""
        return _in_turn([one for one in self.entries if one.is_shown(today) and one.is_always_staffed], kinds)

    def always_staffed(self, kinds: tuple[str, ...], today: date) -> tuple[Resource, ...]:
        """All lines of these kinds that are, in order of priority."""
        shown = (one for one in self.entries if one.is_shown(today) and one.is_always_staffed)
        return tuple(one for one in shown if one.kind in kinds)

    def for_now(self, kinds: tuple[str, ...], today: date) -> tuple[Resource, ...]:
        """The same lines, where the words promise that somebody answers the first of them at this hour."""
        card = self.for_card(kinds, today)
        first = [one for one in card if one.is_always_staffed]
        if not first:
            first = [one for one in self.entries if one.kind == "crisis" and one.is_always_staffed][:1]
        return (*first, *(one for one in card if not one.is_always_staffed))[:AT_MOST]

    def expired(self, today: date) -> tuple[Resource, ...]:
        """Entries whose last check is too old, for a warning to the operator."""
        return tuple(one for one in self.entries if one.is_expired(today))


def _in_turn(shown: list[Resource], kinds: tuple[str, ...]) -> tuple[Resource, ...]:
    ranked = [
        (place, kinds.index(kind), one)
        for kind in dict.fromkeys(kinds)
        for place, one in enumerate(entry for entry in shown if entry.kind == kind)
    ]
    ranked.sort(key=lambda item: item[:2])
    found = tuple(one for _, _, one in ranked)
    return (found or tuple(one for one in shown if one.kind in ALWAYS))[:AT_MOST]


def _now() -> datetime:
    return datetime.now(UTC)


def load_resources(
    path: Path | str, *, for_real: bool = False, real: Callable[[], datetime] = _now
) -> Resources:
    """Raises ResourcesError, one line that says all there is to fix.

    `for_real` refuses invented numbers too, and checks that are still to come by real time.
    """
    where, today = Path(path), real().date()
    tables = _tables(where)
    entries, wrong = [], []
    for number, table in enumerate(tables, 1):
        told = list(_unread(table))
        if not told:
            entries.append(
                Resource(**{**table, "languages": tuple(map(str, table.get("languages", ["en"])))})
            )
            told = [*_unusable(entries[-1]), *(_invented(entries[-1], today) if for_real else ())]
        wrong += [f"entry {number}: {one}" for one in told]
    wrong = wrong or list(_lacking(entries))
    if wrong:
        raise ResourcesError(f"{where.name}: {'; '.join(wrong)}")
    return Resources(tuple(sorted(entries, key=lambda one: one.priority)))


def _tables(where: Path) -> list[dict[str, Any]]:
    try:
        source = tomllib.loads(where.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ResourcesError(f"{where.name}: {_first_line(error)}") from error
    tables = source.get("resource", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise ResourcesError(f"{where.name}: write each entry under [[resource]]")
    return tables


def _invented(one: Resource, today: date) -> Iterator[str]:
    """A check may be of tomorrow: where it was made it may be that day already."""
    if _FICTION.search(one.phone) or _FICTION.search(one.sms):
        yield f"{one.name} has an invented number (555-01xx)"
    if one.verified_on > today + timedelta(days=1):
        yield f"verified_on {one.verified_on} is in the future: check {one.name}, and write the day of that"


def _lacking(entries: Sequence[Resource]) -> Iterator[str]:
    """What a card may not be without."""
    if not any(one.kind == "crisis" and one.is_always_staffed and (one.phone or one.sms) for one in entries):
        yield 'add a crisis line with a phone or sms and hours = "24/7"'
    if not any(one.kind == "emergency" and one.phone for one in entries):
        yield "add an emergency number with a phone"


_TYPES: Mapping[str, type] = {"verified_on": date, "priority": int, "languages": list, "outside": bool}


def _unread(table: Mapping[str, Any]) -> Iterator[str]:
    """Why it cannot be read as an entry."""
    known = {field.name for field in fields(Resource)}
    for name, value in table.items():
        wanted = _TYPES.get(name, str)
        if name not in known:
            yield f"no field {name}"
        elif type(value) is not wanted:
            yield f"{name} must be a {wanted.__name__}"
    missing = {"kind", "name", "verified_on", "verified_by"} - {
        name for name, value in table.items() if value
    }
    if missing:
        yield f"{', '.join(sorted(missing))} missing"


def _unusable(entry: Resource) -> Iterator[str]:
    if entry.kind not in KINDS:
        yield f"kind must be one of {', '.join(KINDS)}"
    if entry.audience not in AUDIENCES:
        yield f"audience must be one of {', '.join(AUDIENCES)}"
    if not (entry.phone or entry.sms or entry.url):
        yield "give a phone, sms or url"


def _first_line(error: Exception) -> str:
    """What is wrong with the file, in one line."""
    if isinstance(error, FileNotFoundError):
        return "no such file"
    return (str(error).splitlines() or [type(error).__name__])[0]
