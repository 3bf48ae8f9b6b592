"""A case at a place where nobody of the office looks: its clocks run, so every desk sees it and somebody refers it."""

from __future__ import annotations

import random
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from casework.lifecycle import OPEN
from casework.people import Actor, Role
from services.cases import out_of_sight
from services.cases.out_of_sight import after_seating, bring_into_sight
from services.people import accounts
from tests.services.office import DISTRICT, SYSTEM, Office
from warehouse.engine import Warehouse
from warehouse.models import AuditRow, CaseMembershipRow, CaseRow, ComplaintVersionRow, RoleGrantRow
from warehouse.queries.sight import seen_by_id
from warehouse.statistics.month import figures
from warehouse.store.case_facts import place_of
from warehouse.store.served import misplaced, place_of_case, served, territories

FAR = "370214001"
KEEPER = Actor("acc_keeper", frozenset({Role.SECURITY_ADMIN}), ("",))


@pytest.fixture
def office(store: Warehouse, now: datetime) -> Office:
    """A small office of one district."""
    return Office(store, now)


def sees(office: Office, actor: Actor, case_id: str) -> bool:
    with office.store.read() as session:
        return seen_by_id(session, actor, case_id)


def test_a_complaint_from_a_place_that_nobody_looks_after_is_before_every_desk_and_head(office: Office) -> None:
    far = office.case(place=FAR)
    assert sees(office, office.desk, far)
    assert sees(office, office.head, far)
    assert not sees(office, office.inspectors[0], far), "an inspector sees what they hold"
    with office.store.read() as session:
        told = select(ComplaintVersionRow.district_code).join(
            CaseMembershipRow, CaseMembershipRow.complaint_id == ComplaintVersionRow.complaint_id
        )
        assert session.scalars(told.where(CaseMembershipRow.case_id == far)).all() == [FAR], "what was told stays"


def test_the_sums_of_the_month_meet_where_such_a_case_lies(office: Office) -> None:
    office.case()
    office.case(place=FAR, channels=("hotline_12345", "petition"))
    with office.store.read() as session:
        found = figures(session, f"{office.at:%Y-%m}", territories=(DISTRICT,))
    received, opened = found.total("received"), found.total("cases_opened")
    assert (received, opened) == (3, 2), "both are this office's, for nobody else looks after them"
    assert received - found.total("duplicates") - found.total("unlinked") - opened == 0


def test_where_somebody_sits_a_case_is_theirs_alone(office: Office) -> None:
    there = office.officer(Role.DESK_OFFICER, "370214")
    far = office.case(place=FAR)
    assert sees(office, there, far)
    assert not sees(office, office.desk, far)


def test_a_place_whose_desk_was_withdrawn_comes_before_the_others_once(office: Office) -> None:
    there = office.officer(Role.DESK_OFFICER, "370214")
    far, near = office.case(place=FAR), office.case()
    assert bring_into_sight(office.store, actor=SYSTEM, at=office.at) == 0
    with office.store.write() as session:
        ended = update(RoleGrantRow).where(RoleGrantRow.account_id == there.id)
        session.execute(ended.values(ended_at=office.at, ended_by=office.head.id))
    assert not sees(office, office.desk, far)
    assert bring_into_sight(office.store, actor=SYSTEM, at=office.at) == 1
    assert sees(office, office.desk, far)
    assert bring_into_sight(office.store, actor=SYSTEM, at=office.at) == 0, "once"
    with office.store.read() as session:
        assert session.get_one(CaseRow, near).district_code == f"{DISTRICT}010"
        row = session.scalars(select(AuditRow).where(AuditRow.act == "bring_into_sight")).one()
        assert row.subject == far


def sit(office: Office, actor: Actor, *, ended: datetime | None) -> None:
    """Withdraw what an account may do, or give it again."""
    with office.store.write() as session:
        kept = update(RoleGrantRow).where(RoleGrantRow.account_id == actor.id)
        session.execute(kept.values(ended_at=ended, ended_by=office.head.id if ended else None))


def test_a_place_that_gets_its_desk_again_gets_its_cases_back_when_the_watch_runs(office: Office) -> None:
    there = office.officer(Role.DESK_OFFICER, "370214")
    far, ended, near = office.case(place=FAR), office.case(place=FAR), office.case()
    with office.store.write() as session:
        session.get_one(CaseRow, ended).status = "concluded"
    sit(office, there, ended=office.at)
    assert bring_into_sight(office.store, actor=SYSTEM, at=office.at) == 1
    assert sees(office, office.desk, far)
    sit(office, there, ended=None)
    assert bring_into_sight(office.store, actor=SYSTEM, at=office.at) == 1
    assert sees(office, there, far)
    assert not sees(office, office.desk, far)
    assert bring_into_sight(office.store, actor=SYSTEM, at=office.at) == 0, "once"
    with office.store.read() as session:
        places = {one: session.get_one(CaseRow, one).district_code for one in (far, ended, near)}
        assert places == {far: FAR, ended: FAR, near: f"{DISTRICT}010"}
        assert session.scalars(select(AuditRow.subject).where(AuditRow.act == "give_to_its_place")).all() == [far]


def test_a_new_desk_gets_what_was_everybody_s(office: Office) -> None:
    far, elsewhere = office.case(place=FAR), office.case(place="510107001")
    there = office.officer(Role.DESK_OFFICER, "370214")
    assert not sees(office, there, far) or sees(office, office.desk, far), "it was before every desk"
    assert bring_into_sight(office.store, actor=SYSTEM, at=office.at) == 1
    assert sees(office, there, far)
    assert not sees(office, office.desk, far)
    assert sees(office, office.desk, elsewhere)


def test_the_act_that_seats_a_desk_gives_it_its_cases_and_the_one_that_ends_it_takes_them(office: Office) -> None:
    """Nobody waits for the watch: what the keeper of the accounts does is followed at once, by the program."""
    by_keeper: dict[str, Any] = {"actor": KEEPER, "at": office.at}
    far, more, near = office.case(place=FAR), office.case(place="370214002"), office.case()
    made: dict[str, Any] = {"password": "Blue-Harbour-2026-rain", "name": "赵综合", **by_keeper}
    reads, sits = [(Role.READ_ONLY, "370214")], [(Role.DESK_OFFICER, "370214")]
    reader = accounts.create_account(office.store, login="reader", grants=reads, **made)
    assert places(office, far, more, near) == ["", "", f"{DISTRICT}010"], "a reader looks after nothing"
    accounts.create_account(office.store, login="desk9", grants=sits, **made)
    assert places(office, far, more, near) == [FAR, "370214002", f"{DISTRICT}010"]
    with office.store.read() as session:
        own = RoleGrantRow.territory == "370214", RoleGrantRow.role == Role.DESK_OFFICER
        grant_id = session.scalars(select(RoleGrantRow.id).where(*own)).one()
        by = set(session.scalars(select(AuditRow.by).where(AuditRow.act == "give_to_its_place")))
    assert by == {"system:watch"}
    accounts.end_grant(office.store, grant_id=grant_id, **by_keeper)
    assert places(office, far, more, near) == ["", "", f"{DISTRICT}010"]
    accounts.grant_role(office.store, account_id=reader, role=Role.HEAD, territory="370214", **by_keeper)
    assert places(office, far, more, near) == [FAR, "370214002", f"{DISTRICT}010"]


def places(office: Office, *case_ids: str) -> list[str]:
    """Where these cases lie; empty: before every desk."""
    with office.store.read() as session:
        return [session.get_one(CaseRow, one).district_code or "" for one in case_ids]


def test_so_many_cases_go_at_once_and_the_watch_moves_the_others(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [office.case(place=FAR) for _ in range(3)]
    office.officer(Role.DESK_OFFICER, "370214")
    monkeypatch.setattr(out_of_sight, "AT_ONCE", 2)
    assert after_seating(office.store, [Role.DESK_OFFICER], at=office.at) == 2
    assert after_seating(office.store, [Role.INSPECTOR], at=office.at) == 0
    assert bring_into_sight(office.store, actor=SYSTEM, at=office.at) == 1
    assert places(office, *cases) == [FAR] * 3


@pytest.mark.parametrize("seed", range(3))
def test_what_is_found_is_what_the_rule_says_case_by_case(office: Office, seed: int) -> None:
    """Only some cases are looked at; were each one asked, it would be found that no other is at a wrong place."""
    chance = random.Random(seed)
    told = [FAR, f"{DISTRICT}010", "510107001", "370213002", DISTRICT]
    for _ in range(12):
        office.case(place=chance.choice(told), channels=("hotline_12345", "petition")[: chance.randrange(1, 3)])
    for place in chance.sample(["370214", "510107", "3702", ""], 2):
        office.officer(Role.DESK_OFFICER, place)
    with office.store.write() as session:
        ended = update(RoleGrantRow).where(RoleGrantRow.territory.in_(chance.sample([DISTRICT, "370214", "510107"], 2)))
        session.execute(ended.values(ended_at=office.at, ended_by=office.head.id))
    with office.store.read() as session:
        found, desks, wrong = misplaced(session), territories(session), []
        said, member = ComplaintVersionRow, CaseMembershipRow
        for row in session.scalars(select(CaseRow).where(CaseRow.status.in_(OPEN))):
            mine = select(said.district_code).join(member, member.complaint_id == said.complaint_id)
            now = session.scalars(mine.where(member.case_id == row.id, member.valid_to.is_(None), said.newest)).all()
            if (row.district_code or None) != place_of_case(now, desks):
                wrong.append(row.id)
    assert found == sorted(wrong)


@given(
    desks=st.lists(st.sampled_from(["", "370214", "370215", "3702", "370215010"]), max_size=3),
    told=st.lists(st.sampled_from([None, "", "370214001", "370215010", "370215", "510107001"]), max_size=4),
)
def test_the_place_of_a_case_is_one_of_a_desk_or_none(desks: list[str], told: list[str | None]) -> None:
    found = place_of_case(told, desks)
    assert found == served(place_of(told), desks)
    assert found is None or not desks or found.startswith(tuple(desks))
    assert place_of_case([found], desks) == found, "asked again it says the same"


@pytest.mark.parametrize(
    ("code", "desks", "found"),
    [
        ("370214001", ("370215",), None),
        ("370215001", ("370215",), "370215001"),
        ("3702", ("370215",), None),
        ("370214", (), "370214"),
        ("370214", ("",), "370214"),
        (None, ("370215",), None),
    ],
)
def test_the_rule(code: str | None, desks: tuple[str, ...], found: str | None) -> None:
    assert served(code, desks) == found
