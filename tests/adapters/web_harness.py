"""The contract suite's hands on the web chat: over HTTP, with a scripted turn."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from adapters.port import Account, EventKind, Form, Incoming, Link, Platform, Reply
from adapters.web.wire import Json
from tests.adapters.harness import Answer, Button, Input, Shown, View
from tests.web.scripted import Scripted
from tests.web.serving import Served, serving
from tests.web.visitor import Visitor, visiting


class WebHarness:
    """A resident at the page."""

    account = Account("web", "demo", "resident")
    gone = Account("web", "demo", "nobody")
    drops_repeats = True
    can_find = True
    tells = frozenset({EventKind.OPENED})
    zone = "America/New_York"
    name = "Dr. Noor Haddad"

    def __init__(self, served: Served[Scripted], visitor: Visitor) -> None:
        self.platform: Platform = served.chat
        self.shelf = served.shelf
        self._script, self._visitor = served.behind, visitor

    @property
    def heard(self) -> Sequence[Incoming]:
        return self._script.heard

    def will_answer(self, *answers: Reply | Exception) -> None:
        self._script.answers.extend(answers)

    def must_wait(self) -> None:
        self.shelf.fails.add("get")

    def must_lose(self) -> None:
        self.shelf.fails.add("compare_and_set")

    async def types(self, text: str, *, event: str) -> Answer:
        return await self._post({"kind": "message", "text": text}, event)

    async def edits(self, text: str, *, of: str, event: str) -> Answer:
        del of  # the page has no edits: what is posted as one is refused
        return await self._post({"kind": "edit", "text": text}, event)

    async def presses(self, button: Button, *, event: str) -> Answer:
        return await self._post({"kind": "press", "press": button.value, "origin": button.reference}, event)

    async def submits(
        self, form: Form, fields: Mapping[str, Sequence[str]], *, event: str, ticked: bool = False
    ) -> Answer:
        assert form.submit is not None
        values = {key: list(found) for key, found in fields.items()}
        if ticked and form.tick is not None:
            values[form.tick.press.key] = [form.tick.press.option or "yes"]
        return await self._post({"kind": "form", "press": form.submit.pack(), "fields": values}, event)

    async def does(self, kind: EventKind, *, event: str) -> Answer:
        return await self._post({"kind": kind.value}, event)

    async def shown(self) -> Sequence[Shown]:
        return [_shown(message) for message in await self._visitor.look()]

    async def own(self) -> View | None:
        await self._visitor.look()
        return _view(self._visitor.own)

    async def _post(self, body: Json, event: str) -> Answer:
        known = {"id": f"event-{event}", "as": "resident", "zone": self.zone}
        status, reply = await self._visitor.post({**known, **body})
        card = _card(reply["card"]) if reply.get("card") else None
        if status != 200:
            return Answer(is_accepted=False, card=card)
        return Answer(
            is_accepted=True,
            form=_view(reply["form"]),
            errors=reply["errors"],
            notice=reply["notice"],
            card=card,
            is_closed=reply["kind"] == "close",
        )


def _view(form: Json | None) -> View | None:
    if form is None:
        return None
    strip = [f"{bar['label']} {bar['word']}" for bar in form["strip"]]
    return View(
        text="\n".join((form["title"], *form["paragraphs"], form["question"], form["notice"], *strip)),
        buttons=_buttons((*form["choices"], *form["controls"])),
        links=_links(form["links"]),
        field=_input(form["field"]) if form["field"] else None,
        many=form["many"],
        submit=form["submitLabel"] if form["submit"] else "",
        tick=form["tick"]["label"] if form["tick"] else "",
        picture=form["picture"]["alt"] if form["picture"] else "",
        download=form["download"],
        is_safety=form["safety"],
    )


def _input(field: Json) -> Input:
    return Input(
        label=field["label"],
        value=field["value"],
        hint=field["hint"],
        most=field["most"],
        is_long=field["lines"] > 1,
        is_required=field["required"],
        asks_when=field["kind"] == "when",
    )


def _shown(message: Json) -> Shown:
    return _card(message["card"], message["ref"], message["answered"])


def _card(card: Json, reference: str = "", answered: Sequence[str] = ()) -> Shown:
    return Shown(
        reference,
        "\n".join((*card["paragraphs"], *answered)),
        _buttons(card["choices"], reference),
        _links(card["links"]),
        card["fallback"],
        card["safety"],
    )


def _buttons(choices: Sequence[Json], reference: str = "") -> tuple[Button, ...]:
    return tuple(Button(one["label"], one["press"], reference, one["hint"]) for one in choices)


def _links(links: Sequence[Json]) -> tuple[Link, ...]:
    return tuple(Link(one["label"], one["url"]) for one in links)


@asynccontextmanager
async def open_web() -> AsyncIterator[WebHarness]:
    """The web chat, served for one test."""
    async with serving(Scripted()) as served, visiting(served.link) as session:
        yield WebHarness(served, Visitor(session, served.origin, "resident"))
