"""What `companion doctor` sees of each platform's credentials: one look a folder of `adapters/`."""

from collections.abc import Mapping

from bot.commands.checking import Look, Warned
from bot.settings import Settings


def _web(settings: Settings) -> str | Warned:
    """Its link is made at each start, so that nothing can be wrong with it."""
    if not settings.web_chat:
        return "off" if settings.extra_platform else Warned("off, and there is no other platform", _NOBODY)
    hosts = ", ".join(settings.web_chat_hosts)
    return f"on, for {hosts}" if hosts else "on, for this machine alone"


_NOBODY = (
    "Nobody can reach the companion: see docs/running.md on the web chat until other platforms are there."
)

LOOKS: Mapping[str, Look] = {"web chat": _web}
"""A look raises OperatorError where a credential is missing or refused, and asks the network only where it
is configured. Names begin with that of the folder."""
