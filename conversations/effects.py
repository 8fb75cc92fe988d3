"""What a talk makes happen. A flow describes; the turn decides and carries out.

Revisable effects are rows owned by (talk, key): said again they are replaced, taken back they go.
Final effects have an `Outcome`, decided against the present and journalled like an answer.
"""

from dataclasses import dataclass

from conversations.answers import Words


@dataclass(frozen=True)
class Outcome:
    """What became of a final effect: done, or refused and why. `detail` fills a slot (a name, a day)."""

    done: bool
    why: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Revisable:
    """May be replaced or taken back until it was carried out or the talk closed."""


@dataclass(frozen=True)
class KeepMeasure(Revisable):
    """A coarse answer for the person's own strip: sealed, theirs alone."""

    name: str
    value: str


@dataclass(frozen=True)
class KeepNote(Revisable):
    """A line for the person alone: sealed, gone after `days` days."""

    words: Words
    days: int = 30


@dataclass(frozen=True)
class Count(Revisable):
    """A coarse count without the person, made once when the talk closes, only with consent."""

    name: str
    value: str


@dataclass(frozen=True)
class Final:
    """Happens once; `back` stops at it."""


@dataclass(frozen=True)
class Consent(Final):
    """Give (or take back) one consent: a kind, and for whom ("" where nobody is named)."""

    kind: str
    recipient: str = ""
    given: bool = True


@dataclass(frozen=True)
class Prefer(Final):
    """Set one preference: check_in_every (weeks, "0" for only when asked), zone, weekday, time, language."""

    name: str
    value: str


@dataclass(frozen=True)
class NextCheckIn(Final):
    """Changes nothing: `Outcome.detail` is when the next check-in comes once this talk is over, in words.

    Refused where none is planned.
    """


@dataclass(frozen=True)
class Silence(Final):
    """No nudges for a reason: pause, leave, nights, shift or snooze.

    `until` is a local date-time, or what only the turn can resolve: "later-today", "tomorrow", "1w", "2w",
    "4w".
    With `again` the open invitation comes back when the silence ends; with `before` too, `until` is when a
    shift starts, and it comes back before that; where no time is left it is put off all the same ("no-time").
    `Outcome.detail` is in words when all that keeps nudges away is over, or that start.
    """

    reason: str
    until: str
    again: bool = False
    before: bool = False
    since: str = ""


@dataclass(frozen=True)
class Park(Final):
    """The talk below this one waits, as after `later`."""


@dataclass(frozen=True)
class CloseOthers(Final):
    """The talks below this one close; nothing more is asked in them."""


@dataclass(frozen=True)
class EndSilences(Final):
    """Nudges may come again from now on."""


@dataclass(frozen=True)
class SendAlert(Final):
    """One alert to one named coach, exactly as previewed: `words` is all of it, `me` who it is from.

    `tier` and `request` are of an `Ask`: "none" where no answer is asked for.
    """

    coach: str
    words: Words
    tier: str
    request: str
    backup: str
    me: Words


@dataclass(frozen=True)
class AlertMove(Final):
    """One move in an alert's thread by whoever is talking.

    `move`: open, acknowledge, propose, pass, accept, another, call, withdraw, close. `when` is local.
    `about`: the time that accept, another and call answer, in the words in which it was shown. Where another
    one stands by then, the move is refused as "moved", and `Outcome.detail` is that one in words, or "" where
    none is asked about any more. To accept one that has gone by is refused as "past". `Outcome.detail` of a
    withdraw names who had opened it.
    """

    thread: str
    move: str
    when: str = ""
    about: str = ""


@dataclass(frozen=True)
class Forget(Final):
    """Delete all that is held about the person: the key goes first."""
