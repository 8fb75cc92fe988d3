"""On which databases, with how many servers, and at which places the kills happen."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.failpoints import NAMES
from tests.kill.crowd import Crowd
from tests.kill.resident import Resident
from tests.kill.server import Deployment, Server, midday_zones, write_program
from tests.kill.story import NEWCOMERS, Night, prepared
from tests.stub_platform.adapter import StubPlatform
from tests.stub_platform.process import running_stub

LATEST = {
    "turn.before-commit": 14,
    "turn.after-commit": 14,
    "dispatch.claimed": 8,
    "dispatch.before-send": 10,
    "dispatch.after-send": 14,
    "dispatch.finished": 10,
    "sweep.before-commit": 1,
    "sweep.after-commit": 1,
    "keys.after-commit": 3,
    "migrate.before-begin": 3,
    "migrate.before-commit": 2,
    "migrate.after-last": 1,
    "rotate.secrets-turned": 1,
    "rotate.before-commit": 2,
    "rotate.after-commit": 1,
}
"""At which visit of a place the latest kill is: migrations, rotations and sweeps come by only a few times."""

_PARTS = ("turn.", "dispatch.", "sweep.", "keys.", "migrate.", "rotate.")
OF_A_NIGHT = tuple(name for name in NAMES if name.startswith(_PARTS))
"""Every place but those of commands that stand alone, which have tests of their own."""


@dataclass(frozen=True)
class Setup:
    """A database and the number of servers on it."""

    database: str
    servers: int

    def __str__(self) -> str:
        return f"{self.database}, {self.servers} server{'s' if self.servers > 1 else ''}"


SETUPS = (Setup("SQLite", 1), Setup("PostgreSQL", 1), Setup("PostgreSQL", 3))


def places(seed: int) -> tuple[str, ...]:
    """Every place once, each with the visit at which it kills; those of servers in an order of their own.

    Sweeps come last: until somebody has gone through a first talk there is nothing to sweep.
    """
    dice = random.Random(seed)  # noqa: S311 - the same night each time
    drawn = [f"{name}:{dice.randint(1, LATEST[name])}" for name in OF_A_NIGHT]
    serving = [one for one in drawn if not one.startswith(("migrate.", "rotate."))]
    dice.shuffle(serving)
    serving.sort(key=lambda one: one.startswith("sweep."))
    return (*(one for one in drawn if one not in serving), *serving)


@contextmanager
def night(
    setup: Setup,
    folder: Path,
    *,
    postgres_url: str = "",
    newcomers: int,
    seed: int = 0,
    platform: type[StubPlatform] = StubPlatform,
) -> Iterator[Night]:
    """Everything that a night of so many newcomers needs, none of it started yet.

    `postgres_url`: an empty database, unless the setup is on SQLite. `platform`: made by the servers.
    """
    folder.mkdir(mode=0o700)
    url = postgres_url if setup.database == "PostgreSQL" else f"sqlite:///{folder}/companion.db"
    users = [f"resident-{number}" for number in range(newcomers)]
    zone, devices = midday_zones()
    residents = [Resident(one, random.Random(f"{seed} {one}"), devices) for one in users]  # noqa: S311 - the same
    with running_stub() as stub:
        program = write_program(folder / "program", users, zone)
        deployment = Deployment(
            folder=folder, program=program, database_url=url, stub_url=stub.url, platform=platform
        )
        servers = [Server(deployment, f"server-{number}") for number in range(setup.servers)]
        try:
            yield Night(deployment, Crowd(servers, stub, residents), prepared(deployment))
        finally:
            for server in servers:
                server.kill()


def newcomers_of(places: tuple[str, ...]) -> int:
    """How many residents come in a night of these kills."""
    return NEWCOMERS * len([one for one in places if not one.startswith(("migrate.", "rotate."))])
