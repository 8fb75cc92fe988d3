"""A process that sweeps once: `python -m tests.nudges.sweeping <database address> <seconds since 1970>`."""

import sys
from datetime import UTC, datetime

from bot.nudges.sweep import Sweep
from bot.store.store import open_store


def main(url: str, at: str) -> None:
    store = open_store(url)
    Sweep(store, zone="UTC").run(datetime.fromtimestamp(float(at), UTC))
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
