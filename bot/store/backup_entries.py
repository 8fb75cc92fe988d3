"""What in a PostgreSQL database, and in a dump of one, is the companion's; the rest is somebody else's.

A dump names each of its entries in a comment before it, as `-- Name: outbox pk_outbox; Type: CONSTRAINT; …`.
"""

import re
from collections.abc import Iterable, Iterator

from bot.store.tables import metadata

TABLES = (*metadata.tables, "alembic_version")
VIEWS = ("barred", "evaluated_assignments")
FUNCTIONS = (
    *("refuse_evaluating_coach", "end_evaluated_assignments"),
    *("look_at_memberships", "look_at_evaluations", "look_at_assignments"),
)
"""Those that a migration makes or made: they stay where a table goes, whose triggers alone call them."""

_TABLE = f"(?:{'|'.join(TABLES)})"
_KINDS = {
    "TABLE": _TABLE,
    "TABLE DATA": _TABLE,
    "DEFAULT": rf"{_TABLE} \w+",
    **dict.fromkeys(("SEQUENCE", "SEQUENCE OWNED BY", "SEQUENCE SET"), rf"{_TABLE}_\w+_seq"),
    "CONSTRAINT": rf"({_TABLE}) (?:pk|uq)_\1(?:_\w+)?|alembic_version alembic_version_pkc",
    "CHECK CONSTRAINT": rf"({_TABLE}) ck_\1_\w+",
    "FK CONSTRAINT": rf"({_TABLE}) fk_\1_\w+",
    "INDEX": rf"ix_{_TABLE}_\w+",
    "VIEW": "|".join(VIEWS),
    "FUNCTION": rf"(?:{'|'.join(FUNCTIONS)})\(\)",
    "TRIGGER": r"(?:assignments assignments_refuse|(memberships|evaluations) \1_end)(?:_insert|_update)?",
}
"""Whole names, by type. Of what others put on our tables nothing is: it may stand on what is not there."""
_OURS = {kind: re.compile(names) for kind, names in _KINDS.items()}
_ENTRY = re.compile(r"-- (?:Data for )?Name: (.+?); Type: ([A-Z ]+); Schema: (.+?); Owner: ")
_SETTINGS = (b"SET ", b"SELECT pg_catalog.set_config(", b"\\restrict ")
_ALWAYS = b"\\unrestrict "  # else psql would refuse to be told anything more


def entry(name: str, kind: str, schema: str, body: str) -> str:
    """One entry in a dump's own form."""
    return f"--\n-- Name: {name}; Type: {kind}; Schema: {schema}; Owner: -\n--\n\n{body};\n\n"


def ours_of(dump: Iterable[bytes], schema: str) -> Iterator[bytes]:
    """The lines of a dump with which it sets itself up, and of its entries ours, in that schema.

    What it would drop at its beginning is left out: what stands is dropped before.
    """
    is_begun = is_kept = in_rows = False
    for line in dump:
        if in_rows:
            in_rows = line != b"\\.\n"
        elif line.startswith(b"-- ") and (found := _ENTRY.match(line.decode(errors="replace"))):
            is_begun, is_kept = True, found[3] == schema and _is_ours(found[1], found[2])
        else:
            in_rows = line.startswith(b"COPY ") and line.endswith(b" FROM stdin;\n")
        if is_kept or line.startswith(_ALWAYS) or (not is_begun and line.startswith(_SETTINGS)):
            yield line


def _is_ours(name: str, kind: str) -> bool:
    return kind in _OURS and _OURS[kind].fullmatch(name) is not None
