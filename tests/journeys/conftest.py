"""A running server on each database in turn."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.serving import Served, serving


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def served(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    """`companion serve` with a demo that nobody has touched."""
    if request.param == "sqlite":
        with serving(tmp_path / "home") as started:
            yield started
        return
    server = request.getfixturevalue("postgres_server")
    url = server.create_database(request.getfixturevalue("postgres_template"))
    with serving(tmp_path / "home", url) as started:
        yield started
    server.drop_database(url)
