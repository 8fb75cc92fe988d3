"""Three servers on one PostgreSQL, and many check-ins due at one instant: python -m tests.replicas [--due N].

One server is killed, all are asked to wait, a fourth joins. Ends with 1 where anything is doubled or lost.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import psycopg

from adapters.port import Lane
from bot.commands.terminal import show_table
from tests import servers
from tests.bench.spent import server_of
from tests.replicas.evening import Evening, evening


def main() -> int:
    asks = argparse.ArgumentParser(prog="python -m tests.replicas", description=__doc__)
    asks.add_argument("--due", type=int, default=10_000)
    asks.add_argument("--wait", type=float, default=10.0, help="the seconds of Retry-After")
    asked = asks.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="companion-evening-") as folder,
        servers.postgres(fsync=True) as server,
    ):
        with psycopg.connect(server.url.replace("+psycopg", "")) as connection:
            (data,) = connection.execute("SHOW data_directory").fetchone() or ("",)
        lived = evening(
            Path(folder) / "servers",
            server.create_database(),
            due=asked.due,
            wait=asked.wait,
            database_server=server_of(data),
        )
    show_table(("What", "Found"), _found(lived), empty="")
    return int(bool(lived.doubled or lived.left_open or len(lived.missing) > lived.in_doubt))


def _found(lived: Evening) -> list[tuple[str, str]]:
    shown = len(lived.invitations)
    cpu = ", ".join(f"{lived.cpu[pid]:.1f}" for pid in lived.servers)
    return [
        ("Due at one instant", f"{len(lived.users):,}"),
        ("Invited", f"{shown:,}"),
        ("Twice", f"{len(lived.doubled)}"),
        ("Not invited", f"{len(lived.missing)}"),
        ("Left alone in doubt", f"{lived.in_doubt}"),
        ("Left to send", f"{lived.left_open}"),
        ("By server, the first killed, the last come later", ", ".join(map(str, lived.by_server))),
        ("Seconds, without the pause", f"{lived.seconds:.1f}"),
        ("Invitations a second", f"{shown / lived.seconds:.0f}"),
        ("Everything posted", f"{sum(one['answer'] == 200 for one in lived.tries):,}"),
        ("CPU seconds of each server", cpu),
        ("CPU seconds of PostgreSQL", f"{lived.database_cpu:.1f}"),
        ("Nudges tried in the pause", str(sum(one["lane"] >= Lane.NUDGE for one in lived.in_pause))),
        ("Safety cards shown in the pause", str(sum(one["lane"] == Lane.SAFETY for one in lived.in_pause))),
    ]


if __name__ == "__main__":
    sys.exit(main())
