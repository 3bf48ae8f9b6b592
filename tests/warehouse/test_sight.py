"""Who may know of which case, teller, warning, employer and project: by role, by place, and by who holds what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from casework.complaint import Kind
from casework.errors import NotFound
from casework.people import Actor, Role
from tests.services.office import Office, click, ready
from warehouse.engine import Warehouse
from warehouse.models import (
    AssignmentRow,
    CaseRow,
    ChannelRow,
    ComplaintVersionRow,
    EmployerRow,
    LandedRow,
    ProjectFirmRow,
    ProjectRow,
    RecusalRow,
    WarningRow,
    new_id,
)
from warehouse.queries.employer_sight import employer_seen, project_seen, projects_seen
from warehouse.queries.sight import any_seen, case_seen, seen_at_once, seen_by, seen_of_all, teller_known_to, works_on
from warehouse.queries.warning_sight import warning_seen, warnings_placed

STREET, OTHER_STREET, ELSEWHERE = "370215010", "370215011", "370214001"
FOREMEN = frozenset({Role.DESK_OFFICER, Role.HEAD})
ON = date(2026, 11, 20)


def somebody(*roles: Role, places: tuple[str, ...] = ("370215",), name: str = "acc_x") -> Actor:
    return Actor(name, frozenset(roles), places, frozenset((role, place) for role in roles for place in places))


@dataclass
class Town:
    """Two cases sent to inspectors, one here and one elsewhere, one that waits, and one whose place nobody said."""

    office: Office
    session: Session
    sent: str
    waits: str
    elsewhere: str
    nowhere: str
    lead: Actor
    idle: Actor

    def sees(self, actor: Actor) -> set[str]:
        """The cases of the town that somebody sees, by their names here: the same whichever way it is asked."""
        found = set(self.session.scalars(select(CaseRow.id).where(seen_by(actor))))
        at_once = seen_at_once(self.session, actor, since=self.office.at - timedelta(days=1))
        for seen, given in ((seen_of_all(actor), {}), (at_once.ever, at_once.given), (at_once.lately, at_once.given)):
            assert set(self.session.scalars(select(CaseRow.id).where(seen), given)) == found
        return {name for name in ("sent", "waits", "elsewhere", "nowhere") if getattr(self, name) in found}

    def case(self, one: str) -> CaseRow:
        return self.session.get_one(CaseRow, one)

    def number(self, one: str) -> str:
        return self.case(one).matter_no

    def held(self, **said: Any) -> None:
        """Change the assignment of the case that was sent."""
        self.session.execute(update(AssignmentRow).where(AssignmentRow.case_id == self.sent).values(**said))


@pytest.fixture
def town(store: Warehouse, now: datetime) -> Iterator[Town]:
    office = Office(store, now)
    (sent,) = ready(office, 1)
    click(office, [sent])
    waits, elsewhere, nowhere = office.case(), office.case(place=ELSEWHERE), office.case()
    with store.write() as session:
        session.get_one(CaseRow, elsewhere).district_code = ELSEWHERE
        session.get_one(CaseRow, nowhere).district_code = None
        session.flush()
        row = session.scalars(select(AssignmentRow).where(AssignmentRow.case_id == sent)).one()
        by_id = {one.id: one for one in office.inspectors}
        lead = by_id[row.lead_id]
        (idle,) = [one for one in office.inspectors if one.id not in (row.lead_id, row.assisting_id)]
        yield Town(office, session, sent, waits, elsewhere, nowhere, lead, idle)


def test_a_role_sees_its_place_an_inspector_what_they_hold_and_an_administrator_nothing(town: Town) -> None:
    for role in (Role.DESK_OFFICER, Role.HEAD, Role.READ_ONLY):
        assert town.sees(somebody(role)) == {"sent", "waits", "nowhere"}
        assert town.sees(somebody(role, places=(ELSEWHERE,))) == {"elsewhere", "nowhere"}
        assert town.sees(somebody(role, places=(STREET, ELSEWHERE))) == {"sent", "waits", "elsewhere", "nowhere"}
        assert town.sees(somebody(role, places=(OTHER_STREET,))) == {"nowhere"}
        assert town.sees(somebody(role, places=())) == set()
    assert town.sees(town.lead) == {"sent"}
    assert town.sees(town.idle) == set()
    for role in (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN):
        assert town.sees(somebody(role)) == set()
    assert town.sees(Actor.system("x")) == {"sent", "waits", "elsewhere", "nowhere"}


def test_a_case_is_whose_it_was_given_to_last_whatever_others_are_given(town: Town) -> None:
    town.held(state="replaced")
    town.session.flush()
    assert town.sees(town.lead) == set()
    town.held(state="signed")
    give(town, town.waits, hours=1)
    assert (town.sees(town.lead), town.sees(town.idle)) == ({"sent"}, {"waits"})
    town.held(state="ended")
    give(town, town.sent, hours=2)
    assert (town.sees(town.lead), town.sees(town.idle)) == (set(), {"sent", "waits"})


def give(town: Town, case_id: str, *, hours: int) -> None:
    """So many hours later a case is given to the inspector who had none, and to another who has nothing to say here."""
    people = {"lead_id": town.idle.id, "assisting_id": town.office.desk.id, "why": [], "dispatched_by": "-"}
    at = town.office.at + timedelta(hours=hours)
    town.session.add(
        AssignmentRow(id=new_id("asg"), case_id=case_id, dispatched_at=at, state="signed", signed_at=at, **people)
    )
    town.session.flush()


def test_whether_there_is_any_case_at_all_leaves_out_what_was_merged(town: Town) -> None:
    for one in (town.office.desk, town.lead):
        assert any_seen(town.session, one)
        assert not any_seen(town.session, one, before=town.office.at - timedelta(days=1))
    assert not any_seen(town.session, town.idle)
    town.session.execute(update(CaseRow).values(status="merged"))
    assert not any_seen(town.session, town.office.desk)
    assert not any_seen(town.session, town.lead)


def test_a_place_counts_for_the_role_that_holds_it(town: Town) -> None:
    grants = frozenset({(Role.INSPECTOR, "370215"), (Role.HEAD, ELSEWHERE)})
    mixed = Actor("acc_y", frozenset({Role.INSPECTOR, Role.HEAD}), ("370215", ELSEWHERE), grants)
    assert town.sees(mixed) == {"elsewhere", "nowhere"}


def test_an_inspector_holds_what_was_sent_to_them_last_and_where_they_are(town: Town) -> None:
    for state in ("sent", "signed", "ended"):
        town.held(state=state)
        assert town.sees(town.lead) == {"sent"}
    town.held(state="recalled")
    assert town.sees(town.lead) == set()
    town.held(state="signed", lead_id=town.idle.id)
    assert town.sees(town.lead) == set()
    assert town.sees(town.idle) == {"sent"}
    town.held(assisting_id=town.lead.id)
    assert town.sees(town.lead) == {"sent"}
    assert town.sees(somebody(Role.INSPECTOR, places=(ELSEWHERE,), name=town.lead.id)) == set()


def test_a_case_is_looked_at_by_its_number_and_missing_is_as_forbidden(town: Town) -> None:
    assert case_seen(town.session, town.office.desk, matter_no=town.number(town.sent)).id == town.sent
    for actor, number in (
        (town.office.desk, town.number(town.elsewhere)),
        (town.idle, town.number(town.waits)),
        (town.office.desk, "JM2026-99999"),
    ):
        with pytest.raises(NotFound, match="not yours to see"):
            case_seen(town.session, actor, matter_no=number)


def works(town: Town, actor: Actor, one: str, roles: frozenset[Role] = FOREMEN | {Role.INSPECTOR}) -> bool:
    return works_on(town.session, actor, town.case(one), roles, on=ON)


def test_who_works_on_a_case_holds_it_or_a_role_where_it_lies_and_is_not_recused(town: Town) -> None:
    assert works(town, town.lead, town.sent)
    assert not works(town, town.idle, town.sent)
    assert not works(town, town.lead, town.waits)
    assert works(town, town.lead, town.sent, frozenset())
    assert works(town, town.office.desk, town.waits)
    assert not works(town, town.office.desk, town.elsewhere)
    assert not works(town, town.office.desk, town.waits, frozenset({Role.HEAD, Role.INSPECTOR}))
    assert not works(town, somebody(Role.READ_ONLY), town.sent)
    for actor in (town.lead, town.office.desk):
        town.session.add(
            RecusalRow(
                id=new_id("rec"), account_id=actor.id, case_id=town.sent, decided_by="-", reason="亲属", from_on=ON
            )
        )
    town.session.flush()
    assert not works(town, town.lead, town.sent)
    assert not works(town, town.office.desk, town.sent)
    assert works(town, town.office.desk, town.waits)


def test_who_told_in_confidence_is_known_to_the_inspectors_of_the_case_and_the_head_of_its_place(town: Town) -> None:
    said = ComplaintVersionRow

    def known(actor: Actor) -> int:
        return len(town.session.scalars(select(said.id).where(teller_known_to(actor))).all())

    everybody = len(town.session.scalars(select(said.id)).all())
    assert known(somebody(Role.AUDIT_ADMIN)) == everybody
    town.session.execute(update(said).values(confidential=True))
    assert known(town.office.desk) == known(town.idle) == known(somebody(Role.READ_ONLY)) == 0
    assert known(town.lead) == 3
    assert known(town.office.head) == everybody - 1
    assert known(somebody(Role.HEAD, places=(ELSEWHERE,))) == 2
    town.session.execute(update(said).values(confidential=False, kind=Kind.INFORMANT_REPORT.value))
    assert known(town.office.desk) == 0
    assert known(town.lead) == 3


def warned(town: Town, **said: Any) -> str:
    plain = {"rule": "pay_late", "rule_version": "1", "level": "yellow", "facts": {}, "state": "open"}
    row = WarningRow(id=new_id("war"), raised_at=town.office.at, **{**plain, **said})
    town.session.add(row)
    town.session.flush()
    return row.id


def employer(town: Town, name: str, into: str | None = None) -> None:
    """An employer of no case, or one that was merged into another."""
    town.session.add(EmployerRow(id=name, name=name, name_key=name, created_at=town.office.at, merged_into=into))
    town.session.flush()


def who_sees(town: Town, warning_id: str) -> set[str]:
    """The names of those who see a warning."""
    people = {
        "desk": town.office.desk, "head": town.office.head, "reader": somebody(Role.READ_ONLY), "lead": town.lead,
        "idle": town.idle, "stranger": somebody(Role.HEAD, places=(ELSEWHERE,)), "system": somebody(Role.SYSTEM_ADMIN),
        "audit": somebody(Role.AUDIT_ADMIN),
    }  # fmt: skip
    found = set()
    for name, actor in people.items():
        try:
            assert warning_seen(town.session, actor, warning_id).id == warning_id
            found.add(name)
        except NotFound:
            continue
    return found


def test_a_warning_is_seen_where_it_lies_by_who_sees_the_case_and_by_who_looks_after_it(town: Town) -> None:
    wide = {"desk", "head", "reader"}
    channel = town.session.scalars(select(ChannelRow.name)).first()
    assert who_sees(town, warned(town, district_code=STREET)) == wide
    assert who_sees(town, warned(town, district_code=ELSEWHERE)) == {"stranger"}
    assert who_sees(town, warned(town, district_code=ELSEWHERE, owner_id=town.idle.id)) == {"idle", "stranger"}
    assert who_sees(town, warned(town)) == wide | {"stranger"}
    assert who_sees(town, warned(town, channel=channel)) == {"desk", "head", "stranger", "system"}
    of_case = town.case(town.sent).employer_id
    assert of_case
    assert who_sees(town, warned(town, employer_id=of_case)) == wide | {"lead", "stranger"}
    employer(town, "emp_alone")
    assert who_sees(town, warned(town, employer_id="emp_alone")) == set()
    with pytest.raises(NotFound, match="no such warning"):
        warning_seen(town.session, town.office.desk, "war_none")
    auditor = somebody(Role.AUDIT_ADMIN, name=town.idle.id)
    warned(town, owner_id=auditor.id)
    assert town.session.scalars(select(WarningRow.id).where(warnings_placed(auditor))).all() == []


def test_an_employer_is_known_by_a_case_a_warning_or_a_project_and_merged_ones_lead_on(town: Town) -> None:
    def known(actor: Actor, employer_id: str) -> str | None:
        try:
            return employer_seen(town.session, actor, employer_id).id
        except NotFound:
            return None

    of_case = town.case(town.sent).employer_id
    assert of_case
    assert known(town.office.desk, of_case) == known(town.lead, of_case) == of_case
    assert known(town.idle, of_case) is None
    assert known(town.office.desk, "emp_none") is None
    for name, into in (("emp_feed", None), ("emp_merged", "emp_feed")):
        employer(town, name, into)
    assert known(town.office.desk, "emp_feed") is None
    warned(town, employer_id="emp_merged", owner_id=town.idle.id)
    assert known(town.idle, "emp_merged") == known(town.idle, "emp_feed") == "emp_feed"
    employer(town, "emp_other")
    assert known(town.idle, "emp_other") is known(town.idle, of_case) is None, "a warning is of its own employer"


def project(town: Town, code: str, place: str | None, firm: str | None = None) -> None:
    """A project of the wage feed, with a firm on it."""
    landed = LandedRow(
        id=new_id("lan"), channel="petition", kind="project", source_key=code, version=1, digest="-", payload={},
        position="-", landed_at=town.office.at,
    )  # fmt: skip
    town.session.add(landed)
    town.session.flush()
    town.session.add(ProjectRow(project_code=code, name=code, district_code=place, landed_id=landed.id))
    if firm:
        part = {"part": "general_contractor", "name": firm, "since": town.office.at}
        town.session.add(ProjectFirmRow(id=new_id("pfm"), project_code=code, employer_id=firm, **part))
    town.session.flush()


def test_a_project_is_known_in_its_place_and_to_an_inspector_of_one_of_its_firms(town: Town) -> None:
    firm = town.case(town.sent).employer_id
    codes = ["P1", "P2", "P3", "P4"]
    for code, place, on_it in zip(codes, (STREET, ELSEWHERE, None, STREET), (None, firm, None, firm), strict=True):
        project(town, code, place, on_it)
    session = town.session
    assert projects_seen(session, town.office.desk, codes) == {"P1", "P3", "P4"}
    assert projects_seen(session, somebody(Role.HEAD, places=(ELSEWHERE,)), codes) == {"P2", "P3"}
    assert projects_seen(session, town.lead, codes) == {"P4"}
    assert projects_seen(session, town.idle, codes) == set()
    assert projects_seen(session, town.office.desk, []) == set()
    assert projects_seen(session, somebody(Role.AUDIT_ADMIN), codes) == set()
    warned(town, project_code="P2", owner_id=town.idle.id)
    assert projects_seen(session, town.idle, codes) == {"P2"}
    assert project_seen(session, town.idle, "P2").name == "P2"
    for actor, code in ((town.idle, "P1"), (town.office.desk, "P2"), (town.office.desk, "P9")):
        with pytest.raises(NotFound, match="no such project"):
            project_seen(session, actor, code)
