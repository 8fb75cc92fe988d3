"""From an outbox row to what the platform is asked to do. None where nothing is left to send."""

from collections.abc import Callable
from datetime import date

from sqlalchemy import Connection, select

from adapters.port import Card, Form, Operation, OperationKind
from bot.delivery.row import Row
from bot.errors import KeyForgotten
from bot.people.alerts import OVER, alert_of
from bot.presentation.codec import outbox_place, unpack_card
from bot.presentation.fixed import fixed_card
from bot.store.store import Store
from bot.store.tables import consents, messages, participants
from bot.turns.house import House, links

ALERT = "alert:"
"""Before a thread's id, where an outbox row names what its button opens."""
Home = Callable[[Connection, Row], Form]
"""Draws a person's own surface from what is kept."""


class Renderer:
    """Opens, draws and addresses outbox rows. Called in a worker thread."""

    def __init__(self, store: Store, house: House, home: Home) -> None:
        self._store, self._house, self._home = store, house, home

    def __call__(self, row: Row) -> Operation | None:
        """The operation of one row."""
        if row.operation is OperationKind.PUBLISH:
            return self._addressed(row, form=self._store.read(lambda conn: self._home(conn, row)))
        reference = ""
        if row.operation in {OperationKind.RETIRE, OperationKind.REPLACE, OperationKind.REMOVE}:
            reference = self._store.read(lambda conn: _reference(conn, row))
            if not reference:
                return None
        elif row.talk_id.startswith(ALERT) and not self._is_still_sent(row):
            return None
        card = self._card(row)
        return self._addressed(row, card=card, reference=reference) if card else None

    def _is_still_sent(self, row: Row) -> bool:
        today = self._house.today(self._house.clock.now())
        return self._store.read(lambda conn: _is_still_sent(conn, row, today))

    def _card(self, row: Row) -> Card | None:
        if row.body is None:
            house = self._house
            return fixed_card(
                row.text_id,
                house.wordings,
                variant=row.variant or row.id,
                flow=row.flow,
                talk=row.talk_id,
                links=links(house.lines_at_any_hour(house.clock.now())),
            )
        try:
            return unpack_card(self._house.keys.open(row.subject, outbox_place(vars(row)), row.body))
        except KeyForgotten:
            return None

    def _addressed(
        self, row: Row, *, card: Card | None = None, form: Form | None = None, reference: str = ""
    ) -> Operation:
        return Operation(
            id=self._house.keys.mark(f"outbox:{row.id}"),
            kind=row.operation,
            to=row.account,
            lane=row.lane,
            card=card,
            form=form,
            reference=reference,
            started_by_us=row.started_by_us,
            tender=row.tender,
        )


def _is_still_sent(conn: Connection, row: Row, today: date) -> bool:
    """Whether the trainee's consent stands and the request is open, just before the coach hears of it."""
    alert = alert_of(conn, row.talk_id.removeprefix(ALERT), today)
    if alert is None or alert.state in OVER or not alert.is_coached:
        return False
    first = select(participants.c.person_id).where(  # who is next was named in what the first was sent
        participants.c.thread_id == alert.thread_id, participants.c.part == "coach"
    )
    consent = select(consents.c.id).where(
        consents.c.person_id == alert.trainee_id,
        consents.c.kind == "alert",
        consents.c.recipient_id.in_(first),
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
