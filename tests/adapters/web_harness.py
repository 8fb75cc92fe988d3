"""The contract suite's hands on the web chat: over HTTP, with a scripted turn."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from adapters.port import Account, Form, Incoming, Platform, Reply
from adapters.web.wire import Json
from tests.adapters.harness import Answer, Button, Shown
from tests.web.scripted import Scripted
from tests.web.serving import Served, serving
from tests.web.visitor import Visitor, visiting


class WebHarness:
    """A resident at the page."""

    account = Account("web", "demo", "resident")
    gone = Account("web", "demo", "nobody")
    drops_repeats = True
    can_find = True

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

    async def types(self, text: str, *, event: str) -> Answer:
        return await self._post({"kind": "message", "text": text}, event)

    async def edits(self, text: str, *, of: str, event: str) -> Answer:
        del of  # the page has no edits: what is posted as one is refused
        return await self._post({"kind": "edit", "text": text}, event)

    async def presses(self, button: Button, *, event: str) -> Answer:
        return await self._post({"kind": "press", "press": button.value, "origin": button.reference}, event)

    async def submits(self, form: Form, fields: Mapping[str, Sequence[str]], *, event: str) -> Answer:
        assert form.submit is not None
        values = {key: list(found) for key, found in fields.items()}
        return await self._post({"kind": "form", "press": form.submit.pack(), "fields": values}, event)

    async def shown(self) -> Sequence[Shown]:
        return [_shown(message) for message in await self._visitor.look()]

    async def own(self) -> str:
        await self._visitor.look()
        return _words(self._visitor.own)

    async def _post(self, body: Json, event: str) -> Answer:
        status, reply = await self._visitor.post({"id": f"event-{event}", "as": "resident", **body})
        card = "\n".join(reply["card"]["paragraphs"]) if reply.get("card") else ""
        if status != 200:
            return Answer(is_accepted=False, card=card)
        closed = reply["kind"] == "close"
        form = _words(reply["form"])
        return Answer(
            is_accepted=True,
            form=form,
            errors=reply["errors"],
            notice=reply["notice"],
            card=card,
            is_closed=closed,
        )


def _words(form: Json | None) -> str:
    if form is None:
        return ""
    strip = [f"{bar['label']} {bar['word']}" for bar in form["strip"]]
    labels = [one["label"] for one in (*form["choices"], *form["controls"])]
    return "\n".join((form["title"], *form["paragraphs"], form["question"], *labels, *strip))


def _shown(message: Json) -> Shown:
    card, reference = message["card"], message["ref"]
    buttons = tuple(Button(one["label"], one["press"], reference) for one in card["choices"])
    text = "\n".join((*card["paragraphs"], *message["answered"]))
    return Shown(reference, text, buttons, tuple(one["url"] for one in card["links"]))


@asynccontextmanager
async def open_web() -> AsyncIterator[WebHarness]:
    """The web chat, served for one test."""
    async with serving(Scripted()) as served, visiting(served.link) as session:
        yield WebHarness(served, Visitor(session, served.origin, "resident"))
