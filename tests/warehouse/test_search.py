"""Who told in confidence is named to nobody by a search."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks.stored_cases import DISTRICT, make_cases
from casework.complaint import Complaint, Kind
from casework.people import Actor, Role
from casework.receipt_number import written
from services.office.working_days import published
from tests.services.office import Office
from warehouse.engine import Warehouse
from warehouse.models import AccountRow, CaseRow, ComplaintRow
from warehouse.queries.deadlines import Horizon
from warehouse.queries.search import found
from warehouse.queries.sight import seen_by
from warehouse.queries.walk_in import similar
from warehouse.store.complaints import Filing, file_complaint
from warehouse.store.receipt_numbers import receipt_of

NAME, PHONE = "欧阳证人", "13812343307"
AHEAD = Horizon(date(2026, 11, 20), published(), 2)


def told(office: Office, *, confidential: bool, kind: Kind) -> str:
    """A case whose one complaint names who told it. Returns its id."""
    case_id = office.case()
    with office.store.write() as session:
        row = session.scalars(select(ComplaintRow)).one()
        complaint = Complaint(
            channel=row.channel,
            source_key=row.source_key,
            version=2,
            received_at=office.at,
            narrative="工资没有发",
            kind=kind,
            confidential=confidential,
            complainant_name=NAME,
            complainant_phone=PHONE,
        )
        filing = Filing(calendar=published(), reply_limit=None, by="system:test", at=office.at)
        file_complaint(session, complaint, filing)
    return case_id


def pointed_at(office: Office, actor: Actor) -> list[list[str]]:
    """What the name, the phone and its tail find, and what the window shows for the phone."""
    with office.store.read() as session:
        by_search = [[one.id for one in found(session, actor, text, AHEAD)] for text in (NAME, PHONE, PHONE[-4:])]
        at_window = similar(session, actor, AHEAD, employer=None, phone=PHONE)
    return [*by_search, [one.case.id for one in at_window]]


@pytest.mark.parametrize(("confidential", "kind"), [(True, Kind.WORKER_COMPLAINT), (False, Kind.INFORMANT_REPORT)])
def test_a_secret_teller_is_found_by_the_head_alone(
    store: Warehouse, now: datetime, confidential: bool, kind: Kind
) -> None:
    office = Office(store, now)
    case_id = told(office, confidential=confidential, kind=kind)
    assert pointed_at(office, office.desk) == [[], [], [], []]
    assert pointed_at(office, office.head) == [[case_id]] * 4


def test_who_told_openly_is_found_by_the_desk(store: Warehouse, now: datetime) -> None:
    office = Office(store, now)
    case_id = told(office, confidential=False, kind=Kind.WORKER_COMPLAINT)
    assert pointed_at(office, office.desk) == [[case_id]] * 4


def test_a_receipt_number_read_out_on_the_telephone_finds_its_case(store: Warehouse, now: datetime) -> None:
    office = Office(store, now)
    case_id, other = office.case(), office.case()
    with store.write() as session:
        number = receipt_of(session, office_main(session, case_id), at=now)
    for text in (number, written(number), written(number).lower()):
        with store.read() as session:
            assert [one.id for one in found(session, office.desk, text, AHEAD)] == [case_id]
    assert other != case_id


def office_main(session: Session, case_id: str) -> str:
    """The main complaint of a case."""
    return session.get_one(CaseRow, case_id).main_complaint_id


@pytest.mark.parametrize("login", ["inspector1", "desk"])
def test_of_few_cases_and_of_many_a_person_finds_the_same(
    store: Warehouse, now: datetime, monkeypatch: pytest.MonkeyPatch, login: str
) -> None:
    make_cases(store, 300, now, waiting=10)
    role = Role.INSPECTOR if login.startswith("inspector") else Role.DESK_OFFICER
    with store.read() as session:
        account_id = session.scalars(select(AccountRow.id).where(AccountRow.login == login)).one()
        actor = Actor(account_id, frozenset({role}), (DISTRICT,), frozenset({(role, DISTRICT)}))
        for text in ("青岛第1", "第12工地", "M0000123", "K0000200", "工地", "13900000123", "0123", "无此"):
            seen = []
            for few in (0, 7, 1_000):
                monkeypatch.setattr("warehouse.queries.search._FEW", few)
                seen.append({row.id for row in found(session, actor, text, AHEAD, limit=400)})
            own = set(session.scalars(select(CaseRow.id).where(seen_by(actor))))
            assert seen[0] == seen[1] == seen[2] <= own, text
            assert text != "工地" or seen[0] == own
