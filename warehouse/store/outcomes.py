"""What the records say of a case when its exit is asked for: over all its employer's cases, under all its names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.articles import in_full
from casework.calendar import local_day, months_after
from casework.complaint import MONEYLESS
from casework.discretion import items_of
from casework.enforcement import ORDERING
from casework.facts import Facts
from casework.ledger import Sums, months_in, span_of
from casework.leniency import FINED, PAPER, Exit
from casework.money import fen_of
from casework.sparing import RedFlag
from warehouse.models import CaseRow, ComplaintVersionRow, OutcomeRow, RectificationOrderRow
from warehouse.store.handling import INQUIRIES, documents_of, last_pledge, orders_of, visits_of
from warehouse.store.liable import to_the_same
from warehouse.store.linkage import members
from warehouse.store.offences import History, Who, search_history
from warehouse.store.one_ledger import one_ledger
from warehouse.store.orders import orders_to_pay
from warehouse.store.owing import owing
from warehouse.store.party import annulled_at, defences_of, hearing_term, prior_notice_of
from warehouse.store.settings import setting, text, whole
from warehouse.store.sparing import (
    last_education,
    last_transfer,
    listed,
    red_flags,
    refused_for_good,
    relapsed_of,
    review_of,
)

_LONGEST_EVIDENCE = 400
_POLICE_SAID = {"police_filed": True, "police_refused": False}
_REFUSING = (RedFlag.REFUSAL, RedFlag.CONCEALMENT)


@dataclass(frozen=True, slots=True)
class Waived:
    """What an outcome says about money: waived with its article and the most that article gives, or fined. In fen.

    `item` is the item of the no-penalty list; `needs` and `misfit` are `fine_needs` and `fine_misfit` of the facts.
    `addressee` is the party that is to pay in the employer's place: only orders that went to it count as missed by it.
    """

    exempted: int | None = None
    article: str | None = None
    fined: int | None = None
    most: int | None = None
    item: str | None = None
    needs: tuple[tuple[str, str], ...] = ()
    misfit: str | None = None
    additional: int | None = None
    addressee: str | None = None


def window_start(session: Session, today: date) -> date | None:
    """From which day an earlier offence bars a first one; None when every one does."""
    months = whole(session, "leniency.first_offence.months")
    return months_after(today, -months) if months else None


def facts_of(
    session: Session,
    case: CaseRow,
    *,
    today: date,
    waived: Waived,
    history: History | None = None,
    outcome_id: str | None = None,
) -> Facts:
    """The facts of a case on a day, with the settings they are held against."""
    known = history or search_history(session, case, since=window_start(session, today))
    orders, pledge = orders_of(session, case.id), last_pledge(session, case.id)
    workers = [order.workers for order in orders if order.workers is not None]
    corrected = [order.corrected_on for order in orders]
    whole_ledger = one_ledger(session, case.id)
    ledger, paid = whole_ledger.sums, whole_ledger.proofs
    missed = _missed(session, case.id, orders, today, waived.addressee)
    heads = _heads(case, ledger, workers[-1] if workers else None)
    still = owing(session, case, whole_ledger, heads)
    last_correction = max((day for day in corrected if day), default=None)
    return Facts(
        today=today,
        employer_known=case.employer_id is not None,
        filed=case.case_no is not None,
        worker_count=heads,
        amount_claimed=case.amount_claimed_fen,
        amount_verified=case.amount_verified_fen,
        amount_paid=paid.amount,
        workers_paid=paid.people(),
        workers_short=ledger.short,
        visits=visits_of(session, case.id),
        inquiries=len(documents_of(session, case.id, INQUIRIES)),
        order_due_on=_deadline(orders, today),
        corrected_on=last_correction if all(corrected) else None,
        pledge_signed_on=pledge.signed_on if pledge else None,
        earlier_case_nos=known.barring() if case.employer_id else (),
        older_case_nos=known.older(),
        group_incident=case.group_incident,
        short=still.short,
        heads_short=still.heads,
        unpaid_by_ledger=still.unpaid,
        arrears_months=len(months_in(span_of(case.arrears_from, case.arrears_to))) or None,
        amount_exempted=waived.exempted,
        exempted_article=waived.article,
        amount_fined=waived.fined,
        group_tier=whole(session, "group_incident.tier1"),
        max_workers=_most_workers(session, waived.item),
        criminal_one=whole(session, "criminal.one_worker_fen"),
        criminal_group=whole(session, "criminal.group_fen"),
        criminal_group_workers=whole(session, "criminal.group_workers"),
        criminal_months=whole(session, "criminal.months"),
        window_months=whole(session, "leniency.first_offence.months"),
        fine_scale=waived.most or 0,
        fine_needs=waived.needs,
        fine_misfit=waived.misfit,
        amount_additional=waived.additional,
        review_from=whole(session, "penalty.review_from_fen"),
        orders_missed=tuple(in_full(one.law) for one in missed),
        pay_missed=any(one.amount_fen is not None for one in missed),
        fined_before=_fined_before(session, case.id, but=outcome_id),
        **_of_notice(session, case.id),
        owes=_owes(session, case, ledger),
        **_of_sparing(session, case, known.who, today=today, waived=waived, outcome_id=outcome_id),
    )


def _of_notice(session: Session, case_id: str) -> dict[str, Any]:
    """The prior notice that counts, what it announces, and what the party did about it."""
    notice = prior_notice_of(session, case_id)
    if notice is None or notice.served_on is None:
        return {"prior_notice_served_on": None}
    term, fine = hearing_term(session, case_id, notice.served_on), notice.body.get("intended_fine")
    return {
        "prior_notice_served_on": notice.served_on,
        "fine_announced": fen_of(Decimal(str(fine))) if fine else None,
        "defence_until": term.due_on if term else None,
        "defence_provisional": bool(term and term.provisional),
        "defences": defences_of(session, notice),
    }


def _heads(case: CaseRow, ledger: Sums, ordered: int | None) -> int | None:
    """How many workers are to be paid: as verified one by one when that was done for all, else as the order says."""
    if ledger.workers and not ledger.unverified and ledger.workers == case.worker_count:
        return ledger.verified_workers
    return case.worker_count if ordered is None else ordered


def _owes(session: Session, case: CaseRow, ledger: Sums) -> bool:
    """Whether wages are to be paid, as far as anybody says or found: only "nothing" verified, or natures without money
    and no sum at all, say no."""
    if case.amount_verified_fen is not None:
        return case.amount_verified_fen > 0 or ledger.verified is not None
    if case.amount_claimed_fen:
        return True
    said = ComplaintVersionRow
    natures = select(said.nature).where(said.complaint_id.in_(members(session, case.id)), said.newest)
    return not set(session.scalars(natures)) <= {nature.value for nature in MONEYLESS}


def _most_workers(session: Session, item: str | None) -> int:
    """Up to how many workers harm may be called slight: the item's own number, else the office's."""
    own = (one.max_workers for one in items_of(setting(session, "leniency.offence_items")) if one.item == item)
    found = next(own, None)
    return whole(session, "leniency.max_workers") if found is None else found


def _of_sparing(
    session: Session, case: CaseRow, who: Who, *, today: date, waived: Waived, outcome_id: str | None
) -> dict[str, Any]:
    """The facts that only a sparing asks for."""
    review = review_of(session, outcome_id) if outcome_id else None
    education, transfer = last_education(session, case.id), last_transfer(session, case.id)
    gave_back = transfer is not None and refused_for_good(session, transfer, today=today)
    with_police = transfer is not None and transfer.state != "refused" and not gave_back
    items = items_of(setting(session, "leniency.offence_items"))
    return {
        "relapsed_case_nos": relapsed_of(session, who, but=case.id),
        "offence_items": tuple(one.item for one in items if one.from_on <= today.isoformat()),
        "offence_item": waived.item,
        "list_version": text(session, "leniency.offence_items.version"),
        "red_flags": tuple(f"{one.kind.replace('_', ' ')} {one.seen_on}" for one in red_flags(session, case.id)),
        "refused": any(one.kind in _REFUSING for one in red_flags(session, case.id)),
        "listed": listed(session, set(who.employer_ids), today=today),
        "educated_on": education.educated_on if education else None,
        "reviewed_on": local_day(review.at) if review else None,
        "review_passed": review.passed if review else None,
        "ordered_until": _ordered_until(session, case, today),
        "with_police_since": transfer.reported_on if transfer and with_police else None,
        "handed_over_on": local_day(transfer.handed_at) if transfer and transfer.handed_at else None,
        "police_filed": _POLICE_SAID.get(transfer.state) if transfer else None,
        "police_gave_back": gave_back,
    }


def evidence_of(
    session: Session, case: CaseRow, typed: Mapping[str, str], *, outcome_id: str | None = None
) -> dict[str, str]:
    """What the lines rest on: the ids of records, and what a person typed beside their own ticks."""
    orders, pledge = orders_of(session, case.id), last_pledge(session, case.id)
    education = last_education(session, case.id)
    review = review_of(session, outcome_id) if outcome_id else None
    found = {
        "corrected": " ".join(order.id for order in orders),
        "pledge": pledge.id if pledge else "",
        "educated": education.id if education else "",
        "legal_review": review.id if review else "",
        "no_red_flag": " ".join(flag.id for flag in red_flags(session, case.id)),
    }
    records = {key: slot for key, slot in found.items() if slot}
    return {key: words.strip()[:_LONGEST_EVIDENCE] for key, words in typed.items() if words.strip()} | records


def _deadline(orders: list[RectificationOrderRow], today: date) -> date | None:
    """The deadline that counts: the first that was missed, else the last one."""
    missed = [order.due_on for order in orders if (order.corrected_on or today) > order.due_on]
    return min(missed, default=max((order.due_on for order in orders), default=None))


def _ordered_until(session: Session, case: CaseRow, today: date) -> date | None:
    """The day of the order to pay that counts: the first that is gone, else the last one."""
    days = [one.due_on for one in orders_to_pay(session, case)]
    return next((day for day in days if day < today), max(days, default=None))


def _missed(
    session: Session, case_id: str, orders: list[RectificationOrderRow], today: date, addressee: str | None
) -> list[RectificationOrderRow]:
    """The orders that reached this party, not another, and were not obeyed by their day."""
    papers = documents_of(session, case_id, ("rectification_order",))
    served = {row.id: row.served_on for row in papers if to_the_same(session, row.addressee_id, addressee)}
    return [
        order
        for order in orders
        if (reached := served.get(order.document_id)) is not None
        and reached <= order.due_on < (order.corrected_on or today)
    ]


def _fined_before(session: Session, case_id: str, *, but: str | None) -> tuple[date, ...]:
    """The days on which this case ended with a fine that stands: one that was annulled is as if never imposed."""
    row = OutcomeRow
    fell = annulled_at(session, case_id, PAPER[Exit.PENALTY])
    question = select(row).where(
        row.case_id == case_id, row.state == "approved", row.revoked_at.is_(None), row.exit.in_(FINED), row.id != but
    )
    found = session.scalars(question.order_by(row.at)).all()
    decided = [one.decided_at or one.at for one in found]
    return tuple(local_day(at) for at in decided if fell is None or at > fell)


def decided_before(session: Session, case_id: str) -> OutcomeRow | None:
    """The newest outcome that ordered something and was not revoked: what stood before a transfer to the police."""
    row = OutcomeRow
    question = select(row).where(
        row.case_id == case_id, row.state == "approved", row.revoked_at.is_(None), row.exit.in_(ORDERING)
    )
    return session.scalars(question.order_by(row.at.desc()).limit(1)).first()


def waiting_outcome(session: Session, case_id: str, state: str) -> OutcomeRow | None:
    """The outcome of a case in a state, the newest. One that was revoked is none."""
    question = select(OutcomeRow).where(
        OutcomeRow.case_id == case_id, OutcomeRow.state == state, OutcomeRow.revoked_at.is_(None)
    )
    return session.scalars(question.order_by(OutcomeRow.at.desc()).limit(1)).first()
