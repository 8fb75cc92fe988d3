"""What a flow speaks through: say, choose, scale, write, confirm, when, each, wait for an event, effects."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import count, islice
from typing import Any, Literal, TypeVar, overload

from conversations.answers import Keep, Mine, Option, Options, Words
from conversations.effects import Final, Outcome, Revisable
from conversations.steps import (
    MOST_WORDS,
    Choose,
    ChooseOffered,
    ChooseSome,
    Confirm,
    Continue,
    FlowError,
    Make,
    Perform,
    Question,
    Say,
    Scale,
    Shared,
    Step,
    WaitFor,
    When,
    Write,
)
from conversations.texts import Kind, Said, Text

E = TypeVar("E", bound=Options)
SlotValue = str | int | Words


class Talk:
    """What a flow speaks through. Keys are asked once in a run and never reused with another meaning."""

    def __init__(
        self, flow: str, prefix: str = "", *, keys: set[str] | None = None, variant: int = 0
    ) -> None:
        self._flow, self._prefix, self._variant = flow, prefix, variant
        rounds = [part for part in prefix.split(".") if not part.isdigit()]
        self._id = ".".join((flow, *rounds))  # a text is the same in every round
        self._keys = set[str]() if keys is None else keys

    def _key(self, key: str) -> str:
        full = self._prefix + key
        if full in self._keys:
            raise FlowError(f"{self._flow}: {full!r} is asked twice in one run")
        self._keys.add(full)
        return full

    def _said(
        self, key: str, words: str | Sequence[str], kind: Kind, slots: dict[str, SlotValue], without: str
    ) -> Said:
        variants = (words,) if isinstance(words, str) else tuple(words)
        return Said(Text(f"{self._id}{key}", kind, variants, without), slots, self._variant)

    def say(
        self,
        key: str,
        words: str | Sequence[str],
        *,
        kind: Kind = Kind.STATEMENT,
        without: str = "",
        **slots: SlotValue,
    ) -> Say:
        """Say one thing. Several `words` are variants of it; `without` is said when a slot was not kept."""
        return Say(self._key(key), self._said(key, words, kind, slots, without))

    @overload
    def choose(
        self,
        key: str,
        words: str | Sequence[str],
        options: type[E],
        *,
        required: Literal[True],
        only: Sequence[E] | None = None,
        keep: Keep = Keep.SELF,
        kind: Kind = Kind.QUESTION,
        **slots: SlotValue,
    ) -> Question[E]: ...
    @overload
    def choose(
        self,
        key: str,
        words: str | Sequence[str],
        options: type[E],
        *,
        required: Literal[False] = False,
        only: Sequence[E] | None = None,
        keep: Keep = Keep.SELF,
        kind: Kind = Kind.QUESTION,
        **slots: SlotValue,
    ) -> Question[E | None]: ...
    def choose(
        self,
        key: str,
        words: str | Sequence[str],
        options: type[E],
        *,
        required: bool = False,
        only: Sequence[E] | None = None,
        keep: Keep = Keep.SELF,
        kind: Kind = Kind.QUESTION,
        **slots: SlotValue,
    ) -> Question[Any]:
        """Ask for one option. `only` shows some of them; the fingerprint is always that of all."""
        said = self._said(key, words, kind, slots, "")
        question: Choose[E] = Choose(self._key(key), said, list(options), required=required, keep=keep)
        if only is not None:
            question.source = ",".join(option.key for option in question.options)
            question.options = tuple(member.option for member in only)
        return question

    def choose_some(
        self,
        key: str,
        words: str | Sequence[str],
        options: type[E],
        *,
        at_most: int,
        keep: Keep = Keep.SELF,
    ) -> Question[tuple[E, ...] | None]:
        """Ask for up to `at_most` options."""
        said = self._said(key, words, Kind.QUESTION, {}, "")
        return ChooseSome(self._key(key), said, list(options), at_most=at_most, keep=keep)

    def choose_offered(
        self,
        key: str,
        words: str | Sequence[str],
        offered: Sequence[Option],
        *,
        fact: str,
        required: bool = False,
        kind: Kind = Kind.QUESTION,
        **slots: SlotValue,
    ) -> Question[str | None]:
        """Ask for one of what the facts offer; gives the option's key."""
        said = self._said(key, words, kind, slots, "")
        return ChooseOffered(self._key(key), said, offered, fact, required=required)

    def scale(
        self,
        key: str,
        words: str | Sequence[str],
        low: int,
        high: int,
        *,
        ends: tuple[str, str],
        keep: Keep = Keep.SELF,
    ) -> Question[int | None]:
        """Ask for a whole number."""
        return Scale(
            self._key(key), self._said(key, words, Kind.QUESTION, {}, ""), low, high, ends, keep=keep
        )

    def confirm(
        self,
        key: str,
        words: str | Sequence[str],
        *,
        yes: str = "Yes",
        no: str = "No",
        exactly: bool = False,
        kind: Kind = Kind.QUESTION,
        **slots: SlotValue,
    ) -> Question[bool | None]:
        """Ask yes or no. `exactly`: the yes is an exact one, as in `Option`; a no always counts."""
        said = self._said(key, words, kind, slots, "")
        answers = (Option("yes", yes, exact=exactly), Option("no", no))
        return Confirm(self._key(key), said, required=False, keep=Keep.SELF, options=answers)

    def write(
        self,
        key: str,
        words: str | Sequence[str],
        *,
        keep: Keep,
        required: bool = False,
        most: int = MOST_WORDS,
        lines: int = 3,
        mine: Mine = Mine.NOTHING,
        was: Words | None = None,
        kind: Kind = Kind.QUESTION,
        **slots: SlotValue,
    ) -> Question[Words | None]:
        """Ask for a text; `most` characters, a field of `lines` lines. `mine` and `was` as in `Write`."""
        said = self._said(key, words, kind, slots, "")
        return Write(
            self._key(key), said, required=required, keep=keep, most=most, lines=lines, mine=mine, was=was
        )

    def when(self, key: str, words: str | Sequence[str], **slots: SlotValue) -> Question[datetime | None]:
        """Ask for a day and time; gives a local date-time without zone."""
        return When(
            self._key(key), self._said(key, words, Kind.QUESTION, slots, ""), required=False, keep=Keep.SELF
        )

    def varied(self, by: int) -> "Talk":
        """The same talk in another variant of its words: `by` is how often it was held before."""
        return Talk(self._flow, self._prefix, keys=self._keys, variant=by)

    def each(self, key: str, *, at_most: int | None = None) -> Iterator["Talk"]:
        """Rounds of the same questions: keys become `key.1.…`, `key.2.…`; without `at_most` they go on."""
        for number in islice(count(1), at_most):
            yield Talk(
                self._flow,
                f"{self._prefix}{key}.{number}.",
                keys=self._keys,
                variant=self._variant + number - 1,
            )

    def wait_for(
        self,
        key: str,
        event: str,
        *,
        within: int | None = None,
        otherwise: str = "",
        offers: Sequence[Option] = (),
        among: Sequence[str] = (),
    ) -> Step[str]:
        """Wait for an event of that name; after `within` seconds, if any, the answer is `otherwise`."""
        return WaitFor(self._key(key), event, within=within, otherwise=otherwise, offers=offers, among=among)

    def continue_with(self, key: str, flow: str, **given: str) -> Step[str]:
        """Hold another talk inside this one and come back when it ends or waits for somebody else."""
        return Continue(self._key(key), flow, given)

    def shared(self, key: str) -> Step[Words]:
        """What was sent in this talk's thread, for a slot; not kept once it was withdrawn."""
        return Shared(self._key(key))

    def make(self, key: str, effect: Revisable) -> Step[None]:
        """A revisable effect: kept, replaced or taken back with the answers it follows from."""
        return Make(self._key(key), effect)

    def perform(self, key: str, effect: Final, *, refusals: Sequence[str] = ("",)) -> Step[Outcome]:
        """A final effect; the outcome says whether it was done, or which of the `refusals` it met."""
        return Perform(self._key(key), effect, refusals)
