"""The commands: quick help, one-line errors, codes, and streams that end when their reader does."""

import json
import sqlite3
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from bot.commands.terminal import counted
from tests.ops.console import companion, environment
from tests.rules.source import ROOT

MARKER = "MARKER-my-own-words"
HEAVY = {
    "aiohttp",
    "alembic",
    "apscheduler",
    "cryptography",
    "psycopg",
    "pydantic",
    "sqlalchemy",
    "structlog",
}


def test_help_imports_nothing_heavy() -> None:
    script = (
        "import sys\nfrom bot.cli import app\n"
        "try: app(['--help'])\nexcept SystemExit: pass\n"
        f"print('HEAVY', sorted({HEAVY} & set(sys.modules)))"
    )
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert "rehearse" in shown
    assert shown.endswith("HEAVY []\n")


def test_the_version_is_that_of_what_is_installed(tmp_path: Path) -> None:
    done = companion("--version", folder=tmp_path)
    assert (done.returncode, done.stdout) == (0, f"companion {version('coaching-companion')}\n")


@pytest.mark.parametrize("words", [["--help"], ["outbox", "--help"], ["keys", "--help"], ["hold", "--help"]])
def test_every_group_has_help(words: list[str], tmp_path: Path) -> None:
    assert companion(*words, folder=tmp_path).returncode == 0


def test_settings_that_cannot_be_used_are_told_line_by_line(tmp_path: Path) -> None:
    done = companion("check", folder=tmp_path, port="x", sweep_seconds="0")
    assert (done.returncode, done.stdout) == (78, "")
    assert [line.partition(": ")[2].partition(":")[0] for line in done.stderr.splitlines()] == [
        "COMPANION_PORT",
        "COMPANION_SWEEP_SECONDS",
    ]


def test_an_operators_error_is_one_line_with_what_to_do(tmp_path: Path) -> None:
    done = companion("outbox", "list", folder=tmp_path)
    assert (done.returncode, done.stderr) == (
        78,
        "companion: There is no database yet. Run: companion migrate\n",
    )


def test_a_database_that_is_away_is_told_in_one_line(tmp_path: Path) -> None:
    done = companion("migrate", folder=tmp_path, database_url="postgresql://127.0.0.1:1/none")
    assert (done.returncode, done.stderr.count("\n")) == (69, 1)


def test_dead_letters_can_be_listed_beside_a_server(served: Path) -> None:
    assert companion("outbox", "list", folder=served).stdout == "There are no dead letters.\n"


@pytest.mark.parametrize("what", ["requeue", "drop"])
def test_a_row_that_is_not_there_is_told(served: Path, what: str) -> None:
    done = companion("outbox", what, "7", folder=served)
    assert (done.returncode, done.stderr.count("\n")) == (66, 1)


def unboxed(told: str) -> str:
    """A usage error as one line, without the box around it."""
    return " ".join(told.replace("│", " ").split())


@pytest.mark.parametrize("row", ["abc", "-1", "9" * 30])
def test_what_is_no_number_of_a_row_is_told_in_our_words(row: str, tmp_path: Path) -> None:
    done = companion("outbox", "requeue", "--", row, folder=tmp_path)
    assert (done.returncode, "is not the number of a row" in unboxed(done.stderr)) == (2, True)


def test_a_hold_is_placed_seen_and_lifted(served: Path) -> None:
    by = ("--by", "Dr. Helen Brandt")
    assert companion("roster", "import", folder=served).returncode == 0
    assert companion("hold", "place", *by, "--stage", "PGY-2", folder=served).returncode == 0
    assert "Dr. Helen Brandt" in companion("hold", "list", folder=served).stdout
    assert companion("hold", "lift", *by, folder=served).returncode == 66
    assert companion("hold", "lift", *by, "--stage", "PGY-2", folder=served).returncode == 0
    assert companion("hold", "list", folder=served).stdout == "No hold stands.\n"


@pytest.mark.parametrize(
    ("stage", "by", "code", "said"),
    [
        ("PGY-9", "Dr. Brandt", 66, "There are: PGY-2."),
        ("PGY-2", " ", 2, "give a name"),
        ("PGY-2", "Dr. \udcff", 2, "letters that print"),
        ("PGY-2", "Dr. Brandt\nHeld: nothing.", 2, "letters that print"),
        ("PGY-2", "Dr. \x1b[2J", 2, "letters that print"),
    ],
)
def test_a_hold_of_nobody_or_by_nobody_is_refused(
    stage: str, by: str, code: int, said: str, served: Path
) -> None:
    companion("roster", "import", folder=served)
    done = companion("hold", "place", "--by", by, "--stage", stage, folder=served)
    assert (done.returncode, said in unboxed(done.stderr)) == (code, True)
    assert companion("hold", "list", folder=served).stdout == "No hold stands.\n"


@pytest.mark.parametrize(
    "words", [["roster", "import"], ["backup"], ["backup", "here", "--keys"], ["restore"]]
)
def test_a_name_that_is_too_long_for_any_folder_is_one_line(words: list[str], served: Path) -> None:
    done = companion(*words, "n" * 300, folder=served)
    assert (done.returncode, done.stderr.count("\n"), "too long" in done.stderr) == (65, 1, True)


def test_before_the_first_start_a_hold_is_placed_once_the_roster_is_there(tmp_path: Path) -> None:
    place = ("hold", "place", "--by", "Dr. Brandt")
    companion("migrate", folder=tmp_path)
    done = companion(*place, folder=tmp_path)
    assert (done.returncode, done.stderr.count("\n"), "roster import" in done.stderr) == (66, 1, True)
    companion("roster", "import", folder=tmp_path)
    assert companion(*place, folder=tmp_path).returncode == 0


def test_keys_are_made_added_and_rotated(served: Path) -> None:
    key = served / "data" / "master.key"
    before = key.read_text()

    assert companion("keys", "make", folder=served).returncode == 78
    assert companion("keys", "make", "--add", folder=served).returncode == 0
    assert companion("keys", "rotate", folder=served).returncode == 0
    status = companion("keys", "status", folder=served).stdout.splitlines()
    assert status[0].startswith(
        "Version 1 wraps 0 keys. Nothing here needs it; it may leave the file once no"
    )
    assert status[1] == "Version 2 wraps 0 keys, and new ones."
    assert key.read_text().startswith(before)
    assert key.stat().st_mode & 0o777 == 0o600


def test_a_lost_master_key_is_refused_in_words_of_its_own_and_not_made_anew(tmp_path: Path) -> None:
    companion("migrate", folder=tmp_path)
    companion("keys", "status", folder=tmp_path)
    key = tmp_path / "data" / "master.key"
    key.unlink()

    done = companion("keys", "status", folder=tmp_path)
    told = f"companion: {key} is gone, and only that key opens what is kept: put it back.\n"
    assert (done.returncode, done.stderr, key.exists()) == (78, told, False)


def test_production_refuses_a_clock_that_was_walked(tmp_path: Path) -> None:
    companion("migrate", folder=tmp_path)
    companion("keys", "status", folder=tmp_path)
    with sqlite3.connect(tmp_path / "data" / "companion.db") as database:
        database.execute("insert into meta values ('clock', '3600000')")
    database.close()

    key = str(tmp_path / "data" / "master.key")
    settings = {"environment": "production", "master_key_file": key, "program_folder": str(tmp_path)}
    done = companion("outbox", "list", folder=tmp_path, **settings)
    assert (done.returncode, done.stderr.count("\n"), "walked" in done.stderr) == (78, 1, True)


def test_files_are_for_their_owner_alone(served: Path) -> None:
    modes = {path.name: path.stat().st_mode & 0o077 for path in (served / "data").iterdir()}
    assert modes == dict.fromkeys(modes, 0)


@pytest.mark.parametrize("umask", ["000", "022", "077", "277"])
def test_the_first_start_is_private_under_any_umask(umask: str, tmp_path: Path) -> None:
    run = f"umask {umask}; {sys.executable} -m bot keys make data/k && {sys.executable} -m bot migrate"
    done = subprocess.run(
        ["bash", "-c", run],
        cwd=tmp_path,
        check=False,
        env=environment(tmp_path, {}) | {"PYTHONPATH": str(ROOT)},
    )
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "data").iterdir()}
    assert (done.returncode, set(modes.values())) == (0, {0o600}), modes
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700


def test_a_data_folder_that_others_can_open_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0o755)
    done = companion("serve", folder=tmp_path)
    told = f"companion: Others can open {tmp_path}/data. Run: chmod 700 {tmp_path}/data\n"
    assert (done.returncode, done.stderr) == (78, told)


def test_assess_answers_line_by_line(tmp_path: Path) -> None:
    lines = "".join(json.dumps({"id": n, "text": "fine \ud83d \x00"}) + "\n" for n in range(2))
    done = companion("assess", folder=tmp_path, given=lines)
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == [0, 1]


@pytest.mark.parametrize("command", ["assess", "identifiers"])
def test_a_line_that_is_no_json_is_named_and_not_shown(command: str, tmp_path: Path) -> None:
    done = companion(command, folder=tmp_path, given=f"{MARKER}\n")
    assert (done.returncode, done.stderr.count("\n"), MARKER in done.stderr) == (65, 1, False)


def test_a_reader_that_goes_away_ends_the_stream_quietly(tmp_path: Path) -> None:
    line = json.dumps({"id": 1, "text": "fine"})
    done = subprocess.run(
        ["bash", "-c", f"yes '{line}' | {sys.executable} -m bot assess | head -n 1"],
        capture_output=True,
        text=True,
        check=True,
        env=environment(tmp_path, {}),
    )
    assert (done.stdout.count("\n"), done.stderr) == (1, "")


def test_a_talk_can_be_rehearsed_in_the_terminal(tmp_path: Path) -> None:
    done = companion("rehearse", "check-in", folder=tmp_path, given="stop\n")
    assert (done.returncode, done.stdout.count("> ")) == (0, 1)


@pytest.mark.parametrize(("words", "starts"), [([], "Weekly check-in"), (["--diagram"], "flowchart")])
def test_a_talk_is_printed_for_review(words: list[str], starts: str, tmp_path: Path) -> None:
    done = companion("script", "check-in", *words, folder=tmp_path)
    assert (done.returncode, done.stdout.startswith(starts)) == (0, True)


def test_a_talk_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    done = companion("rehearse", "chek-in", folder=tmp_path)
    assert (done.returncode, "check-in" in done.stderr) == (66, True)


def test_counted_words_follow_their_number() -> None:
    assert [counted(n, "key") for n in (0, 1, 2)] == ["0 keys", "1 key", "2 keys"]
    assert counted(1, "person", "people") + counted(2, "person", "people") == "1 person2 people"


def test_a_defect_shows_its_type_and_place_only(tmp_path: Path) -> None:
    script = (
        "import bot.commands.showing as showing\n"
        f"def broken():\n    raise ValueError('{MARKER}')\n"
        "showing.docs = broken\n"
        "import sys; sys.argv = ['companion', 'settings', 'docs']\n"
        "from bot.cli import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, "ValueError" in done.stderr, MARKER in done.stderr) == (70, True, False)
