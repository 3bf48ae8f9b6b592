"""One number, whoever shows it: the dashboard's month, the workbook's, its list's length, and plain SQL."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from casework.errors import BadInput
from casework.people import Role
from services.linkage.linking import merge_cases
from services.months.closing_month import export_month
from services.office.working_days import published
from tests.services.office import Office
from tests.services.pencil import LATER, history
from warehouse.engine import Warehouse
from warehouse.models import (
    CaseMembershipRow,
    CaseRow,
    MoneyQuestionRow,
    OutcomeRow,
    PaymentRow,
    SatisfactionRow,
    new_id,
)
from warehouse.queries.cards import card_counts
from warehouse.queries.case_list import FIGURES, Wanted, case_list
from warehouse.queries.deadlines import Horizon
from warehouse.queries.sight import seen_by
from warehouse.statistics.dashboard import Dashboard, dashboard
from warehouse.statistics.definitions import BY_NAME, FEN
from warehouse.statistics.month import figures
from warehouse.statistics.of_cases import STEPS
from warehouse.statistics.periods import PERIODS, period, stretch_before, twelve_months

LAST_DAY = date(2026, 10, 31)
START, END = datetime(2026, 9, 30, 16, tzinfo=UTC), datetime(2026, 10, 31, 16, tzinfo=UTC)
"""October of Shanghai on the clock of Greenwich."""
STREETS = ("370215001", "370215007", "370215010", "370215", None)


@pytest.fixture
def office(store: Warehouse, now: datetime) -> Office:
    return Office(store, now)


@pytest.fixture(params=[11, 12])
def lived(request: pytest.FixtureRequest, office: Office) -> Office:
    """An office with a random history: places, natures, states and call-backs too."""
    chance = random.Random(request.param)
    history(office, chance)
    natures = ("arrears_rural", "arrears", "overtime")
    with office.store.write() as session:
        for case in session.scalars(select(CaseRow).order_by(CaseRow.id)):
            case.nature, case.district_code = chance.choice(natures), chance.choice(STREETS)
            if case.status != "merged":
                case.status = chance.choice(STEPS)
            inside = CaseMembershipRow.case_id == case.id, CaseMembershipRow.valid_to.is_(None)
            for complaint in session.scalars(select(CaseMembershipRow.complaint_id).where(*inside)):
                _call_back(session, chance, complaint)
                _ask_about_money(session, chance, case.id, complaint)
    return office


def _ask_about_money(session: Session, chance: random.Random, case_id: str, complaint_id: str) -> None:
    for _ in range(chance.randrange(3)):
        at = datetime(2026, 9, 20, tzinfo=UTC) + timedelta(minutes=chance.randrange(50 * 24 * 60))
        came = chance.choice((True, True, False, None))
        session.add(
            MoneyQuestionRow(
                id=new_id("mny"),
                complaint_id=complaint_id,
                case_id=case_id,
                concluded_at=at,
                asked_at=at,
                silent_after=at.date(),
                came=came,
                answered_at=None if came is None else at,
            )
        )


def _call_back(session: Session, chance: random.Random, complaint_id: str) -> None:
    for _ in range(chance.randrange(3)):
        at = datetime(2026, 9, 20, tzinfo=UTC) + timedelta(hours=chance.randrange(50 * 24))
        answered = chance.random() < 0.7
        pleased = chance.choice((True, True, False, None)) if answered else None
        own: dict[str, Any] = {"solved": pleased, "satisfied": pleased, "by": "acc"}
        session.add(SatisfactionRow(id=new_id("sat"), complaint_id=complaint_id, asked_at=at, answered=answered, **own))


def horizon(today: date = LAST_DAY) -> Horizon:
    return Horizon(today, published(), 3)


def shown(office: Office, name: str = "month", today: date = LAST_DAY) -> Dashboard:
    with office.store.read() as session:
        return dashboard(session, office.head, name, today=today, horizon=horizon(today))


def total(office: Office, wanted: Wanted, today: date = LAST_DAY) -> int:
    with office.store.read() as session:
        return case_list(session, office.head, wanted, horizon(today)).total


def test_the_dashboard_the_workbook_and_plain_sql_say_the_same_of_a_month(lived: Office, tmp_path: Path) -> None:
    path = tmp_path / "october.xlsx"
    export_month(lived.store, month="2026-10", path=path, purpose="月报", actor=lived.head, at=LATER)
    rows = openpyxl.load_workbook(path)["总表"].iter_rows(min_row=4, values_only=True)
    book: dict[Any, Any] = {row[1]: row[2] for row in rows}
    written = {name: round(book[one.en] * (100 if one.unit == FEN else 1)) for name, one in BY_NAME.items()}
    found = shown(lived)
    of_page = {
        "cases_opened": found.opened,
        "concluded": found.concluded,
        "pending_end": found.pending,
        "amount_paid": found.paid_fen,
        "workers_paid": found.people_paid,
        "asked": found.asked.asked,
        "answered": found.asked.answered,
        "satisfied": found.asked.satisfied,
        "money_asked": found.confirmed.asked,
        "money_came": found.confirmed.came,
        "money_not_came": found.confirmed.not_came,
        "money_unanswered": found.confirmed.unanswered,
    }
    assert of_page == by_hand(lived) == {name: written[name] for name in of_page}
    assert found.to_conclude == written["pending_start"] + written["cases_opened"]
    assert found.opened > 3 < found.concluded
    assert found.asked.satisfied > 0
    assert found.confirmed.asked > found.confirmed.came > 0


HAND = {
    "cases_opened": "SELECT count(*) FROM cases WHERE status <> 'merged' AND opened_at >= :start AND opened_at < :end",
    "concluded": "SELECT count(*) FROM (SELECT case_id, min(decided_at) AS ended FROM outcome WHERE state = 'approved'"
    " GROUP BY case_id) AS done WHERE ended >= :start AND ended < :end",
    "pending_end": "SELECT count(*) FROM cases WHERE status <> 'merged' AND opened_at < :end AND NOT EXISTS (SELECT 1"
    " FROM outcome WHERE case_id = cases.id AND state = 'approved' AND decided_at < :end)",
    "amount_paid": "SELECT sum(amount_fen) FROM payment WHERE paid_on >= '2026-10-01' AND paid_on < '2026-11-01'",
    "workers_paid": "SELECT sum(workers) FROM payment WHERE paid_on >= '2026-10-01' AND paid_on < '2026-11-01'",
    "asked": "SELECT count(*) FROM satisfaction WHERE asked_at >= :start AND asked_at < :end",
    "answered": "SELECT count(*) FROM satisfaction WHERE asked_at >= :start AND asked_at < :end AND answered",
    "money_asked": "SELECT count(*) FROM money_question WHERE asked_at >= :start AND asked_at < :end",
    "money_came": "SELECT count(*) FROM money_question WHERE asked_at >= :start AND asked_at < :end AND came",
    "money_not_came": "SELECT count(*) FROM money_question WHERE asked_at >= :start AND asked_at < :end AND NOT came",
    "money_unanswered": "SELECT count(*) FROM money_question WHERE asked_at >= :start AND asked_at < :end"
    " AND came IS NULL",
    "satisfied": "SELECT count(*) FROM satisfaction WHERE asked_at >= :start AND asked_at < :end AND satisfied",
}


def by_hand(office: Office) -> dict[str, int]:
    """The same figures, written down without any of ours."""
    postgres = office.store.engine.dialect.name == "postgresql"
    zone = "+00" if postgres else ".000000"
    when = {"start": f"{START:%Y-%m-%d %H:%M:%S}{zone}", "end": f"{END:%Y-%m-%d %H:%M:%S}{zone}"}
    found = {}
    with office.store.read() as session:
        for name, question in HAND.items():
            asked = {key: value for key, value in when.items() if f":{key}" in question}
            if postgres:
                question = question.replace(":start", "cast(:start AS timestamptz)")
                question = question.replace(":end", "cast(:end AS timestamptz)")
            found[name] = int(session.execute(text(question), asked).scalar() or 0)
    return found


@pytest.mark.parametrize("name", PERIODS)
def test_every_number_opens_as_many_cases_as_it_says(lived: Office, name: str) -> None:
    found, span = shown(lived, name), period(name, LAST_DAY)
    numbers = {"opened": found.opened, "concluded": found.concluded, "pending": found.pending}
    for figure, number in {**numbers, "to_conclude": found.to_conclude}.items():
        assert total(lived, Wanted(figure=figure, span=span)) == number, figure
    parts = {"nature": found.by_nature, "status": found.by_status, "town": found.by_town}
    parts["reached"] = {step: found.reached(step) for step in STEPS}
    for filter_, members in parts.items():
        for member, number in members.items():
            own: dict[str, Any] = {filter_: member}
            assert total(lived, Wanted(figure="opened", span=span, **own)) == number, member
        if filter_ != "reached":
            assert sum(members.values()) == found.opened
    for one in found.months:
        month = next(span for span in twelve_months(LAST_DAY) if span.month == one.month)
        assert total(lived, Wanted(figure="opened", span=month)) == one.opened
        assert total(lived, Wanted(figure="concluded", span=month)) == one.concluded


def test_the_marks_are_those_of_the_queue_and_open_as_many_cases(lived: Office) -> None:
    today = date(2026, 10, 20)
    found = shown(lived, today=today)
    with lived.store.read() as session:
        cards = card_counts(session, lived.head, horizon(today))
    assert (found.red, found.yellow) == (cards["overdue"], cards["due_soon"])
    assert found.red > 0
    for one in found.marks:
        assert total(lived, Wanted(mark="red", lead=one.lead_id), today) == one.red
        assert total(lived, Wanted(mark="yellow", lead=one.lead_id), today) == one.yellow


def test_a_list_over_call_backs_and_payments_holds_the_cases_they_are_of(lived: Office) -> None:
    span = period("month", LAST_DAY)
    with lived.store.read() as session:
        paid = select(PaymentRow.case_id).where(PaymentRow.paid_on >= span.first, PaymentRow.paid_on < span.after)
        assert total(lived, Wanted(figure="paid", span=span)) == len(set(session.scalars(paid)))
        inside = CaseMembershipRow.complaint_id == SatisfactionRow.complaint_id
        asked = select(CaseMembershipRow.case_id).join(SatisfactionRow, inside)
        asked = asked.where(CaseMembershipRow.valid_to.is_(None), span.holds(SatisfactionRow.asked_at))
        assert total(lived, Wanted(figure="asked", span=span)) == len(set(session.scalars(asked)))
        of_money = select(MoneyQuestionRow.case_id).where(span.holds(MoneyQuestionRow.asked_at))
        assert total(lived, Wanted(figure="money_asked", span=span)) == len(set(session.scalars(of_money)))
        came = of_money.where(MoneyQuestionRow.came.is_(True))
        assert total(lived, Wanted(figure="money_came", span=span)) == len(set(session.scalars(came)))
    assert set(FIGURES) >= {"paid", "asked", "answered", "satisfied", "money_asked", "money_came"}


def test_what_workers_say_of_the_money_adds_up_in_every_breakdown(lived: Office) -> None:
    with lived.store.read() as session:
        counted = figures(session, "2026-10")
    parts = ("money_came", "money_not_came", "money_unanswered")
    for dimension in ("total", "channel", "nature", "sector", "outcome", "town", "lead"):
        members = {member for _, by, member in counted.cells if by == dimension}
        for member in members:
            asked = counted.cell("money_asked", dimension, member)
            assert asked == sum(counted.cell(one, dimension, member) for one in parts), (dimension, member)
        assert sum(counted.cell("money_asked", dimension, one) for one in members) == counted.total("money_asked") > 0


def test_a_reader_of_one_street_counts_that_street_alone(lived: Office) -> None:
    own = lived.officer(next(iter(lived.head.roles)), "370215007")
    with lived.store.read() as session:
        found = dashboard(session, own, "all", today=LAST_DAY, horizon=horizon())
        month = figures(session, "2026-10", territories=("370215007",))
        here = dashboard(session, own, "month", today=LAST_DAY, horizon=horizon())
        listed = case_list(session, own, Wanted(), horizon())
        seen = select(CaseRow.district_code).where(seen_by(own), CaseRow.status != "merged")
        places = {code or "unsaid" for code in session.scalars(seen)}
    assert set(found.by_town) == places <= {"370215007", "unsaid"}, "a place not said is anybody's who has a territory"
    assert listed.total == found.opened < shown(lived, "all").opened
    assert (here.opened, here.concluded) == (month.total("cases_opened"), month.total("concluded"))


def test_a_proof_that_two_merged_cases_show_is_one_payment(office: Office) -> None:
    first, second = office.case(), office.case()
    with office.store.write() as session:
        for number, case_id in enumerate((first, second)):
            proof: dict[str, Any] = {"proof": "bank_voucher", "proof_ref": "V-1", "workers": 2, "amount_fen": 70_000}
            own: dict[str, Any] = {"case_id": case_id, "by": "acc", "at": office.at}
            session.add(PaymentRow(id=f"pay_{number}", paid_on=date(2026, 11, 3), **proof, **own))
    today = date(2026, 11, 20)
    assert shown(office, today=today).paid_fen == 140_000
    merge_cases(
        office.store,
        from_case_id=second,
        into_case_id=first,
        from_version=office.version(second),
        into_version=office.version(first),
        actor=office.desk,
        at=office.at,
    )
    found = shown(office, today=today)
    with office.store.read() as session:
        month = figures(session, "2026-11")
    assert found.paid_fen == month.total("amount_paid") == 70_000
    assert total(office, Wanted(figure="paid", span=found.span), today) == 1


def test_a_period_is_whole_from_its_first_day_to_its_last() -> None:
    thursday = date(2026, 12, 31)
    spans = {name: period(name, thursday) for name in PERIODS}
    assert {name: (span.first.isoformat(), span.after.isoformat()) for name, span in spans.items()} == {
        "today": ("2026-12-31", "2027-01-01"),
        "week": ("2026-12-28", "2027-01-04"),
        "month": ("2026-12-01", "2027-01-01"),
        "quarter": ("2026-10-01", "2027-01-01"),
        "year": ("2026-01-01", "2027-01-01"),
        "all": ("2000-01-01", "2101-01-01"),
    }


def test_what_is_compared_are_the_same_days_of_the_period_before() -> None:
    friday = date(2026, 11, 20)
    spans = {name: stretch_before(name, friday) for name in PERIODS}
    days = {name: (span.first.isoformat(), span.after.isoformat()) for name, span in spans.items() if span}
    assert days == {
        "today": ("2026-11-19", "2026-11-20"),
        "week": ("2026-11-09", "2026-11-14"),
        "month": ("2026-10-01", "2026-10-21"),
        "quarter": ("2026-07-01", "2026-08-21"),
        "year": ("2025-01-01", "2025-11-21"),
    }
    last = stretch_before("month", date(2026, 3, 31))
    assert last is not None
    assert last.after == date(2026, 3, 1), "February is shorter, and its comparison ends with it"
    assert [span.month for span in twelve_months(date(2026, 1, 31))][::11] == ["2025-02", "2026-01"]
    with pytest.raises(BadInput):
        period("decade", friday)


def test_the_first_period_is_compared_with_nothing(office: Office) -> None:
    empty = shown(office, today=date(2026, 11, 20))
    assert (empty.any_case, empty.before, empty.opened, empty.paid_fen) == (False, None, 0, 0)
    office.case()
    first = shown(office, today=date(2026, 11, 20))
    assert (first.any_case, first.before, first.opened) == (True, None, 1)
    office.case(received_at=office.at - timedelta(days=40))
    second = shown(office, today=date(2026, 11, 20))
    assert second.before is not None
    assert second.before.opened == 1


def test_an_employer_spared_in_two_districts_counts_once_in_each_and_once_in_all(office: Office) -> None:
    office.officer(Role.DESK_OFFICER, "370202")
    near, far = office.case(), office.case(place="370202001")
    with office.store.write() as session:
        for day, case_id in enumerate((near, far), start=10):
            at = datetime(2026, 10, day, tzinfo=UTC)
            said = {"exit": "exempt_first_offence", "basis": "-", "conditions": [], "rule_version": "-"}
            done = {"state": "approved", "by": "acc", "at": at, "decided_at": at}
            session.add(OutcomeRow(id=new_id("out"), case_id=case_id, **said, **done))
    with office.store.read() as session:
        counted = [
            figures(session, "2026-10", territories=places).total("employers_exempted")
            for places in (("370215",), ("370202",), ("",))
        ]
    assert counted == [1, 1, 1]
