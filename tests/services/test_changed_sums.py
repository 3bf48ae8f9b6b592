"""A decision that a review or a court changed: what is owed, demanded, performed, closed and counted is as changed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, update

from casework.errors import BadInput, NotAllowed
from services.cases import enforcing, party
from services.cases.handling import PaidWorker
from services.cases.outcomes import close_case
from services.cases.reopening import reopen_case
from services.months.freezing_month import freeze_month
from tests.services.lives import ordered, paid, paper_of
from tests.services.office import Office
from tests.services.test_enforcing import MARCH, SEPTEMBER, demand, fined
from tests.services.work import Work
from warehouse.engine import Warehouse
from warehouse.models import AuditRow, CaseRow, PartyActRow
from warehouse.queries.case import money
from warehouse.queries.lives import lives_of
from warehouse.queries.weighing import weigh
from warehouse.statistics.grounds import window
from warehouse.statistics.month import cells_of, figures, items
from warehouse.statistics.restating import restating
from warehouse.store.months import frozen, frozen_items
from warehouse.store.to_pay import to_pay

APRIL = datetime(2026, 4, 20, 1, 0, tzinfo=UTC)
MAY = datetime(2026, 5, 6, 1, 0, tzinfo=UTC)


@pytest.fixture
def office(store: Warehouse) -> Office:
    return Office(store, MARCH)


def gone_against(work: Work, way: str = "review") -> None:
    work.do(party.record_remedy, way=way, where="青岛市人社局", taken_on=MARCH.date(), at=APRIL)


def changed(work: Work, yuan: str | None, at: datetime = APRIL, **other: Any) -> None:
    given: dict[str, Any] = {"how": "changed", "said": "青人社复决字〔2026〕第7号", "ended_on": at.date(), **other}
    if yuan is not None:
        given["amount"] = Decimal(yuan)
    work.do(party.end_remedy, at=at, **given)


def test_a_lower_sum_is_what_is_demanded_paid_and_closed(office: Office) -> None:
    work = ordered(office)
    gone_against(work)
    changed(work, "18000.50")
    with office.store.read() as session:
        case = session.get_one(CaseRow, work.id)
        shown = money(session, case)
        assert (shown.verified_fen, shown.changed_fen, shown.due_fen) == (3_000_000, 1_800_050, 1_800_050)
        assert to_pay(session, case) == 1_800_050
        weighed = weigh(session, case, [("工人0", 1_800_100)])
        assert (weighed.owed_fen(0), weighed.over) == (1_800_050, True)
        last = lives_of(session, case).party[-1]
        assert (last.code, last.amount_fen) == ("changed", 1_800_050)
        row = session.scalars(select(AuditRow).where(AuditRow.act == "end_remedy")).one()
        assert row.details["fen"] == 1_800_050
    demand(work, SEPTEMBER)
    assert paper_of(office, work.id, "performance_demand").body["unpaid"] == "18000.50"
    paid(work, SEPTEMBER, workers=[PaidWorker("工人0", Decimal(18_000))])
    with pytest.raises(NotAllowed, match=r"0\.50 yuan are still missing"):
        work.do(enforcing.record_performance, performed_on=SEPTEMBER.date(), at=SEPTEMBER)
    paid(work, SEPTEMBER, workers=[PaidWorker("工人1", Decimal("0.50"))])
    work.do(enforcing.record_performance, performed_on=SEPTEMBER.date(), at=SEPTEMBER)
    work.do(close_case, actor=office.head, at=SEPTEMBER)
    assert office.look(work.id).legal_status == "closed"


def test_a_higher_sum_keeps_the_file_open_until_it_is_paid(office: Office) -> None:
    work = ordered(office)
    gone_against(work, "suit")
    changed(work, "36000")
    paid(work, APRIL)
    with pytest.raises(NotAllowed, match=r"6,000\.00 yuan are still missing"):
        work.do(enforcing.record_performance, performed_on=APRIL.date(), at=APRIL)
    demand(work, SEPTEMBER)
    assert paper_of(office, work.id, "performance_demand").body["unpaid"] == "6000.00"
    paid(work, SEPTEMBER, workers=[PaidWorker(f"工人{n}", Decimal(2_000)) for n in range(3)])
    work.do(enforcing.record_performance, performed_on=SEPTEMBER.date(), at=SEPTEMBER)
    work.do(close_case, actor=office.head, at=SEPTEMBER)


def test_the_last_change_counts_and_one_before_the_reopening_does_not(office: Office) -> None:
    work = ordered(office)
    gone_against(work)
    changed(work, "18000")
    work.do(party.record_remedy, way="suit", where="即墨区人民法院", taken_on=MAY.date(), at=MAY)
    changed(work, "24000", MAY + timedelta(days=3))
    with office.store.read() as session:
        assert to_pay(session, session.get_one(CaseRow, work.id)) == 2_400_000
    work.do(reopen_case, reason="重新处理", actor=office.head, at=MAY + timedelta(days=4))
    with office.store.read() as session:
        assert to_pay(session, session.get_one(CaseRow, work.id)) == 3_000_000, "it is investigated anew"


def test_nothing_to_pay_is_performed_and_not_demanded(office: Office) -> None:
    work = ordered(office)
    gone_against(work)
    changed(work, "0")
    with pytest.raises(NotAllowed, match="has been paid"):
        demand(work, SEPTEMBER)
    work.do(enforcing.record_performance, performed_on=SEPTEMBER.date(), at=SEPTEMBER)
    work.do(close_case, actor=office.head, at=SEPTEMBER)


def test_the_sum_and_the_number_are_asked_where_it_was_changed_and_only_there(office: Office) -> None:
    work = ordered(office)
    gone_against(work)
    with pytest.raises(BadInput, match="sum as changed"):
        changed(work, None)
    with pytest.raises(BadInput, match="with its number"):
        changed(work, "1", said="复议决定")
    with pytest.raises(BadInput, match="only where"):
        changed(work, "1", how="upheld")
    for wrong in ("-1", "0.001"):
        with pytest.raises(BadInput, match="two decimals"):
            changed(work, wrong)
    with office.store.read() as session:
        assert not session.scalars(select(PartyActRow).where(PartyActRow.kind == "remedy_ended")).all()


def test_an_end_from_before_the_sums_were_kept_goes_on_with_no_sum(office: Office) -> None:
    work = ordered(office)
    gone_against(work)
    changed(work, "18000")
    with office.store.write() as session:
        session.execute(update(PartyActRow).values(amount_fen=None, outcome_id=None))
    with pytest.raises(NotAllowed, match="to which sum is not on record"):
        demand(work, SEPTEMBER)
    with pytest.raises(NotAllowed, match="to which sum is not on record"):
        work.do(enforcing.record_performance, performed_on=SEPTEMBER.date(), at=SEPTEMBER)


def march(office: Office) -> tuple[int, int]:
    with office.store.read() as session:
        counted = figures(session, "2026-03")
        assert cells_of(items(session, window("2026-03"))) == dict(counted.cells)
        return counted.total("fined"), counted.total("amount_fined")


@pytest.mark.parametrize(
    ("how", "yuan", "counted"),
    [
        ("changed", "500", (1, 50_000)),
        ("changed", "0", (0, 0)),
        ("annulled", None, (0, 0)),
        ("upheld", None, (1, 200_000)),
    ],
)
def test_a_fine_is_demanded_and_counted_as_it_stands(
    office: Office, how: str, yuan: str | None, counted: tuple[int, int]
) -> None:
    work = fined(office)
    assert march(office) == (1, 200_000)
    freeze_month(office.store, month="2026-03", actor=office.head, at=APRIL)
    gone_against(work)
    changed(work, yuan, how=how)
    assert march(office) == counted
    with office.store.read() as session:
        kept = frozen(session, "2026-03", "370215")
        assert kept is not None
        assert kept.figures.total("amount_fined") == 200_000, "what was locked stays"
        now = items(session, window("2026-03"), territories=("370215",))
        told = restating(session, frozen_items(session, kept.id), now, since=kept.at)
        found = {(one.was, one.now) for one in told if (one.figure, one.dimension) == ("amount_fined", "total")}
        assert found == ({(200_000, counted[1])} if counted[1] != 200_000 else set())
    if how == "annulled":
        return
    if counted == (0, 0):
        with pytest.raises(NotAllowed, match="no fine to pay"):
            demand(work, SEPTEMBER)
    else:
        demand(work, SEPTEMBER)
        body = dict(paper_of(office, work.id, "performance_demand").body or {})
        assert body["fine_due"] == f"{Decimal(counted[1]) / 100:.2f}"
    note = "缴款书0042" if counted[1] else "复议决定免缴"
    work.do(enforcing.record_performance, performed_on=date(2026, 9, 22), at=SEPTEMBER + timedelta(days=1), note=note)
