"""`companion serve`: says where to look, stops when asked, and is alone on its SQLite file."""

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.settings import DEMO_PROGRAM
from tests.ops.console import FREE, companion, environment


@contextmanager
def serving(folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server that has said its first line."""
    command = [sys.executable, "-m", "bot", "serve"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=environment(folder, FREE)
    ) as server:
        assert server.stdout is not None
        try:
            yield server, server.stdout.readline()
        finally:
            server.kill()


def test_it_says_where_to_look_and_stops_when_asked(tmp_path: Path) -> None:
    with serving(tmp_path) as (server, line):
        server.send_signal(signal.SIGTERM)
        assert (line.startswith("Open http://127.0.0.1:"), server.wait(timeout=60)) == (True, 0)


def test_a_second_server_on_the_same_file_is_refused_in_one_line(tmp_path: Path) -> None:
    with serving(tmp_path):
        done = companion("serve", folder=tmp_path, **FREE)
        assert (done.returncode, done.stderr.count("\n"), "Another companion" in done.stderr) == (75, 1, True)


def test_commands_work_beside_a_server(tmp_path: Path) -> None:
    with serving(tmp_path):
        assert companion("outbox", "list", folder=tmp_path).returncode == 0
        assert companion("keys", "rotate", folder=tmp_path).returncode == 0
        done = companion("check", folder=tmp_path, **FREE)
        assert (done.returncode, "companion.db now" in done.stdout) == (0, True)


def test_a_rotation_waits_for_the_servers_that_lack_the_newest_master(tmp_path: Path) -> None:
    with serving(tmp_path) as (server, _):
        assert companion("keys", "make", "--add", folder=tmp_path).returncode == 0
        done = companion("keys", "rotate", folder=tmp_path)
        assert (done.returncode, done.stderr.count("\n")) == (75, 1)
        assert done.stderr.startswith("companion: Without version 2 of the master key: 1 server. Restart")
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=60)
    assert companion("keys", "rotate", folder=tmp_path).returncode == 0


def _own_program(folder: Path) -> Path:
    """The demo's program with numbers and checks that could be real."""
    made = Path(shutil.copytree(DEMO_PROGRAM, folder / "program"))
    resources = made / "resources.toml"
    resources.write_text(resources.read_text().replace("555-01", "202-44").replace("2099-", "2026-"))
    about = made / "program.toml"
    about.write_text(about.read_text().replace("2099-", "2026-"))
    return made


def test_production_refuses_the_invented_numbers_of_a_copied_demo(tmp_path: Path) -> None:
    assert companion("keys", "make", str(tmp_path / "key"), folder=tmp_path).returncode == 0
    folder = _own_program(tmp_path)
    shutil.copy(DEMO_PROGRAM / "resources.toml", folder)
    own = {"master_key_file": str(tmp_path / "key"), "program_folder": str(tmp_path / "program")}
    done = companion("serve", folder=tmp_path, environment="production", **own, **FREE)
    assert (done.returncode, (tmp_path / "data").exists()) == (78, False)
    assert "Resident counselling has an invented number (555-01xx); entry" in done.stderr
    assert "verified_on 2099-01-01 is in the future: check Resident counselling, and" in done.stderr


def test_production_says_at_every_start_what_the_web_chat_means(tmp_path: Path) -> None:
    assert companion("keys", "make", str(tmp_path / "key"), folder=tmp_path).returncode == 0
    own = {"master_key_file": str(tmp_path / "key"), "program_folder": str(_own_program(tmp_path))}
    chat = {"web_chat": "true", "web_chat_speaks_for_everybody": "true"}
    given = environment(tmp_path, {"environment": "production", **own, **chat, **FREE})
    command = [sys.executable, "-m", "bot", "serve"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=given) as server:
        assert server.stderr is not None
        logged = [json.loads(server.stderr.readline()) for _ in range(2)]
        server.kill()
    assert [line["event"] for line in logged] == ["web.chat-speaks-for-everybody", "web.listening"]


def test_a_program_that_cannot_be_read_is_refused_in_one_line(tmp_path: Path) -> None:
    done = companion("serve", folder=tmp_path, program_folder=str(tmp_path), **FREE)
    assert (done.returncode, done.stderr.count("\n")) == (78, 1)
    assert done.stderr.startswith(f"companion: There is no {tmp_path}/program.toml. Correct the named file")
