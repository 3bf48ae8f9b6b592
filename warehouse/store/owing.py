"""Who is still short of what, worker by worker: by the ledger, or before there is one by the people of the complaints.

The criminal figure asks it (SPC13 §3): how many are refused their pay, and whether one of them is for months.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.ledger import Owed, Short, short_of
from casework.same_worker import part
from warehouse.blinds import name_blind
from warehouse.models import CaseRow, PaymentLineRow, PaymentMatchRow, PaymentRow, is_proven
from warehouse.store.handling import proven
from warehouse.store.ledger import Standing
from warehouse.store.mentions import told_in


@dataclass(frozen=True, slots=True)
class Owing:
    """Who of those told apart is short, how many are short in all, and the fen that a verified ledger still owes."""

    short: tuple[Short, ...]
    heads: int | None
    unpaid: int | None


def owing(session: Session, case: CaseRow, ledger: Collection[Standing], heads: int | None) -> Owing:
    """What is still owed on a case of so many workers. Whom nobody told apart is short until paid an even share."""
    owed = case.amount_verified_fen if case.amount_verified_fen is not None else case.amount_claimed_fen
    share = -(-owed // heads) if owed and heads else 1
    if ledger:
        found = [short_of(one.owed, one.account.paid, share=share) for one in ledger]
        paid = _paid_by_name(session, case.id, matched=False)
    else:
        paid = _paid_by_name(session, case.id, matched=True)
        found = _told(session, case.id, paid, share)
    others = sum(fen >= share for fen in paid.values())
    short = tuple(one for one in found if one is not None)
    left = max((heads or 0) - len(found) - others, 0)
    total = None
    if any(one.account.verified is not None for one in ledger):
        unmatched = proven(session, case.id).amount - sum(one.account.paid for one in ledger)
        total = max(sum(one.fen or 0 for one in short) - unmatched, 0)
    return Owing(short, None if heads is None and not found else len(short) + left, total)


def _told(session: Session, case_id: str, paid: dict[str, int], share: int) -> list[Short | None]:
    """The people of the complaints, each with what was paid under a name that only one of them bears.

    What was so paid is taken out of `paid`; what is left went to others.
    """
    told = told_in(session, case_id)
    groups = [[told[place] for place in places] for places in part([one.keys for one in told]).workers]
    blinds = [{name_blind(one.name) for one in group if one.name} - {None} for group in groups]
    bearers: dict[str | None, int] = defaultdict(int)
    for blind in (blind for own in blinds for blind in own):
        bearers[blind] += 1
    found = []
    for group, own in zip(groups, blinds, strict=True):
        got = sum(paid.pop(blind, 0) for blind in own if blind is not None and bearers[blind] == 1)
        found.append(short_of([Owed(one.span, one.claimed) for one in group], got, share=share))
    return found


def _paid_by_name(session: Session, case_id: str, *, matched: bool) -> dict[str, int]:
    """The proven fen by name; `matched`: of all, else only of those who are no worker of the ledger."""
    who = func.coalesce(PaymentLineRow.name_blind, PaymentLineRow.id)
    question = (
        select(who, func.sum(PaymentLineRow.amount_fen))
        .join(PaymentRow, PaymentRow.id == PaymentLineRow.payment_id)
        .where(PaymentRow.case_id == case_id, is_proven())
        .group_by(who)
    )
    if not matched:
        question = question.where(PaymentLineRow.id.not_in(select(PaymentMatchRow.payment_line_id)))
    return {name: int(fen) for name, fen in session.execute(question)}
