"""The people and lines that a card leads to, from the program's resources.toml. A card is never empty.

One `[[resource]]` table an entry: kind, name, country, region, audience, phone, sms, url, hours, languages,
cost, outside, confidentiality_note, verified_on, verified_by, priority (lower comes first).
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
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


def load_resources(path: Path | str, *, for_real: bool = False) -> Resources:
    """Raises ResourcesError, one line that says what to fix. `for_real` refuses invented numbers too."""
    where = Path(path)
    try:
        source = tomllib.loads(where.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ResourcesError(f"{where.name}: {_first_line(error)}") from error
    tables = source.get("resource", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise ResourcesError(f"{where.name}: write each entry under [[resource]]")
    entries = [_resource(table, f"{where.name}, entry {number}") for number, table in enumerate(tables, 1)]
    _refuse_an_empty_card(entries, where.name)
    if for_real:
        _refuse_fiction(entries, where.name)
    return Resources(tuple(sorted(entries, key=lambda one: one.priority)))


def _refuse_fiction(entries: list[Resource], name: str) -> None:
    for number, one in enumerate(entries, 1):
        if _FICTION.search(one.phone) or _FICTION.search(one.sms):
            raise ResourcesError(f"{name}, entry {number}: {one.name} has an invented number (555-01xx)")


def _refuse_an_empty_card(entries: list[Resource], name: str) -> None:
    if not any(one.kind == "crisis" and one.is_always_staffed and (one.phone or one.sms) for one in entries):
        raise ResourcesError(f'{name}: add a crisis line with a phone or sms and hours = "24/7"')
    if not any(one.kind == "emergency" and one.phone for one in entries):
        raise ResourcesError(f"{name}: add an emergency number with a phone")


_TYPES: Mapping[str, type] = {"verified_on": date, "priority": int, "languages": list, "outside": bool}


def _resource(table: Mapping[str, Any], where: str) -> Resource:
    known = {field.name for field in fields(Resource)}
    for name, value in table.items():
        wanted = _TYPES.get(name, str)
        if name not in known:
            raise ResourcesError(f"{where}: no field {name}")
        if type(value) is not wanted:
            raise ResourcesError(f"{where}: {name} must be a {wanted.__name__}")
    missing = {"kind", "name", "verified_on", "verified_by"} - {
        name for name, value in table.items() if value
    }
    if missing:
        raise ResourcesError(f"{where}: {', '.join(sorted(missing))} missing")
    entry = Resource(**{**table, "languages": tuple(map(str, table.get("languages", ["en"])))})
    _refuse_what_cannot_be_used(entry, where)
    return entry


def _refuse_what_cannot_be_used(entry: Resource, where: str) -> None:
    if entry.kind not in KINDS:
        raise ResourcesError(f"{where}: kind must be one of {', '.join(KINDS)}")
    if entry.audience not in AUDIENCES:
        raise ResourcesError(f"{where}: audience must be one of {', '.join(AUDIENCES)}")
    if not (entry.phone or entry.sms or entry.url):
        raise ResourcesError(f"{where}: give a phone, sms or url")


def _first_line(error: Exception) -> str:
    """What is wrong with the file, in one line."""
    if isinstance(error, FileNotFoundError):
        return "no such file"
    return (str(error).splitlines() or [type(error).__name__])[0]
