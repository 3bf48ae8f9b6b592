"""Measures the import door and the linking on real input that nobody on the project invented.

    python -m benchmarks.real_input --json docs/evidence/real_input.json

Three files of the reference data go through the services that `arrears import` and `arrears link` call, twice, into a
store of their own that is thrown away. Labels are by one reader each and only count the score; nothing of the data is
printed, counts and shares alone.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path
from typing import Any

from sqlalchemy import select

from benchmarks import evidence
from benchmarks.reference import FOLDER, rows_of
from casework.linkage import Verdict
from casework.people import Actor
from services.arriving.imports import import_file
from services.linkage.linking import LinkCount, link_complaints
from services.office.running import open_store, set_up
from services.office.settings import Settings
from warehouse.engine import Warehouse
from warehouse.models import ComplaintRow, ComplaintVersionRow, JudgementRow
from warehouse.store.linkage import live_memberships

ABSENT = "reference data not present: ../shared/data"
WAGE, OTHER, PAIRS = "wage_messages_dev.csv", "not_wage_dev.csv", "wage_pairs_dev.csv"
FILES = (WAGE, "us_wage_sample.csv", OTHER)
SYSTEM = Actor.system("benchmark")
Pair = tuple[str, str]


@dataclass(slots=True)
class Brought:
    """One file: what came of it the first time, what the second time changed, and how long the first took."""

    file: str
    read: int
    filed: int
    quarantined: int
    reasons: dict[str, int]
    written_again: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Repeats:
    """Labelled pairs against the joined cases. `asked`: apart, but a person is asked about the two cases."""

    repeats: int
    joined: int
    asked: int
    look_alikes: int
    look_alikes_joined: int
    look_alikes_asked: int
    unlabelled_joined: int

    @property
    def precision(self) -> float:
        """Of the labelled pairs that were joined, the share that are repeats."""
        made = self.joined + self.look_alikes_joined
        return self.joined / made if made else 1.0

    @property
    def recall(self) -> float:
        """Of the repeats, the share that was joined."""
        return self.joined / self.repeats

    @property
    def recall_with_questions(self) -> float:
        """Of the repeats, the share that was joined or put to a person."""
        return (self.joined + self.asked) / self.repeats


@dataclass(frozen=True, slots=True)
class Mark:
    """The mark "probably not arrears": how many messages of each kind carry it."""

    wage_messages: int
    wage_marked: int
    other_messages: int
    other_marked: int

    @property
    def recall(self) -> float:
        """Of the wage messages, the share that is taken for unpaid wages."""
        return 1 - self.wage_marked / self.wage_messages

    @property
    def false_alarm(self) -> float:
        """Of the other messages, the share that is taken for unpaid wages all the same."""
        return 1 - self.other_marked / self.other_messages


@dataclass(frozen=True, slots=True)
class Found:
    """Everything measured."""

    files: tuple[Brought, ...]
    linked: LinkCount
    written_by_linking_again: int
    link_seconds: float
    repeats: Repeats
    mark: Mark

    def figures(self) -> dict[str, Any]:
        """The measures as plain data."""
        shares = {name: getattr(self.repeats, name) for name in ("precision", "recall", "recall_with_questions")}
        return {
            **asdict(self),
            "repeats": asdict(self.repeats) | shares,
            "mark": asdict(self.mark) | {"recall": self.mark.recall, "false_alarm": self.mark.false_alarm},
        }


def measure(store: Warehouse, *, at: datetime, folder: Path = FOLDER, files: Sequence[str] = FILES) -> Found:
    """Bring the files in and link, and do both a second time; then look into the store."""
    brought = [_bring(store, folder / name, at) for name in files]
    started = time.perf_counter()
    linked = link_complaints(store, actor=SYSTEM, at=at)
    seconds = time.perf_counter() - started
    for one in brought:
        again = import_file(store, path=folder / one.file, channel=None, actor=SYSTEM, clock=lambda: at)
        one.written_again = again.filed + again.updated + again.quarantined
    relinked = link_complaints(store, actor=SYSTEM, at=at)
    changed = relinked.opened + relinked.joined + relinked.moved + relinked.merged + relinked.judged
    return Found(tuple(brought), linked, changed, seconds, _repeats(store, folder), _mark(store, folder))


def _bring(store: Warehouse, path: Path, at: datetime) -> Brought:
    started = time.perf_counter()
    count = import_file(store, path=path, channel=None, actor=SYSTEM, clock=lambda: at)
    seconds = time.perf_counter() - started
    return Brought(path.name, count.read, count.filed, count.quarantined, dict(count.reasons), 0, seconds)


def _rows_kept(store: Warehouse) -> dict[str, str]:
    """The file's own number of every message, by complaint."""
    with store.read() as session:
        found = session.execute(select(ComplaintRow.id, ComplaintRow.source_key))
        return {one: key.partition("~")[0] for one, key in found}


def _repeats(store: Warehouse, folder: Path) -> Repeats:
    number = _rows_kept(store)
    wage = {row["row_id"] for row in rows_of(WAGE, folder)}
    with store.read() as session:
        homes = {number[one]: row.case_id for one, row in live_memberships(session).items()}
        judged = select(JudgementRow.left_id, JudgementRow.right_id).where(
            JudgementRow.newest, JudgementRow.verdict == Verdict.UNSURE
        )
        asked = {frozenset((homes[number[one]], homes[number[other]])) for one, other in session.execute(judged)}
    labelled = {_pair(row["row_id_a"], row["row_id_b"]): row["label"] for row in rows_of(PAIRS, folder)}
    made = {_pair(*two) for two in combinations(sorted(wage & homes.keys()), 2) if homes[two[0]] == homes[two[1]]}

    def counted(label: str) -> tuple[int, int, int]:
        pairs = {pair for pair, said in labelled.items() if said == label}
        apart = [frozenset((homes[one], homes[other])) for one, other in pairs - made]
        return len(pairs), len(pairs & made), sum(cases in asked for cases in apart)

    return Repeats(*counted("dup"), *counted("not_dup"), unlabelled_joined=len(made - labelled.keys()))


def _pair(one: str, other: str) -> Pair:
    left, right = sorted((one, other))
    return left, right


def _mark(store: Warehouse, folder: Path) -> Mark:
    number = _rows_kept(store)
    with store.read() as session:
        newest = select(ComplaintVersionRow.complaint_id, ComplaintVersionRow.probably_arrears)
        said = {number[one]: mark for one, mark in session.execute(newest)}
    wage = [said.get(row["row_id"]) for row in rows_of(WAGE, folder)]
    other = [said.get(row["row_id"]) for row in rows_of(OTHER, folder)]
    return Mark(len(wage), wage.count(False), len(other), other.count(False))


def lines(found: Found) -> list[str]:
    """The figures for a reader."""
    linked, repeats, mark = found.linked, found.repeats, found.mark
    told = [
        f"{one.file:24}{one.read:5} read {one.filed:5} filed {one.quarantined:4} in quarantine {one.reasons or ''} "
        f"{one.written_again:4} written by a second import {one.seconds:7.1f} s"
        for one in found.files
    ]
    rows = (
        ("linked, complaints", linked.complaints),
        ("linked, cases", linked.cases),
        ("linked, cases to look at", linked.asked),
        ("linked, changes by a second run", found.written_by_linking_again),
        ("linked, seconds", round(found.link_seconds, 1)),
        ("repeated messages, labelled pairs", repeats.repeats),
        ("repeated messages, joined", repeats.joined),
        ("repeated messages, put to a person", repeats.asked),
        ("repeated messages, recall", round(repeats.recall, 3)),
        ("repeated messages, recall with questions", round(repeats.recall_with_questions, 3)),
        ("repeated messages, precision", round(repeats.precision, 3)),
        ("look-alikes, labelled pairs", repeats.look_alikes),
        ("look-alikes, joined", repeats.look_alikes_joined),
        ("look-alikes, put to a person", repeats.look_alikes_asked),
        ("joined pairs that nobody labelled", repeats.unlabelled_joined),
        ("wage messages taken for unpaid wages", f"{mark.recall:.3f} of {mark.wage_messages}"),
        ("other messages taken for unpaid wages", f"{mark.false_alarm:.3f} of {mark.other_messages}"),
    )
    return told + [f"{name:44}{value}" for name, value in rows]


def main(arguments: list[str] | None = None) -> int:
    """Measure in a store of its own, print, and write the file of evidence when asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.real_input", description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args(arguments)
    if not FOLDER.is_dir():
        sys.stdout.write(f"{ABSENT}\n")
        return 0
    with tempfile.TemporaryDirectory(prefix="arrears-real-") as place:
        settings = Settings(data_dir=Path(place), database_url=None, key_file=None)
        set_up(settings)
        store = open_store(settings)
        try:
            found = measure(store, at=datetime.now(UTC))
        finally:
            store.close()
    sys.stdout.write("\n".join(lines(found)) + "\n")
    if asked.json:
        evidence.write(asked.json, "python -m benchmarks.real_input", found.figures())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
