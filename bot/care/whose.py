"""Whose a phrase is: the writer's, a patient's, somebody else's, or nobody's in particular."""

from collections.abc import Sequence

from bot.care.context import NEAR, Context, Who
from bot.care.lexicon import Family
from bot.care.normal import Sentence

_LOOK_BACK = 25
_JOINTS = frozenset({"and", "so", "because", "while", "though", "then"})
_TOGETHER = frozenset({"we", "weve", "us", "our", "you", "your"})
_OF_THE_WRITER = frozenset({"i", "im", "ive", "id", "ill", "my", "me", "myself", "mi", "mis"})
_THE_LIKE = frozenset({"was", "were", "hes", "shes", "is"})


def speaker_of(family: Family, context: Context, sentence: Sentence, start: int, end: int) -> Who:
    """Whose the phrase from `start` to `end` is, from the words around it."""
    if family.person == "any":
        return Who.WRITER
    if family.person == "third":
        return _third(context, sentence, start)
    reported = _reporter(family, context, sentence, start)
    if reported is not Who.WRITER:
        return reported
    if sentence.quoted[start]:
        return _quoted(context, sentence)
    if family.person == "first":
        return Who.WRITER
    return _subject(family, context, sentence, start, end)


def _third(context: Context, sentence: Sentence, start: int) -> Who:
    """Another person, unless the nearest one to the left is the writer, or nobody."""
    for place in range(start - 1, max(start - 1 - NEAR, -1), -1):
        word = sentence.words[place]
        if context.is_person(word):
            break
        if word in context.markers["writer"] or word in {"nobody", "one"}:
            return Who.NOBODY
    return _somebody(context, sentence, start)


def _reporter(family: Family, context: Context, sentence: Sentence, start: int) -> Who:
    """Who is said to have said it: "he told me he ..."; the writer when nobody is."""
    crossed = asked = False
    for place in range(start - 1, max(start - 1 - _LOOK_BACK, -1), -1):
        word = sentence.words[place]
        if word == "but":
            return Who.WRITER
        if _is_saying(context, sentence, place):
            speaker = _speaker(context, sentence, place)
            if speaker is Who.WRITER:
                return Who.WRITER
            return Who.PERHAPS_WRITER if asked or (crossed and not sentence.quoted[start]) else speaker
        if family.person == "open" and context.is_person(word):
            return Who.WRITER  # "the nurse told me he took ...": the subject is found in its own right
        asked = asked or word in {"if", "whether"}
        crossed = crossed or word in _JOINTS or _is_loose_break(context, sentence, place)
    return Who.WRITER


def _is_saying(context: Context, sentence: Sentence, place: int) -> bool:
    word, previous = sentence.words[place], sentence.words[place - 1] if place else ""
    return word in context.markers["say"] or (word == "like" and previous in _THE_LIKE)


def _is_loose_break(context: Context, sentence: Sentence, place: int) -> bool:
    """A comma before this word that does not merely open what was said."""
    return place in sentence.breaks and not any(
        _is_saying(context, sentence, near) for near in range(max(place - 3, 0), place)
    )


def _speaker(context: Context, sentence: Sentence, verb: int) -> Who:
    for place in range(verb - 1, max(verb - 9, -1), -1):
        word = sentence.words[place]
        if word in context.markers["writer"]:
            return Who.WRITER
        if context.is_person(word):
            return _somebody(context, sentence, place + 1)
    return Who.PATIENT if sentence.words[verb] in context.markers["chart"] else Who.WRITER


def _quoted(context: Context, sentence: Sentence) -> Who:
    """Quotation marks without "said" before them."""
    outside = [word for word, quoted in zip(sentence.words, sentence.quoted, strict=True) if not quoted]
    saying = any(word in context.markers["say"] or word in context.markers["voice"] for word in outside)
    if saying and any(context.is_person(word) for word in outside):
        return _somebody(context, sentence, len(sentence.words))
    if saying and not context.markers["writer"].isdisjoint(outside):
        return Who.WRITER
    if context.is_about_patients() or context.says("teaching"):
        return Who.PATIENT
    return Who.PERHAPS_WRITER


def _subject(family: Family, context: Context, sentence: Sentence, start: int, end: int) -> Who:
    """Who does it or has it: whoever follows at once, the nearest person to the left, else the writer."""
    is_danger = family.label.is_self_risk
    if (
        is_danger
        and end not in sentence.breaks
        and any(map(context.is_person, sentence.words[end : end + 1]))
    ):
        return _somebody(context, sentence, end + 1)
    if sentence.words[0] in {"do", "does"} and sentence.words[1:2] in {("other",), ("any",), ("anyone",)}:
        return Who.PERHAPS_WRITER
    nearest = _nearest_to_the_left(context, sentence, start)
    if nearest is not None:
        return nearest
    return _without_subject(context, sentence, start, end) if is_danger else Who.WRITER


def _nearest_to_the_left(context: Context, sentence: Sentence, start: int) -> Who | None:
    """The subject before the phrase; one beyond a comma or an "and" is less sure."""
    crossed = another = False
    for place in range(start - 1, max(start - 1 - _LOOK_BACK, -1), -1):
        word = sentence.words[place]
        if context.is_writer(sentence, place, start):
            between = sentence.words[place + 1 : start]
            return _as_writer(context, between, another=another)
        if word in _TOGETHER and not crossed:
            return Who.NOBODY
        if context.is_person(word) and not crossed:
            return _somebody(context, sentence, start)
        another = another or context.is_person(word)
        crossed = crossed or word in _JOINTS or word == "but" or place in sentence.breaks
    return _somebody(context, sentence, start) if another else None


def _as_writer(context: Context, between: Sequence[str], *, another: bool) -> Who:
    """The writer, unless what lies between them and the phrase says that it is taught or read about."""
    if len(between) >= NEAR and not context.markers["teaching"].isdisjoint(between):
        return Who.NOBODY
    return Who.PERHAPS_WRITER if another else Who.WRITER


def _without_subject(context: Context, sentence: Sentence, start: int, end: int) -> Who:
    """Whose it is when nobody is named before it; who is named further off only makes it less sure."""
    if not _OF_THE_WRITER.isdisjoint(sentence.words[start:end]):
        return Who.WRITER
    beside = sentence.words[: _end_of_clause(sentence, end)]
    if any(map(context.is_patient, beside)) or context.says("clinical", sentence):
        return Who.PATIENT
    if not context.markers["teaching"].isdisjoint(beside):
        return Who.NOBODY
    own = not _OF_THE_WRITER.isdisjoint(sentence.words)
    patients_further_off = context.is_about_patients(sentence) or (context.is_about_patients() and not own)
    is_unclear = patients_further_off or context.says("teaching") or context.says("workplace", sentence)
    return Who.PERHAPS_WRITER if is_unclear else Who.WRITER


def _end_of_clause(sentence: Sentence, end: int) -> int:
    """The place of the first comma, or word that joins sentences, behind the phrase that ends at `end`."""
    words = sentence.words
    joints = (at for at in range(end, len(words)) if at in sentence.breaks or words[at] in {*_JOINTS, "but"})
    return next(joints, len(words))


def _somebody(context: Context, sentence: Sentence, start: int) -> Who:
    """Another person: a patient, somebody the writer knows, or not clear."""
    for place in range(start - 1, max(start - 3, -1), -1):
        kind = context.kind(sentence, place)
        if kind is not None:
            return kind
    patient, known = context.is_about_patients(sentence), context.says("colleague", sentence)
    if patient != known:
        return Who.PATIENT if patient else Who.SOMEBODY
    if patient and known:
        return Who.UNCLEAR
    if any(context.says(marker, sentence) for marker in ("clinical", "workplace", "stranger")):
        return Who.PATIENT
    return _somebody_elsewhere(context)


def _somebody_elsewhere(context: Context) -> Who:
    """Who it is, when only the rest of the message says so."""
    if context.is_about_patients():
        return Who.PATIENT
    if context.says("colleague"):
        return Who.SOMEBODY
    return Who.PATIENT if context.says("clinical") or context.says("workplace") else Who.UNCLEAR
