"""Whether a server serves on this machine, as far as it can be seen from beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

from bot.settings import Settings
from bot.store.engines import is_served, sqlite_path
from bot.web.addresses import asked


class State(Enum):
    """How the server here stands."""

    ANSWERS = auto()
    SILENT = auto()
    """Something takes the connection at the internal address, and says nothing in time."""
    HIDDEN = auto()
    """Something holds the SQLite file, and nobody answers for it."""
    NONE = auto()
    UNKNOWN = auto()
    """Nobody knows where to ask."""


@dataclass(frozen=True)
class Here:
    """The server of this machine; `parts` as `/readyz` names them."""

    state: State
    parts: Mapping[str, object] = field(default_factory=dict)

    @property
    def hangs(self) -> bool:
        return self.state in {State.SILENT, State.HIDDEN}


def server_here(settings: Settings) -> Here:
    """Ask it. Takes four seconds where it hangs."""
    path = sqlite_path(settings.database_url)
    if path is not None and not is_served(path):
        return Here(State.NONE)
    if not settings.internal_port:
        return Here(State.UNKNOWN)
    try:
        parts = asked(settings, "/readyz")
    except TimeoutError:
        return Here(State.SILENT)
    if parts:
        return Here(State.ANSWERS, parts)
    return Here(State.NONE if path is None else State.HIDDEN)
