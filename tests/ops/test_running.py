"""A stop drains; a second one does not wait."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot.delivery.dispatcher import PARALLEL
from bot.running import WORKERS

SCRIPT = """
import asyncio, sys
from bot.running import run_until_stopped

async def start():
    print("started", flush=True)
    if sys.argv[1] == "fails":
        raise ValueError

async def stop():
    print("stopping", flush=True)
    await asyncio.sleep(float(sys.argv[2]))
    print("stopped", flush=True)

asyncio.run(run_until_stopped(start, stop, float(sys.argv[3])))
"""

SETTLED = """
import asyncio, gc
from bot.running import run_until_stopped

async def start():
    pass

async def stop():
    print(gc.get_freeze_count() > 10_000, gc.get_threshold()[0])

async def both():
    running = asyncio.create_task(run_until_stopped(start, stop, 5))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    running.cancel()
    await asyncio.wait([running])

asyncio.run(both())
"""


@contextmanager
def process(how: str, *, takes: float, drain: float) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", SCRIPT, how, str(takes), str(drain)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "started\n"
        yield running
        running.kill()


def rest(running: subprocess.Popen[str]) -> tuple[str, int]:
    assert running.stdout is not None
    return running.stdout.read(), running.wait(timeout=60)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_drains_and_ends_well(number: signal.Signals) -> None:
    with process("starts", takes=0, drain=60) as running:
        running.send_signal(number)
        assert rest(running) == ("stopping\nstopped\n", 0)


def test_a_second_signal_kills() -> None:
    with process("starts", takes=60, drain=60) as running:
        running.send_signal(signal.SIGTERM)
        assert running.stdout is not None
        assert running.stdout.readline() == "stopping\n"
        running.send_signal(signal.SIGTERM)
        assert rest(running) == ("", -signal.SIGTERM)


def test_a_drain_that_takes_too_long_is_ended() -> None:
    with process("starts", takes=60, drain=0.05) as running:
        running.send_signal(signal.SIGTERM)
        assert rest(running) == ("stopping\n", 0)


def test_what_did_not_start_is_closed_all_the_same() -> None:
    with process("fails", takes=0, drain=60) as running:
        assert rest(running) == ("stopping\nstopped\n", 1)


def test_what_a_start_made_is_collected_no_more() -> None:
    done = subprocess.run([sys.executable, "-c", SETTLED], capture_output=True, text=True, check=True)
    assert done.stdout == "True 10000\n"


def test_sends_that_wait_leave_threads_to_the_others() -> None:
    assert WORKERS > 2 * PARALLEL
