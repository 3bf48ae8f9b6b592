"""R6: poison records harm only themselves.

Malformed payloads lie between as many good ones at every platform and come by its own protocol: fields mutated with
the schema in mind, values of other types, raw bytes, damaged files and mails. What is delivered is filed or waits in
quarantine with a reason; the good ones are filed as they are; a correction files a record once, however often it is
tried; and neither a log line nor a reason repeats what a payload says. The logs are those of every library at DEBUG,
but for SQLAlchemy's, which are not switched on in an installation.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import shutil
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import func, select

from casework.errors import NotAllowed, Unreadable
from casework.people import Actor
from casework.record import UNPARSED, Cursor, RawRecord
from connectors.base import Channel, Connector
from connectors.registry import CHANNELS, connect
from services.arriving.intake import collect_channel, mend_and_replay
from tests.promises.poison import MARKS, Source, poisoned
from tests.promises.proofs import proof, times
from warehouse.engine import Warehouse, open_warehouse
from warehouse.models import AuditRow, ChannelRow, ComplaintRow, ComplaintVersionRow, LandedRow, PullCertificateRow

SEED = 6
BAD = times(10_000, least=30, tier="G")
REPLAYED = max(5, BAD // 20)
SYSTEM = Actor.system("poison")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3_600)]


class Wrapped:
    """A connector with a bug planted in it."""

    def __init__(self, inner: Connector) -> None:
        self.inner = inner

    @property
    def channel(self) -> Channel:
        """The facts of the channel."""
        return self.inner.channel

    def __getattr__(self, name: str) -> object:
        return getattr(self.inner, name)


class Choosy(Wrapped):
    """Planted: what cannot be read is not handed over at all."""

    def pull(self, cursor: Cursor | None, *, now: datetime) -> Iterator[RawRecord]:
        """Only what can be read."""
        for record in self.inner.pull(cursor, now=now):
            try:
                self.inner.read(record)
            except Unreadable:
                continue
            yield record


class Chatty(Wrapped):
    """Planted: what cannot be read is quoted in a log line."""

    def read(self, raw: RawRecord) -> Any:
        """As the channel reads, but chatty."""
        try:
            return self.inner.read(raw)
        except Unreadable:
            logging.getLogger("chatty").warning("cannot read %s", raw.payload)
            raise


@dataclass(frozen=True)
class Ground:
    """One channel's part: where it plays and what is planted."""

    channel: str
    folder: Path
    template: Path
    now: datetime
    bad: int
    planted: str = ""


def play(ground: Ground) -> tuple[dict[str, int], list[str]]:
    """Collect one poisoned channel in a process of its own: what was counted, and what is not as promised."""
    ground.folder.mkdir(parents=True)
    log = ground.folder / "log.txt"
    descriptor = os.open(log, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    for standard in (1, 2):
        os.dup2(descriptor, standard)
    logging.basicConfig(level=logging.DEBUG, filename=log, force=True)
    for beside in ("pymap", "mail"):
        logging.getLogger(beside).setLevel(logging.CRITICAL)  # the imitated platforms' own
    logging.getLogger("sqlalchemy").setLevel(logging.WARNING)
    shutil.copyfile(ground.template, ground.folder / "arrears.db")
    store = open_warehouse(f"sqlite:///{ground.folder / 'arrears.db'}")
    source = poisoned(ground.channel, ground.folder / "platform", bad=ground.bad, now=ground.now, seed=SEED)
    counted: dict[str, int] = {}
    try:
        faults = _collected(store, source, ground, counted) + _replayed(store, source, ground, counted)
        faults += _told(store, log)
    finally:
        source.stop()
        store.close()
    return counted, [f"{ground.channel}: {fault}" for fault in faults]


def _connector(source: Source, ground: Ground) -> Connector:
    honest = connect(ground.channel, source.settings)
    bugs = {"": lambda inner: inner, "choosy": Choosy, "chatty": Chatty}
    return cast(Connector, bugs[ground.planted](honest))


def _collected(store: Warehouse, source: Source, ground: Ground, counted: dict[str, int]) -> list[str]:
    now, channel = ground.now, ground.channel
    found = collect_channel(store, _connector(source, ground), run_id="1", clock=lambda: now, actor=SYSTEM)
    with store.read() as session:
        states = dict(session.execute(select(LandedRow.state, func.count()).group_by(LandedRow.state)).tuples().all())
        nameless = session.scalar(
            select(func.count()).where(LandedRow.state == "quarantined", LandedRow.reason_code.is_(None))
        )
        filed = select(ComplaintRow.source_key, ComplaintVersionRow.narrative)
        filed = filed.join(ComplaintVersionRow, ComplaintVersionRow.complaint_id == ComplaintRow.id)
        narratives = dict(session.execute(filed.where(ComplaintVersionRow.newest)).tuples().all())
    kept = sum(states.values())
    counted |= {
        "malformed": ground.bad,
        "delivered": source.delivered,
        "accepted": states.get("filed", 0),
        "quarantined": states.get("quarantined", 0),
        "good ones": len(source.good),
    }
    faults = []
    if kept != source.delivered:
        faults.append(f"{source.delivered} were delivered and {kept} kept")
    if found.seen - found.unchanged != kept or set(states) - {"filed", "quarantined", "superseded"}:
        faults.append(f"{found.seen} seen, {found.unchanged} of them twice, and kept are {states}")
    if nameless:
        faults.append(f"{nameless} wait without a reason")
    harmed = [key for key, told in source.good.items() if narratives.get(key) != told.narrative]
    if harmed:
        faults.append(f"{len(harmed)} good ones of {channel} are not filed as they are, such as {harmed[0]}")
    return faults


def _replayed(store: Warehouse, source: Source, ground: Ground, counted: dict[str, int]) -> list[str]:
    """Correct a share of what waits, and try the same correction again; then pull everything once more."""
    connector, at, faults, once = _connector(source, ground), ground.now + timedelta(minutes=20), list[str](), 0
    with store.read() as session:
        waiting = session.scalars(select(LandedRow).where(LandedRow.state == "quarantined")).all()
        ids = [(row.id, row.source_key) for row in waiting if UNPARSED not in row.payload]
        before = session.scalar(select(func.count()).select_from(ComplaintRow)) or 0
    for landed_id, key in [one for one in ids if one[1] in source.original][:REPLAYED]:
        mend = partial(
            mend_and_replay, store, landed_id=landed_id, mended=source.original[key], connector=connector, actor=SYSTEM
        )
        try:
            state = mend(at=at)
            once += state == "filed"
            mend(at=at)
            faults.append("a record was filed by a second correction")
        except NotAllowed:
            counted["second corrections refused"] = counted.get("second corrections refused", 0) + 1
        except Unreadable as still:
            faults.append(f"a corrected record cannot be read: {still.code} {still.field}")
    counted["replayed"] = once
    again = collect_channel(store, connector, run_id="2", clock=lambda: at, actor=SYSTEM)
    with store.read() as session:
        after = session.scalar(select(func.count()).select_from(ComplaintRow)) or 0
        doubled = session.execute(
            select(ComplaintRow.source_key).group_by(ComplaintRow.source_key).having(func.count() > 1)
        ).all()
    if after - before != once or again.new or again.versions or doubled:
        faults.append(f"{once} corrected, {after - before} more filed, {again.new}+{again.versions} brought by a pull")
    return faults


def _told(store: Warehouse, log: Path) -> list[str]:
    """Whatever repeats a payload: log lines, reasons, words on channels and certificates, the audit log."""
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    with store.read() as session:
        texts = [log.read_text("utf-8", "replace")]
        for column in (LandedRow.reason_words, LandedRow.reason_field, LandedRow.reason_code, ChannelRow.error_words):
            texts += [text for text in session.scalars(select(column)) if text]
        texts += [text for text in session.scalars(select(PullCertificateRow.error_words)) if text]
        texts += [str(details) for details in session.scalars(select(AuditRow.details))]
    return [f"a payload's {mark!r} is told in clear" for mark in MARKS if any(mark in text for text in texts)]


def test_r06(tmp_path: Path, sqlite_template: Path, now: datetime) -> None:
    enough = {"channels": 6, "malformed": 6 * BAD, "good ones": 6 * BAD, "accepted": 6 * BAD, "quarantined": 2 * BAD}
    enough |= {"replayed": 2 * REPLAYED, "second corrections refused": 2 * REPLAYED}
    with proof("R6", seed=SEED, enough=enough) as made:
        grounds = [Ground(name, tmp_path / name, sqlite_template, now, BAD) for name in CHANNELS]
        bugs = [
            Ground("hotline_12345", tmp_path / bug, sqlite_template, now, min(BAD, 60), bug)
            for bug in ("choosy", "chatty")
        ]
        with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("fork")) as pool:
            played = list(pool.map(play, [*grounds, *bugs]))
        for counted, _ in played[: len(grounds)]:
            made.count("channels")
            for name, number in counted.items():
                made.count(name, number)
        faults = [fault for _, found in played[: len(grounds)] for fault in found]
        assert not faults, faults
        made.planted("what cannot be read is not handed over", caught=bool(played[-2][1]))
        made.planted("a log line quotes what cannot be read", caught=any("clear" in fault for fault in played[-1][1]))
