"""The page of a run for the docs; what it says of the other database stays as it stands there."""

import re
from pathlib import Path

from tests.bench.machine import facts
from tests.load import figures
from tests.load.run import Run

WAITS = ("Milliseconds", "How many", "Median", "90 of 100", "99 of 100", "Longest")
TITLES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
READING = Path(__file__).with_name("reading.md")
_FACTS = {"Processor", "System", "Python", "SQLite", "PostgreSQL", "Other work"}
_HEAD = """# Load

A cohort of residents in the web chat, all at once, against one `companion serve`. `make load` does it again
(`make load PEOPLE=2000 MINUTES=10 THINK=150 DATABASE=postgresql`), and `ARGS=--page` writes this page anew.

The driver speaks what the page's scripts speak: every resident loads the page with its files, keeps a stream
open, presses Start, chooses a time for the check-in, and then goes from one thing to the next, with pauses of
a random length between two acts: check-ins by taps, lines, Back and Skip, buttons of older screens, words
that always work, reloads, an event sent twice. Once started, one in twenty begins a request to a coach, and
one in twenty-five types an invented phrase of danger. Nine acts lead to a request's Send, so that only those
who came early get there; the coach opens and acknowledges it. Residents arrive through the first nine tenths;
after six, the check-in of everybody who has come is due at one instant. The driver runs on the same machine,
on the same cores.

An error is: any answer but 200, a stream that breaks or ends, an answer or a message that is not what the
act before leads to, or not within 30 seconds, the same message twice, a word or name of another resident, a
chat that reads otherwise after a reload; and, once the server has ended by SIGTERM, an acknowledged event
without its claim, a row left to send, a send repeated, a message sent and not shown.
"""


def markdown(page: Path, one: Run) -> str:
    """The whole page, with this run's part new."""
    parts = _parts_of(page) | {TITLES[one.asked.database]: _part(one)}
    told = [f"## {title}\n{parts[title]}" for title in TITLES.values() if title in parts]
    return "\n".join([_HEAD, *told, READING.read_text(encoding="utf-8")])


def picture_of(one: Run) -> str:
    """The name of its picture."""
    return "load.svg" if one.asked.database == "sqlite" else "load-postgresql.svg"


def files_for(people: int) -> int:
    """Open files that so many pages need: each a stream and a connection for its events, and some besides."""
    return 2 * people + 200


def _parts_of(page: Path) -> dict[str, str]:
    if not page.exists():
        return {}
    found = re.split(r"^## (.+)\n", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    titles = set(TITLES.values())
    return {title: text for title, text in zip(found[1::2], found[2::2], strict=True) if title in titles}


def _part(one: Run) -> str:
    lines = [
        "",
        f"![Waits, CPU and memory over the run](images/{picture_of(one)})",
        "",
        *_table(WAITS, figures.table(one)),
        "",
        *_table(("", ""), list(figures.of_run(one).items())),
        "",
        *(f"- Error: {line}" for line in one.notes.worst()),
        *(f"- {name}: {value}" for name, value in facts() if name in _FACTS),
    ]
    return "\n".join(lines) + "\n"


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    lines = [head, ("---", *("---:" if len(head) > 2 else "---" for _ in head[1:])), *rows]
    return [f"| {' | '.join(line)} |" for line in lines]
