"""The walking clock as the page shows it: where domain time stands, and one jump at a time."""

import asyncio
import logging
from collections.abc import Callable
from http import HTTPStatus

from adapters.web.demo import Demo
from adapters.web.door import Refused
from adapters.web.wire import Json

LOOK_EVERY = 0.2
_log = logging.getLogger(__name__)


class Walking:
    """Starts jumps and says how far they are."""

    def __init__(self, demo: Demo, tell: Callable[[Json], None]) -> None:
        self._demo, self._tell = demo, tell
        self._under_way = False

    def state(self, *, failed: bool = False) -> Json:
        """What the clock shows."""
        now = self._demo.now()
        return {
            "at": now.isoformat(timespec="seconds"),
            "zone": str(now.tzinfo),
            "walking": self._under_way,
            "progress": min(1.0, max(0.0, self._demo.progress())) if self._under_way else 0.0,
            "failed": failed,
        }

    async def jump(self, to: str) -> Json:
        """Walk, telling every page on the way. Raises Refused for an unknown name and for a second walk."""
        if self._under_way:
            raise Refused(HTTPStatus.CONFLICT)
        self._under_way = True
        walk = asyncio.ensure_future(self._demo.jump(to))
        try:
            while not walk.done():
                self._tell(self.state())
                await asyncio.wait({walk}, timeout=LOOK_EVERY)
        finally:
            self._under_way = False
        return self._ended(walk.exception())

    def _ended(self, error: BaseException | None) -> Json:
        if error is not None:
            _log.warning("web chat: a jump ended early: %s", type(error).__name__)
        state = self.state(failed=error is not None)
        self._tell(state)
        if isinstance(error, LookupError):
            raise Refused(HTTPStatus.BAD_REQUEST)
        return state
