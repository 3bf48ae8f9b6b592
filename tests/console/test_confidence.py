"""Who told something in confidence stays unknown: on pages, in evidence, in searches, and to roles held elsewhere."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from casework.errors import NotAllowed, NotFound
from casework.people import Actor, Role
from services.linkage.linking import pick_employer
from services.people.reveals import reveal
from tests.conftest import NOW
from tests.console.conftest import Person
from tests.console.morning import ELSEWHERE
from tests.console.told import DISTRICT
from warehouse.engine import Warehouse
from warehouse.models import CaseMembershipRow, CaseRow, ComplaintVersionRow
from warehouse.queries.evidence import evidence_lines
from warehouse.queries.masks import mask_secret
from warehouse.store.linkage import link_cases

LogIn = Callable[[str], Person]
SECRET_PHONE = "13012340007"


def secret_case(store: Warehouse) -> tuple[str, str, int, str]:
    """The case told in confidence: its id, number, version, and the complaint."""
    with store.read() as session:
        row = session.execute(
            select(CaseRow.id, CaseRow.matter_no, CaseRow.version, ComplaintVersionRow.complaint_id)
            .join(CaseMembershipRow, CaseMembershipRow.case_id == CaseRow.id)
            .join(ComplaintVersionRow, ComplaintVersionRow.complaint_id == CaseMembershipRow.complaint_id)
            .where(ComplaintVersionRow.confidential.is_(True))
        ).one()
    return row.id, row.matter_no, row.version, row.complaint_id


def test_a_phone_does_not_lead_the_desk_to_what_was_told_in_confidence(morning: Warehouse, log_in: LogIn) -> None:
    _, number, _, _ = secret_case(morning)
    desk, head = log_in("desk"), log_in("head")
    for text in (SECRET_PHONE, SECRET_PHONE[-4:]):
        assert number not in desk.post("/search", q=text)
        assert number in head.post("/search", q=text)
    assert number not in desk.post("/walk-in/similar", complainant_phone=SECRET_PHONE)
    assert number in head.post("/walk-in/similar", complainant_phone=SECRET_PHONE)
    assert number in desk.post("/search", q="顺齐汽车")


def test_evidence_quotes_nobody_who_told_in_confidence() -> None:
    row = {"level": "x", "finding": "agrees", "weight": 1.0, "sentence": "s"}
    rows = [
        row | {"feature": one, "left": "13012340007", "right": "孙志强"} for one in ("phone", "name", "id_no", "crew")
    ]
    for line in evidence_lines(rows, swapped=True, secret=(True, False)):
        assert line.right is None
        assert line.left is not None


def test_a_narrative_in_confidence_keeps_no_digit_of_a_phone() -> None:
    told = mask_secret("我是孙志强，电话130-1234-0007、0532 8851 2345，欠我 4800 元", "孙志强")
    assert told == "我是**，电话***、***，欠我 4800 元"


HOME = "毽栊巷400号"
STORIES = (
    f"反映工资被拖欠。我叫孙志强，电话13012340007，身份证号370282199001010017，家住青岛市城阳区{HOME}。我在厂里干活。",
    f"我叫孙志强，家住青岛市城阳区{HOME}，工资没发。",
    f"现住{HOME}，电话13012340007。",
)


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize("secret", [True, False])
def test_no_home_stands_beside_the_queue(morning: Warehouse, log_in: LogIn, story: str, secret: bool) -> None:
    """A mask that is shorter than what it hides must not pull a home into the few words beside the list."""
    _, number, _, complaint_id = secret_case(morning)
    with morning.write() as session:
        rows = select(ComplaintVersionRow).where(ComplaintVersionRow.complaint_id == complaint_id)
        for row in session.scalars(rows):
            row.narrative, row.confidential, row.complainant_name = story, secret, "孙志强"
    for login in ("desk", "head", "reader"):
        officer = log_in(login)
        for path in (f"/queue?at={number}", f"/queue/preview/{number}"):
            page = officer.get(path)
            assert HOME not in page
            assert "孙志强" not in page
            assert "家住***" in page or "现住***" in page or "370282" in page, path
        assert (HOME in officer.get(f"/cases/{number}")) is not secret


def test_a_linked_case_of_another_territory_is_not_named(morning: Warehouse, log_in: LogIn) -> None:
    with morning.write() as session:
        near, far = session.scalars(select(CaseRow).order_by(CaseRow.matter_no).limit(2)).all()
        far.district_code = ELSEWHERE
        link_cases(session, near.id, far.id, why="linked", by="test", at=NOW)
        near_no, far_no = near.matter_no, far.matter_no
    assert far_no not in log_in("desk").get(f"/cases/{near_no}")


def test_a_role_held_elsewhere_opens_nothing_here(morning: Warehouse) -> None:
    case_id, _, version, complaint_id = secret_case(morning)
    reader = ((Role.READ_ONLY, DISTRICT),)
    for role in (Role.DESK_OFFICER, Role.INSPECTOR, Role.HEAD):
        grants = frozenset((*reader, (role, ELSEWHERE)))
        actor = Actor("acc_both", frozenset({Role.READ_ONLY, role}), (DISTRICT, ELSEWHERE), grants)
        with pytest.raises((NotAllowed, NotFound)):
            pick_employer(
                morning, case_id=case_id, version=version, employer_name="即墨顺齐汽车配件厂", actor=actor, at=NOW
            )
        with pytest.raises((NotAllowed, NotFound)):
            reveal(
                morning,
                subject_id=complaint_id,
                field="complainant_phone",
                reason="call_complainant",
                actor=actor,
                at=NOW,
            )
