"""Drafts: one for each officer and form, kept encrypted, replaced, dropped by their own officer, swept by age."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from casework.errors import NotFound
from casework.people import Actor, Role
from services.cases.drafts import drop_draft, forget_draft, keep_draft, sweep_drafts
from tests.services.office import SYSTEM, Office
from tests.services.work import Work
from warehouse.engine import Warehouse
from warehouse.models import AuditRow, CaseRow, DraftRow
from warehouse.queries.drafts import draft_of, drafts_on
from warehouse.store.settings import set_setting

TYPED = {"place": ["厂区"], "findings": ["刘春生说没有发"], "csrf": ["x"], "version": ["7"], "empty": [""]}


@pytest.fixture
def office(store: Warehouse, now: datetime) -> Office:
    """A small office."""
    return Office(store, now)


def kept(work: Work, actor: Actor | None = None, **more: Any) -> datetime:
    asked: dict[str, Any] = {"act": "record_visit", "typed": TYPED, "case_version": 7, "at": work.office.at, **more}
    return keep_draft(work.store, case_id=work.id, actor=actor or work.lead, **asked)


def count(office: Office) -> int:
    with office.store.read() as session:
        return session.scalar(select(func.count()).select_from(DraftRow)) or 0


def test_a_draft_keeps_what_was_typed_and_changes_nothing_of_the_case(office: Office) -> None:
    work = Work(office)
    before = office.version(work.id)
    assert kept(work) == office.at + timedelta(days=14)
    assert office.version(work.id) == before
    with office.store.read() as session:
        found = draft_of(session, work.lead, case_id=work.id, act="record_visit", at=office.at)
        assert found is not None
        assert found.typed == {"place": ["厂区"], "findings": ["刘春生说没有发"]}
        assert draft_of(session, work.other, case_id=work.id, act="record_visit", at=office.at) is None
        assert draft_of(session, work.lead, case_id=work.id, act="refer", at=office.at) is None
        told = session.scalars(select(AuditRow).where(AuditRow.act == "keep_draft")).one()
        assert told.details == {"case": work.id, "act": "record_visit", "fields": 2}


def test_a_later_draft_of_the_same_form_replaces_the_first(office: Office) -> None:
    work = Work(office)
    kept(work)
    kept(work, typed={"place": ["海边"]}, at=office.at + timedelta(hours=1))
    kept(work, work.other)
    kept(work, act="ask_supplement", about="cp_1")
    kept(work, act="ask_supplement", about="cp_2", at=office.at + timedelta(hours=2))
    assert count(office) == 4
    with office.store.read() as session:
        found = draft_of(session, work.lead, case_id=work.id, act="record_visit", at=office.at)
        assert found is not None
        assert found.typed == {"place": ["海边"]}
        newest = draft_of(session, work.lead, case_id=work.id, act="ask_supplement", about=None, at=office.at)
        assert newest is not None
        assert newest.about == "cp_2"
        mine = drafts_on(session, work.lead, case_id=work.id, at=office.at + timedelta(hours=2))
        assert [one.about for one in mine] == ["cp_2", "", "cp_1"]


def test_two_late_clicks_at_once_leave_one_draft(office: Office) -> None:
    work = Work(office)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: kept(work), range(8)))
    assert count(office) == 1


def test_only_its_own_officer_drops_a_draft_and_a_taken_form_forgets_it(office: Office) -> None:
    work = Work(office)
    kept(work)
    with office.store.read() as session:
        draft = session.scalars(select(DraftRow.id)).one()
    for stranger in (work.other, office.head):
        with pytest.raises(NotFound):
            drop_draft(office.store, draft_id=draft, actor=stranger, at=office.at)
    drop_draft(office.store, draft_id=draft, actor=work.lead, at=office.at)
    assert count(office) == 0
    asked: dict[str, Any] = {"case_id": work.id, "act": "record_visit", "actor": work.lead, "at": office.at}
    assert forget_draft(office.store, **asked) is False
    kept(work)
    assert forget_draft(office.store, **asked) is True
    assert count(office) == 0


def test_nobody_keeps_a_draft_on_a_case_that_is_not_theirs_to_see(office: Office) -> None:
    work = Work(office)
    for stranger in (office.inspectors[2], office.officer(Role.HEAD, "370202")):
        with pytest.raises(NotFound):
            kept(work, stranger)
    assert count(office) == 0


def test_drafts_are_swept_by_the_office_s_own_days(office: Office) -> None:
    work = Work(office)
    kept(work)
    with office.store.write() as session:
        set_setting(session, "draft.days", 3, source="内部", by="system:test", at=office.at)
    assert sweep_drafts(office.store, actor=SYSTEM, at=office.at + timedelta(days=2)) == 0
    late = office.at + timedelta(days=4)
    with office.store.read() as session:
        assert draft_of(session, work.lead, case_id=work.id, act="record_visit", at=late) is None
    assert sweep_drafts(office.store, actor=SYSTEM, at=late) == 1
    assert count(office) == 0
    with office.store.read() as session:
        assert session.scalar(select(func.count()).select_from(CaseRow)) == 1
