"""One measure in this process: python -m tests.bench.worker <module:function> <room as JSON> <result file>.

It imports nothing of the companion by itself: rivals run in an environment of their own.
"""

import json
import sys
from importlib import import_module
from pathlib import Path

from tests.bench.frame import Found, Room


def measured(work: str, room: Room) -> Found:
    """What the function of this name finds."""
    module, _, name = work.partition(":")
    found: Found = getattr(import_module(module), name)(room)
    return found


def main(work: str, room: str, result: str) -> None:
    given = json.loads(room)
    found = measured(work, Room(folder=Path(given.pop("folder")), **given))
    Path(result).write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
