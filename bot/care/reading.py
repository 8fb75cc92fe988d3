"""Read a text: which phrases stand in it, about whom, and how much each is worth there.

Pure, and linear in the length of the text: every look to the left or right is over a bounded number of words.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from bot.care.context import Context, Who
from bot.care.labels import Evidence, Label, Strength, Subject
from bot.care.lexicon import Family, Lexicon, lexicon
from bot.care.normal import LAUGH, OVERLAP, Sentence, joined, sentences
from bot.care.whose import speaker_of

_MARKS = {
    "context.patient": "about a patient",
    "context.nobody": "about nobody in particular",
    "context.other": "about somebody else",
    "context.denied": "denied",
    "context.turned": "denied, and the denial turned round",
    "context.shared": "said of another, and shared",
    "context.unclear": "not clear whose",
    "context.past": "in the past",
    "context.joke": "with a joke marker",
    "context.figure": "a figure of speech, if what follows belongs to it",
    "context.soon": "and soon",
}


@dataclass(frozen=True)
class Finding:
    """One phrase as it stands in its sentence, already weighed."""

    family: Family
    label: Label
    strength: Strength
    subject: Subject
    mark: str = ""

    @property
    def weight(self) -> tuple[int, int]:
        return (int(self.strength), self.label.urgency)


def read(text: str, before: Sequence[str] = ()) -> Evidence:
    """What `text` shows about its writer.

    `before` holds up to the last two texts of the open talk, oldest first; they may raise the reading,
    never lower it.
    """
    words = lexicon()
    own = _parsed(text, words)
    here = [*_findings(own, words), *_across_breaks(own, words)]
    alone = _evidence(here, own, words)
    if not (before and own):
        return alone
    earlier = [_parsed(one, words) for one in before[-2:]]
    return max(alone, _in_the_light_of(earlier, here, own, words), key=lambda evidence: evidence.weight)


def _parsed(text: str, words: Lexicon) -> list[Sentence]:
    return sentences(text, words.known, words.shortcuts)


def _in_the_light_of(
    earlier: Sequence[Sequence[Sentence]], here: Sequence[Finding], own: Sequence[Sentence], words: Lexicon
) -> Evidence:
    """What this message means beside the ones before it; a sign of theirs alone is not counted again."""
    there = [finding for parsed in earlier for finding in _findings(parsed, words)]
    across = [*here, *_pairs(here, there, own, words)]
    if earlier[-1]:
        across += _seam(earlier[-1][-1], own[0], words)
    return _evidence(across, own, words)


def _seam(last: Sentence, first: Sentence, words: Lexicon) -> list[Finding]:
    """Phrases that begin in one message and end in the next."""
    left, right = last.words[-OVERLAP:], first.words[:OVERLAP]
    both = Sentence(left + right)
    context = Context((both,), words)
    return [
        _weighed(family, context, both, start, end)
        for family, start, end in (*_matches(both, words), *_through_laughs(both, words))
        if start < len(left) < end
    ]


def _findings(parsed: Sequence[Sentence], words: Lexicon) -> Iterator[Finding]:
    context = Context(parsed, words)
    for sentence in parsed:
        for family, start, end in _matches(sentence, words):
            yield _weighed(family, context, sentence, start, end)
        for family, start, end in _before_commas(sentence, words):
            found = _weighed(family, context, sentence, start, end)
            yield found if found.mark else _lowered(found, "context.figure")


def _before_commas(sentence: Sentence, words: Lexicon) -> Iterator[tuple[Family, int, int]]:
    """Phrases that are a figure of speech only together with what stands behind a comma."""
    begins = list(accumulate((len(word) + 1 for word in sentence.words), initial=0))
    commas = sorted(sentence.breaks)
    for start in range(commas[-1] if commas else 0):
        word, at = sentence.words[start], begins[start]
        comma = begins[commas[bisect_right(commas, start)]] - 1
        found = words.match(word, sentence.text, at, comma)
        if found and words.match(word, sentence.text, at) is None:
            family, stop = found
            yield family, start, start + sentence.text.count(" ", at, stop) + 1


def _across_breaks(parsed: Sequence[Sentence], words: Lexicon) -> list[Finding]:
    """Phrases broken by a new line, by "..." or by a laugh: each is weighed in the lines that it touches."""
    found = [one for first, run in _runs(parsed) for one in _broken(run, first, words)]
    placed = [
        (family, joined(parsed[first:stop]), start, end, parsed[stop : stop + 1])
        for family, first, stop, start, end in found
    ]
    # What follows the lines stands behind them here too: it may laugh at them.
    order = [one for _, lines, _, _, after in placed for one in (lines, *after)]
    context = Context(order, words, beside=parsed)
    return [_weighed(family, context, lines, start, end) for family, lines, start, end, _ in placed]


def _runs(parsed: Sequence[Sentence]) -> Iterator[tuple[int, Sequence[Sentence]]]:
    """Sentences that may go on in one another, or laugh, with the place of the first."""
    starts = (at for at, sentence in enumerate(parsed) if not sentence.goes_on)
    runs = ((at, parsed[at:stop]) for at, stop in pairwise((*starts, len(parsed))))
    return ((at, run) for at, run in runs if len(run) > 1 or LAUGH in run[0].words)


def _broken(run: Sequence[Sentence], at: int, words: Lexicon) -> Iterator[tuple[Family, int, int, int, int]]:
    """Families with a break inside: from which sentence, up to which, and where in these their words lie."""
    begins = list(accumulate((len(sentence.words) for sentence in run), initial=0))
    whole = joined(run)
    for family, start, end in _through_laughs(whole, words):
        first, last = bisect_right(begins, start) - 1, bisect_right(begins, end - 1) - 1
        if first < last or LAUGH in whole.words[start:end]:
            yield family, at + first, at + last + 1, start - begins[first], end - begins[first]


def _through_laughs(sentence: Sentence, words: Lexicon) -> Iterator[tuple[Family, int, int]]:
    """As `_matches`, with every laugh passed over; the laughs are still there to lower what is found."""
    kept = [place for place, word in enumerate(sentence.words) if word != LAUGH]
    plain = Sentence(tuple(sentence.words[place] for place in kept))
    for family, start, end in _matches(plain, words):
        yield family, kept[start], kept[end - 1] + 1


def _matches(sentence: Sentence, words: Lexicon) -> Iterator[tuple[Family, int, int]]:
    """Families with the words they cover, from `start` up to `end`."""
    at = 0
    for start, word in enumerate(sentence.words):
        found = words.match(word, sentence.text, at)
        if found:
            family, stop = found
            yield family, start, start + sentence.text.count(" ", at, stop) + 1
        at += len(word) + 1


def _weighed(family: Family, context: Context, sentence: Sentence, start: int, end: int) -> Finding:
    """The phrase with what its surroundings take from it."""
    whole = Finding(family, family.label, family.strength, Subject.SELF)
    who = speaker_of(family, context, sentence, start, end)
    if who in {Who.PATIENT, Who.NOBODY} and context.is_shared(sentence, start, end):
        return _shared(whole)
    if who is Who.PATIENT:
        return _quiet(whole, Subject.PATIENT, "context.patient")
    if who is Who.NOBODY:
        return _quiet(whole, Subject.NONE, "context.nobody")
    if who in {Who.SOMEBODY, Who.UNCLEAR} or family.label is Label.THIRD_PARTY:
        return _about_another(whole, who)
    return _of_the_writer(whole, who, context, sentence, start, end)


def _of_the_writer(
    whole: Finding, who: Who, context: Context, sentence: Sentence, start: int, end: int
) -> Finding:
    denial = context.denial(sentence, start, end)
    if denial in {"denied", "turned"}:
        return _denied(whole, is_turned=denial == "turned")
    if who is Who.PERHAPS_WRITER or denial == "unsure":
        return _lowered(whole, "context.unclear")
    if context.is_past(sentence):
        return _lowered(whole, "context.past")
    if context.is_joking(sentence):
        return _lowered(whole, "context.joke")
    if whole.label is Label.ACTIVE_SI and context.is_soon(sentence, start, end):
        return replace(whole, label=Label.IMMINENT, mark="context.soon")
    return whole


def _quiet(finding: Finding, subject: Subject, mark: str) -> Finding:
    return replace(finding, label=Label.NONE, strength=Strength.NONE, subject=subject, mark=mark)


def _lowered(finding: Finding, mark: str) -> Finding:
    return replace(finding, strength=Strength(max(finding.strength - 1, Strength.CUE)), mark=mark)


def _denied(finding: Finding, *, is_turned: bool) -> Finding:
    """Nothing, or a question where the denial is turned round."""
    if is_turned and finding.strength > Strength.CUE:
        return _asked(finding, "context.turned")
    return _quiet(finding, Subject.SELF, "context.denied")


def _asked(finding: Finding, mark: str) -> Finding:
    return replace(finding, strength=min(finding.strength, Strength.INDIRECT), mark=mark)


def _shared(finding: Finding) -> Finding:
    """What a patient said and the writer joins in is the writer's own."""
    is_of_another = finding.label is Label.THIRD_PARTY
    return _asked(replace(finding, label=Label.PASSIVE_SI) if is_of_another else finding, "context.shared")


def _about_another(finding: Finding, who: Who) -> Finding:
    """Another person's danger; without knowing who that is, a question comes first."""
    if finding.family.label in _ON_DUTY and who is Who.SOMEBODY:
        finding = _lowered(finding, "context.other")
    elif finding.family.label is not Label.THIRD_PARTY and not finding.family.label.is_self_risk:
        return _quiet(finding, Subject.COLLEAGUE, "context.other")
    known = who is Who.SOMEBODY or finding.family.person == "any"
    if not known:
        strength = min(finding.strength, Strength.INDIRECT)
        finding = replace(finding, strength=strength, mark="context.unclear")
    return replace(finding, label=Label.THIRD_PARTY, subject=Subject.COLLEAGUE)


_ON_DUTY = (Label.UNSAFE_NOW, Label.SUBSTANCE, Label.MISTREATMENT)


def _pairs(
    here: Sequence[Finding], there: Sequence[Finding], own: Sequence[Sentence], words: Lexicon
) -> list[Finding]:
    """Signs that count together; at least one of them stands in this message."""
    near, far = _standing(here), _standing(there)
    found = []
    for pair in words.pairs:
        excused = pair.unless_marker and any(
            word in words.markers[pair.unless_marker] for sentence in own for word in sentence.words
        )
        if pair.of <= near | far and pair.of & near and not excused:
            family = Family("+".join(sorted(pair.of)), pair.label, pair.strength, "first", pair.reason)
            found.append(Finding(family, pair.label, pair.strength, Subject.SELF))
    return found


def _standing(findings: Sequence[Finding]) -> set[str]:
    return {finding.family.id for finding in findings if finding.strength > Strength.NONE}


def _evidence(findings: Sequence[Finding], own: Sequence[Sentence], words: Lexicon) -> Evidence:
    """The weightiest finding speaks for the message and stands first in `hits`, its mark beside it."""
    findings = [*findings, *_pairs(findings, (), own, words)]
    if not findings:
        return Evidence()
    top = max(findings, key=lambda finding: finding.weight)
    marks = (top.mark,) if top.mark else ()
    others = (finding.family.id for finding in findings)
    reason = f"{top.family.reason} ({_MARKS[top.mark]})" if top.mark else top.family.reason
    return Evidence(
        label=top.label,
        strength=top.strength,
        subject=top.subject,
        reason=reason,
        hits=tuple(dict.fromkeys((top.family.id, *marks, *others))),
    )
