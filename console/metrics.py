"""The figures of the installation in the form that Prometheus reads. Counts and ages; no word of anybody's."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from importlib.metadata import version

from prometheus_client import CollectorRegistry, GCCollector, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric, SummaryMetricFamily
from prometheus_client.registry import Collector

from services.office.settings import Settings
from services.office.vitals import Vitals, look
from warehouse.engine import Warehouse
from warehouse.queries.vitals import Figures

_KEPT = timedelta(seconds=10)
"""So long a look at the database serves every reader: many readers cost no more than one."""
Clock = Callable[[], datetime]


class Installation(Collector):
    """Looks at the installation whenever it is asked, at most every ten seconds."""

    def __init__(self, store: Warehouse, settings: Settings, clock: Clock) -> None:
        self._store, self._settings, self._clock = store, settings, clock
        self._alone = threading.Lock()
        self._seen: Vitals | None = None

    def vitals(self) -> Vitals:
        """The last look, if it is fresh enough, or a new one."""
        with self._alone:
            now = self._clock()
            if self._seen is None or not timedelta(0) <= now - self._seen.at < _KEPT:
                self._seen = look(self._store, self._settings, at=now)
            return self._seen

    def describe(self) -> Iterable[Metric]:
        """Nothing beforehand: registering it asks nothing of the database."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Every figure."""
        seen = self.vitals()
        yield _gauge("arrears_store_reachable", "Whether the database answers.", seen.store_ms is not None)
        yield _gauge("arrears_ready", "Whether the console can do its work.", seen.ready)
        yield _gauge("arrears_disk_free_bytes", "Free space on the disk of the data folder.", seen.disk_free)
        ages = {"backup": seen.backup_age, "drill": seen.drill_age}
        for name, age in ages.items():
            text = f"Age of the last {name}; infinite where there is none."
            yield _gauge(f"arrears_{name}_age_seconds", text, math.inf if age is None else age.total_seconds())
        info = GaugeMetricFamily("arrears_build_info", "The version of the program; always 1.", labels=["version"])
        info.add_metric([version("arrears")], 1)
        yield info
        if seen.figures is not None:
            yield from _of_channels(seen)
            yield from _of_work(seen, seen.figures)


def registry_of(installation: Installation) -> CollectorRegistry:
    """A registry of its own for each application: figures of the installation, and of this process."""
    made = CollectorRegistry(auto_describe=False)
    made.register(installation)
    ProcessCollector(registry=made)
    GCCollector(registry=made)
    return made


def _gauge(name: str, words: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, words, value=float(value))


def _of_channels(seen: Vitals) -> Iterator[Metric]:
    by = ["channel"]
    stale = GaugeMetricFamily("arrears_channel_stale", "1: somebody should look at the channel.", labels=by)
    paused = GaugeMetricFamily("arrears_channel_paused", "1: somebody has paused the channel.", labels=by)
    failures = GaugeMetricFamily("arrears_channel_failures", "Failed runs in a row.", labels=by)
    heard = GaugeMetricFamily("arrears_channel_last_success_age_seconds", "Since it last answered.", labels=by)
    for card in seen.cards:
        line = card.line
        stale.add_metric([line.name], float(not card.well))
        paused.add_metric([line.name], float(line.state == "paused"))
        failures.add_metric([line.name], line.failures)
        if card.lag is not None:
            heard.add_metric([line.name], card.lag.total_seconds())
    yield from (stale, paused, failures, heard)


def _of_work(seen: Vitals, found: Figures) -> Iterator[Metric]:
    pulls = CounterMetricFamily("arrears_channel_pulls", "Pulls of a channel.", labels=["channel"])
    records = CounterMetricFamily(
        "arrears_channel_records", "Records of a channel, by what became of them.", labels=["channel", "outcome"]
    )
    for channel, sums in sorted(found.brought.items()):
        pulls.add_metric([channel], sums.pulls)
        for outcome in ("new", "changed", "unchanged", "filed", "refused"):
            records.add_metric([channel, outcome], getattr(sums, outcome))
    waiting = GaugeMetricFamily("arrears_channel_quarantined", "Records waiting in quarantine.", labels=["channel"])
    for card in seen.cards:
        waiting.add_metric([card.line.name], found.quarantined.get(card.line.name, 0))
    yield from (pulls, records, waiting)
    cases = GaugeMetricFamily("arrears_cases", "Cases, by where they stand.", labels=["status"])
    for status, count in sorted(found.cases.items()):
        cases.add_metric([status], count)
    yield cases
    yield _gauge("arrears_queue_length", "Cases that wait for the click.", found.cases.get("to_dispatch", 0))
    yield from _of_outbox(seen, found)
    took = SummaryMetricFamily("arrears_run_duration_seconds", "Ended runs and the time they took.", labels=["job"])
    failed = CounterMetricFamily("arrears_runs_failed", "Runs that failed.", labels=["job"])
    for job, ran in sorted(found.runs.items()):
        took.add_metric([job], count_value=ran.ended, sum_value=ran.ms / 1000)
        failed.add_metric([job], ran.failed)
    yield from (took, failed)
    yield _gauge("arrears_warnings_open", "Warnings that nobody has settled.", found.warnings)
    yield CounterMetricFamily("arrears_audit_rows", "Rows of the audit log.", value=found.audit_rows)
    if seen.calendar_days is not None:
        yield _gauge("arrears_calendar_known_days", "Days ahead whose holidays are known.", seen.calendar_days)


def _of_outbox(seen: Vitals, found: Figures) -> Iterator[Metric]:
    answers = GaugeMetricFamily("arrears_outbox_answers", "Answers by channel and state.", labels=["channel", "state"])
    oldest = GaugeMetricFamily(
        "arrears_outbox_oldest_seconds", "How long the oldest answer that may go out has waited.", labels=["channel"]
    )
    for channel, box in sorted(found.outbox.items()):
        for state, count in sorted(box.states.items()):
            answers.add_metric([channel, state], count)
        oldest.add_metric([channel], (seen.at - box.oldest).total_seconds() if box.oldest else 0)
    yield from (answers, oldest)
    yield _gauge("arrears_notices_waiting", "Notices to officers that are due and not delivered.", found.notices)
    age = (seen.at - found.oldest_notice).total_seconds() if found.oldest_notice else 0
    yield _gauge("arrears_notices_oldest_seconds", "How long the oldest of them has been due.", age)
