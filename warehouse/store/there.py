"""What there is of a case at all: most kinds of acts happen to few cases, and a page asks for all of them.

To put a question together takes longer than to answer that there is nothing. So a look asks once, in a question that
was put together long ago, which tables have any row of the case, and leaves the others alone.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from warehouse.engine import is_look, once
from warehouse.models import (
    ApprovalRow,
    CaseArchiveRow,
    ChaseRow,
    CrimeTransferRow,
    EnforcementRow,
    FollowUpRow,
    JointListingRow,
    LedgerWorkerRow,
    OutcomeRow,
    PartyActRow,
    PaymentPlanRow,
    PaymentRow,
    PledgeRow,
    PublicationRow,
    RectificationOrderRow,
    RecusalRequestRow,
    RedFlagRow,
    ReferralRow,
    RevocationRow,
    SupervisionRow,
    VisitRow,
)

ASKED: tuple[type[Any], ...] = (
    ApprovalRow, CaseArchiveRow, ChaseRow, CrimeTransferRow, EnforcementRow, FollowUpRow,
    JointListingRow, LedgerWorkerRow, OutcomeRow, PartyActRow, PaymentPlanRow, PaymentRow, PledgeRow, PublicationRow,
    RecusalRequestRow, RectificationOrderRow, RedFlagRow, ReferralRow, RevocationRow, SupervisionRow, VisitRow,
)  # fmt: skip
_ALL = frozenset(ASKED)
_QUESTION = select(
    *(select(row.case_id).where(row.case_id == bindparam("case_id")).exists().label(row.__tablename__) for row in ASKED)
)


def there(session: Session, case_ids: Collection[str]) -> frozenset[type[Any]]:
    """Those of the tables in `ASKED` that may have a row of these cases: for certain no others have.

    It is known of one case in a session that only looks, which sees one moment. Else all of them may have.
    """
    if len(case_ids) != 1 or not is_look(session):
        return _ALL
    (case_id,) = case_ids
    return once(session, f"there:{case_id}", lambda: _asked(session, case_id))


def _asked(session: Session, case_id: str) -> frozenset[type[Any]]:
    found = session.execute(_QUESTION, {"case_id": case_id}).one()
    return frozenset(row for row, has_any in zip(ASKED, found, strict=True) if has_any)
