"""An evening on which many check-ins are due at one instant, and several servers share them.

One server is killed on the way, the platform asks one of them to wait, another server joins, and somebody
types danger while all are asked to wait.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, update

from adapters.port import Lane
from bot.store.key_tables import default_key_store
from bot.store.keys import open_keys
from bot.store.masters import Masters
from bot.store.store import Store, open_store
from bot.store.tables import occurrences, outbox
from tests.bench.spent import server_seconds
from tests.kill.ledger import open_rows
from tests.kill.server import Deployment, Server, midday_zones, write_program
from tests.replicas.due import enrol
from tests.stub_platform.adapter import EVENTS
from tests.stub_platform.process import RunningStub, ask, running_stub

_SERVERS = 3
_AHEAD = timedelta(seconds=3)
_WITHIN = 600.0
_POLL = 0.05
_AT_REST = 3.0
"""Seconds without a new post after which what is still held was held by the server that was killed."""
_UNDER_WAY = 1.5
"""Seconds for what was on its way when the platform asked to wait, and for the word to get round."""
_MINUTE = 60_000
_WAIT = 429


class Busy(Deployment):
    """On a platform that lets a tenant send as fast as it can."""

    def environment(self, name: str, failpoint: str = "") -> dict[str, str]:
        rate = {"COMPANION_DISPATCH_RATE_PER_MINUTE": str(_MINUTE)}
        return super().environment(name, failpoint) | rate


@dataclass(frozen=True, kw_only=True)
class Evening:
    """`tries` as the platform saw them; `asked_to_wait`: when it did, in its seconds, and for how long.

    `servers` are the process ids in the order of their start, the first of them killed; `cpu`: their seconds.
    `in_doubt`: invitations left alone, because the killed server may have sent them.
    """

    users: tuple[str, ...]
    tries: list[dict[str, Any]]
    servers: tuple[int, ...]
    cpu: dict[int, float]
    database_cpu: float
    asked_to_wait: tuple[float, float]
    in_doubt: int
    left_open: int
    states: Counter[str] = field(default_factory=Counter)

    @property
    def invitations(self) -> list[dict[str, Any]]:
        """Those that were shown."""
        return [one for one in self.tries if _is_invitation(one) and one["answer"] == 200]

    @property
    def doubled(self) -> list[str]:
        """Who was invited more than once."""
        shown = Counter(one["to"] for one in self.invitations)
        return [user for user, number in shown.items() if number > 1]

    @property
    def missing(self) -> set[str]:
        """Who was not invited."""
        return set(self.users) - {one["to"] for one in self.invitations}

    @property
    def by_server(self) -> list[int]:
        """How many invitations each server posted, in the order of their start."""
        posted = Counter(one["by"] for one in self.invitations)
        return [posted[pid] for pid in self.servers]

    @property
    def in_pause(self) -> list[dict[str, Any]]:
        """What was tried while everybody was asked to wait."""
        since, seconds = self.asked_to_wait
        return [one for one in self.tries if since + _UNDER_WAY < one["at"] < since + seconds - 0.1]

    @property
    def seconds(self) -> float:
        """From the first invitation to the last, without the pauses."""
        times = [float(one["at"]) for one in self.invitations]
        pauses = len([one for one in self.tries if one["answer"] == _WAIT])
        return times[-1] - times[0] - pauses * self.asked_to_wait[1]


def evening(
    folder: Path, url: str, *, due: int, wait: float, database_server: int = 0, slow: float = 0.0
) -> Evening:
    """Live it on this empty database. `wait`: the Retry-After. `slow`: seconds that each post takes."""
    folder.mkdir(mode=0o700)
    zone = midday_zones()[0]
    with running_stub() as stub:
        program = write_program(folder / "program", ["somebody"], zone)
        shared = Busy(folder=folder, program=program, database_url=url, stub_url=stub.url)
        Masters.make(shared.master_keys)
        with _servers(shared) as servers:
            return _lived(
                shared, servers, stub, due=due, wait=wait, zone=zone, slow=slow, server=database_server
            )


def _lived(
    shared: Busy,
    servers: list[Server],
    stub: RunningStub,
    *,
    due: int,
    wait: float,
    zone: str,
    slow: float,
    server: int,
) -> Evening:
    if slow:
        stub.misbehave(*[f"slow:{slow}"] * (due // 2))
    keys = open_keys(default_key_store(shared.database_url), Masters.load(shared.master_keys))
    with closing(open_store(shared.database_url, single=False)) as store, closing(keys):
        began = server_seconds(server)
        users = enrol(store, keys, due, zone=zone, due_at=datetime.now(UTC) + _AHEAD)
        _until(lambda: stub.calls >= due // 4)
        killed = servers[0].pid
        cpu = {killed: server_seconds(killed)}
        asked = _troubles(servers, stub, wait)
        _finish(store, stub, paused_until=asked + wait)
        cpu |= {one.pid: server_seconds(one.pid) for one in servers[1:]}
        spent = server_seconds(server) - began
        for one in servers[1:]:
            one.stop()
        return Evening(
            users=tuple(users),
            tries=stub.tries,
            servers=(killed, *(one.pid for one in servers[1:])),
            cpu=cpu,
            database_cpu=spent,
            asked_to_wait=(asked, wait),
            in_doubt=_count(store, (outbox.c.reason == "unknown") & (outbox.c.lane == Lane.NUDGE)),
            left_open=open_rows(store),
            states=_states(store),
        )


def _troubles(servers: list[Server], stub: RunningStub, wait: float) -> float:
    """A kill, a wish to wait, danger and a newcomer; gives when the platform asked to wait."""
    servers[0].kill()
    stub.misbehave(f"wait:{wait}")
    servers[-1].begin()
    asked = _until_asked_to_wait(stub)
    time.sleep(_UNDER_WAY)
    _types_danger(servers[1])
    _hold(stub, servers[-1], wait, asked + wait)
    return asked


@contextmanager
def _servers(shared: Busy) -> Iterator[list[Server]]:
    """Three that serve, and one more that has not started."""
    servers = [Server(shared, f"server-{number}") for number in range(_SERVERS + 1)]
    try:
        for one in servers[:-1]:
            one.begin()
        _until(lambda: all(one.is_ready() or one.has_died() for one in servers[:-1]))
        yield servers
    finally:
        for one in servers:
            one.kill()


def _until_asked_to_wait(stub: RunningStub) -> float:
    """When the platform asked one of them to wait, in its seconds."""
    _until(lambda: any(one["answer"] == _WAIT for one in stub.tries))
    return next(float(one["at"]) for one in stub.tries if one["answer"] == _WAIT)


def _hold(stub: RunningStub, newcomer: Server, wait: float, until: float) -> None:
    """Ask to wait again until the newcomer is there, which on a busy machine takes longer than once."""
    while not newcomer.is_ready():
        if time.monotonic() > until - 1.0:
            stub.misbehave(f"wait:{wait}")
            until += wait
        time.sleep(_POLL)


def _types_danger(server: Server) -> None:
    """Somebody who is on no roster: the card is fixed, and nothing of it is kept."""
    said = {"id": "danger-1", "user": "passer-by", "kind": "message", "text": "i want to end my life"}
    ask(f"{server.url}{EVENTS}", said)


def _finish(store: Store, stub: RunningStub, *, paused_until: float) -> None:
    """Until nothing is planned or waits. Once all is still, the dead server's leases end, as in a minute."""
    deadline, calls, since = time.monotonic() + _WITHIN, -1, paused_until
    while _count(store, outbox.c.state.in_(("waiting", "leased", "sending"))) or _planned(store):
        if time.monotonic() > deadline:
            return
        now = stub.calls
        if now != calls:
            calls, since = now, max(paused_until, time.monotonic())
        if time.monotonic() - since > _AT_REST:
            _end_leases(store)
        time.sleep(_POLL)


def _planned(store: Store) -> int:
    due = (occurrences.c.state == "planned") & (occurrences.c.due_at <= datetime.now(UTC))
    query = select(func.count()).select_from(occurrences).where(due)
    return store.read(lambda conn: conn.scalar(query) or 0)


def _count(store: Store, which: Any) -> int:  # noqa: ANN401 - a condition
    query = select(func.count()).select_from(outbox).where(which)
    return store.read(lambda conn: conn.scalar(query) or 0)


def _states(store: Store) -> Counter[str]:
    return Counter(store.read(lambda conn: conn.scalars(select(outbox.c.state)).all()))


def _end_leases(store: Store) -> None:
    held = outbox.c.state.in_(("leased", "sending"))
    over = {"lease_until": datetime.now(UTC) - timedelta(seconds=1)}
    store.write(lambda conn: conn.execute(update(outbox).where(held).values(over)).rowcount)


def _is_invitation(one: dict[str, Any]) -> bool:
    return bool(one["lane"] == Lane.NUDGE and one["kind"] == "post")


def _until(met: Callable[[], bool]) -> None:
    """Raises TimeoutError."""
    deadline = time.monotonic() + _WITHIN
    while not met():
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(_POLL)
