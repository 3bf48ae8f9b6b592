"""Linking: one dispute is one case whatever the order; people outrank the machine; every step can be taken back."""

from __future__ import annotations

import itertools
from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from casework.errors import BadInput, Conflict, NotAllowed
from casework.linkage import Verdict
from casework.people import Actor
from services.arriving.intake import collect_channel
from services.linkage.linking import judge_pair, link_complaints, merge_cases, pick_employer, split, undo
from tests.dumps import dump
from tests.notebook import Notebook, notebook
from warehouse.engine import Warehouse
from warehouse.models import Base, CaseMembershipRow, CaseRow, ComplaintRow, LinkageEventRow
from warehouse.store.channels import channel_row
from warehouse.store.linkage import members
from warehouse.store.merging import STAYS

SYSTEM = Actor.system("test")
TRACE = {"audit", "judgement", "linkage_event", "run"}
VERSION = {"cases": {"version"}}
FIRM, OTHER = "青岛蓝天海产加工有限公司", "烟台宏远建筑工程有限公司"


@pytest.fixture
def book(tmp_path: Path) -> Notebook:
    return notebook(tmp_path)


def told(now: datetime) -> list[dict[str, object]]:
    """Three tellings of one worker's claim and one of a stranger's at another firm."""
    same = {"employer": FIRM, "name": "王建国", "phone": "13853200001", "amount": "8000", "from": "2026-08"}
    lines: list[dict[str, object]] = [
        {"key": f"s{number}", "at": (now - timedelta(days=3 - number)).isoformat(), "text": "拖欠工资", **same}
        for number in range(3)
    ]
    other = {"employer": OTHER, "name": "李秀英", "phone": "13953500002", "amount": "5000", "from": "2026-09"}
    lines.append({"key": "x", "at": (now - timedelta(days=1)).isoformat(), "text": "不发工资", **other})
    return lines


def take_in(store: Warehouse, book: Notebook, now: datetime, lines: list[dict[str, object]]) -> None:
    for line in lines:
        book.write(**line)  # type: ignore[arg-type]  # JSON values
    collect_channel(store, book, run_id="r", clock=lambda: now, actor=SYSTEM)


def partition(store: Warehouse) -> set[frozenset[str]]:
    """Who is together, by the channel's own keys."""
    with store.read() as session:
        question = (
            select(CaseMembershipRow.case_id, ComplaintRow.source_key)
            .join(ComplaintRow, ComplaintRow.id == CaseMembershipRow.complaint_id)
            .where(CaseMembershipRow.valid_to.is_(None))
        )
        together: dict[str, set[str]] = defaultdict(set)
        for case_id, key in session.execute(question):
            together[case_id].add(key)
    return {frozenset(keys) for keys in together.values()}


def cases(store: Warehouse) -> list[CaseRow]:
    with store.read() as session:
        rows = session.scalars(select(CaseRow).where(CaseRow.status != "merged").order_by(CaseRow.matter_no)).all()
        session.expunge_all()
        return list(rows)


def ids(store: Warehouse) -> dict[str, str]:
    with store.read() as session:
        return {row.source_key: row.id for row in session.scalars(select(ComplaintRow))}


def test_one_workers_three_tellings_are_one_case_with_one_head(store: Warehouse, book: Notebook, now: datetime) -> None:
    take_in(store, book, now, told(now))
    count = link_complaints(store, actor=SYSTEM, at=now)
    assert partition(store) == {frozenset({"s0", "s1", "s2"}), frozenset({"x"})}
    assert (count.complaints, count.cases, count.opened, count.breaker) == (4, 2, 2, None)
    case = next(row for row in cases(store) if row.employer_name == FIRM)
    assert (case.worker_count, case.amount_claimed_fen, case.arrears_from) == (1, 800000, "2026-08")
    assert not case.needs_supplement


def test_a_second_run_changes_nothing(store: Warehouse, book: Notebook, now: datetime) -> None:
    take_in(store, book, now, told(now))
    link_complaints(store, actor=SYSTEM, at=now)
    before = dump(store, without={"audit", "link_run", "run"})
    link_complaints(store, actor=SYSTEM, at=now)
    assert dump(store, without={"audit", "link_run", "run"}) == before


def test_the_order_of_arrival_does_not_matter(store: Warehouse, book: Notebook, now: datetime) -> None:
    lines = told(now)
    for line in (lines[2], lines[3], lines[0], lines[1]):
        book.write(**line)  # type: ignore[arg-type]  # JSON values
        with store.write() as session:
            channel_row(session, "notebook").cursor = None
        collect_channel(store, book, run_id="r", clock=lambda: now, actor=SYSTEM)
        link_complaints(store, actor=SYSTEM, at=now)
    assert partition(store) == {frozenset({"s0", "s1", "s2"}), frozenset({"x"})}


def test_a_merge_taken_back_leaves_the_database_as_it_was(store: Warehouse, book: Notebook, now: datetime) -> None:
    take_in(store, book, now, told(now))
    link_complaints(store, actor=SYSTEM, at=now)
    before = dump(store, without=TRACE, ignoring=VERSION)
    into, away = cases(store)
    later = now + timedelta(minutes=1)
    done = merge_cases(
        store,
        from_case_id=away.id,
        into_case_id=into.id,
        from_version=away.version,
        into_version=into.version,
        actor=SYSTEM,
        at=later,
    )
    assert partition(store) == {frozenset({"s0", "s1", "s2", "x"})}
    with store.read() as session:
        gone = session.get_one(CaseRow, away.id)
        assert (gone.status, gone.merged_into) == ("merged", into.id)
    link_complaints(store, actor=SYSTEM, at=later)
    assert len(partition(store)) == 1, "a person's word outranks the machine"
    undo(store, event_id=done.event_id, actor=SYSTEM, at=later + timedelta(minutes=1))
    assert len(partition(store)) == 2
    without = {*TRACE, "link_run", "linkage_refusal"}
    kept = {table: rows for table, rows in before.items() if table not in without}
    assert dump(store, without=without, ignoring=VERSION) == kept
    with pytest.raises(Conflict) as taken:
        undo(store, event_id=done.event_id, actor=SYSTEM, at=later)
    assert taken.value.by == SYSTEM.id


def test_what_was_split_stays_apart_and_can_be_put_back(store: Warehouse, book: Notebook, now: datetime) -> None:
    take_in(store, book, now, told(now))
    link_complaints(store, actor=SYSTEM, at=now)
    before = partition(store)
    case = next(row for row in cases(store) if row.employer_name == FIRM)
    known = ids(store)
    with pytest.raises(BadInput):
        split(store, case_id=case.id, version=case.version, complaint_ids=list(known.values()), actor=SYSTEM, at=now)
    done = split(store, case_id=case.id, version=case.version, complaint_ids=[known["s1"]], actor=SYSTEM, at=now)
    link_complaints(store, actor=SYSTEM, at=now)
    assert frozenset({"s1"}) in partition(store)
    undo(store, event_id=done.event_id, actor=SYSTEM, at=now + timedelta(minutes=1))
    assert partition(store) == before
    with store.read() as session:
        opened = session.get_one(CaseRow, done.case_id)
        assert (opened.status, opened.merged_into) == ("merged", case.id)


def test_a_persons_same_merges_now_and_different_holds_for_ever(
    store: Warehouse, book: Notebook, now: datetime
) -> None:
    take_in(store, book, now, told(now))
    link_complaints(store, actor=SYSTEM, at=now)
    known = ids(store)
    result = judge_pair(store, left_id=known["s0"], right_id=known["x"], verdict=Verdict.SAME, actor=SYSTEM, at=now)
    assert result.event_id is not None
    assert len(partition(store)) == 1
    undo(store, event_id=result.event_id, actor=SYSTEM, at=now + timedelta(minutes=1))
    apart = judge_pair(
        store, left_id=known["s0"], right_id=known["s2"], verdict=Verdict.DIFFERENT, actor=SYSTEM, at=now
    )
    assert apart.event_id is not None
    link_complaints(store, actor=SYSTEM, at=now)
    assert not any({"s0", "s2"} <= group for group in partition(store))


def test_a_dispatched_case_is_never_merged_away_by_the_machine(store: Warehouse, book: Notebook, now: datetime) -> None:
    lines = told(now)
    take_in(store, book, now, lines[:1])
    link_complaints(store, actor=SYSTEM, at=now)
    with store.write() as session:
        session.scalars(select(CaseRow)).one().status = "dispatched"
    take_in(store, book, now, lines[1:])
    link_complaints(store, actor=SYSTEM, at=now)
    assert frozenset({"s0", "s1", "s2"}) in partition(store)
    case = next(row for row in cases(store) if row.employer_name == FIRM)
    assert case.status == "dispatched"
    other = next(row for row in cases(store) if row.employer_name == OTHER)
    with pytest.raises(NotAllowed):
        merge_cases(
            store,
            from_case_id=case.id,
            into_case_id=other.id,
            from_version=case.version,
            into_version=other.version,
            actor=SYSTEM,
            at=now,
        )


def test_a_stale_form_is_refused_with_who_and_when(store: Warehouse, book: Notebook, now: datetime) -> None:
    take_in(store, book, now, told(now))
    link_complaints(store, actor=SYSTEM, at=now)
    case = cases(store)[0]
    seen = case.version
    pick_employer(store, case_id=case.id, version=seen, employer_name="青岛海诺水产有限公司", actor=SYSTEM, at=now)
    with pytest.raises(Conflict) as conflict:
        pick_employer(store, case_id=case.id, version=seen, employer_name=FIRM, actor=SYSTEM, at=now)
    assert (conflict.value.by, conflict.value.at) == (SYSTEM.id, now.isoformat(timespec="minutes"))
    link_complaints(store, actor=SYSTEM, at=now)
    assert next(row for row in cases(store) if row.id == case.id).employer_name == "青岛海诺水产有限公司"


def test_a_case_is_not_merged_into_itself_or_into_a_merged_one(store: Warehouse, book: Notebook, now: datetime) -> None:
    take_in(store, book, now, told(now))
    link_complaints(store, actor=SYSTEM, at=now)
    one, other = cases(store)

    def merge(from_case: CaseRow, into_case: CaseRow) -> None:
        with store.read() as session:
            versions = [session.get_one(CaseRow, row.id).version for row in (from_case, into_case)]
        merge_cases(
            store,
            from_case_id=from_case.id,
            into_case_id=into_case.id,
            from_version=versions[0],
            into_version=versions[1],
            actor=SYSTEM,
            at=now,
        )

    with pytest.raises(NotAllowed):
        merge(one, one)
    merge(one, other)
    with pytest.raises(NotAllowed):
        merge(other, one)


def test_every_reference_to_a_complaint_or_case_is_named_by_the_merge() -> None:
    found = {
        f"{table.name}.{key.parent.name}"
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name in {"complaint", "cases"}
    }
    assert found == set(STAYS)


def test_each_event_leaves_every_complaint_in_one_case(store: Warehouse, book: Notebook, now: datetime) -> None:
    take_in(store, book, now, told(now))
    link_complaints(store, actor=SYSTEM, at=now)
    known = ids(store)
    for step, (left, right) in enumerate(itertools.combinations(sorted(known), 2)):
        verdict = (Verdict.LINKED, Verdict.SAME, Verdict.UNSURE)[step % 3]
        try:
            judge_pair(
                store,
                left_id=known[left],
                right_id=known[right],
                verdict=verdict,
                actor=SYSTEM,
                at=now + timedelta(minutes=step),
            )
        except NotAllowed:
            continue
    with store.read() as session:
        live = session.scalars(select(CaseMembershipRow).where(CaseMembershipRow.valid_to.is_(None))).all()
        assert sorted(row.complaint_id for row in live) == sorted(known.values())
        merged = {row.id for row in session.scalars(select(CaseRow).where(CaseRow.status == "merged"))}
        assert not merged & {row.case_id for row in live}
        for event in session.scalars(select(LinkageEventRow)):
            assert members(session, event.into_case_id) or event.into_case_id in merged
