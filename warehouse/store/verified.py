"""The verified amount of a case when others are merged into it, and when they leave again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from warehouse.models import CaseRow
from warehouse.store.case_facts import most
from warehouse.store.cases import change_case
from warehouse.store.one_ledger import sums_of


def together_verified(session: Session, *cases: CaseRow) -> int | None:
    """What officers wrote as the verified amount of cases of which no worker is verified, the largest. None: nothing.

    Two sums that name no worker may be the same workers', as two complaints of one crew may.
    """
    return most(*(case.amount_verified_fen for case in cases if sums_of(session, case.id).verified is None))


def carry_verified(session: Session, case: CaseRow, written: int | None, *, by: str, at: datetime) -> int | None:
    """Bring the verified amount of a case up to what the cases merged into it have proven. Returns it.

    With verified workers it is the sum of the ledger over all of them, and never less than what was written before.
    """
    session.flush()
    verified = most(sums_of(session, case.id).verified, written)
    change_case(case, {"amount_verified_fen": verified}, by=by, at=at)
    session.flush()
    return verified


def give_back_verified(
    session: Session, case: CaseRow, *, carried: int | None, before: int | None, by: str, at: datetime
) -> None:
    """After a merge is undone: the sum of its own ledger, or what was written before unless an officer wrote anew."""
    own = sums_of(session, case.id).verified
    if own is not None or case.amount_verified_fen == carried:
        change_case(case, {"amount_verified_fen": before if own is None else own}, by=by, at=at)
