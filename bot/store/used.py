"""Which keys something still needs: of the rest, those older than an hour are swept away."""

from collections.abc import Collection

from sqlalchemy import Connection, select

from bot.store.tables import persons, talks, threads


def used_subjects(conn: Connection, subjects: Collection[str]) -> Collection[str]:
    """Those of the subjects that a row refers to. Tenants' keys are always in use."""
    by_kind: dict[str, set[str]] = {}
    for subject in subjects:
        kind, _, name = subject.partition(":")
        by_kind.setdefault(kind, set()).add(name)
    used = {subject for subject in subjects if subject.startswith("tenant:")}
    queries = {
        "person": select(persons.c.id).where(persons.c.state == "active"),
        "talk": select(talks.c.id).where(talks.c.words.is_not(None)),
        "thread": select(threads.c.id),
    }
    for kind, query in queries.items():
        names = by_kind.get(kind)
        if names:
            column = query.selected_columns[0]
            found = conn.execute(query.where(column.in_(names))).scalars()
            used |= {f"{kind}:{name}" for name in found}
    return used
