"""What there is of a case at all: most kinds of acts happen to few cases, and a page asks for all of them.

To put a question together takes longer than to answer that there is nothing. So a look asks once, in a question that
was put together long ago, which tables have any row of the case, and leaves the others alone.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, bindparam, or_, select
from sqlalchemy.orm import Session

from warehouse.engine import is_look, once
from warehouse.models import (
    ApprovalRow,
    AttachmentRow,
    CaseArchiveRow,
    CaseMembershipRow,
    ChaseRow,
    ComplaintFileRow,
    CrimeTransferRow,
    DocumentRow,
    DraftRow,
    EnforcementRow,
    FollowUpRow,
    JointListingRow,
    LedgerWorkerRow,
    LinkageEventRow,
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
    SatisfactionRow,
    SupervisionRow,
    VisitRow,
    WarningActRow,
)

ASKED: tuple[type[Any], ...] = (
    ApprovalRow, AttachmentRow, CaseArchiveRow, ChaseRow, CrimeTransferRow, DraftRow, EnforcementRow, FollowUpRow,
    JointListingRow, LedgerWorkerRow, OutcomeRow, PartyActRow, PaymentPlanRow, PaymentRow, PledgeRow, PublicationRow,
    RecusalRequestRow, RectificationOrderRow, RedFlagRow, ReferralRow, RevocationRow, SupervisionRow, VisitRow,
    WarningActRow,
)  # fmt: skip
OF_COMPLAINTS: tuple[type[Any], ...] = (ComplaintFileRow, SatisfactionRow)
"""What is a complaint's, and of a case by the complaints that are in it now."""
_CASE: BindParameter[str] = bindparam("case_id")
_INSIDE = select(CaseMembershipRow.complaint_id).where(
    CaseMembershipRow.case_id == _CASE, CaseMembershipRow.valid_to.is_(None)
)
_OF_CASE: dict[type[Any], ColumnElement[bool]] = {
    **{row: row.case_id == _CASE for row in ASKED},
    **{row: row.complaint_id.in_(_INSIDE) for row in OF_COMPLAINTS},
    DocumentRow: or_(DocumentRow.case_id == _CASE, DocumentRow.complaint_id.in_(_INSIDE)),
    LinkageEventRow: or_(LinkageEventRow.into_case_id == _CASE, LinkageEventRow.from_case_id == _CASE),
}
EVERY = frozenset(_OF_CASE)
_QUESTION = select(
    *(select(row.__table__.c.id).where(own).exists().label(row.__tablename__) for row, own in _OF_CASE.items())
)


def there(session: Session, case_ids: Collection[str]) -> frozenset[type[Any]]:
    """Those of the tables in `EVERY` that may have a row of these cases: for certain no others have.

    It is known of one case in a session that only looks, which sees one moment. Else all of them may have.
    """
    if len(case_ids) != 1 or not is_look(session):
        return EVERY
    (case_id,) = case_ids
    return once(session, f"there:{case_id}", lambda: _asked(session, case_id))


def _asked(session: Session, case_id: str) -> frozenset[type[Any]]:
    found = session.execute(_QUESTION, {"case_id": case_id}).one()
    return frozenset(row for row, has_any in zip(_OF_CASE, found, strict=True) if has_any)
