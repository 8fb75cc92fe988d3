"""From an outbox row to what the platform is asked to do. None where nothing is left to send."""

from collections.abc import Callable

from sqlalchemy import Connection, select

from adapters.port import Card, Form, Link, Operation, OperationKind
from bot.delivery.row import Row
from bot.errors import KeyForgotten
from bot.people.alerts import OVER, alert_of
from bot.presentation.codec import unpack_card
from bot.presentation.fixed import fixed_card
from bot.presentation.views import Wordings
from bot.store.keys import Keys
from bot.store.store import Store
from bot.store.tables import consents, messages

ALERT = "alert:"
"""Before a thread's id, where an outbox row names what its button opens."""
Home = Callable[[Connection, Row], Form | None]
"""Draws a person's own surface from what is kept."""


class Renderer:
    """Opens, draws and addresses outbox rows. Called in a worker thread."""

    def __init__(
        self, store: Store, keys: Keys, wordings: Wordings, lines: Callable[[], tuple[Link, ...]], home: Home
    ) -> None:
        self._store, self._keys, self._wordings = store, keys, wordings
        self._lines, self._home = lines, home

    def __call__(self, row: Row) -> Operation | None:
        """The operation of one row."""
        if row.operation is OperationKind.PUBLISH:
            form = self._store.read(lambda conn: self._home(conn, row))
            return self._addressed(row, form=form) if form else None
        reference = ""
        if row.operation in {OperationKind.RETIRE, OperationKind.REPLACE, OperationKind.REMOVE}:
            reference = self._store.read(lambda conn: _reference(conn, row))
            if not reference:
                return None
        if row.talk_id.startswith(ALERT) and not self._store.read(lambda conn: _is_still_sent(conn, row)):
            return None
        card = self._card(row)
        return self._addressed(row, card=card, reference=reference) if card else None

    def _card(self, row: Row) -> Card | None:
        if row.body is None:
            return fixed_card(
                row.text_id,
                self._wordings,
                variant=row.variant or row.id,
                flow=row.flow,
                talk=row.talk_id,
                links=self._lines(),
            )
        try:
            return unpack_card(self._keys.open(row.subject, "outbox/body", row.body))
        except KeyForgotten:
            return None

    def _addressed(
        self, row: Row, *, card: Card | None = None, form: Form | None = None, reference: str = ""
    ) -> Operation:
        return Operation(
            id=self._keys.mark(f"outbox:{row.id}"),
            kind=row.operation,
            to=row.account,
            lane=row.lane,
            card=card,
            form=form,
            reference=reference,
            started_by_us=row.started_by_us,
            tender=row.tender,
        )


def _is_still_sent(conn: Connection, row: Row) -> bool:
    """Whether the trainee's consent stands and the request is open, just before the coach hears of it."""
    alert = alert_of(conn, row.talk_id.removeprefix(ALERT), row.due_at.date())
    if alert is None or alert.state in OVER or not alert.is_coached:
        return False
    consent = select(consents.c.id).where(
        consents.c.person_id == alert.trainee_id,
        consents.c.kind == "alert",
        consents.c.revoked_at.is_(None),
    )
    return conn.execute(consent.limit(1)).first() is not None


def _reference(conn: Connection, row: Row) -> str:
    found = conn.execute(
        select(messages.c.reference).where(
            messages.c.talk_id == row.talk_id,
            messages.c.key == row.key,
            messages.c.platform == row.platform,
            messages.c.tenant == row.tenant,
            messages.c.user == row.user,
        )
    )
    return str(found.scalar() or "")
