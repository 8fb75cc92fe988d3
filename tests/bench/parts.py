"""The parts of the benchmark, in the order of the report: a name for the command line, and its module."""

from importlib import import_module

from tests.bench.frame import Part

PARTS = {
    "turns": "tests.bench.turns",
    "words": "tests.bench.words",
    "store": "tests.bench.store_alone",
    "postgres": "tests.bench.on_postgres",
    "overlap": "tests.bench.overlap",
    "memory": "tests.bench.in_flight",
    "starting": "tests.bench.starting",
    "scheduling": "tests.bench.scheduling_figures",
    "zones": "tests.bench.zones",
    "kills": "tests.kill.part",
}


def load(name: str) -> Part:
    """The part of this name. Raises LookupError."""
    part: Part = import_module(PARTS[name]).PART
    return part
