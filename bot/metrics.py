"""What Prometheus reads at `/metrics`: counters that services tell, and gauges that are looked at when it asks.

A label is a platform, a command of ours or a word of a closed list: never a chat, a person or a text, and never more
values than these lists have.
"""

from __future__ import annotations

import asyncio
import logging
import platform as machine
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import TypeVar, cast

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    InfoMetricFamily,
    Metric,
    StateSetMetricFamily,
)
from prometheus_client.registry import Collector

from bot.core.deliveries import OPEN_STATES, DeliveryState, Trouble
from bot.core.disk import Disk
from bot.core.errors import StoreError
from bot.core.outbox import Backlog
from bot.core.places import Platform
from bot.services.governor import Governor

log = logging.getLogger(__name__)

M = TypeVar("M", Counter, Histogram)

CONTENT_TYPE = CONTENT_TYPE_LATEST
OTHER = "other"
TOLD_STATUSES = frozenset({401, 403, 409, 429})
PATIENCE_SECONDS = 3.0
LOOK_SECONDS, REST = 5.0, 20.0
"""The store is looked into no more often than that, and only after so many times as long as the last look took: with a
million deliveries on their way one takes a second."""
ANSWER_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
LAG_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Counts:
    """What services tell, as counters in a registry of their own; implements `bot.core.telemetry.Telemetry`.

    commands: the names that a label may hold; any other command is counted as `other`.
    """

    def __init__(self, commands: Iterable[str]) -> None:
        # Else each counter would have a twin that says when it was made.
        disable_created_metrics()  # type: ignore[no-untyped-call]  # the library left its types out
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._commands = frozenset(commands)
        self._children: dict[tuple[object, ...], object] = {}
        self._answers = Counter(
            "pactwatch_answers",
            "Requests dealt with, by command (other: none of ours) and outcome (silence: rightly unanswered).",
            ("platform", "command", "outcome"),
            registry=registry,
        )
        self._seconds = Histogram(
            "pactwatch_answer_seconds",
            "From a request to its answer, without the ways from and to the platform.",
            ("platform",),
            buckets=ANSWER_SECONDS,
            registry=registry,
        )
        self._requests = Counter(
            "pactwatch_requests",
            "Requests sent that count against the platform's send limit.",
            ("platform",),
            registry=registry,
        )
        self._refusals = Counter(
            "pactwatch_refusals",
            "Requests that a platform answered but did not do, by HTTP status (429: too many).",
            ("platform", "status"),
            registry=registry,
        )
        self._troubles = Counter(
            "pactwatch_delivery_troubles",
            "Attempts to deliver a message that failed, by what went wrong.",
            ("platform", "trouble"),
            registry=registry,
        )
        self._settled = Counter(
            "pactwatch_deliveries_settled",
            "Deliveries that this process brought to their end, by the state they ended in.",
            ("platform", "state"),
            registry=registry,
        )
        self._lag = Histogram(
            "pactwatch_loop_lag_seconds",
            "How late the event loop called a timer, twice a second.",
            buckets=LAG_SECONDS,
            registry=registry,
        )

    def expect(self, platforms: Iterable[Platform]) -> None:
        """Begin at 0 what may be alerted on: of a series that begins at 1, Prometheus can't say that it grew."""
        for each in platforms:
            self._requests.labels(each.value)
            for status in TOLD_STATUSES:
                self._refusals.labels(each.value, str(status))
            for trouble in Trouble:
                self._troubles.labels(each.value, trouble.value)
            for state in frozenset(DeliveryState) - OPEN_STATES:
                self._settled.labels(each.value, state.value)

    def answered(self, platform: Platform, command: str, outcome: str, seconds: float) -> None:
        """See `Telemetry`."""
        name = command if command in self._commands else OTHER
        self._child(self._answers, platform.value, name, outcome).inc()
        self._child(self._seconds, platform.value).observe(seconds)

    def left(self, platform: Platform) -> None:
        """See `Telemetry`."""
        self._child(self._requests, platform.value).inc()

    def failed(self, platform: Platform, trouble: Trouble) -> None:
        """See `Telemetry`."""
        self._troubles.labels(platform.value, trouble.value).inc()

    def settled(self, platform: Platform, state: DeliveryState) -> None:
        """See `Telemetry`."""
        self._child(self._settled, platform.value, state.value).inc()

    def refused(self, platform: Platform, status: int) -> None:
        """A platform answered a request with this HTTP status and did not do it."""
        told = str(status) if status in TOLD_STATUSES else f"{status // 100}xx"
        self._refusals.labels(platform.value, told).inc()

    def _child(self, metric: M, *labels: str) -> M:
        """One series. The library's own way to it takes longer than counting, and a broadcast counts all the time."""
        key = (metric, *labels)
        child = self._children.get(key)
        if child is None:
            child = self._children[key] = metric.labels(*labels)
        return cast("M", child)

    def lagged(self, seconds: float) -> None:
        """The event loop was so late."""
        self._lag.observe(seconds)


class Levels(Collector):
    """What is as it is when Prometheus asks, beside the counters of `counts`.

    now: milliseconds since 1970. parts: what `/readyz` says. last_backup: when the last backup was made (seconds since
    1970), None where there is none. safe_mode: whether all pushes wait for `pactwatch resume`. blocks: how often the
    event loop did not answer; lost_lines: lines of the log that could not be written. disk: room for the database.
    duties: what one process does for all, and whether it is this one.
    """

    def __init__(
        self,
        counts: Counts,
        *,
        now: Callable[[], int],
        backlog: Callable[[int], Awaitable[Backlog]],
        governors: Mapping[Platform, Governor],
        parts: Callable[[], Mapping[str, bool]],
        database: str,
        blocks: Callable[[], float],
        lost_lines: Callable[[], float],
        last_backup: Callable[[], float | None],
        safe_mode: Callable[[], Awaitable[bool]],
        disk: Callable[[], Disk],
        duties: Callable[[], Mapping[str, bool]],
    ) -> None:
        self._registry = counts.registry
        self._now = now
        self._backlog = backlog
        self._governors = governors
        self._parts = parts
        self._build = {"version": _version(), "python": machine.python_version(), "database": database}
        self._blocks, self._lost_lines = blocks, lost_lines
        self._last_backup, self._safe_mode, self._disk, self._duties = last_backup, safe_mode, disk, duties
        self._seen: Backlog | None = None
        self._safe = False
        self._look_at = 0.0
        self._looking: asyncio.Task[None] | None = None
        counts.expect(governors)
        self._registry.register(self)

    async def page(self) -> bytes:
        """All metrics in Prometheus' text format. Raises nothing; what the store can't tell stays as it was."""
        if self._looking is None and time.monotonic() >= self._look_at:
            self._looking = asyncio.create_task(self._look())
        if self._looking is not None:
            await asyncio.wait({self._looking}, timeout=PATIENCE_SECONDS)
        return generate_latest(self._registry)

    async def _look(self) -> None:
        """Ask the store, once for all who ask meanwhile."""
        began = time.monotonic()
        try:
            self._seen, self._safe = await self._backlog(self._now()), await self._safe_mode()
        except StoreError as error:
            log.warning("metrics: the store can't be read: %s", error.key)
        finally:
            self._look_at = time.monotonic() + max(LOOK_SECONDS, REST * (time.monotonic() - began))
            self._looking = None

    def collect(self) -> Iterable[Metric]:
        """The gauges, for the registry."""
        yield InfoMetricFamily("pactwatch_build", "What runs here.", self._build)
        yield from self._readiness()
        yield from self._pace()
        if self._seen is not None:
            yield from self._waiting(self._seen)
        yield _gauge("pactwatch_safe_mode", "1 while a put-back database waits for `pactwatch resume`.", self._safe)
        room = StateSetMetricFamily(
            "pactwatch_disk", "Room on the database's disk; on low and full nothing new is taken in."
        )
        room.add_metric([], {each.value: each is self._disk() for each in Disk})
        yield room
        yield _gauge(
            "pactwatch_last_backup_timestamp_seconds",
            "When the last backup was made; 0 where none is known.",
            self._last_backup() or 0.0,
        )
        yield CounterMetricFamily(
            "pactwatch_loop_blocks", "How often the event loop did not answer for two seconds.", self._blocks()
        )
        yield CounterMetricFamily(
            "pactwatch_log_lines_lost", "Lines of the log that could not be written.", self._lost_lines()
        )

    def _readiness(self) -> Iterable[Metric]:
        parts = self._parts()
        yield _gauge("pactwatch_ready", "1 while /readyz says so.", bool(parts) and all(parts.values()))
        part_ready = GaugeMetricFamily(
            "pactwatch_part_ready", "1 for each part of /readyz that is up.", labels=["part"]
        )
        for part, up in parts.items():
            part_ready.add_metric([part], up)
        yield part_ready
        duty = GaugeMetricFamily(
            "pactwatch_duty", "1 for each thing that one process does for all, where it is this one.", labels=["duty"]
        )
        for name, ours in self._duties().items():
            duty.add_metric([name], ours)
        yield duty

    def _pace(self) -> Iterable[Metric]:
        limit = GaugeMetricFamily(
            "pactwatch_send_limit_per_second", "What the platform may be sent in a second.", labels=["platform"]
        )
        used = GaugeMetricFamily(
            "pactwatch_send_limit_share", "Share of that limit used in the last second, 0 to 1.", labels=["platform"]
        )
        paused = GaugeMetricFamily(
            "pactwatch_pauses",
            "Pauses that a platform asked for and that are in force, of all of it or of single chats and routes.",
            labels=["platform", "about"],
        )
        for name, governor in self._governors.items():
            whole, single = governor.pauses
            limit.add_metric([name.value], governor.limits.per_second)
            used.add_metric([name.value], governor.used)
            paused.add_metric([name.value, "platform"], whole)
            paused.add_metric([name.value, "chat"], single)
        yield from (limit, used, paused)

    def _waiting(self, seen: Backlog) -> Iterable[Metric]:
        now = self._now()
        waiting = GaugeMetricFamily(
            "pactwatch_deliveries_open",
            "Deliveries that have not come to their end, those that wait on purpose included.",
            labels=["platform", "state"],
        )
        due = GaugeMetricFamily(
            "pactwatch_deliveries_due", "Those that are being sent or will be within a minute.", labels=["platform"]
        )
        age = GaugeMetricFamily(
            "pactwatch_undelivered_age_seconds", "Since when the oldest of these is due.", labels=["platform"]
        )
        doubt = GaugeMetricFamily(
            "pactwatch_deliveries_uncertain",
            "Deliveries of the latest alerts that may or may not have arrived, until somebody settles them.",
            labels=["platform"],
        )
        for name in self._governors:
            for state in sorted(OPEN_STATES):
                waiting.add_metric([name.value, state.value], seen.open.get((name.value, state.value), 0))
            due.add_metric([name.value], seen.due.get(name.value, 0))
            age.add_metric([name.value], max(0, now - seen.oldest.get(name.value, now)) / 1000)
            doubt.add_metric([name.value], seen.uncertain.get(name.value, 0))
        yield from (waiting, due, age, doubt)
        overdue = 0 if seen.digest_due is None else max(0, now - seen.digest_due) / 1000
        yield _gauge("pactwatch_digest_overdue_seconds", "How late the next digest is; 0 where none is due.", overdue)
        yield _gauge(
            "pactwatch_last_digest_timestamp_seconds",
            "When the last digest was made; 0 where there was none.",
            (seen.digest_at or 0) / 1000,
        )
        yield _gauge("pactwatch_brake_on", "1 while `pactwatch pause` holds all pushes.", seen.braked)


def _gauge(name: str, told: str, value: float) -> Metric:
    return GaugeMetricFamily(name, told, value=float(value))


def _version() -> str:
    try:
        return version("pactwatch")
    except PackageNotFoundError:  # run from a checkout that was never installed
        return "unknown"
