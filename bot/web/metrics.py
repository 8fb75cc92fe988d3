"""Counts by class, for /metrics. No label ever names a person, a talk or a tender kind.

Every label takes few values, which stand here or in the code that hands them in; nothing that comes from
outside becomes one. Each series is there from the start, so that its first rise is seen as one.
"""

from collections.abc import Callable
from importlib.metadata import version

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

from bot.backlog import LANES, STATES, Backlog, lane_class
from bot.delivery.outcome import Again, Dead, Deferred, Gone, Outcome, Sent, Skipped, Unsettled
from bot.delivery.row import Row

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
TURNS = ("committed", "refused", "failed")
DELIVERIES = ("sent", "again", "unknown", "deferred", "skipped", "dead")
REASONS = ("", "held", "unwanted", "late", "gone", "rejected", "defect", "given-up")
"""Why not sent. `unwanted`: the person's own times, or the talk moved on; `gone`: nobody can be reached."""

_TURN_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
_JOB_SECONDS = (0.01, 0.1, 1.0, 10.0, 60.0)
_SKIPPED = {"hold": "held", "late": "late", "gone": "gone", "unreachable": "gone", "forgotten": "gone"}
_PLAIN = {Again: ("again", ""), Unsettled: ("unknown", ""), Gone: ("skipped", "gone")}

disable_created_metrics()  # type: ignore[no-untyped-call]  # when a series began would say when something first happened


class Metrics:
    """What the process counts. One object a process, handed to whoever counts."""

    def __init__(self, *, revision: str = "") -> None:
        """`revision`: the newest of the database's that this version knows."""
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._turns = self._counter("turns", "Turns by how they ended.", "platform", "outcome")
        self._seconds = Histogram(
            "companion_turn_seconds", "Seconds of a turn.", buckets=_TURN_SECONDS, registry=self._registry
        )
        self._unread = self._counter("screen_failures", "Texts whose reading for danger failed.")
        self._deliveries = self._counter(
            "deliveries", "What came of tries to send.", "platform", "lane", "outcome", "reason"
        )
        self._jobs = self._counter("job_runs", "Runs of the timed jobs.", "job", "result")
        self._job_seconds = Histogram(
            "companion_job_seconds",
            "Seconds of a job's run.",
            ["job"],
            buckets=_JOB_SECONDS,
            registry=self._registry,
        )
        self._done_at = self._gauge("job_done_timestamp_seconds", "When a job last ended well.", "job")
        self._swept = self._counter("swept", "Planned invitations that the sweep judged.")
        self._outbox = self._gauge("outbox", "Rows of the outbox by lane and state.", "lane", "state")
        self._late = self._gauge("outbox_oldest_seconds", "How long the oldest sendable row has waited.")
        self._inbox = self._gauge("inbox", "Moves that wait to be played.", "state")
        self._pauses = self._gauge("pauses", "Tenants that have asked to wait.")
        self._ready = self._gauge("ready", "Whether a part is ready: 1 or 0.", "part")
        build = self._gauge("build", "This version; always 1.", "version", "revision")
        build.labels(version("coaching-companion"), revision).set(1)

    def known(self, *, platforms: tuple[str, ...], jobs: tuple[str, ...]) -> None:
        """Show the series of these platforms and jobs from now on."""
        for platform in platforms:
            for outcome in TURNS:
                self._turns.labels(platform, outcome)
            for lane in LANES:
                self._deliveries.labels(platform, lane, "sent", "")
                self._deliveries.labels(platform, lane, "dead", "rejected")
        for job in jobs:
            self._jobs.labels(job, "done")
            self._jobs.labels(job, "failed")

    def turn(self, *, platform: str, outcome: str, seconds: float) -> None:
        """A turn ended. `outcome`: committed, refused (the database was away) or failed."""
        self._turns.labels(platform, outcome).inc()
        self._seconds.observe(seconds)

    def unread(self) -> None:
        """A text could not be read for danger, and the quiet line was shown."""
        self._unread.inc()

    def delivery(self, row: Row, outcome: Outcome) -> None:
        """What came of a try, or of the last look before it, is written down."""
        name, reason = _named(outcome)
        if name:
            self._deliveries.labels(row.platform, lane_class(row.lane), name, reason).inc()

    def job(self, name: str, *, result: str, seconds: float) -> None:
        """A timed job ran. `result`: done or failed."""
        self._jobs.labels(name, result).inc()
        self._job_seconds.labels(name).observe(seconds)
        if result == "done":
            self._done_at.labels(name).set_to_current_time()

    def swept(self, count: int) -> None:
        """The sweep judged so many. What other jobs do is mostly one person's, and is not counted."""
        self._swept.inc(count)

    def backlog(self, found: Backlog) -> None:
        """How outbox and inbox stand."""
        for lane in LANES:
            for state in STATES:
                self._outbox.labels(lane, state).set(found.rows.get((lane, state), 0))
        self._late.set(found.late.total_seconds())
        self._inbox.labels("waiting").set(found.moves - found.failing)
        self._inbox.labels("failing").set(found.failing)
        self._pauses.set(found.pauses)

    def ready(self, part: str, *, good: bool) -> None:
        """The last answer of a readiness check."""
        self._ready.labels(part).set(int(good))

    def watch(self, name: str, what: str, look: Callable[[], int]) -> None:
        """A gauge that is looked at whenever the page is asked for."""
        self._gauge(name, what).set_function(look)

    def text(self) -> bytes:
        """The whole page, in the text format of Prometheus."""
        return generate_latest(self._registry)

    def _counter(self, name: str, what: str, *labels: str) -> Counter:
        return Counter(f"companion_{name}", what, labels, registry=self._registry)

    def _gauge(self, name: str, what: str, *labels: str) -> Gauge:
        return Gauge(f"companion_{name}", what, labels, registry=self._registry)


def _named(outcome: Outcome) -> tuple[str, str]:
    """Its name and its class of reason; no name for what was only given back untried."""
    if isinstance(outcome, Sent):
        return ("unknown" if outcome.reason else "sent"), ""
    if isinstance(outcome, Deferred | Skipped):
        name = "deferred" if isinstance(outcome, Deferred) else "skipped"
        return name, _SKIPPED.get(outcome.reason, "unwanted")
    if isinstance(outcome, Dead):
        head = outcome.reason.partition(" ")[0]
        return "dead", head if head in {"rejected", "defect"} else "given-up"
    return _PLAIN.get(type(outcome), ("", ""))
