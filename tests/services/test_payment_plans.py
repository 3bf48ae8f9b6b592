"""Plans in instalments and the liability chain: promises are watched, and a person names who is to pay."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from casework.complaint import Sector
from casework.errors import ArrearsError, BadInput, NotAllowed, NotFound
from casework.people import Actor
from services.cases import handling
from services.money.liability import name_liable, record_party
from services.money.payment_plans import record_plan, watch_plans
from tests.counting import counted
from tests.services.office import Office
from tests.services.work import TODAY, Work
from warehouse.engine import Warehouse
from warehouse.models import AuditRow, CaseRow, NoticeRow, PaymentPlanRow
from warehouse.queries.ledger import chain, plan
from warehouse.store.handling import proven
from warehouse.store.liable import chain_of

WATCH = Actor.system("watch")
STEPS = [(date(2026, 12, 1), Decimal(10_000)), (date(2026, 12, 15), Decimal(20_000))]
PLAN: dict[str, Any] = {"agreed_on": TODAY, "agreed_with": "法定代表人", "instalments": STEPS}
OWNER: dict[str, Any] = {"part": "project_owner", "name": "青岛蓝谷置业有限公司", "told_by": "rights_board"}
GENERAL: dict[str, Any] = {"part": "general_contractor", "name": "青岛大建集团有限公司", "told_by": "contract"}
CREW: dict[str, Any] = {"part": "crew", "name": "周铁柱", "told_by": "complainant", "owes": True}


@pytest.fixture
def office(store: Warehouse, now: datetime) -> Office:
    return Office(store, now)


def states(work: Work, today: date) -> list[str]:
    with work.store.read() as session:
        found = plan(session, work.id, today=today)
    return [step.state for step in found.steps] if found else []


def pay(work: Work, yuan: int, at: datetime) -> None:
    day = at.date()
    work.do(handling.record_payment, paid_on=day, workers=1, amount=Decimal(yuan), proof="bank_voucher", at=at)


def test_a_plan_is_a_promise_and_pays_nothing(office: Office) -> None:
    work = Work(office)
    work.do(handling.verify_amount, amount=Decimal(30_000))
    assert work.do(record_plan, **PLAN) == ()
    assert states(work, TODAY) == ["ahead", "ahead"]
    with office.store.read() as session:
        assert proven(session, work.id).amount == 0
    assert work.do(record_plan, **{**PLAN, "instalments": STEPS[:1]}) == (
        "The plan does not add up to what is verified and not yet paid.",
    )
    assert states(work, TODAY) == ["ahead"], "the later plan replaces the earlier one"
    with office.store.read() as session:
        assert len(session.scalars(select(PaymentPlanRow)).all()) == 2


def test_a_broken_instalment_alarms_both_officers_once(office: Office) -> None:
    work = Work(office)
    work.do(record_plan, **PLAN)
    due = office.at + timedelta(days=11)
    assert watch_plans(office.store, actor=WATCH, at=due) == 0, "the day itself is the debtor's"
    late = due + timedelta(days=1)
    assert [watch_plans(office.store, actor=WATCH, at=late) for _ in range(3)] == [1, 0, 0]
    with office.store.read() as session:
        told = session.scalars(select(NoticeRow.account_id).where(NoticeRow.kind == "plan_broken")).all()
        assert sorted(told) == sorted([work.lead.id, work.other.id])
        noted = session.execute(select(AuditRow.subject, AuditRow.details).where(AuditRow.act == "plan_broken"))
        plan_id = session.scalars(select(PaymentPlanRow.id)).one()
        assert noted.tuples().all() == [(work.id, {"plan": plan_id, "instalments": 1})]
    assert states(work, late.date()) == ["broken", "ahead"]
    pay(work, 10_000, late)
    assert states(work, late.date()) == ["late", "ahead"]
    assert watch_plans(office.store, actor=WATCH, at=late + timedelta(days=14)) == 1


def test_an_instalment_that_was_proven_in_time_alarms_nobody(office: Office) -> None:
    work = Work(office)
    work.do(record_plan, **PLAN)
    pay(work, 30_000, office.at)
    assert watch_plans(office.store, actor=WATCH, at=office.at + timedelta(days=60)) == 0
    assert states(work, date(2027, 1, 20)) == ["kept", "kept"]


def test_an_instalment_may_be_due_on_the_day_of_the_plan(office: Office) -> None:
    work = Work(office)
    work.do(record_plan, **{**PLAN, "instalments": [(TODAY, Decimal(30_000))]})
    assert states(work, TODAY) == ["ahead"]
    assert states(work, TODAY + timedelta(days=1)) == ["broken"]


def test_what_was_made_good_before_anybody_looked_alarms_nobody(office: Office) -> None:
    work = Work(office)
    work.do(record_plan, **{**PLAN, "instalments": STEPS[:1]})
    late = office.at + timedelta(days=12)
    pay(work, 10_000, late)
    assert states(work, late.date()) == ["late"]
    assert watch_plans(office.store, actor=WATCH, at=late) == 0


def test_a_plan_that_was_replaced_alarms_nobody(office: Office) -> None:
    work = Work(office)
    work.do(record_plan, **PLAN)
    work.do(record_plan, **{**PLAN, "instalments": [(date(2027, 6, 1), Decimal(30_000))]})
    assert watch_plans(office.store, actor=WATCH, at=office.at + timedelta(days=60)) == 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"instalments": []}, "from 1 to 60"),
        ({"instalments": [(date(2027, 1, 1) + timedelta(days=n), Decimal(1)) for n in range(61)]}, "from 1 to 60"),
        ({"instalments": [(date(2026, 12, 1), Decimal(0))]}, "more than nothing"),
        ({"instalments": [(date(2026, 11, 19), Decimal(1))]}, "day of the plan or later"),
        ({"instalments": [STEPS[0], STEPS[0]]}, "on one day"),
        ({"agreed_with": " "}, "with whom"),
        ({"agreed_on": date(2026, 11, 21)}, "after it was agreed"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_in_words(office: Office, change: dict[str, Any], words: str) -> None:
    work = Work(office)
    with pytest.raises(BadInput, match=words):
        work.do(record_plan, **{**PLAN, **change})


def on_site(office: Office) -> Work:
    work = Work(office)
    with office.store.write() as session:
        session.get_one(CaseRow, work.id).sector = Sector.CONSTRUCTION.value
    return work


def test_the_general_contractor_is_proposed_to_pay_first_for_a_crew(office: Office) -> None:
    work = on_site(office)
    for party in (CREW, GENERAL, OWNER):
        assert work.do(record_party, **party) == ()
    with office.store.read() as session:
        found = chain(session, office.look(work.id))
    assert [one.part for one in found.parties] == ["project_owner", "general_contractor", "crew"]
    assert [one.name for one in found.parties][2] == "周*", "a crew boss is a person"
    first, last = found.proposed[0], found.proposed[-1]
    assert (first.ground.article, found.name_of(first.party) if first.party else None) == (
        "724 §30 para 3",
        GENERAL["name"],
    )
    assert last.ground.key == "employer_itself"


def test_a_person_names_who_is_liable_and_may_name_another(office: Office) -> None:
    work = on_site(office)
    for party in (CREW, {**OWNER, "irregular": "money_withheld"}, GENERAL):
        work.do(record_party, **party)
    with office.store.read() as session:
        owner, general, _ = (row.id for row in chain_of(session, work.id))
    work.do(name_liable, party_id=owner, ground="owner_advances")
    work.do(name_liable, party_id=general, ground="general_contractor_first")
    with office.store.read() as session:
        named = [(row.liable_ground, row.liable_by) for row in chain_of(session, work.id)]
    assert named == [(None, None), ("general_contractor_first", work.lead.id), (None, None)]
    refusals: list[tuple[dict[str, str], type[ArrearsError]]] = [
        ({"party_id": "nobody", "ground": "owner_advances"}, NotFound),
        ({"party_id": owner, "ground": "mood"}, BadInput),
        ({"party_id": owner, "ground": "general_contractor_first"}, NotAllowed),
        ({"party_id": general, "ground": "passed_on"}, NotAllowed),
    ]
    for change, kind in refusals:
        with pytest.raises(kind):
            work.do(name_liable, **change)


def test_a_wrong_code_of_a_party_warns_and_a_second_word_corrects_the_first(office: Office) -> None:
    work = on_site(office)
    assert work.do(record_party, **GENERAL, uscc="91510524209153817R") == (
        "The credit code of the party looks wrong and was taken as it is.",
    )
    assert work.do(record_party, **GENERAL, uscc="91110108551385082Q", irregular="passed_on") == ()
    with office.store.read() as session:
        rows = [(row.uscc, row.irregular) for row in chain_of(session, work.id)]
    assert rows == [("91110108551385082Q", "passed_on")]
    for change in ({"part": "moon"}, {"told_by": "nobody"}, {"irregular": "mood"}, {"name": " "}):
        with pytest.raises(BadInput):
            work.do(record_party, **{**GENERAL, **change})


def test_a_kept_instalment_is_not_looked_at_again(office: Office) -> None:
    works = [Work(office) for _ in range(3)]
    for work in works:
        work.do(record_plan, **PLAN)
        pay(work, 30_000, office.at)
    late = office.at + timedelta(days=60)
    found = []
    for _ in range(2):
        with counted(office.store) as statements:
            assert watch_plans(office.store, actor=WATCH, at=late) == 0
        found.append(len(statements))
    first, again = found
    assert again < 5 < first, "one question finds nothing more to look at"
    assert states(works[0], late.date()) == ["kept", "kept"]
