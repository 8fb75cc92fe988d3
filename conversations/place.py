"""Time zone and language: asked after a check-in, where the device and the program leave a doubt."""

from collections.abc import Mapping
from types import MappingProxyType

from conversations.answers import Option, Options
from conversations.effects import Prefer
from conversations.talk import Talk

LANGUAGES: Mapping[str, str] = MappingProxyType({"en": "English"})
"""The languages that there are texts in, by tag, each under its own name."""


class Zone(Options):
    """Where the person lives now, by IANA zone."""

    EASTERN = Option("America/New_York", "Eastern")
    CENTRAL = Option("America/Chicago", "Central")
    MOUNTAIN = Option("America/Denver", "Mountain")
    ARIZONA = Option("America/Phoenix", "Arizona")
    PACIFIC = Option("America/Los_Angeles", "Pacific")
    ALASKA = Option("America/Anchorage", "Alaska")
    HAWAII = Option("Pacific/Honolulu", "Hawaii")
    PUERTO_RICO = Option("America/Puerto_Rico", "Puerto Rico")
    LONDON = Option("Europe/London", "London")
    BERLIN = Option("Europe/Berlin", "Berlin")
    KOLKATA = Option("Asia/Kolkata", "Kolkata")
    SYDNEY = Option("Australia/Sydney", "Sydney")


_NAMES = {zone.option.key: zone.option.label for zone in Zone}
_ANOTHER = Option("another", "Another")


def zone_name(zone: str) -> str:
    """An IANA zone as people say it: "Eastern", "Buenos Aires"."""
    return _NAMES.get(zone) or zone.rpartition("/")[2].replace("_", " ")


def zones(*own: str) -> tuple[Option, ...]:
    """What can be chosen: `own` zones first (the device's, say; "" is passed over), then the usual ones."""
    names = dict.fromkeys((*filter(None, own), *_NAMES))
    return tuple(Option(zone, zone_name(zone)) for zone in names)


def language_options(tags: tuple[str, ...]) -> tuple[Option, ...]:
    """Each language under its own name."""
    return tuple(Option(tag, LANGUAGES.get(tag, tag)) for tag in tags)


async def ask_zone(talk: Talk, zone: str, device: str) -> None:
    """Which zone the times are meant in: as now, as the device says ("" where it does not), or another."""
    offered = [Option(zone, zone_name(zone), "as now")]
    if device:
        offered.append(Option(device, zone_name(device), "as on this device"))
    chosen = await talk.choose_offered(
        "zone", "Which time zone are you in? Nudges follow it.", [*offered, _ANOTHER], fact="zone"
    )
    if chosen == _ANOTHER.key:
        chosen = await talk.choose_offered("zone.other", "Which one?", zones(device), fact="zones")
    await talk.perform("zone.set", Prefer("zone", chosen or zone))


async def ask_language(talk: Talk, language: str, languages: tuple[str, ...]) -> None:
    """Which of the program's languages the companion should write."""
    chosen = await talk.choose_offered(
        "language", "Which language do you prefer?", language_options(languages), fact="languages"
    )
    await talk.perform("language.set", Prefer("language", chosen or language))
