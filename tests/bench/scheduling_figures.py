"""What of scheduling is measured on each database, and the figures drawn from it: S1 to S4."""

from functools import partial

from tests.bench.frame import Figure, Measure, Part

_HERE = "tests.bench.scheduling"
_ROSTER = "tests.bench.scheduling_roster"
_RIVAL = "tests.bench.rivals.apscheduler_jobs"
_BOTH: tuple[tuple[str, str, bool], ...] = (("", "on SQLite", False), (" pg", "on PostgreSQL", True))


def _measures(end: str, on: bool) -> tuple[Measure, ...]:
    measure = partial(Measure, postgres=on)
    return (
        measure(f"idle{end}", f"{_HERE}:idle", once=True),
        measure(f"due{end}", f"{_HERE}:due"),
        measure(f"floor{end}", f"{_HERE}:floor"),
        measure(f"jobs{end}", f"{_RIVAL}:due"),
        measure(f"burst{end}", f"{_HERE}:burst"),
        measure(f"roster{end}", f"{_ROSTER}:roster", once=True),
        measure(f"one{end}", f"{_ROSTER}:one_by_one"),
        measure(f"restart{end}", f"{_ROSTER}:restart", once=True),
    )


def _of_ticks(end: str, where: str, on: bool) -> tuple[Figure, ...]:
    return (
        Figure(
            f"S1{end}",
            f"An idle tick among 1,000,000 enrolled beside one among 10,000, {where}",
            f"idle{end}",
            "grows",
            most=1.5,
            unit=" x",
            short=f"idle tick, 1 M : 10 k{end}",
        ),
        Figure(
            f"S1 tick{end}",
            f"CPU of an idle tick{', client and server' if on else ''}, {where}",
            f"idle{end}",
            "many_ms",
            most=1.0 if on else 0.5,
            unit=" ms",
        ),
    )


def _of_nudges(end: str, where: str) -> tuple[Figure, ...]:
    return (
        Figure(
            f"S2{end}",
            f"A due nudge beside the bare driver's, {where}",
            f"due{end}",
            "both_ms",
            peer=f"floor{end}",
            most=3.0,
            unit=" x",
            short=f"due nudge : bare driver{end}",
            how="10,000 due at once in twelve zones. Quiet hours, silences, holds, caps, the reminder and the"
            " page drawn anew are ours alone; the bare driver claims, writes the outbox row and the next date"
            " on the same tables, in the same batches.",
        ),
        Figure(
            f"S2 jobs{end}",
            f"A due nudge beside one APScheduler job a trainee, {where}",
            f"due{end}",
            "both_ms",
            peer=f"jobs{end}",
            cheaper=True,
            least=15.0,
            unit=" x cheaper",
            short=f"due nudge : APScheduler job{end}",
            how="the job does nothing, where ours leaves the message ready to be sent.",
        ),
    )


def _of_bursts(end: str, where: str) -> tuple[Figure, ...]:
    return (
        Figure(
            f"S3{end}",
            f"Longest stall of the event loop with 10,000 due, {where}",
            f"burst{end}",
            "stall_ms",
            most=50.0,
            unit=" ms",
            how="wall time, so other work on the machine counts in: see the next line.",
        ),
        Figure(
            f"S3 still{end}",
            "The same loop with nothing due",
            f"burst{end}",
            "still_ms",
            unit=" ms",
        ),
        Figure(
            f"S3 first{end}",
            f"From the tick to the first send with 10,000 due, {where}",
            f"burst{end}",
            "first_ms",
            most=100.0,
            unit=" ms",
        ),
    )


def _of_rosters(end: str, where: str) -> tuple[Figure, ...]:
    return (
        Figure(
            f"S4{end}",
            f"CPU of bringing in a roster of 100,000, {where}",
            f"roster{end}",
            "whole_s",
            most=15.0,
            unit=" s",
            short=f"roster of 100,000{end}",
            how="from program.toml, read and checked, client and server: 100,000 trainees, 2,000 coaches, an"
            " assignment each.",
        ),
        Figure(
            f"S4 store{end}",
            "Of that the store's part beside bare inserts",
            f"roster{end}",
            "beside_bare",
            unit=" x",
        ),
    )


def _of_enrolled(end: str, where: str) -> tuple[Figure, ...]:
    return (
        Figure(
            f"S4 one{end}",
            f"CPU of enrolling one person, {where}",
            f"one{end}",
            "both_ms",
            most=1.0,
            unit=" ms",
        ),
        Figure(
            f"S4 restart{end}",
            f"CPU that 1,000,000 enrolled add to a start, {where}",
            f"restart{end}",
            "adds_ms",
            most=50.0,
            unit=" ms",
        ),
    )


def _figures(end: str, where: str, on: bool) -> tuple[Figure, ...]:
    nudges, bursts = _of_nudges(end, where), _of_bursts(end, where)
    return (*_of_ticks(end, where, on), *nudges, *bursts, *_of_rosters(end, where), *_of_enrolled(end, where))


PART = Part(
    name="scheduling",
    measures=tuple(one for end, _, on in _BOTH for one in _measures(end, on)),
    figures=tuple(one for end, where, on in _BOTH for one in _figures(end, where, on)),
)
