"""What the web chat asks of whoever puts it together: who sits here, what time it is, how to jump ahead."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Seat:
    """Somebody who can be spoken as. `role` is a plain word for the heading, such as "Resident"."""

    user: str
    name: str
    role: str


class Demo(Protocol):
    """The demo program behind the page."""

    def people(self) -> Mapping[str, Seat]:
        """Who can be spoken as, by user, in the order of the page."""

    def now(self) -> datetime:
        """Domain time in the demo's zone; it moves while a jump is under way."""

    async def jump(self, to: str) -> None:
        """Walk to "sunday", "monday", "+48h" or "+1h". Raises LookupError for another name."""

    def progress(self) -> float:
        """How far the walk under way has come, 0 to 1."""
