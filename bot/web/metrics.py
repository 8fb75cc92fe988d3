"""Counts by class, for /metrics. No label ever names a person, a talk or a tender kind."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from adapters.port import Lane

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_TURN_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Metrics:
    """What the process counts. One object a process, handed to whoever counts."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._turns = Counter(
            "companion_turns", "Turns by how they ended.", ["platform", "outcome"], registry=self._registry
        )
        self._seconds = Histogram(
            "companion_turn_seconds", "Seconds of a turn.", buckets=_TURN_SECONDS, registry=self._registry
        )
        self._jobs = Counter(
            "companion_job_runs", "Runs of the timed jobs.", ["job", "result"], registry=self._registry
        )
        self._worked = Counter(
            "companion_job_items", "What the timed jobs worked on.", ["job"], registry=self._registry
        )
        self._outbox = Gauge(
            "companion_outbox", "Outbox rows by lane and state.", ["lane", "state"], registry=self._registry
        )
        self._ready = Gauge(
            "companion_ready", "Whether a part is ready: 1 or 0.", ["part"], registry=self._registry
        )

    def turn(self, *, platform: str, outcome: str, seconds: float) -> None:
        """A turn ended. `outcome`: committed, refused (the database was away) or failed."""
        self._turns.labels(platform, outcome).inc()
        self._seconds.observe(seconds)

    def job(self, name: str, *, result: str, count: int = 0) -> None:
        """A timed job ran. `result`: done or failed; `count`: how much it worked on."""
        self._jobs.labels(name, result).inc()
        self._worked.labels(name).inc(count)

    def outbox(self, lane: Lane | int, *, state: str, count: int) -> None:
        """How many rows stand in the outbox."""
        self._outbox.labels(Lane(lane).name.lower(), state).set(count)

    def ready(self, part: str, *, good: bool) -> None:
        """The last answer of a readiness check."""
        self._ready.labels(part).set(int(good))

    def text(self) -> bytes:
        """The whole page, in the text format of Prometheus."""
        return generate_latest(self._registry)
