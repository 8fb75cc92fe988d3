"""INSERT … ON CONFLICT, which SQLAlchemy spells per dialect."""

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_into(conn: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An insert that can say what to do where the row is there already."""
    return postgresql.insert(table) if conn.dialect.name == "postgresql" else sqlite.insert(table)
