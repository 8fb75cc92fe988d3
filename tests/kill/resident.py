"""Made-up residents, who press what they are shown; each event is handed in until it is acknowledged."""

import random
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from adapters.port import Control, Press
from tests.stub_platform.adapter import EVENTS

Body = dict[str, Any]

# Buttons that lead on. Never: leave, forget, stop.
_ONWARD = frozenset({Control.OPEN.value, Control.START.value, Control.BACK.value})
_AWAY = frozenset({"details", "not-for-me"})
_ANOTHER_ZONE = "another"  # where it may be night, and a nudge put off until morning
_PATIENCE = aiohttp.ClientTimeout(total=10)


@dataclass
class Resident:
    """Somebody who goes through talk after talk. `accepted` are the events that were acknowledged.

    `refused` counts the times that a server was there and did not acknowledge.
    `zone` is the device's; where it is night there, whoever takes it over has nudges put off until morning.
    """

    user: str
    dice: random.Random
    zone: str
    accepted: list[str] = field(default_factory=list)
    finished: int = 0
    refused: int = 0
    _number: int = 0
    _form: Body | None = None
    _waiting: Body | None = None
    _pressed: set[str] = field(default_factory=set)

    async def step(self, session: aiohttp.ClientSession, server: str, posts: list[Body]) -> None:
        """Hand in the next event, or again the one that was not acknowledged. Raises aiohttp.ClientError.

        `posts` are what this resident was shown.
        """
        if self._waiting is None:
            self._waiting = self._next(posts)
        async with session.post(f"{server}{EVENTS}", json=self._waiting, timeout=_PATIENCE) as answer:
            if answer.status != 200:
                self.refused += 1
                return
            reply = await answer.json()
        self.accepted.append(self._waiting["id"])
        self._waiting = None
        self._read(reply)

    @property
    def waits(self) -> bool:
        """Whether an event still has to be handed in."""
        return self._waiting is not None

    def _read(self, reply: Body) -> None:
        form = reply.get("form")
        self._form = form if form and (form["choices"] or form["field"]) else None
        if form and self._form is None:
            self.finished += 1

    def _next(self, posts: list[Body]) -> Body:
        self._number += 1
        event = {"id": f"{self.user}-{self._number}", "user": self.user, "zone": self.zone}
        if self._form is not None:
            return event | self._answer(self._form)
        press = self._button(posts)
        if press:
            return event | {"kind": "press", "press": press}
        return event | {"kind": "message", "text": "check-in"}

    def _answer(self, form: Body) -> Body:
        if form["field"]:
            return _submitted(form, form["field"]["key"], "a long week")
        presses = [choice["press"] for choice in form["choices"]]
        press = self.dice.choice([one for one in presses if not _is_another_zone(one)])
        if not form["many"]:
            return {"kind": "press", "press": press}
        chosen = Press.unpack(press)
        return _submitted(form, chosen.key, chosen.option) if chosen else {}

    def _button(self, posts: list[Body]) -> str:
        """A button of the newest message that has one, each message once."""
        for post in reversed([post for post in posts if post["card"]]):
            presses = [choice["press"] for choice in post["card"]["choices"] if _leads_on(choice["press"])]
            if presses:
                if post["shown_as"] in self._pressed:
                    return ""
                self._pressed.add(post["shown_as"])
                return str(self.dice.choice(presses))
        return ""


def _submitted(form: Body, key: str, value: str) -> Body:
    return {"kind": "form", "press": form["submit"], "fields": {key: [value]}}


def _is_another_zone(packed: str) -> bool:
    press = Press.unpack(packed)
    return press is not None and press.option == _ANOTHER_ZONE


def _leads_on(packed: str) -> bool:
    press = Press.unpack(packed)
    if press is None or press.flow in {"forget", "pause"} or press.option in _AWAY:
        return False
    return not press.key.startswith("!") or press.key in _ONWARD
