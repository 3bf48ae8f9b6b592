"""Measures how long a complaint is under way from the platform it is told to until its case stands on the queue page.

    python -m benchmarks.latency --json docs/evidence/latency.json

An installation as the book has it: a Prefect server with its password, its worker and the deployments of `prefect.yaml`
that pull the hotline, link and suggest, on their own schedule in a shorter time; an imitated hotline that is told
complaints at random moments; a console, whose queue page a desk officer looks at every second over HTTP.

Beside each complaint stands what the schedule alone makes it wait: until the next pull begins and then until the next
linking does, as if both took no time. What is over that is the work itself, starts of processes included, and does not
shrink with the interval: both together give the minutes at the shipped interval.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import httpx
import yaml
from sqlalchemy import select

from benchmarks import evidence
from benchmarks.pages import logged_in
from benchmarks.serving import served
from benchmarks.stored_cases import Staff, make_people
from connectors.base import load_channel
from sandbox.platforms.hotline_12345 import Hotline
from sandbox.told import Told
from sandbox.world import make_world
from services.office.running import open_store, set_up
from services.office.settings import Settings
from tests.pipelines.prefect_server import ROOT
from tests.promises.alarm_clock import POOL, AlarmClock
from warehouse.engine import Warehouse
from warehouse.models import CaseMembershipRow, CaseRow, ComplaintRow, PullCertificateRow

BUDGET = 2.0
"""How many poll intervals a complaint of twenty may be under way, at the shipped schedule."""
CHANNEL = "hotline_12345"
SHIPPED = load_channel(CHANNEL).every_minutes * 60
LINKED_AFTER = 13 / 15
"""The part of an interval after the pull at which the linker runs (prefect.yaml: pulled at 0, linked at 13 of 15)."""
SUGGESTED_EVERY = 1 / 3
SEED = 11
LOOKS = 1.0
"""Seconds between two looks at the queue page."""


def plan(every: int, begun: datetime) -> dict[str, Any]:
    """The deployments of prefect.yaml that bring a complaint onto the queue, in the time of this measurement."""
    told: dict[str, Any] = yaml.safe_load((ROOT / "prefect.yaml").read_text("utf-8"))
    turns = {CHANNEL: (every, 0.0), "link": (every, LINKED_AFTER), "dispatch": (round(every * SUGGESTED_EVERY), 0.0)}
    kept = [one for one in told["deployments"] if one["name"] in turns]
    for one in kept:
        seconds, after = turns[one["name"]]
        anchor = begun + timedelta(seconds=after * every)
        one["schedules"] = [{"interval": seconds, "anchor_date": anchor.isoformat(), "slug": "scaled", "active": True}]
        one["work_pool"] = {**one["work_pool"], "name": POOL}
        if "parameters" in one:
            one["parameters"] |= {"forced": True}  # an interval is minutes, and here it is a moment
    return {"name": "arrears", "pull": told["pull"], "deployments": kept}


def scheduled_wait(told_at: datetime, begun: datetime, every: float) -> float:
    """Seconds from a moment to the next pull and then to the next linking, if neither took any time."""
    into = (told_at - begun).total_seconds() % every
    return (every - into) + LINKED_AFTER * every


def stories(count: int) -> list[Told]:
    """Complaints of as many disputes, each of an employer of its own that is named."""
    first: dict[str, Told] = {}
    firms: set[str] = set()
    for one in make_world(SEED, complaints=count * 6, until=datetime.now(UTC)).told:
        if one.case not in first and one.employer_name and one.employer_name not in firms:
            first[one.case] = replace(one, channel=CHANNEL)
            firms.add(one.employer_name)
    found = list(islice(first.values(), count))
    if len(found) < count:
        raise RuntimeError(f"the world has only {len(found)} disputes with an employer of their own")
    return found


@dataclass
class Watched:
    """What was told when, and when its case was first seen on the page. By the record's key."""

    told: dict[str, datetime] = field(default_factory=dict)
    seen: dict[str, datetime] = field(default_factory=dict)
    looks: list[float] = field(default_factory=list)

    def look(self, store: Warehouse, client: httpx.Client) -> None:
        """One look at the queue page."""
        waiting = self.told.keys() - self.seen.keys()
        started = time.perf_counter()
        page = client.get("/queue").raise_for_status().text
        at = datetime.now(UTC)
        self.looks.append(time.perf_counter() - started)
        for key, number in numbers(store, waiting).items():
            if number in page:
                self.seen[key] = at


def numbers(store: Warehouse, keys: set[str]) -> dict[str, str]:
    """The number of the case that each of these records is in, where it is in one."""
    told, member = ComplaintRow, CaseMembershipRow
    question = (
        select(told.source_key, CaseRow.matter_no)
        .join(member, member.complaint_id == told.id)
        .join(CaseRow, CaseRow.id == member.case_id)
        .where(told.source_key.in_(keys), member.valid_to.is_(None))
    )
    with store.read() as session:
        return dict(session.execute(question).tuples().all())


def pulls(store: Warehouse) -> list[datetime]:
    """When each pull began."""
    with store.read() as session:
        return list(session.scalars(select(PullCertificateRow.started_at).order_by(PullCertificateRow.started_at)))


def measure(folder: Path, complaints: int, every: int) -> dict[str, Any]:
    """Tell so many complaints at random moments over as many intervals as they need, and watch the page for each."""
    settings = Settings(data_dir=folder / "installation", database_url=None)
    set_up(settings)
    told, chance = stories(complaints), random.Random(SEED)  # noqa: S311 - moments, no secret
    with ExitStack() as stack:
        platform = Hotline(folder / "platform")
        stack.callback(platform.stop)
        write_channels(settings, {CHANNEL: platform.settings})
        store = open_store(settings)
        stack.callback(store.close)
        make_people(store, datetime.now(UTC), Staff())
        address = stack.enter_context(served(store, settings, lambda: datetime.now(UTC)))
        client = stack.enter_context(logged_in(address))
        clock = AlarmClock(folder / "prefect", {"ARREARS_DATA_DIR": str(settings.data_dir)})
        stack.callback(clock.stop)
        begun = datetime.now(UTC).replace(microsecond=0)
        clock.start(plan(every, begun))
        begin_at = datetime.now(UTC) + timedelta(seconds=every)  # the first runs load their programs
        moments = sorted(begin_at + timedelta(seconds=chance.uniform(0, 5 * every)) for _ in told)
        watched, over = Watched(), threading.Event()
        teller = threading.Thread(target=tell, args=(platform, told, moments, watched, over), daemon=True)
        stack.callback(over.set)
        teller.start()
        until = moments[-1] + timedelta(seconds=4 * every + 120)
        while len(watched.seen) < complaints:
            if datetime.now(UTC) > until:
                raise RuntimeError(f"{complaints - len(watched.seen)} complaints did not come onto the queue")
            time.sleep(LOOKS)
            watched.look(store, client)
        return summed(watched, pulls(store), begun, every)


def write_channels(settings: Settings, told: Mapping[str, Mapping[str, str]]) -> None:
    """The file of addresses and secrets of this installation."""
    lines = [
        "\n".join([f"[{name}]", *(f"{key} = {json.dumps(value)}" for key, value in said.items()), ""])
        for name, said in told.items()
    ]
    (settings.data_dir / "channels.toml").write_text("\n".join(lines), "utf-8")


def tell(platform: Hotline, told: list[Told], moments: list[datetime], watched: Watched, over: threading.Event) -> None:
    """Tell each complaint at its moment."""
    for one, moment in zip(told, moments, strict=True):
        if over.wait(max(0.0, (moment - datetime.now(UTC)).total_seconds())):
            return
        at = datetime.now(UTC)
        watched.told[platform.add(replace(one, told_at=at.replace(microsecond=0)))] = at


def summed(watched: Watched, began: list[datetime], begun: datetime, every: int) -> dict[str, Any]:
    """Seconds under way, of them by the schedule alone, and both at the shipped interval."""
    taken = [(watched.seen[key] - at).total_seconds() for key, at in watched.told.items()]
    waits = [scheduled_wait(at, begun, every) for at in watched.told.values()]
    work = [one - wait for one, wait in zip(taken, waits, strict=True)]
    kept = [(later - sooner).total_seconds() for sooner, later in pairwise(began)]
    shipped = [wait / every * SHIPPED + over for wait, over in zip(waits, work, strict=True)]
    return {
        "complaints": len(taken),
        "poll_interval_s": every,
        "poll_interval_kept_s": statistics.median(kept),
        "pulls": len(began),
        "under_way_s": spread(taken),
        "schedule_alone_s": spread(waits),
        "work_s": spread(work),
        "times_the_schedule_alone": spread([one / wait for one, wait in zip(taken, waits, strict=True)]),
        "times_the_interval": spread([one / every for one in taken]),
        "queue_page_s": spread(watched.looks),
        "shipped": {
            "poll_interval_s": SHIPPED,
            "under_way_s": spread(shipped),
            "times_the_interval": spread([one / SHIPPED for one in shipped]),
        },
    }


def spread(values: list[float]) -> dict[str, float]:
    """Half and nineteen of twenty are at most so much; and the most."""
    cuts = statistics.quantiles(values, n=20, method="inclusive")
    return {"p50": cuts[9], "p95": cuts[18], "most": max(values)}


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, write. Fails where a complaint of twenty is under way longer than its budget."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.latency", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--complaints", type=int, default=60)
    parser.add_argument("--every", type=int, default=90, help="seconds between two pulls; the office has 900")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder), asked.complaints, asked.every)
    way, alone, work = found["under_way_s"], found["schedule_alone_s"], found["work_s"]
    times = found["shipped"]["times_the_interval"]["p95"]
    sys.stdout.write(
        f"{asked.complaints} complaints, pulled every {asked.every} s: p50 {way['p50']:.0f}, p95 {way['p95']:.0f} s; "
        f"by the schedule alone {alone['p50']:.0f} and {alone['p95']:.0f} s; the work itself p50 {work['p50']:.1f} s, "
        f"p95 {work['p95']:.1f} s\n"
        f"At the shipped {SHIPPED // 60} minutes: p95 {times:.2f} intervals, budget {BUDGET:.0f}.\n"
    )
    if asked.json:
        evidence.write(asked.json, "python -m benchmarks.latency", {"budget": BUDGET, **found})
    return 0 if times <= BUDGET else 1


if __name__ == "__main__":
    raise SystemExit(main())
