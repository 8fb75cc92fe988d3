"""What patient identifiers look like in what residents type.

Every expression is bounded: it looks at a fixed number of characters from where it starts.
Each is run only on a text that has what it cannot do without, which spares most texts most of them.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_MES = (
    r"(?:enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|setiembre|octubre|noviembre|diciembre)"
)
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_ORDINAL = (
    r"(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth"
    r"|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|thirtieth"
    r"|(?:twenty|thirty)[ -](?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth))"
)
_YEAR = r"(?:19|20)\d{2}"
_NO_DOSE = r"(?! ?(?:mg|mcg|ml|units?|u|g|kg|l|%|x|h|hrs?|hours?|days?|am|pm|people|of us|more|times)\b)"
_NUMBER = r"(?:\s{0,2}(?:id|ids|no|num|number|nr|card))?\s{0,2}[.#:]{0,2}\s{0,2}(?:is|was)?\s{0,2}[#:]?"
# One capital word of a name: Ines, O'Brien, García-López, McKay.
NAME_WORD = (
    r"[A-ZÀ-ÖØ-Þ](?:[’'][A-Z])?[a-zà-öø-ÿ]{1,20}(?:[A-Z][a-zà-öø-ÿ]{1,20})?(?:-[A-ZÀ-Þ][a-zà-öø-ÿ]{1,20})?"
)
_KIN = (
    r"(?:mom|mother|dad|father|wife|husband|son|daughter|dtr|sister|brother|partner|grandma|grandpa|grandmother"
    r"|grandfather|granddaughter|grandson|niece|nephew|cousin|aunt|uncle|fianc[eé]e?|boyfriend|girlfriend"
    r"|twin|esposa|esposo|hija|hijo|hermana|hermano|mam[aá]|pap[aá]|abuela|abuelo)"
)


class Look:
    """A text, with what decides which patterns are worth a try."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.low = text.lower()
        self._digit = _DIGIT.search(text) is not None
        self._capital = _CAPITAL.search(text) is not None

    def has(self, needs: Sequence[str]) -> bool:
        """Whether one of the pieces stands in the text; "9" is any digit, "A" any capital word."""
        return any(
            self._digit if one == "9" else self._capital if one == "A" else one in self.low for one in needs
        )


_DIGIT = re.compile(r"\d")
_CAPITAL = re.compile(r"[A-ZÀ-ÖØ-Þ]")


@dataclass(frozen=True)
class Pattern:
    """An expression, and what a text must have one of for it to be tried."""

    expression: re.Pattern[str]
    needs: tuple[str, ...]

    def finditer(self, look: Look) -> Iterator[re.Match[str]]:
        """Every match; its place is the place in the text as it was typed."""
        return self.expression.finditer(look.text) if look.has(self.needs) else iter(())


def _exact(needs: str, *parts: str) -> Pattern:
    return Pattern(re.compile("".join(parts)), tuple(needs.split("|")))


def _any_case(needs: str, *parts: str) -> Pattern:
    return Pattern(re.compile("".join(parts), re.IGNORECASE), tuple(needs.split("|")))


_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"

EMAIL = _any_case("@", r"(?<![\w.+-])[\w.+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,4}(?<![.-])")
PHONES = (
    _any_case(
        "9",
        r"(?<![\w.-])(?:\+?1[ .-]?)?(?:\(\d{3}\) ?|\d{3}[ .-])?\d{3}[ .-]\d{4}(?![\w-])",
        r"(?: ?(?:x|ext\.?) ?\d{1,6})?",
    ),
    _any_case("9", r"(?<![\w.-])\+\d{1,3}(?:[ .-]?\d{2,4}){3,4}(?![\w-])"),
    _any_case(
        "9",
        r"\b(?:phone|cell|mobile|call|text|number|tel|pager)(?: is| at|:|#)? {0,2}(?P<it>1?\d{10})(?!\w)",
    ),
)
MRNS = (
    _any_case(
        "9",
        r"\b(?:mrn|medical record|chart|record|mr ?#|hospital (?:no|number)|expediente|historia cl[ií]nica)",
        _NUMBER,
        r"\s{0,2}(?P<it>[a-z]{0,3}-?\d[\d-]{3,13}\d)(?!\w)",
    ),
    _exact(
        "9",
        r"(?<![\w.,$/-])(?P<it>[A-Z]{0,2}\d{7,10})(?![\w%]|[.,]\d|[-/]\d",
        r"| ?(?:units?|dollars|cells|copies)\b)",
    ),
)
IDS = (
    _exact("9", r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])"),
    _any_case(
        "9",
        r"\b(?:ssn|social security|insurance|policy|member|plan|group|account|acct|claim|case|licen[sc]e|dl",
        r"|plates?|passport|device|serial|pacemaker|implant|medicaid|medicare|dea|npi|badge|encounter|csn",
        r"|accession|visa)",
        _NUMBER,
        r"\s{0,2}(?P<it>[a-z0-9][a-z0-9-]{3,24})(?![\w-])",
    ),
    _any_case(
        "@",
        r"\b(?:insta|instagram|ig|twitter|tiktok|venmo|snap|snapchat|handle|facebook|fb)(?: is|:| handle)?",
        r" {0,2}(?P<it>@[a-z0-9_.]{2,30})",
    ),
    _any_case("@", r"(?<![\w.])(?P<it>@(?=[a-z0-9.]{0,29}[_\d])[a-z][a-z0-9_.]{2,30})"),
)
DATES = (
    _exact("9", rf"(?<![\w/.-])(?:0?[1-9]|1[0-2]|{_DAY})/{_DAY}/(?:{_YEAR}|\d{{2}})(?![\w/])"),
    _exact("9", rf"(?<![\w/.-])\d{{1,2}}([.-])\d{{1,2}}\1{_YEAR}(?![\w/-])"),
    _exact("9", rf"(?<![\w/.-]){_YEAR}([./-])(?:0?[1-9]|1[0-2])\1{_DAY}(?![\w/-])"),
    _any_case(
        "9",
        r"\b(?:on|since|until|til|till|by|died|dob|born|admitted|came in|passed|passed away|discharged",
        r"|dated|seen|expired|coded|intubated|extubated|delivered|due|el)\s{1,2}",
        rf"(?P<it>(?:0?[1-9]|1[0-2])/{_DAY})(?![\w/%]| (?:pain|strength|murmur))",
    ),
    _any_case(
        _MONTHS,
        rf"\b(?!may\b){_MONTH}\.? {{1,2}}{_DAY}(?:st|nd|rd|th)?(?:,? {{1,2}}{_YEAR})?(?!\w|/|\.\d)",
        _NO_DOSE,
    ),
    _exact("may", rf"\bMay {_DAY}(?:st|nd|rd|th)?(?:,? {_YEAR})?(?!\w)"),
    _any_case("may", rf"\bmay {_DAY}(?:st|nd|rd|th)\b"),
    _any_case("9", rf"(?<![\w/.-]){_DAY}(?:st|nd|rd|th)? (?:of )?(?!may\b){_MONTH}\b(?:,? {_YEAR})?"),
    _any_case("9", rf"(?<![\w/.-]){_DAY}(?:st|nd|rd|th) (?:of )?may\b(?:,? {_YEAR})?"),
    _any_case("9", rf"\b(?!may\b){_MONTH}\.?(?: of)? {_YEAR}\b"),
    _any_case(_MONTHS, rf"\b(?:the )?{_ORDINAL} of {_MONTH}\b(?:,? {_YEAR})?"),
    _any_case(_MONTHS, rf"\b(?!may\b){_MONTH} (?:the )?{_ORDINAL}\b"),
    _any_case("9", rf"(?<!\w){_DAY} de {_MES}\b(?: del? {_YEAR})?"),
    _any_case(
        "christmas|thanksgiving|new year|halloween|easter|july|s day|memorial|labor|independence|valentine"
        "|juneteenth|navidad|nochebuena|nuevo",
        r"\b(?:christmas(?: eve| day)?|thanksgiving|new year[’']?s(?: eve| day)?|halloween|navidad",
        r"|easter(?: sunday)?|(?:fourth|4th) of july|independence day|valentine[’']?s(?: day)?|nochebuena",
        r"|mother[’']?s day|father[’']?s day|memorial day|labor day|juneteenth|a[ñn]o nuevo)\b",
        r"(?! (?:party|tree|cards?|music|disease|factor|coverage|schedule|block|call|lights|cookies))",
    ),
)
_90 = r"(?:9\d|1[01]\d)"
_NINETY = r"ninety(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?"
_OLD = r"(?:y/?o[mf]?|yrs?|years?)(?:[ -]?old)?"
_HE = r"\b(?:he|she|pt|patient|grandpa|grandma|lady|man|woman)(?:[’']?s| is| was)?,?"
AGES = (
    _any_case("9", rf"(?<![\w./-]){_90}[ -]?{_OLD}\b(?! (?:ago|later|of experience|survival))"),
    _any_case("9", rf"(?<![\w./-]){_90} ?a[ñn]os\b"),
    _exact("9", r"(?<![\w./-])(?P<it>9\d)(?:[MFmf])\b"),
    _exact("9", r"(?<![\w./-])(?P<it>1[01]\d)[Mm]\b"),
    _any_case("9", rf"\b(?:aged?|turned|turning|cumpli[oó]) (?P<it>{_90})\b(?!%|/|\.\d)"),
    _any_case(
        "9",
        rf"{_HE} (?P<it>{_90})(?!\w|%|/|\.\d",
        r"| ?(?:on|percent|kg|lbs?|bpm|sat|systolic|over|min|minutes|degrees|days|hours))",
    ),
    _any_case(
        "ninety",
        rf"\b{_NINETY}\b(?![ -]?(?:percent|%|minutes?|mins?|seconds?|hours?|days?|degrees|mg|ml|to",
        r"|dollars|per|beats|over|kilos?|pounds|miles))",
    ),
    _any_case(
        "hundred",
        rf"\b(?:a |one )?hundred(?:[ -](?:and )?(?:one|two|three|four|five|six|seven))?[ -]{_OLD}\b",
    ),
    _any_case("genarian|centenarian", r"\b(?:nonagenarian|centenarian)s?\b"),
    _any_case(
        "noventa", r"\bnoventa(?: y (?:un|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve))? a[ñn]os\b"
    ),
)
_ROOM_NUMBER = r"#? ?\d{1,4}(?:-?[a-d]\b|-\d{1,2}\b|\b)(?![/%.]\d|%)"
ROOMS = (
    _any_case(
        "9", rf"\b(?:room|rm|bed|bay|cama|habitaci[oó]n|cuarto)\.? ?(?:number |no\.? ?)?{_ROOM_NUMBER}"
    ),
    _exact("9", rf"\bOR ?{_ROOM_NUMBER}"),
    _any_case(
        "room|bed|bay",
        r"\b(?:room|bed|bay) (?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b",
    ),
)
STREETS = (
    _exact(
        "9",
        rf"(?<![\w.])\d{{1,5}} (?:[NSEW]\.? )?(?:{NAME_WORD} ){{1,3}}(?:St|Street|Ave|Avenue|Rd|Road|Blvd",
        r"|Boulevard|Ln|Lane|Dr|Drive|Ct|Court|Way|Pl|Place|Terrace|Hwy|Circle)\b",
    ),
    _any_case(
        "9",
        r"(?<![\w.])\d{1,5} (?:[nsew]\.? )?[a-z]{3,20}(?: [a-z]{3,20})?",
        r" (?:street|avenue|boulevard|road|lane)\b",
    ),
    _any_case("zip", r"\bzip(?: code)?[ :]{1,2}(?P<it>\d{5}(?:-\d{4})?)\b"),
    _exact("county", rf"\b(?:{NAME_WORD} ){{1,2}}County\b"),
)
TOWNS = _exact(
    "live|living|grew|born|house|home",
    r"\b(?:[Ll]ives?|[Ll]ived|[Ll]iving|[Gg]rew up|[Bb]orn|house|home) (?:in|near|outside) ",
    rf"(?P<it>(?:(?:St|Ft|Mt|San|New|El|Los|Las|Fort|Lake) ?\.? )?{NAME_WORD}(?: {NAME_WORD})?)",
)
_PLACES = (
    "memorial|regional|general|community|children|county|hospital|med|clinic|nursing|rehab|hospice|living|care"
    "|manor|infirmary|school|academy|university"
)
_PLACE_TYPE = (
    r"(?:(?:[Mm]emorial|[Rr]egional|[Gg]eneral|[Cc]ommunity|[Cc]hildren[’']?s|[Cc]ounty)"
    r"(?: [Hh]ospital| [Mm]edical [Cc]enter)?|[Hh]ospital|[Mm]ed(?:ical)? [Cc]enter|[Cc]linic"
    r"|[Nn]ursing [Hh]ome|[Rr]ehab(?:ilitation)?(?: [Cc]enter)?|[Hh]ospice|[Aa]ssisted [Ll]iving"
    r"|[Ss]enior [Ll]iving|[Cc]are [Cc]enter|[Mm]anor|[Ii]nfirmary"
    r"|(?:[Ee]lementary|[Mm]iddle|[Hh]igh|[Pp]rimary) [Ss]chool|[Aa]cademy|[Uu]niversity)"
)
FACILITY = _exact(
    _PLACES,
    rf"\b(?P<name>(?:(?:St|Mt)\.? )?{NAME_WORD}(?:[’']s)?(?: {NAME_WORD}){{0,2}}) {_PLACE_TYPE}\b",
)
SAINT = _exact(
    "st|mt|mount", r"\b(?:at|from|to) (?P<it>(?:St|Saint|Mt|Mount)\.? [A-Z][a-z]{2,20}(?:[’']s)?)\b"
)
TITLED = _any_case(
    "mr|ms|mx|dr|sr",
    r"\b(?:mr|mrs|ms|mx|dr|sra?|srta)\b\.? {1,2}(?P<name>[a-zà-ÿ][a-zà-ÿ’'-]{0,30})",
    r"(?P<more>(?: [a-zà-ÿ’'-]{2,30})?)",
)
CAPITALS = _exact("A", rf"(?<= ){NAME_WORD}")
SECOND = re.compile(f" {NAME_WORD}")
LEAD = 24
"""Characters before a capital word that may say that it is a person."""

AFTER_KIN = re.compile(
    rf"\b(?:{_KIN}(?: is| was)?,?|lost|buried|hugged|told|rip|goodbye to|remember|remembering|perdimos a) $",
    re.IGNORECASE,
)
AFTER_TITLE = re.compile(
    r"\b(?:miss|don|doña|señora?|baby (?:boy|girl)|little|grandpa|grandma|uncle|aunt|auntie|father|sister) $",
    re.IGNORECASE,
)
NAMED = _any_case(
    "name|llama",
    r"\b(?:named|name is|name was|name[’']s|se llamaba|llamad[oa]) ",
    r"(?P<it>(?P<name>[a-zà-ÿ][a-zà-ÿ’'-]{1,30}))",
)
BEFORE_AGE = _exact(
    "9",
    rf"(?:(?<=^)|(?<=[\n.:;,] )|(?<=\n))(?P<it>(?P<name>{NAME_WORD})(?: {NAME_WORD})?),?",
    r" \d{1,3} ?(?:[MFmf]|yo|y/o)\b",
)
BEFORE_BIRTH = _exact(
    "9",
    rf"(?<![\w’'-])(?P<it>{NAME_WORD}(?:,? {NAME_WORD}){{0,2}}),? ?\(?(?:was )?",
    r"(?:[Bb]orn|DOB|[Dd]ob|[Dd]ate of birth)\W{1,3}(?:on )?\d{1,4}[/.-]\d",
)
SURNAME_INITIAL = _exact("A", rf"(?:(?<=^)|(?<=[.\n] ))(?P<it>(?P<name>{NAME_WORD}) [A-Z]\.)(?= [A-Za-z])")
INITIALS = (
    _exact("A", r"(?<![\w.])(?P<it>[A-Z]\. ?[A-Z]\.(?: ?[A-Z]\.)?)(?!\w)"),
    _exact("A", r"\b(?:[Pp]t|[Pp]atient|[Pp]aciente) (?P<it>[A-Z]{2})\b(?!/)"),
    _exact("A", r"(?<![\w.])(?P<it>[A-Z]{2}) in (?:rm|room|bed|bay|ICU|MICU|SICU)\b"),
)


@cache
def words(name: str) -> frozenset[str]:
    """One list of words.toml."""
    source = tomllib.loads(files("bot.privacy").joinpath("words.toml").read_text(encoding="utf-8"))
    return frozenset(str(source[name]).split())
