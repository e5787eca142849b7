"""Numbers for Prometheus: how much, how fast, how far behind. No label names a person, a tenant or a recording."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector


class Metrics:
    """The metrics of one application, in a registry of its own: two applications in one process do not mix.

    Where several processes answer, each counts into files below `counts`, and whichever is asked adds them up.
    """

    def __init__(self, counts: Path | None = None) -> None:
        self._registry = CollectorRegistry()
        self._counts = counts
        self._requests = Counter(
            "governance_http_requests", "Requests answered.", ["method", "route", "status"],
            registry=self._registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "governance_http_request_seconds", "Time to the end of the answer.", ["route"],
            registry=self._registry,
        )  # fmt: skip
        self._uploaded = Counter(
            "governance_upload_bytes", "Clear bytes of sound taken in and sealed.", registry=self._registry
        )
        self._lag = Gauge(
            "governance_log_lag_seconds", "Age of the oldest entry that waits for its place in the log.",
            multiprocess_mode="mostrecent", registry=self._registry,
        )  # fmt: skip
        self._unsigned = Gauge(
            "governance_log_unsigned_seconds", "Age of the oldest entry that no signed checkpoint covers.",
            multiprocess_mode="mostrecent", registry=self._registry,
        )  # fmt: skip
        self._waiting = Gauge(
            "governance_log_waiting", "Entries that wait for their place in the log.",
            multiprocess_mode="mostrecent", registry=self._registry,
        )  # fmt: skip

        self._sinks = _gauges_of_sinks(self._registry)
        self._messages = Gauge(
            "governance_messages", "Messages by state: waiting, or dead and on the list.", ["state"],
            multiprocess_mode="mostrecent", registry=self._registry,
        )  # fmt: skip
        self._messages_lag = Gauge(
            "governance_messages_lag_seconds", "For how long the message that waits longest has been due.",
            multiprocess_mode="mostrecent", registry=self._registry,
        )  # fmt: skip
        self._findings = Gauge(
            "governance_findings", "Open findings by kind: in time, and past their deadline.", ["kind", "late"],
            multiprocess_mode="mostrecent", registry=self._registry,
        )  # fmt: skip
        self._checked = Gauge(
            "governance_findings_checked_seconds", "Time since the end of the check that was made least lately.",
            multiprocess_mode="mostrecent", registry=self._registry,
        )  # fmt: skip

        self._streams = Gauge(
            "governance_streams",
            "Live streams that are open.",
            multiprocess_mode="livesum",
            registry=self._registry,
        )
        self._stream_words = Counter(
            "governance_stream_words", "Words of live streams given back: as they were, or masked.", ["masked"],
            registry=self._registry,
        )  # fmt: skip

    @contextmanager
    def stream(self) -> Iterator[None]:
        """Count a live stream as open while the block runs."""
        self._streams.inc()
        try:
            yield
        finally:
            self._streams.dec()

    def streamed(self, shown: int, masked: int) -> None:
        """Count words that a live stream gave back."""
        self._stream_words.labels("false").inc(shown)
        self._stream_words.labels("true").inc(masked)

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answered request; `route` is a template, `status` 0 where the client went away."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def uploaded(self, size: int) -> None:
        """Count `size` bytes of sound that were sealed."""
        self._uploaded.inc(size)

    def findings_state(self, open_by_kind: Mapping[str, tuple[int, int]], checked_s: float) -> None:
        """Note how many findings of each kind are in time and late, and the age of the check made least lately."""
        for kind, (in_time, late) in open_by_kind.items():
            self._findings.labels(kind, "false").set(in_time)
            self._findings.labels(kind, "true").set(late)
        self._checked.set(checked_s)

    def log_state(self, waiting: int, lag_s: float, unsigned_s: float) -> None:
        """Note how far the log is behind, and for how long something in it has been unsigned."""
        self._waiting.set(waiting)
        self._lag.set(lag_s)
        self._unsigned.set(unsigned_s)

    def sinks_state(self, failing: int, waiting: int, lag_s: float) -> None:
        """Note how many sinks fail, how many entries wait for one, and the age of the oldest that does."""
        for gauge, value in zip(self._sinks, (failing, waiting, lag_s), strict=True):
            gauge.set(value)

    def delivery_state(self, waiting: int, dead: int, lag_s: float) -> None:
        """Note how many messages wait and are dead, and for how long the oldest has been due."""
        self._messages.labels("waiting").set(waiting)
        self._messages.labels("dead").set(dead)
        self._messages_lag.set(lag_s)

    def text(self) -> bytes:
        """Return everything in Prometheus' text format."""
        if self._counts is not None:
            together = CollectorRegistry()
            MultiProcessCollector(together, str(self._counts))  # type: ignore[no-untyped-call]
            return generate_latest(together)
        return generate_latest(self._registry)


def _gauges_of_sinks(registry: CollectorRegistry) -> tuple[Gauge, Gauge, Gauge]:
    """Return the gauges of sinks: how many fail, how many entries wait, for how long the oldest does."""
    told = (
        ("governance_sinks_failing", "Sinks of the log that took nothing at the last try."),
        ("governance_sinks_waiting", "Entries of the log that sinks have not taken yet."),
        ("governance_sinks_lag_seconds", "Age of the oldest entry that a sink has not taken yet."),
    )
    failing, waiting, lag = (
        Gauge(name, what, multiprocess_mode="mostrecent", registry=registry) for name, what in told
    )
    return failing, waiting, lag
