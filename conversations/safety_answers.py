"""What can be answered in the safety talk.

A signal raises what is known of the risk, and shows the fixed card even where no talk can be held.
"""

from conversations.answers import WISH, Option, Options


class Safe(Options):
    """Safe right now; also: with someone, out of reach, ready to use a line."""

    YES = Option("yes", "Yes")
    NOT_SURE = Option("not-sure", "Not sure", signal="not_safe")
    NO = Option("no", "No", signal="not_safe")


class Plain(Options):
    """An answer that raises nothing by itself."""

    YES = Option("yes", "Yes")
    NOT_SURE = Option("not-sure", "Not sure")
    NO = Option("no", "No")


class Direct(Options):
    """The answer to the direct question. A no is believed, a refusal respected."""

    YES = Option("yes", "Yes", signal="unsure_safe")
    NOT_SURE = Option("not-sure", "Not sure", signal="unsure_safe")
    NO = Option("no", "No")
    RATHER_NOT = Option("rather-not", "Rather not say")
    FIGURE = Option("figure", "A figure of speech")


class About(Options):
    """Whom the words are about."""

    ME = Option("me", "Me")
    PATIENT = Option("patient", "A patient")
    SOMEBODY = Option("somebody", "Someone I know")


class Barrier(Options):
    """What gets in the way of a call."""

    LICENCE = Option("licence", "My licence")
    SEEN = Option("seen", "Being recognised")
    COST = Option("cost", "The cost")
    SHIFT = Option("shift", "I’m on shift")
    OTHER = Option("other", "Something else")


class Stay(Options):
    """What would help while the talk stays open."""

    PERSON = Option("person", "Reach a person", signal=WISH)
    STEADY = Option("steady", "Something to steady me")
    ENOUGH = Option("enough", "Enough for now")


class On(Options):
    """What becomes of the talk below."""

    GO_ON = Option("go-on", "Go on with it")
    LEAVE = Option("leave", "Leave it")
