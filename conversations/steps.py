"""The steps of a talk: what a flow awaits, in the order it happens.

No event loop runs a flow; the engine steps it by hand. Flows build steps through `conversations.talk`.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Generator, Sequence
from datetime import datetime
from functools import lru_cache
from hashlib import blake2s
from typing import Generic, NoReturn, Self, TypeVar

from conversations.answers import Keep, Mine, NotUnderstood, Option, Options, Raw, Words, pick
from conversations.effects import Final, Outcome, Revisable
from conversations.journal import Json
from conversations.texts import Said
from conversations.times import read_local

T_co = TypeVar("T_co", covariant=True)
E = TypeVar("E", bound=Options)
_NUMBERS = re.compile(r"[\d,\s]+")

MOST_WORDS = 4000
"""Characters a text answer may have; longer ones are refused with the field kept as it was."""


class FlowError(Exception):
    """A flow breaks a rule of the engine."""


class Step(Generic[T_co]):
    """Something a flow awaits. Only the engine may answer it."""

    key: str

    def __await__(self) -> Generator["Step[T_co]", T_co, T_co]:
        answer = yield self
        return answer


class Say(Step[None]):
    """Said once, after the answer that led here."""

    def __init__(self, key: str, said: Said) -> None:
        self.key, self.said = key, said


@lru_cache(maxsize=1024)
def _hashed(parts: str) -> str:
    return blake2s(parts.encode(), digest_size=6).hexdigest()


class Question(Step[T_co], ABC):
    """Waits for the person. `read` parses what came, `value` turns the recorded form into the answer."""

    shape = "question"

    def __init__(
        self, key: str, said: Said, *, required: bool, keep: Keep, options: Sequence[Option] = ()
    ) -> None:
        if keep is Keep.NONE and self.shape != "write":
            raise FlowError(f"{key!r}: only words can be kept by nobody; a tap that steers is class talk")
        self.key, self.said, self.required, self.keep = key, said, required, keep
        self.options = tuple(options)
        self.source = ""
        self.meaning = 1

    @property
    def fingerprint(self) -> str:
        """Changes where an old answer would no longer mean the same (shape, options, meaning revision)."""
        offered = self.source or ",".join(option.key for option in self.options)
        return _hashed(f"{self.shape}|{offered}|{self.required}|{self.meaning}")

    def revised(self, meaning: int) -> Self:
        """The same key with a meaning that changed: who answered before is asked again. Counts up from 2."""
        self.meaning = meaning
        return self

    def read(self, raw: Raw, now: datetime) -> Json:
        """The recorded form of an answer. `now` is the person's local time. Raises NotUnderstood."""
        return pick(self.options, raw)

    @property
    def asks_exactly(self) -> bool:
        """Whether an answer to it counts only as a press on exactly what was shown (see `Option.exact`)."""
        return any(one.exact for one in self.options)

    def is_exact(self, recorded: Json) -> bool:
        """Whether this answer is such a one."""
        return any(one.exact and one.key == recorded for one in self.options)

    @abstractmethod
    def value(self, recorded: Json) -> T_co:
        """The answer that the flow receives. Raises LookupError where it no longer exists."""


class Choose(Question[E | None]):
    """One of a closed set."""

    shape = "choose"

    def __init__(self, key: str, said: Said, members: Sequence[E], *, required: bool, keep: Keep) -> None:
        super().__init__(key, said, required=required, keep=keep, options=[m.option for m in members])
        self.members = tuple(members)

    def value(self, recorded: Json) -> E:
        return type(self.members[0]).by_key(str(recorded))


class ChooseSome(Question[tuple[E, ...] | None]):
    """Up to `at_most` of a closed set; an option that stands `alone` is one of one."""

    shape = "choose-some"

    def __init__(self, key: str, said: Said, members: Sequence[E], *, at_most: int, keep: Keep) -> None:
        super().__init__(key, said, required=False, keep=keep, options=[m.option for m in members])
        self.members, self.at_most = tuple(members), at_most

    def read(self, raw: Raw, now: datetime) -> Json:
        chosen = raw.options or _parts(raw.text or "")
        keys = [
            pick(self.options, Raw(options=(one,)) if raw.options else Raw(text=one))
            for one in dict.fromkeys(chosen)
        ]
        if not keys or len(keys) > self.at_most:
            raise NotUnderstood(" / ".join(option.label for option in self.options))
        alone = [option.label for option in self.options if option.alone and option.key in keys]
        if alone and len(keys) > 1:
            raise NotUnderstood(f"{alone[0]}, with nothing beside it")
        return keys

    def value(self, recorded: Json) -> tuple[E, ...]:
        return tuple(type(self.members[0]).by_key(key) for key in recorded)


def _parts(typed: str) -> tuple[str, ...]:
    """What was ticked by typing: labels with commas between; numbers need none."""
    parts = re.split(r"[,\s]+" if _NUMBERS.fullmatch(typed) else ",", typed)
    return tuple(part.strip() for part in parts if part.strip())


class ChooseOffered(Question[str | None]):
    """One of what the facts offer (coaches, say): the fact's name, not its members, is in the fingerprint."""

    shape = "offered"

    def __init__(self, key: str, said: Said, options: Sequence[Option], fact: str, *, required: bool) -> None:
        super().__init__(key, said, required=required, keep=Keep.SELF, options=options)
        self.source = f"fact:{fact}"

    def value(self, recorded: Json) -> str:
        return str(recorded)


class Scale(Question[int | None]):
    """A whole number from `low` to `high`, both with a label."""

    shape = "scale"

    def __init__(
        self, key: str, said: Said, low: int, high: int, ends: tuple[str, str], *, keep: Keep
    ) -> None:
        numbers = [
            Option(str(n), str(n), hint={low: ends[0], high: ends[1]}.get(n, ""))
            for n in range(low, high + 1)
        ]
        super().__init__(key, said, required=False, keep=keep, options=numbers)

    def value(self, recorded: Json) -> int:
        return int(recorded)


class Confirm(Question[bool | None]):
    """Yes or no."""

    shape = "confirm"

    def value(self, recorded: Json) -> bool:
        return bool(recorded == "yes")


class Write(Question[Words | None]):
    """A text in the person's own words, asked in a form on the private surface.

    `mine`: what of the writer's own is asked for. `was`: what stands there to be changed, if anything.
    """

    shape = "write"

    def __init__(
        self,
        key: str,
        said: Said,
        *,
        required: bool,
        keep: Keep,
        most: int,
        lines: int,
        mine: Mine = Mine.NOTHING,
        was: Words | None = None,
    ) -> None:
        super().__init__(key, said, required=required, keep=keep)
        self.most, self.lines, self.mine, self.was = most, lines, mine, was

    def read(self, raw: Raw, now: datetime) -> Json:
        text = (raw.text or "").strip()
        if not text:
            raise NotUnderstood("a few words, or Skip")
        if len(text) > self.most:
            raise NotUnderstood(f"at most {self.most} characters; this has {len(text)}")
        return text

    def value(self, recorded: Json) -> Words:
        return Words(recorded if isinstance(recorded, str) else None)


_A_TIME = "a day and time in the next ten months, such as: tomorrow 07:30, Fri 6pm, tonight 7, 18:00"


class When(Question["datetime | None"]):
    """A day and time, resolved in the person's zone and recorded as a local date-time without zone."""

    shape = "when"

    def read(self, raw: Raw, now: datetime) -> Json:
        found = read_local(raw.text or "", now)
        if found is None:
            raise NotUnderstood(_A_TIME)
        return found.isoformat(timespec="minutes")

    def value(self, recorded: Json) -> datetime:
        return datetime.fromisoformat(str(recorded))


class WaitFor(Step[str]):
    """Waits for what is not this person's answer.

    Gives "name" or "name detail" of what happened (see `happening`), or `otherwise` after `within` seconds;
    None waits for as long as it takes, where whoever sends the event sees to it that one comes.
    `offers` are buttons that stand meanwhile: a press is journalled as an event of that option's key.
    `among` names every event that may come.
    """

    def __init__(
        self,
        key: str,
        event: str,
        *,
        within: int | None = None,
        otherwise: str = "",
        offers: Sequence[Option] = (),
        among: Sequence[str] = (),
    ) -> None:
        self.key, self.event, self.within, self.otherwise = key, event, within, otherwise
        self.offers, self.among = tuple(offers), tuple(among)


def happening(event: str) -> tuple[str, str]:
    """The name and the detail of what a `wait_for` gave: "proposed Tue 24 Nov 17:30"."""
    name, _, detail = event.partition(" ")
    return name, detail


class Continue(Step[str]):
    """Another talk; gives how it ended ("ended"), or "waiting" where it now waits for somebody else."""

    def __init__(self, key: str, flow: str, given: dict[str, str]) -> None:
        self.key, self.flow, self.given = key, flow, given


class Shared(Step[Words]):
    """The words of this talk's thread, which live under the thread's key and never in the journal."""

    def __init__(self, key: str) -> None:
        self.key = key


class Make(Step[None]):
    """A revisable effect."""

    def __init__(self, key: str, effect: Revisable) -> None:
        self.key, self.effect = key, effect


class Perform(Step[Outcome]):
    """A final effect, decided by the turn. `refusals`: each `Outcome.why` that the flow has words for."""

    def __init__(self, key: str, effect: Final, refusals: Sequence[str] = ("",)) -> None:
        self.key, self.effect, self.refusals = key, effect, tuple(refusals)


def refuse(step: object) -> NoReturn:
    """Raise FlowError for something awaited that is no step of a talk."""
    raise FlowError(f"a flow may await steps of its talk only, not {type(step).__name__}")
