"""A run that reads only what is new comes to what a run over everything comes to, whatever happened in between."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from stat import S_IMODE
from typing import Any

import pytest
from sqlalchemy import select

from benchmarks.linking import to_complaint
from casework.complaint import Complaint
from casework.errors import ArrearsError
from casework.lifecycle import WorkStatus
from casework.linkage import Verdict
from casework.people import Actor
from dedupe.extraction import fill
from sandbox.world import make_world
from services.arriving.filing import filing_of, keep_complaint
from services.linkage.linking import LinkCount, judge_pair, link_complaints, split, undo
from tests.stores import Template
from warehouse.crypto import keyring, make_keyring
from warehouse.engine import Warehouse
from warehouse.models import (
    CaseMembershipRow,
    CaseRow,
    ChannelRow,
    JudgementRow,
    LinkageEventRow,
    LinkageRefusalRow,
    LinkRunRow,
)
from warehouse.store.cases import change_case
from warehouse.store.linkage import homes

SYSTEM = Actor.system("test")
START = datetime(2026, 11, 20, tzinfo=UTC)


@cache
def _world(complaints: int, seed: int) -> tuple[Complaint, ...]:
    world = make_world(seed, complaints=complaints, until=START)
    found = [fill(to_complaint(told)) for told in world.told]
    Random(seed).shuffle(found)
    return tuple(found)


@dataclass
class Room:
    """One store in which things are done; `kept` is where its runs keep what stands, if they do."""

    store: Warehouse
    kept: Path | None
    channels: set[str] = field(default_factory=set)

    def file(self, complaints: list[Complaint], at: datetime) -> None:
        with self.store.write() as session:
            for complaint in complaints:
                if complaint.channel not in self.channels:
                    self.channels.add(complaint.channel)
                    session.add(ChannelRow(name=complaint.channel, answers=False))
                    session.flush()
                keep_complaint(session, complaint, filing_of(session, None, by="test", at=at))

    def link(self, at: datetime) -> LinkCount:
        return link_complaints(self.store, actor=SYSTEM, at=at, kept=self.kept)

    def case_of(self, complaint_id: str) -> tuple[str, int] | None:
        """The complaint's case and its version."""
        with self.store.read() as session:
            home = homes(session, [complaint_id]).get(complaint_id)
            return (home, session.get_one(CaseRow, home).version) if home else None

    def set_status(self, complaint_id: str, status: WorkStatus, at: datetime) -> None:
        case = self.case_of(complaint_id)
        if case is not None:
            with self.store.write() as session:
                change_case(session.get_one(CaseRow, case[0]), {"status": status.value}, by="test", at=at)

    def judge(self, left: str, right: str, verdict: Verdict, at: datetime) -> None:
        judge_pair(self.store, left_id=left, right_id=right, verdict=verdict, actor=SYSTEM, at=at)

    def split(self, complaint_id: str, at: datetime) -> None:
        case = self.case_of(complaint_id)
        if case is not None:
            split(self.store, case_id=case[0], version=case[1], complaint_ids=[complaint_id], actor=SYSTEM, at=at)

    def undo(self, at: datetime) -> None:
        """Take the last step of all back."""
        question = select(LinkageEventRow).where(LinkageEventRow.undone_at.is_(None), LinkageEventRow.kind != "undo")
        with self.store.read() as session:
            last = max(session.scalars(question), key=lambda row: (row.at, row.complaint_ids), default=None)
            event_id = last.id if last is not None else None
        if event_id is not None:
            undo(self.store, event_id=event_id, actor=SYSTEM, at=at)

    def stands(self) -> dict[str, Any]:
        """All that linking leaves behind, by complaints."""
        with self.store.read() as session:
            live = session.scalars(select(CaseMembershipRow).where(CaseMembershipRow.valid_to.is_(None))).all()
            inside: dict[str, dict[str, str]] = defaultdict(dict)
            for row in live:
                inside[row.case_id][row.complaint_id] = row.claim_id
            cases = {
                frozenset(inside[row.id].items()): (
                    row.matter_no,
                    row.status,
                    row.confidence,
                    row.needs_check,
                    row.main_complaint_id,
                    row.worker_count,
                )
                for row in session.scalars(select(CaseRow).where(CaseRow.id.in_(inside)))
            }
            machine = select(JudgementRow).where(JudgementRow.newest, ~JudgementRow.by_person)
            judged = {
                (row.left_id, row.right_id): (
                    row.verdict,
                    row.case_score,
                    row.claim_score,
                    row.same_claim,
                    row.conflicts,
                    row.evidence,
                )
                for row in session.scalars(machine)
            }
            last = session.scalars(select(LinkRunRow).order_by(LinkRunRow.started_at.desc()).limit(1)).one()
            refused = sorted(
                (row.left_id, row.right_id, row.reason)
                for row in session.scalars(select(LinkageRefusalRow).where(LinkageRefusalRow.run_id == last.id))
            )
            return {"cases": cases, "judged": judged, "refused": refused, "run": (last.complaints, last.counts)}


class Twins:
    """Two rooms in which the same is done: in one, runs read what is new, in the other everything."""

    def __init__(self, store: Warehouse, other: Warehouse, kept: Path) -> None:
        self.on, self.anew, self.at = Room(store, kept), Room(other, None), START

    def both(self, act: Callable[[Room, datetime], None]) -> None:
        self.at += timedelta(minutes=1)
        met: list[type[ArrearsError] | None] = []
        for room in (self.on, self.anew):
            try:
                act(room, self.at)
                met.append(None)
            except ArrearsError as refused:
                met.append(type(refused))
        assert met[0] == met[1]

    def file(self, *complaints: Complaint) -> None:
        self.both(lambda room, at: room.file(list(complaints), at))

    def link(self) -> LinkCount:
        """What the run that reads only what is new came to, which is what the other one came to."""
        self.at += timedelta(minutes=1)
        count, wanted = self.on.link(self.at), self.anew.link(self.at)
        assert replace(count, read=0, linker_ms=0) == replace(wanted, read=0, linker_ms=0)
        found, expected = self.on.stands(), self.anew.stands()
        for part in expected:
            assert found[part] == expected[part], part
        return count


@pytest.fixture
def twins(store: Warehouse, tmp_path: Path, empty: Template) -> Iterator[Twins]:
    with empty.store(tmp_path / "other.db") as other:
        yield Twins(store, other, tmp_path / "linking.sealed")


@pytest.mark.parametrize("seed", range(2))
def test_arrivals_words_and_steps_in_any_order(twins: Twins, seed: int) -> None:
    chance = Random(seed)
    waiting = list(_world(260, seed))
    here, waiting = waiting[:120], waiting[120:]
    twins.file(*here)
    twins.link()
    reads = []
    for _ in range(10):
        lot, waiting = waiting[: (size := chance.choice([0, 1, 3, 20]))], waiting[size:]
        twins.file(*lot)
        here += lot
        for _ in range(chance.choice([0, 1, 3])):
            _something(twins, chance, here)
        reads.append(twins.link().read)
    assert min(reads) < 30, "some runs read little"


def _something(twins: Twins, chance: Random, here: list[Complaint]) -> None:
    """One thing that people do in an office."""
    one, other = chance.sample([complaint.id for complaint in here], 2)
    near = _neighbour(twins, chance)
    match chance.randrange(7):
        case 0:
            twins.both(lambda room, at: room.judge(one, other, Verdict.SAME, at))
        case 1:
            twins.both(lambda room, at: room.judge(*near, Verdict.DIFFERENT, at))
        case 2:
            twins.both(lambda room, at: room.judge(*near, Verdict.SAME, at))
        case 3:
            twins.both(lambda room, at: room.split(near[0], at))
        case 4:
            twins.both(lambda room, at: room.undo(at))
        case 5:
            status = chance.choice([WorkStatus.DISPATCHED, WorkStatus.CLOSED, WorkStatus.TO_DISPATCH])
            twins.both(lambda room, at: room.set_status(near[0], status, at))
        case 6:
            place = chance.randrange(len(here))
            told = replace(
                here[place],
                version=here[place].version + 1,
                employer_name=here[place - 1].employer_name,
                complainant_phone=here[place - 1].complainant_phone,
            )
            here[place] = told
            twins.file(told)


def _neighbour(twins: Twins, chance: Random) -> tuple[str, str]:
    """A pair that the machine speaks of."""
    with twins.on.store.read() as session:
        question = select(JudgementRow.left_id, JudgementRow.right_id).where(JudgementRow.newest)
        left, right = chance.choice(sorted(session.execute(question).tuples().all()))
    return left, right


def test_a_run_reads_what_is_new_and_whom_it_quotes(twins: Twins) -> None:
    every = list(_world(260, 1))
    twins.file(*every[:250])
    assert twins.link().read == 250
    assert twins.link().read == 0
    twins.file(*every[250:])
    assert 10 <= twins.link().read < 130


def test_a_corrected_complaint_and_a_learned_alias_link_everything_anew(twins: Twins) -> None:
    every = list(_world(260, 2))
    twins.file(*every[:100])
    twins.link()
    twins.file(replace(every[3], version=2, employer_name=every[4].employer_name))
    assert twins.link().read == 100
    left, right = (_with_name(every[:100], place) for place in (0, 1))
    twins.both(lambda room, at: room.judge(left.id, right.id, Verdict.SAME, at))
    assert twins.link().read == 100
    assert twins.link().read == 0


def _with_name(complaints: list[Complaint], place: int) -> Complaint:
    names = ("青岛", "即墨")
    told = [one for one in complaints if one.employer_name and one.employer_name.startswith(names)]
    return next(one for one in told if one.employer_name != told[0].employer_name) if place else told[0]


def test_what_is_kept_is_sealed_and_for_its_owner_alone(twins: Twins) -> None:
    every = list(_world(260, 3))
    twins.file(*every[:60])
    twins.link()
    kept = twins.on.kept
    assert kept is not None
    assert S_IMODE(kept.stat().st_mode) == 0o600
    body = kept.read_bytes()
    names = {complaint.employer_name for complaint in every[:60]} | {one.complainant_name for one in every[:60]}
    assert len([name for name in names if name]) > 30
    assert not any(name.encode() in body for name in names if name)
    assert all(complaint.id.encode() not in body for complaint in every[:60])


@pytest.mark.parametrize("harm", ["gone", "empty", "cut", "changed", "foreign"])
def test_what_is_kept_is_not_believed_when_it_is_harmed(twins: Twins, harm: str) -> None:
    every = list(_world(260, 3))
    twins.file(*every[:60])
    twins.link()
    path = twins.on.kept
    assert path is not None
    body = path.read_bytes()
    path.unlink()
    mine = keyring()
    if harm == "empty":
        path.touch()
    elif harm == "cut":
        path.write_bytes(body[: len(body) // 2])
    elif harm == "changed":
        path.write_bytes(body[:-1] + bytes([body[-1] ^ 1]))
    elif harm == "foreign":
        path.write_bytes(body.replace(mine.installation().encode(), make_keyring().installation().encode()))
    twins.file(*every[60:70])
    assert twins.link().read == 70
    assert twins.link().read == 0


def test_a_run_without_the_file_in_between_is_noticed(twins: Twins) -> None:
    every = list(_world(260, 3))
    twins.file(*every[:60])
    twins.link()
    twins.file(*every[60:70])
    kept, twins.on.kept = twins.on.kept, None
    assert twins.link().read == 70
    twins.on.kept = kept
    twins.file(*every[70:80])
    assert twins.link().read == 80
    twins.file(*every[80:90])
    assert twins.link().read < 80


def test_what_the_fuse_stopped_is_linked_anew_until_it_holds(twins: Twins) -> None:
    every = list(_world(260, 4))
    twins.file(*every[:100])
    assert twins.link().breaker is None
    rubbish = [
        replace(one, source_key=f"r{one.source_key}", employer_name="有限公司", site_name=None, narrative="欠薪")
        for one in every[100:190]
    ]
    twins.file(*rubbish)
    assert twins.link().breaker is not None
    assert twins.on.kept is not None
    assert not twins.on.kept.exists()
    twins.file(*every[190:])
    twins.link()
    twins.link()


def test_a_dispatched_case_is_rated_by_all_that_are_in_it(twins: Twins) -> None:
    every = list(_world(260, 1))
    first = next(
        one for one in every if one.employer_name and one.complainant_name and one.complainant_phone and one.site_name
    )
    second, third = (replace(first, source_key=f"{first.source_key}-{number}") for number in (2, 3))
    stranger = next(one for one in every if one.employer_name and one.district_code != first.district_code)
    others = [one for one in every[:40] if one not in (first, stranger)]
    twins.file(first, second, *others)
    twins.link()
    assert (home := twins.on.case_of(first.id)) is not None
    assert twins.on.case_of(second.id) == home
    twins.both(lambda room, at: room.set_status(first.id, WorkStatus.DISPATCHED, at))
    twins.file(replace(stranger, source_key=second.source_key, channel=second.channel, version=2))
    twins.link()
    twins.file(third)
    assert twins.link().read < 40
    assert twins.on.case_of(third.id) == twins.on.case_of(second.id) == twins.on.case_of(first.id)
