"""S4: enrolling from a roster, one person at a time, and what a million enrolled add to a start."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import psycopg

from bot.app import App
from bot.clock import Clock
from bot.program.load import load_program
from bot.program.program import Member, Program, Role
from bot.program.seed import seed
from bot.settings import Settings
from bot.store.engines import sqlite_path
from bot.store.store import open_store
from tests.bench.frame import Found, Room
from tests.bench.scheduling import FEW, MANY, address, opened, server_of_store
from tests.bench.scheduling_floor import PRAGMAS
from tests.bench.scheduling_people import enrol
from tests.bench.spent import spent

ROSTER, A_COACH = 100_000, 50
ONE_BY_ONE = 300
_STARTS = date(2026, 7, 1)
_HEAD = 'id = "ward"\nname = "Ward"\nzone = "Europe/Berlin"\nevaluators_checked = 2026-07-01\n'
_TRAINEE = '[[people]]\nkey = "t{0}"\nname = "T {0}"\nroles = ["trainee"]\nstarts = 2026-07-01\n'
_COACH = """[[people]]
key = "c{0}"
name = "C {0}"
roles = ["coach"]
starts = 2026-07-01
[people.coach]
about = ""
hours = "Mondays"
weekdays = ["monday"]
opens = 08:30:00
closes = 17:00:00
"""
_ASSIGNED = '[[assignments]]\nby = "c{1}"\ntrainee = "t{0}"\nstarts = 2026-07-01\n'


def roster(room: Room) -> Found:
    """Seconds of CPU from the folder to the committed rows, and the store's part beside bare inserts."""
    number = room.times(ROSTER)
    folder = _folder(room.folder / "program", number)
    store = opened(room)
    server = server_of_store(store)
    with spent(server) as read:
        program = load_program(folder)
    with spent(server) as kept:
        seed(store, program, Clock())
    store.close()
    bare = _bare(room, number)
    ours = kept.cpu_ms + kept.server_ms
    return {"whole_s": (read.cpu_ms + ours) / 1000, "store_s": ours / 1000, "beside_bare": ours / bare}


def _folder(folder: Path, number: int) -> Path:
    coaches = max(1, number // A_COACH)
    folder.mkdir()
    with (folder / "program.toml").open("w", encoding="utf-8") as file:
        file.write(_HEAD)
        file.writelines(_TRAINEE.format(one) for one in range(number))
        file.writelines(_COACH.format(one) for one in range(coaches))
        file.writelines(_ASSIGNED.format(one, one % coaches) for one in range(number))
    return folder


def _bare(room: Room, number: int) -> float:
    """Milliseconds of the same rows by the bare driver: persons, accounts, memberships, assignments."""
    path = sqlite_path(address(room))
    if path is None:
        return _bare_postgres(room, number)
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    with spent() as found:
        connection.execute("BEGIN IMMEDIATE")
        for text, rows in _inserts(number):
            connection.executemany(text, rows)
        connection.execute("COMMIT")
    connection.close()
    return found.cpu_ms


def _bare_postgres(room: Room, number: int) -> float:
    store = open_store(room.postgres)
    server = server_of_store(store)
    store.close()
    with psycopg.connect(room.postgres.replace("+psycopg", "")) as connection:
        with spent(server) as found:
            for text, rows in _inserts(number):
                columns = text.partition(") VALUES")[0].removeprefix("INSERT INTO ")
                with connection.cursor().copy(f"COPY {columns}) FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
            connection.commit()
        return found.cpu_ms + found.server_ms


def _inserts(number: int) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
    people = [f"bare-{one:08}" for one in range(number)]
    coach = people[0]
    yield (
        "INSERT INTO persons (id, program_id, state, name, zone) VALUES (?, ?, ?, ?, ?)",
        [(one, "ward", "roster", one, "UTC") for one in people],
    )
    yield (
        'INSERT INTO accounts (platform, tenant, "user", person_id) VALUES (?, ?, ?, ?)',
        [("web", "bare", one, one) for one in people],
    )
    yield (
        "INSERT INTO memberships (program_id, person_id, role, starts) VALUES (?, ?, ?, ?)",
        [("ward", one, "trainee", "2026-07-01") for one in people],
    )
    yield (
        "INSERT INTO assignments (program_id, coach_id, trainee_id, starts) VALUES (?, ?, ?, ?)",
        [("ward", coach, one, "2026-07-01") for one in people[1:]],
    )


def one_by_one(room: Room) -> Found:
    """One person more each time, each in a transaction of its own."""
    store, number = opened(room), room.times(ONE_BY_ONE)
    enrol(store, room.times(FEW))
    nobody = Program(folder=room.folder, id="ward", name="Ward", zone="UTC")
    programs = [replace(nobody, people=(_member(one),)) for one in range(number + 20)]
    for program in programs[:20]:
        seed(store, program, Clock())
    with spent(server_of_store(store)) as found:
        for program in programs[20:]:
            seed(store, program, Clock())
    store.close()
    return found.each(number)


def _member(number: int) -> Member:
    return Member(key=f"new{number}", name=f"New {number}", roles=(Role.TRAINEE,), starts=_STARTS)


def restart(room: Room) -> Found:
    """Milliseconds of CPU of opening and assembling a server, with ten enrolled and with a million."""
    settings = Settings(_env_file=None, data_folder=room.folder / "data", database_url=address(room))
    App.from_settings(settings).opened.close()
    few = _start(settings)
    store = open_store(address(room))
    enrol(store, room.times(MANY))
    store.close()
    many = _start(settings)
    return {"few_ms": few, "many_ms": many, "adds_ms": many - few}


def _start(settings: Settings) -> float:
    """The least of three starts."""
    found = []
    for _ in range(3):
        with spent() as one:
            app = App.from_settings(settings)
        app.opened.close()
        found.append(one.cpu_ms)
    return min(found)
