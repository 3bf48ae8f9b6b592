"""Acts that meet wait for each other; none holds what the other waits for."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from casework.complaint import Complaint
from casework.errors import Conflict, NotAllowed
from casework.linkage import Verdict
from services.arriving.filing import keep_complaint
from services.cases import handling
from services.dispatch.dispatching import reassign
from services.employers.merging import merge_employers
from services.employers.naming import split_alias
from services.linkage.linking import link_complaints, merge_cases, pick_employer, split, undo
from services.office.working_days import published
from tests.services.office import SYSTEM, Office
from tests.services.work import CALLED, TODAY, Work
from warehouse.engine import Warehouse, one_at_a_time
from warehouse.models import AuditRow, CaseRow, ComplaintRow, DocumentRow, EmployerAliasRow, EmployerRow
from warehouse.store.cases import case_for_change, refresh_case
from warehouse.store.complaints import Filing
from warehouse.store.judgements import say
from warehouse.store.linkage import members


def test_naming_an_employer_while_complaints_are_filed_ends_well(store: Warehouse, now: datetime) -> None:
    office = Office(store, now)
    case_id = office.case(employer=None)
    version, filing = office.version(case_id), threading.Event()

    def file() -> None:
        with store.write() as session:
            one_at_a_time(session, "employers")
            filing.set()
            time.sleep(0.5)
            refresh_case(session, case_id, by="system:collect", at=now)

    def name() -> str:
        filing.wait(5)
        return pick_employer(
            store, case_id=case_id, version=version, employer_name="青岛蓝天水产", actor=office.desk, at=now
        )

    with ThreadPoolExecutor(2) as pool:
        filed, named = pool.submit(file), pool.submit(name)
        filed.result(30)
        employer_id = named.result(30)
    assert office.look(case_id).employer_id == employer_id


def test_a_case_that_is_signed_for_while_it_is_reassigned_stays_signed_for(store: Warehouse, now: datetime) -> None:
    office = Office(store, now)
    work = Work(office)
    before = office.version(work.id)
    with ThreadPoolExecutor(1) as pool:
        with store.write() as session:
            case = case_for_change(session, work.id)
            reassigned = pool.submit(
                reassign,
                store,
                case_id=work.id,
                version=before,
                lead_id=office.inspectors[1].id,
                assisting_id=office.inspectors[2].id,
                reason="调岗",
                actor=office.desk,
                at=now,
            )
            time.sleep(0.5)
            case.version = before + 1
        with pytest.raises(Conflict):
            reassigned.result(30)
    assert office.look(work.id).status == "in_progress"


def test_a_case_that_is_dispatched_while_the_linker_runs_is_not_merged_away(store: Warehouse, now: datetime) -> None:
    office = Office(store, now)
    older, younger = (office.case(received_at=now - timedelta(days=days)) for days in (2, 1))
    with store.write() as session:
        pair = [session.get_one(CaseRow, one).main_complaint_id for one in (older, younger)]
        say(session, pair[0], pair[1], Verdict.SAME, by=office.desk.id, at=now, reason=None)
    with ThreadPoolExecutor(1) as pool:
        with store.write() as session:
            case = case_for_change(session, younger)
            linked = pool.submit(link_complaints, store, actor=SYSTEM, at=now)
            time.sleep(1.5)
            case.status, case.version = "dispatched", case.version + 1
        linked.result(60)
    assert office.look(younger).status == "dispatched"


def test_of_two_services_of_one_paper_one_stands(store: Warehouse, now: datetime) -> None:
    office = Office(store, now)
    work = Work(office)
    issued = work.do(handling.issue_document, kind="inquiry_notice", issued_on=TODAY, body=CALLED)
    version, ready = office.version(work.id), threading.Barrier(4)

    def serve(how: str) -> str:
        ready.wait(10)
        try:
            handling.serve_document(
                store,
                case_id=work.id,
                version=version,
                document_id=issued.document_id,
                served_on=TODAY,
                served_how=how,
                actor=work.lead,
                at=now,
            )
        except Conflict as quicker:
            return str(quicker)
        return how

    ways = ("direct", "left", "by_post", "by_other_office")
    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(serve, ways))
    (won,) = set(said) & set(ways)
    with store.read() as session:
        assert session.get_one(DocumentRow, issued.document_id).served_how == won
        acts = session.scalars(select(AuditRow.act).where(AuditRow.subject == work.id)).all()
    assert acts.count("serve_document") == 1


def test_a_split_is_not_taken_back_into_a_case_that_was_merged_away_by_an_older_click(
    store: Warehouse, now: datetime
) -> None:
    """The merge was asked for before the split and came to the store after it."""
    office = Office(store, now)
    parted, other = office.case(channels=("hotline_12345", "petition")), office.case()
    with store.read() as session:
        leaving = members(session, parted)[:1]
    made = split(
        store, case_id=parted, version=office.version(parted), complaint_ids=leaving, actor=office.desk, at=now
    )
    merge_cases(
        store,
        from_case_id=parted,
        into_case_id=other,
        from_version=office.version(parted),
        into_version=office.version(other),
        actor=office.desk,
        at=now - timedelta(seconds=2),
    )
    with pytest.raises(NotAllowed, match="later merge or split"):
        undo(store, event_id=made.event_id, actor=office.desk, at=now)
    with store.read() as session:
        assert members(session, made.case_id) == leaving
        assert members(session, parted) == []


def test_two_channels_that_file_at_once_do_not_wait_for_each_other_for_ever(store: Warehouse, now: datetime) -> None:
    """One brings an old complaint and then a new one, the other the new one first."""
    gate = threading.Barrier(2)
    Office(store, now)
    filing = Filing(calendar=published(), reply_limit=None, by=SYSTEM.id, at=now)

    def told(key: str, version: int = 1) -> Complaint:
        common: dict[str, Any] = {"channel": "hotline_12345", "received_at": now, "narrative": "工资没有发"}
        return Complaint(source_key=key, version=version, employer_name="青岛蓝天水产", **common)

    with store.write() as session:
        for key in ("a", "b"):
            keep_complaint(session, told(key), filing)

    def bring(*complaints: Complaint) -> None:
        with store.write() as session:
            for place, complaint in enumerate(complaints):
                keep_complaint(session, complaint, filing)
                if place == 0:
                    with suppress(threading.BrokenBarrierError):
                        gate.wait(0.5)

    with ThreadPoolExecutor(2) as pool:
        brought = [
            pool.submit(bring, told("a", 2), told("c")),
            pool.submit(bring, told("d"), told("b", 2)),
        ]
        for one in brought:
            one.result(30)
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(ComplaintRow)) == 4


def test_employers_are_merged_while_cases_come_to_name_them(store: Warehouse, now: datetime) -> None:
    """A merge of cases names the employers in the order of its cases, a merge of employers holds them in its own."""
    if store.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer anyway")
    office = Office(store, now)
    names = ("青岛蓝天水产有限公司", "青岛碧海食品有限公司")
    cases = [office.case(employer=one) for one in names]
    low, high = sorted(str(office.look(one).employer_id) for one in cases)
    with ThreadPoolExecutor(1) as pool, store.write() as session:
        one_at_a_time(session, "linkage")
        case_for_change(session, cases[0]).employer_id = high
        session.flush()
        case_for_change(session, cases[0]).employer_id = low
        session.flush()
        ids: dict[str, Any] = {"from_id": low, "into_id": high, "from_version": 1, "into_version": 1, "reason": "一家"}
        merged = pool.submit(merge_employers, store, **ids, actor=office.desk, at=now)
        merged.result(10)  # it waits for no case
        case_for_change(session, cases[1]).employer_id = low
        session.commit()
    with store.read() as session:
        assert session.get_one(EmployerRow, low).merged_into == high
    assert office.look(cases[1]).employer_id == low


def test_a_spelling_is_taken_out_when_no_case_is_being_merged(store: Warehouse, now: datetime) -> None:
    """Both lock several cases, each in an order of its own: so one comes after the other."""
    if store.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer anyway")
    office = Office(store, now)
    firm, other = "青岛蓝天水产有限公司", "蓝天水产"
    cases = [office.case(employer=firm), office.case(employer=firm)]
    employer_id = str(office.look(cases[0]).employer_id)
    with store.write() as session:
        session.add(
            EmployerAliasRow(id="als_1", employer_id=employer_id, name=other, learned_from="complaint", learned_at=now)
        )
    given: dict[str, Any] = {"employer_id": employer_id, "version": 1, "alias_id": "als_1", "reason": "另一家"}
    with ThreadPoolExecutor(1) as pool, store.write() as session:
        one_at_a_time(session, "linkage")
        case_for_change(session, max(cases))
        parted = pool.submit(split_alias, store, **given, actor=office.desk, at=now)
        time.sleep(0.3)
        assert not parted.done()
        case_for_change(session, min(cases))
        session.commit()
        parted.result(10)
