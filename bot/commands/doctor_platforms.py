"""What `companion doctor` sees of each platform's credentials: one look a folder of `adapters/`."""

from collections.abc import Mapping

from bot.commands.checking import Look
from bot.settings import Settings


def _web(settings: Settings) -> str:
    """Its link is made at each start, so that nothing can be wrong with it."""
    if not settings.web_chat:
        return "off"
    hosts = ", ".join(settings.web_chat_hosts)
    return f"on, for {hosts}" if hosts else "on, for this machine alone"


LOOKS: Mapping[str, Look] = {"web chat": _web}
"""A look raises OperatorError where a credential is missing or refused, and asks the network only where it
is configured. Names begin with that of the folder."""
