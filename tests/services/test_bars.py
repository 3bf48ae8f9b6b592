"""What bars every way to end without a penalty, and what no way may leave open: over the real records of a case."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from casework.complaint import Nature
from casework.crime import criminal_figure
from casework.discretion import Waiver
from casework.errors import NotAllowed
from casework.facts import Facts
from casework.leniency import EXEMPTIONS, FINED, PAPER, Exit, Unmet
from casework.sanctions import PACKET
from services.cases import enforcing, handling
from services.cases.handling import PaidWorker
from services.cases.outcomes import Proposal, close_case, submit_outcome
from services.leniency import sparing
from services.malice import transferring
from services.money import ledger
from tests.services.lives import approved, paper_of, served, trail
from tests.services.office import Office
from tests.services.work import C2, TODAY, Work
from warehouse.blinds import name_blind
from warehouse.engine import Warehouse
from warehouse.models import (
    CaseRow,
    ComplaintVersionRow,
    FollowUpRow,
    OutcomeRow,
    RectificationOrderRow,
    WorkerRow,
    new_id,
)
from warehouse.store.linkage import members
from warehouse.store.outcomes import Waived, facts_of
from warehouse.store.settings import set_setting

HEARD = datetime(2026, 11, 5, 1, 0, tzinfo=UTC)
TICKS = (
    "minor",
    "no_harm",
    "no_fault",
    "slight_harm",
    "offence_item",
    "no_red_flag",
    "not_listed",
    "not_group",
    "removes_harm",
)
UNPROVEN = Proposal(exit=Exit.NOT_ESTABLISHED, confirmed=("unproven",))
UNPUNISHED = (
    Exit.CORRECTION_ONLY,
    Exit.FILING_WITHDRAWN,
    Exit.EXEMPT_NO_HARM,
    Exit.EXEMPT_FIRST_OFFENCE,
    Exit.EXEMPT_NO_FAULT,
)


@pytest.fixture
def office(store: Warehouse, now: datetime) -> Office:
    return Office(store, now)


def proposed(exit_: Exit) -> Proposal:
    """An exit with everything that a person ticks or names for it."""
    waivers = C2.waivers if exit_ in EXEMPTIONS else ()
    fines = (Waiver("protected_workers", "slight", units=2),) if exit_ in FINED else ()
    less = Decimal(1_000) if exit_ is Exit.LIGHTER_PENALTY else None
    return Proposal(exit=exit_, confirmed=TICKS, waivers=waivers, fines=fines, amount_fined=less)


def announced(work: Work, exit_: Exit) -> None:
    """The party was told before what is decided, where the law wants that."""
    if exit_ in FINED | {Exit.HANDLING}:
        work.announced(fine="2000")


def lacks(work: Work, exit_: Exit) -> set[str]:
    """The lines that an exit is refused by, whatever a person ticks."""
    try:
        work.do(submit_outcome, proposal=proposed(exit_))
    except Unmet as refused:
        return {line.key for line in refused.conditions}
    return set()


def unpaid(office: Office, workers: int, yuan: int) -> Work:
    """A filed case whose order to pay ran out unpaid."""
    work = Work(office, workers=workers, yuan=yuan, received_at=HEARD)
    work.do(handling.accept_case)
    work.do(handling.record_visit, visited_at=office.at, place="厂区", officer_ids=[work.lead.id, work.other.id])
    work.do(handling.verify_amount, amount=Decimal(yuan))
    issued_on, due_on = date(2026, 11, 9), date(2026, 11, 16)
    order = {"demand": "支付工资", "law": "423 §26", "amount": Decimal(yuan), "issued_on": issued_on, "due_on": due_on}
    work.do(handling.order_correction, **order)
    served(work, "rectification_order", issued_on)
    return work


@pytest.mark.parametrize("kind", ["refusal", "concealment", "retaliation", "group_incident", "extreme_act"])
def test_a_red_flag_bars_every_way_without_a_penalty(office: Office, kind: str) -> None:
    work = Work(office)
    work.corrected()
    work.do(sparing.record_red_flag, kind=kind, seen_on=TODAY, basis="见笔录")
    assert {exit_ for exit_ in UNPUNISHED if "no_red_flag" in lacks(work, exit_)} == set(UNPUNISHED)


def test_the_criminal_figure_bars_correction_only_and_a_withdrawal_too(office: Office) -> None:
    work = unpaid(office, workers=10, yuan=60_000)
    assert {exit_ for exit_ in UNPUNISHED if "not_criminal" in lacks(work, exit_)} == set(UNPUNISHED)
    assert "no_transfer_due" in lacks(work, Exit.PENALTY)
    small = unpaid(office, workers=9, yuan=60_000)
    assert not [exit_ for exit_ in UNPUNISHED if "not_criminal" in lacks(small, exit_)]


def test_correction_only_is_refused_when_the_order_ran_out(office: Office) -> None:
    work = unpaid(office, workers=3, yuan=3_000)
    assert "order" in lacks(work, Exit.CORRECTION_ONLY)


def transferred(office: Office) -> Work:
    work = unpaid(office, workers=12, yuan=90_000)
    pair = [work.lead.id, work.other.id]
    work.do(transferring.report_crime, officer_ids=pair, report="逃匿", reported_on=TODAY)
    return work


def paid_up(work: Work, at: datetime) -> None:
    lines = [PaidWorker(f"工人{n}", Decimal(7_500)) for n in range(12)]
    work.do(
        handling.record_payment,
        paid_on=TODAY,
        workers=12,
        amount=Decimal(90_000),
        proof="bank_voucher",
        lines=lines,
        at=at,
    )


def states(work: Work) -> Iterator[datetime]:
    """The moments of a transfer from its report to the refusal of the police, one after the other."""
    at = work.office.at
    yield at
    work.do(transferring.decide_transfer, approve=True, reason="符合移送条件", actor=work.office.head)
    yield at
    work.do(handling.issue_document, kind="transfer_letter", issued_on=TODAY, body={})
    packet = dict.fromkeys(PACKET, "卷二")
    work.do(transferring.hand_over, police="即墨分局", packet=packet, handed_at=at)
    yield at
    work.do(transferring.record_police, filed=False, answered_on=TODAY, answer="不予立案")
    yield at


def test_what_is_with_the_police_is_neither_spared_nor_fined_though_all_is_paid(office: Office) -> None:
    work = transferred(office)
    paid_up(work, office.at)
    barred = {*UNPUNISHED, Exit.NOT_ESTABLISHED}
    fines = (Exit.PENALTY, Exit.LIGHTER_PENALTY)
    open_to_fines = []
    for _ in states(work):
        assert {exit_ for exit_ in barred if "not_with_police" in lacks(work, exit_)} == barred
        open_to_fines.append([exit_ for exit_ in fines if "no_transfer_due" not in lacks(work, exit_)])
    assert open_to_fines == [[], [], [*fines], [*fines]], "beside what is handed over, never in its place"


def test_what_the_police_gave_back_may_be_fined_but_not_spared_while_the_figure_stands(office: Office) -> None:
    work = transferred(office)
    assert len(list(states(work))) == 4
    later = office.at + timedelta(days=10)
    with pytest.raises(Unmet) as refused:
        work.do(submit_outcome, proposal=proposed(Exit.PENALTY), at=later)
    assert not {"not_with_police", "no_transfer_due"} & {line.key for line in refused.value.conditions}
    with pytest.raises(Unmet) as refused:
        work.do(submit_outcome, proposal=C2, at=later)
    keys = {line.key for line in refused.value.conditions}
    assert "not_criminal" in keys
    assert "not_with_police" not in keys


def test_a_head_who_refuses_the_transfer_frees_the_fine_only_below_the_figure(office: Office) -> None:
    work = transferred(office)
    work.do(transferring.decide_transfer, approve=False, reason="证据不足", actor=office.head)
    assert lacks(work, Exit.PENALTY) >= {"no_transfer_due"}
    paid_up(work, office.at)
    assert not {"no_transfer_due", "not_with_police"} & lacks(work, Exit.PENALTY)


def concluded(office: Office, exit_: Exit) -> Work:
    """A case of three workers and 3,000 yuan whose order ran out unpaid, ended by this exit with its paper served."""
    work = unpaid(office, workers=3, yuan=3_000)
    work.educated()
    announced(work, exit_)
    approved(work, proposed(exit_))
    served(work, PAPER[exit_])
    return work


def obey(work: Work, heads: int = 3) -> None:
    """The order is obeyed late, and so many of the three workers are paid."""
    with work.store.read() as session:
        order_id = session.scalars(select(RectificationOrderRow.id)).one()
    work.do(handling.record_correction, order_id=order_id, corrected_on=TODAY)
    lines = [PaidWorker(f"工人{n}", Decimal(1_000)) for n in range(heads)]
    pay = {"paid_on": TODAY, "workers": heads, "amount": Decimal(1_000 * heads), "proof": "bank_voucher"}
    work.do(handling.record_payment, lines=lines, **pay)


@pytest.mark.parametrize("exit_", [Exit.EXEMPT_NO_FAULT, Exit.LIGHTER_PENALTY, Exit.PENALTY])
def test_no_file_is_closed_while_the_workers_money_is_missing(office: Office, exit_: Exit) -> None:
    work = concluded(office, exit_)
    if exit_ in FINED:
        work.do(enforcing.record_performance, performed_on=TODAY, note="缴款书 0042")
    with pytest.raises(NotAllowed, match="stays open: An order to correct was not obeyed"):
        work.do(close_case, actor=office.head)
    obey(work, heads=2)
    with pytest.raises(NotAllowed, match=r"stays open: 1,000\.00 yuan are still missing"):
        work.do(close_case, actor=office.head)
    last = {"paid_on": TODAY, "workers": 1, "amount": Decimal(1_000), "proof": "signed_payroll"}
    work.do(handling.record_payment, lines=[PaidWorker("工人2", Decimal(1_000))], **last)
    work.do(close_case, actor=office.head)
    assert office.look(work.id).status == "closed"


def test_a_file_closes_when_the_sum_is_paid_to_those_who_were_found(office: Office) -> None:
    """Twelve were spoken of, two are in the verified ledger; a payment that names nobody pays neither of them."""
    work = rostered(office, "张一,1000,2026-08,2026-09", "张二,1000,2026-08,2026-09", workers=12)
    work.do(ledger.verify_lines, amounts={"1": Decimal(1_000), "2": Decimal(1_000)})
    work.educated()
    approved(work, Proposal(exit=Exit.EXEMPT_NO_FAULT, confirmed=TICKS, waivers=C2.waivers))
    served(work, "exemption_decision")
    pay = {"paid_on": TODAY, "workers": 2, "amount": Decimal(2_000), "proof": "bank_voucher"}
    work.do(handling.record_payment, **pay)
    with pytest.raises(NotAllowed, match="stays open: 2 workers received less"):
        work.do(close_case, actor=office.head)
    work.do(handling.record_payment, lines=[PaidWorker(name, Decimal(1_000)) for name in ("张一", "张二")], **pay)
    work.do(close_case, actor=office.head)
    assert office.look(work.id).status == "closed"


def test_a_fine_before_the_court_brings_no_wages_but_a_decision_to_pay_does(office: Office) -> None:
    for exit_ in (Exit.PENALTY, Exit.HANDLING):
        work = concluded(office, exit_)
        with office.store.write() as session:
            session.get_one(CaseRow, work.id).legal_status = "in_court"
        if exit_ is Exit.PENALTY:
            with pytest.raises(NotAllowed, match="The file stays open"):
                work.do(close_case, actor=office.head)
        else:
            work.do(close_case, actor=office.head)


def test_a_decision_to_pay_is_performed_when_the_order_is_recorded_as_obeyed_too(office: Office) -> None:
    work = concluded(office, Exit.HANDLING)
    lines = [PaidWorker(f"工人{n}", Decimal(1_000)) for n in range(3)]
    pay = {"paid_on": TODAY, "workers": 3, "amount": Decimal(3_000), "proof": "bank_voucher"}
    work.do(handling.record_payment, lines=lines, **pay)
    with pytest.raises(NotAllowed, match="An order to correct was not obeyed"):
        work.do(enforcing.record_performance, performed_on=TODAY)


def told_of(office: Office, nature: Nature) -> Work:
    """A case of two workers who name no sum."""
    work = Work(office, workers=2)
    with office.store.write() as session:
        said = session.query(ComplaintVersionRow).where(ComplaintVersionRow.complaint_id.in_(members(session, work.id)))
        for one in said:
            one.nature, one.amount_claimed_fen = nature.value, None
        row = session.get_one(CaseRow, work.id)
        row.nature, row.amount_claimed_fen = nature.value, None
    work.do(handling.accept_case)
    work.do(handling.record_visit, visited_at=office.at, place="厂区", officer_ids=[work.lead.id, work.other.id])
    order = work.do(handling.order_correction, demand="返还身份证", law="LCL §84", issued_on=TODAY)
    work.do(handling.record_correction, order_id=order.order_id, corrected_on=TODAY)
    work.do(handling.record_pledge, signed_by="甲", signed_on=TODAY, obligations="不再扣押", due_on=date(2026, 12, 31))
    work.educated()
    return work


def test_a_first_offence_without_money_can_be_spared(office: Office) -> None:
    assert "paid_in_full" in lacks(told_of(office, Nature.ARREARS), Exit.EXEMPT_FIRST_OFFENCE)
    assert "paid_in_full" in lacks(told_of(office, Nature.OTHER), Exit.EXEMPT_FIRST_OFFENCE)
    assert lacks(told_of(office, Nature.WITHHELD_PAPERS), Exit.EXEMPT_NO_HARM) == set()
    nothing_owed = told_of(office, Nature.ARREARS)
    nothing_owed.do(handling.verify_amount, amount=Decimal(0))
    assert "paid_in_full" not in lacks(nothing_owed, Exit.EXEMPT_NO_HARM)


def test_not_established_ends_a_filed_case_of_which_nothing_is_verified(office: Office) -> None:
    work = Work(office)
    work.do(handling.record_visit, visited_at=office.at, place="厂区", officer_ids=[work.lead.id, work.other.id])
    assert {"filed", "unproven"} <= lacks(work, Exit.NOT_ESTABLISHED)
    work.do(handling.accept_case)
    work.do(handling.verify_amount, amount=Decimal(3_000))
    with pytest.raises(Unmet, match=r"3,000\.00 yuan are verified as owed"):
        work.do(submit_outcome, proposal=UNPROVEN)
    work.do(handling.verify_amount, amount=Decimal(0))
    approved(work, UNPROVEN)
    assert paper_of(office, work.id, "unproven_decision").document_no == "即人社劳监不成字〔2026〕第1号"
    with pytest.raises(NotAllowed, match="not served"):
        work.do(close_case, actor=office.head)
    served(work, "unproven_decision")
    work.do(close_case, actor=office.head)
    assert trail(office, work.id, "law") == ["filed", "decided", "served", "closed"]


@pytest.mark.parametrize(("exit_", "relapsed"), [(UNPROVEN.exit, False), (Exit.CORRECTION_ONLY, True)])
def test_what_is_not_established_is_no_relapse(office: Office, exit_: Exit, relapsed: bool) -> None:
    Work(office).spared()
    second = Work(office)
    second.do(handling.record_visit, visited_at=office.at, place="厂区", officer_ids=[second.lead.id, second.other.id])
    if exit_ is Exit.CORRECTION_ONLY:
        second.do(handling.order_correction, demand="支付工资", law="423 §26", issued_on=TODAY)
    else:
        second.do(handling.accept_case)
    approved(second, Proposal(exit=exit_, confirmed=("minor", "no_red_flag", "unproven")))
    with office.store.read() as session:
        row = session.scalars(select(FollowUpRow)).one()
        assert row.relapse_case_id == (second.id if relapsed else None)


def test_who_must_not_be_punished_needs_no_item_of_the_office_s_list(office: Office) -> None:
    with office.store.write() as session:
        set_setting(session, "leniency.offence_items", ["超时加班"], source="清单", by="acc", at=office.at)
    work = Work(office)
    work.corrected()
    waivers = C2.waivers
    assert work.do(submit_outcome, proposal=Proposal(exit=Exit.EXEMPT_NO_FAULT, confirmed=TICKS, waivers=waivers))


def facts(work: Work) -> Facts:
    with work.store.read() as session:
        return facts_of(session, session.get_one(CaseRow, work.id), today=TODAY, waived=Waived())


def rostered(office: Office, *lines: str, workers: int = 3, yuan: int = 1_000) -> Work:
    """A filed case with this ledger; its complaint names no months to count with."""
    work = Work(office, workers=workers, yuan=yuan)
    work.do(handling.accept_case)
    work.do(handling.record_visit, visited_at=office.at, place="厂区", officer_ids=[work.lead.id, work.other.id])
    head = "姓名,金额,起始月份,截止月份"
    work.do(ledger.add_roster, content="\n".join((head, *lines)).encode())
    return work


def test_the_criminal_figure_of_one_worker_is_found_in_the_ledger(office: Office) -> None:
    names = ("张一", "张二", "张三")
    work = rostered(office, *(f"{name},50000,2026-05,2026-09" for name in names))
    assert criminal_figure(facts(work))[0], "as claimed, before anything is verified"
    work.do(ledger.verify_lines, amounts=dict.fromkeys(("1", "2", "3"), Decimal(50_000)))
    assert {(one.fen, one.months) for one in facts(work).short} == {(5_000_000, 5)}
    assert criminal_figure(facts(work)) == (True, "50,000.00 yuan owed to one worker reach the figure for one.")
    work.do(ledger.verify_lines, amounts=dict.fromkeys(("1", "2"), Decimal(0)) | {"3": Decimal(9_999)})
    assert not criminal_figure(facts(work))[0]


def test_the_months_are_those_of_the_worker_who_is_owed(office: Office) -> None:
    short_but_much = "张一,50000,2026-08,2026-09"
    long_but_little = "张二,9000,2026-01,2026-09"
    work = rostered(office, short_but_much, long_but_little)
    assert not criminal_figure(facts(work))[0]
    again = rostered(office, short_but_much, "张一,100,2026-07,2026-07", "张二,9000,2026-01,2026-09")
    assert criminal_figure(facts(again))[0], "three months of one worker, in two lines"
    pay = {"paid_on": TODAY, "workers": 1, "amount": Decimal(100), "proof": "bank_voucher"}
    again.do(handling.record_payment, lines=[PaidWorker("张一", Decimal(100))], **pay)
    assert not criminal_figure(facts(again))[0], "the oldest month is paid first"


def test_only_who_is_still_short_counts_for_the_group(office: Office) -> None:
    people = [f"工人{n},7000,2026-08,2026-09" for n in range(12)]
    work = rostered(office, *people, workers=12)
    work.do(ledger.verify_lines, amounts={str(n): Decimal(7_000) for n in range(1, 13)})
    assert criminal_figure(facts(work)) == (True, "12 workers and 84,000.00 yuan unpaid reach the figure for a group.")
    lines = [PaidWorker(f"工人{n}", Decimal(7_000)) for n in range(2)]
    pay = {"paid_on": TODAY, "workers": 2, "amount": Decimal(14_000), "proof": "bank_voucher"}
    work.do(handling.record_payment, lines=lines, **pay)
    assert criminal_figure(facts(work)) == (True, "10 workers and 70,000.00 yuan unpaid reach the figure for a group.")
    one = {"paid_on": TODAY, "workers": 1, "proof": "bank_voucher"}
    work.do(handling.record_payment, amount=Decimal(6_999), lines=[PaidWorker("工人2", Decimal(6_999))], **one)
    assert facts(work).heads_short == 10, "a fen short is short"
    work.do(handling.record_payment, amount=Decimal(1), lines=[PaidWorker("工人2", Decimal(1))], **one)
    assert criminal_figure(facts(work)) == (False, "9 workers and 63,000.00 yuan unpaid are below the criminal figure.")


def test_money_that_names_nobody_is_paid_but_makes_nobody_paid(office: Office) -> None:
    work = rostered(office, *(f"工人{n},7000,2026-08,2026-09" for n in range(12)), workers=12)
    work.do(ledger.verify_lines, amounts={str(n): Decimal(7_000) for n in range(1, 13)})
    work.do(handling.record_payment, paid_on=TODAY, workers=12, amount=Decimal(24_001), proof="bank_voucher")
    assert facts(work).heads_short == 12
    assert facts(work).unpaid_by_ledger == 5_999_900
    assert not criminal_figure(facts(work))[0]


def test_without_a_ledger_who_was_paid_an_even_share_is_not_short(office: Office) -> None:
    work = unpaid(office, workers=12, yuan=300_000)
    lines = [PaidWorker(f"工人{n}", Decimal(25_000)) for n in range(9)]
    pay = {"paid_on": TODAY, "workers": 9, "amount": Decimal(225_000), "proof": "bank_voucher"}
    work.do(handling.record_payment, lines=lines, **pay)
    assert criminal_figure(facts(work)) == (False, "3 workers and 75,000.00 yuan unpaid are below the criminal figure.")
    crumbs = unpaid(office, workers=12, yuan=300_000)
    lines = [PaidWorker(f"工人{n}", Decimal(1)) for n in range(12)]
    crumbs.do(handling.record_payment, lines=lines, **(pay | {"workers": 12, "amount": Decimal(12)}))
    assert facts(crumbs).heads_short == 12
    assert criminal_figure(facts(crumbs))[0]


def test_the_rosters_of_the_complaints_count_before_there_is_a_ledger(office: Office) -> None:
    work = unpaid(office, workers=3, yuan=60_000)
    with office.store.write() as session:
        (one,) = members(session, work.id)
        session.add_all(
            WorkerRow(
                id=new_id("wrk"),
                complaint_id=one,
                version=1,
                part="roster",
                name=f"工人{n}",
                name_blind=name_blind(f"工人{n}"),
                amount_claimed_fen=fen,
            )
            for n, fen in enumerate((5_000_000, 500_000, 500_000))
        )
        said = session.scalars(select(ComplaintVersionRow).where(ComplaintVersionRow.complaint_id == one)).one()
        said.arrears_from, said.arrears_to = "2026-07", "2026-09"
    assert criminal_figure(facts(work)) == (True, "50,000.00 yuan owed to one worker reach the figure for one.")
    lines = [PaidWorker("工人0", Decimal(40_001))]
    pay = {"paid_on": TODAY, "workers": 1, "amount": Decimal(40_001), "proof": "bank_voucher"}
    work.do(handling.record_payment, lines=lines, **pay)
    assert (facts(work).heads_short, criminal_figure(facts(work))[0]) == (3, False)


@pytest.mark.parametrize(("days_before", "within"), [(0, True), (1, False)])
def test_a_window_of_months_begins_on_the_day_of_the_same_number(
    office: Office, days_before: int, within: bool
) -> None:
    Work(office).spared()
    with office.store.write() as session:
        for name in ("leniency.first_offence.months", "leniency.relapse.months"):
            set_setting(session, name, 36, source="局", by="acc", at=office.at)
        earlier = session.scalars(select(OutcomeRow)).one()
        earlier.decided_at = office.at.replace(year=2023) - timedelta(days=days_before)
    again = Work(office)
    again.corrected()
    assert bool(facts(again).earlier_case_nos) is within
    approved(again, Proposal(exit=Exit.FILING_WITHDRAWN, confirmed=("minor", "no_red_flag")))
    with office.store.read() as session:
        assert (session.scalars(select(FollowUpRow)).one().relapsed_on is not None) is within
