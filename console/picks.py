"""What a form lets one pick from the records of a case, and lists that are typed line by line."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.calendar import SHANGHAI
from casework.money import yuan_of
from console import labels_sparing as words_of
from console.fields import NOT_A_DAY, Fields, day_of
from console.labels import PROOFS
from console.labels_investigation import ASKING as RECUSED
from console.ledger_lists import liable_party
from console.words import N_
from services.leniency.pledges import Duty
from warehouse.models import CaseRow, PaymentRow, VisitRow
from warehouse.queries.officers import names_of
from warehouse.queries.tellers import Tellers
from warehouse.store.dispatch import live_assignment
from warehouse.store.orders import orders_to_pay
from warehouse.store.recusals import open_requests
from warehouse.store.sparing import duties_of, red_flags

LONGEST_LIST = 20_000
NO_OBLIGATION = N_("Please give a day and an obligation on each line.")


def picks(session: Session, case: CaseRow) -> dict[str, list[tuple[str, str, str]]]:
    """By field, what can be picked: its id, its words, which may be a code of the trade, and what was typed of it."""
    duties = [one for one in duties_of(session, case.id) if one.kept is None]
    orders = [one for one in orders_to_pay(session, case) if one.order is None or one.order.corrected_on is None]
    visits = select(VisitRow).where(VisitRow.case_id == case.id).order_by(VisitRow.visited_at.desc())
    own_visits = session.scalars(visits).all()
    payments = (
        select(PaymentRow).where(PaymentRow.case_id == case.id).order_by(PaymentRow.paid_on.desc(), PaymentRow.id)
    )
    own_payments = session.scalars(payments).all()
    told_by = Tellers(session, [case.id])

    def masked(text: str) -> str:
        return told_by.hide(text, case.id) or ""

    held = live_assignment(session, case.id)
    pair = [(held.lead_id, N_("Lead officer")), (held.assisting_id, N_("Assisting officer"))] if held else []
    asked = open_requests(session, case.id)
    names = names_of(session, [one for one, _ in pair] + [one.account_id for one in asked])
    return {
        "visit_id": [(one.id, f"{one.visited_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}", "") for one in own_visits]
        + [(one.id, PROOFS[one.proof], f"{one.paid_on} · {yuan_of(one.amount_fen):,.2f}") for one in own_payments],
        "addressee": liable_party(session, case.id),
        "account_id": [(one, words, names.get(one, one)) for one, words in pair],
        "request_id": [
            (one.id, RECUSED[one.asked_by], f"{names.get(one.account_id, '')} {one.asked_on}") for one in asked
        ],
        "order_id": [
            (one.id, f"{one.due_on}", masked(one.order.demand) if one.order else one.paper.document_no)
            for one in orders
        ],
        "duty_id": [(one.id, f"{one.due_on}", masked(one.says)) for one in duties],
        "flag_id": [
            (one.id, words_of.RED_FLAGS.get(one.kind, one.kind), f"{one.seen_on}")
            for one in red_flags(session, case.id)
        ],
    }


def duty_lines(name: str, fields: Fields) -> list[Duty] | None:
    """Obligations one a line: a day, then what is promised."""
    text = fields.text(name, longest=LONGEST_LIST)
    found = []
    for line in (text or "").splitlines():
        day, _, says = line.strip().replace("\t", " ").partition(" ")
        if not day:
            continue
        try:
            due_on = day_of(day)
        except ValueError:
            fields.wrong(name, NOT_A_DAY)
            return None
        if not says.strip():
            fields.wrong(name, NO_OBLIGATION)
            return None
        found.append(Duty(says.strip(), due_on))
    return found or None
