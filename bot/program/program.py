"""A program: its name, zone and people, as its folder says. Plain frozen values, checked when made."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import field
from datetime import date, time
from enum import StrEnum
from pathlib import Path
from typing import Self

from pydantic import ConfigDict, Field, field_validator, model_validator
from pydantic.dataclasses import dataclass

from bot.nudges.zones import is_known
from conversations.place import LANGUAGES

_EXACT = ConfigDict(extra="forbid")


class Role(StrEnum):
    """What a member may be. Roles are plural."""

    TRAINEE = "trainee"
    COACH = "coach"
    PEER = "peer"
    FACILITATOR = "facilitator"
    COORDINATOR = "coordinator"
    OPERATOR = "operator"
    EVALUATOR = "evaluator"


BARRING = frozenset({Role.EVALUATOR, Role.COORDINATOR})
"""Whoever has one of these coaches nobody."""


class Weekday(StrEnum):
    """In order; Monday is 0."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"

    @property
    def number(self) -> int:
        """As `date.weekday` counts."""
        return list(Weekday).index(self)


@dataclass(frozen=True, kw_only=True, config=_EXACT)
class CoachCard:
    """What a trainee sees of a coach, and when that coach looks at messages, in the coach's local time.

    `closes` 00:00 is the end of the day.
    """

    about: str
    hours: str
    weekdays: tuple[Weekday, ...]
    opens: time
    closes: time

    @field_validator("weekdays")
    @classmethod
    def _are_some(cls, value: tuple[Weekday, ...]) -> tuple[Weekday, ...]:
        if not value:
            raise ValueError("a coach needs at least one weekday")
        return value

    @model_validator(mode="after")
    def _closes_after_it_opens(self) -> Self:
        opens, closes = ((at.hour, at.minute) for at in (self.opens, self.closes))
        if (0, 0) != closes <= opens:
            needed = "closes must be after opens, or 00:00:00 for the end of the day"
            raise ValueError(f"hours that go past midnight are not possible here: {needed}")
        return self


@dataclass(frozen=True, kw_only=True, config=_EXACT)
class Member:
    """Somebody on the roster. `key` names them within the folder, and is their user id on the platform.

    They belong from `starts` until the day before `ends`. `zone` empty: the program's.
    """

    key: str = Field(min_length=1)
    name: str = Field(min_length=1)
    roles: tuple[Role, ...] = Field(min_length=1)
    starts: date
    ends: date | None = None
    stage: str = ""
    zone: str = ""
    coach: CoachCard | None = None

    @field_validator("zone")
    @classmethod
    def _is_zone(cls, value: str) -> str:
        return value and known_zone(value)

    @model_validator(mode="after")
    def _coaches_have_a_card(self) -> Self:
        if (Role.COACH in self.roles) != (self.coach is not None):
            raise ValueError(f"{self.key} needs a [people.coach] table exactly if coach is among the roles")
        return self

    @model_validator(mode="after")
    def _coaches_evaluate_nobody(self) -> Self:
        if Role.COACH in self.roles and self.barring:
            raise ValueError(f"{self.key} is coach and {self.barring}; nobody can be both")
        return self

    @property
    def barring(self) -> str:
        """The role for which this member coaches nobody, if there is one."""
        return next((role.value for role in self.roles if role in BARRING), "")


@dataclass(frozen=True, kw_only=True, config=_EXACT)
class Relation:
    """One member towards a trainee, up to the day before `ends`; `trainee` empty: every member."""

    by: str
    trainee: str = ""
    starts: date
    ends: date | None = None

    def overlaps(self, other: "Relation") -> bool:
        """Whether both hold on some day, for the same trainee."""
        same = self.trainee == other.trainee or not self.trainee or not other.trainee
        return same and _before(self.starts, other.ends) and _before(other.starts, self.ends)


@dataclass(frozen=True, kw_only=True, config=_EXACT)
class Program:
    """One program folder. Its members have accounts on `platform`, in `tenant`.

    `evaluators_checked` is the day on which somebody last went through who evaluates whom.
    """

    folder: Path
    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")
    name: str = Field(min_length=1)
    zone: str
    languages: tuple[str, ...] = ("en",)
    platform: str = "web"
    tenant: str = "demo"
    people: tuple[Member, ...] = ()
    evaluations: tuple[Relation, ...] = ()
    assignments: tuple[Relation, ...] = ()
    evaluators_checked: date | None = None
    texts: Mapping[str, str] = field(default_factory=dict)

    def member(self, key: str) -> Member:
        """Raises KeyError for a key that is not on the roster."""
        return {member.key: member for member in self.people}[key]

    def zone_of(self, member: Member) -> str:
        """The member's own zone, else the program's."""
        return member.zone or self.zone

    @field_validator("zone")
    @classmethod
    def _is_zone(cls, value: str) -> str:
        return known_zone(value)

    @field_validator("languages")
    @classmethod
    def _have_texts(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value or (strange := sorted(set(value) - set(LANGUAGES))):
            wrong = f"there are no texts in {strange[0]}" if value else "one language is needed"
            raise ValueError(f"{wrong}; there are: {', '.join(LANGUAGES)}")
        return value

    @model_validator(mode="after")
    def _fits(self) -> Self:
        counted = Counter(member.key for member in self.people)
        if twice := sorted(key for key, number in counted.items() if number > 1):
            raise ValueError(f"the key {twice[0]} is used twice")
        for one in (*self.evaluations, *self.assignments):
            if unknown := [key for key in (one.by, one.trainee) if key and key not in counted]:
                raise ValueError(f"there is nobody with the key {unknown[0]}")
        if self.evaluators_checked is None and any(Role.COACH in member.roles for member in self.people):
            raise ValueError("with coaches, evaluators_checked is needed: the day of the last check")
        evaluating = defaultdict[str, list[Relation]](list)
        for one in self.evaluations:
            evaluating[one.by].append(one)
        members = {member.key: member for member in self.people}
        for assignment in self.assignments:
            if any(assignment.overlaps(one) for one in evaluating[assignment.by]):
                raise ValueError(f"{assignment.by} evaluates {assignment.trainee} and so cannot be the coach")
            _refuse_barred(assignment, members[assignment.by])
        return self


def _refuse_barred(assignment: Relation, coach: Member) -> None:
    while_there = Relation(by=coach.key, starts=coach.starts, ends=coach.ends)
    if coach.barring and assignment.overlaps(while_there):
        whom = assignment.trainee or "everybody"
        barred = f"{coach.key} is {coach.barring} and so cannot be the coach of {whom}"
        raise ValueError(f"{barred}: name another in [[assignments]]")


def known_zone(name: str) -> str:
    """The IANA zone's name. Raises ValueError."""
    if not is_known(name):
        raise ValueError(f"there is no time zone {name}; write it as America/New_York")
    return name


def _before(day: date, end: date | None) -> bool:
    return end is None or day < end
