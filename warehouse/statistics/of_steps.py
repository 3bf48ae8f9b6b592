"""What is counted of papers and of steps beside a case: each figure and which rows of its own table it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from sqlalchemy import ColumnElement, and_

from warehouse.models import CrimeTransferRow, DocumentRow, JointListingRow, PublicationRow, ReferralRow
from warehouse.statistics.grounds import Window

Condition: TypeAlias = tuple[str, ColumnElement[bool]]
"""The name of a figure, and which rows it counts."""
PAPERS = {
    "inquiry_notices": ("inquiry_notice",),
    "rectification_orders": ("rectification_order",),
    "decisions": ("handling_decision", "penalty_decision"),
}
"""The kinds of papers that are figures by name."""


def documents(span: Window) -> Iterator[Condition]:
    """下达文书: papers numbered in a span, void ones too."""
    yield "documents", span.holds_day(DocumentRow.issued_on)


def named_papers(span: Window) -> Iterator[Condition]:
    """Of these the kinds that are figures by name."""
    issued = span.holds_day(DocumentRow.issued_on)
    for figure, kinds in PAPERS.items():
        yield figure, and_(issued, DocumentRow.kind.in_(kinds))


def announced(span: Window) -> Iterator[Condition]:
    """公告送达: by the day on which they count as served."""
    yield "announced", and_(DocumentRow.served_how == "by_notice", span.holds_day(DocumentRow.served_on))


def referred(span: Window) -> Iterator[Condition]:
    """转办移送: handed to whoever is competent."""
    yield "referred", span.holds_day(ReferralRow.referred_on)


def to_police(span: Window) -> Iterator[Condition]:
    """移送公安, 公安立案: handed over, and filed by the police."""
    row = CrimeTransferRow
    yield "to_police", span.holds(row.handed_at)
    yield "police_filed", and_(row.state == "police_filed", span.holds_day(row.police_answered_on))


def listed(span: Window) -> Iterator[Condition]:
    """列入, 移出失信名单: put on the list, and taken off."""
    listed = JointListingRow.state.in_(("listed", "removed"))
    yield "listed", and_(listed, span.holds_day(JointListingRow.decided_on))
    off = JointListingRow.state == "removed"
    yield "delisted", and_(off, span.holds_day(JointListingRow.removal_decided_on))


def published(span: Window) -> Iterator[Condition]:
    """社会公布: breaches published that stand."""
    row = PublicationRow
    yield "published", and_(row.state == "published", span.holds_day(row.published_on))
