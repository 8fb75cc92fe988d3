"""A turn that notes what it hears and answers as a test told it, and a demo whose clock stands still."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from adapters.port import Incoming, Platform, Reply
from adapters.web.demo import Seat
from tests.web.story import SEATS, START


@dataclass
class Scripted:
    """`answers` are given in turn, then nothing more; an exception is raised."""

    heard: list[Incoming] = field(default_factory=list)
    answers: deque[Reply | Exception] = field(default_factory=deque)
    at: datetime = START
    jump_fails: Exception | None = None
    platform: Platform | None = None

    async def receive(self, event: Incoming) -> Reply:
        self.heard.append(event)
        answer = self.answers.popleft() if self.answers else Reply()
        if isinstance(answer, Exception):
            raise answer
        return answer

    def people(self) -> dict[str, Seat]:
        return SEATS

    def now(self) -> datetime:
        return self.at

    def progress(self) -> float:
        return 0.5

    async def jump(self, to: str) -> None:
        if self.jump_fails:
            raise self.jump_fails
        if to != "+1h":
            raise LookupError(to)
        self.at += timedelta(hours=1)
