"""Figures that count employers (户). Each counts once in a span, where it was first: so the parts add up to the whole.

An employer is the one that stays after employers were made one. Where a case names none, the case stands for it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select

from casework.leniency import EXEMPTIONS, Exit
from warehouse.models import CaseRow, EmployerRow, OutcomeRow, VisitRow
from warehouse.statistics.grounds import Ground, Window
from warehouse.store.one_employer import root


def visited(span: Window, among: Ground) -> ColumnElement[bool]:
    """走访企业: of the visits of a span, in cases of this ground, the first to each employer.

    Base: employers, however often each was visited (户, not 户次). Date: the moment of the visit. Left out: visits
    that belong to no case.
    """
    employer = func.coalesce(VisitRow.employer_id, CaseRow.employer_id)
    return VisitRow.id.in_(_first(VisitRow, employer, VisitRow.visited_at, span.holds(VisitRow.visited_at), among))


def spared(span: Window, among: Ground) -> ColumnElement[bool]:
    """不予处罚企业: of the outcomes of this ground by which a penalty was spared in a span, each employer's first.

    Base: employers. Date and what is left out: as `exempted`.
    """
    return OutcomeRow.id.in_(_first(OutcomeRow, CaseRow.employer_id, OutcomeRow.decided_at, exempted(span), among))


def kept(span: Window, among: Ground) -> ColumnElement[bool]:
    """保住岗位: of the outcomes of this ground by which a penalty was spared in a span, each employer's first that says
    how many people it keeps at work.

    Base: jobs, as the officer found them; an employer with several exempted cases keeps its people once: in a month
    once in the month, in a longer report once in it, so that a year may be less than its months. Date: as `exempted`.
    Left out: what a later case of the same employer found, and employers nobody asked. 0 is a finding, and counts.
    """
    said = and_(exempted(span), OutcomeRow.jobs_kept.is_not(None))
    return OutcomeRow.id.in_(_first(OutcomeRow, CaseRow.employer_id, OutcomeRow.decided_at, said, among))


def withdrawn(span: Window) -> ColumnElement[bool]:
    """撤销立案: outcomes by which a filing was withdrawn, approved in a span and not revoked since (423 §18(3)).

    Base: cases. Date: the approval. Left out: cases that were only ordered to correct, and complaints that whoever
    complained took back: neither withdraws a filing.
    """
    row = OutcomeRow
    decided = and_(row.state == "approved", span.holds(row.decided_at))
    return and_(decided, row.exit == Exit.FILING_WITHDRAWN.value, row.revoked_at.is_(None))


def exempted(span: Window) -> ColumnElement[bool]:
    """不予行政处罚: outcomes by one of the three cases of APL §33, approved in a span and not revoked since."""
    row = OutcomeRow
    decided = and_(row.state == "approved", span.holds(row.decided_at))
    return and_(decided, row.exit.in_([one.value for one in EXEMPTIONS]), row.revoked_at.is_(None))


def _first(
    row: Any, employer: ColumnElement[Any] | Any, at: Any, where: ColumnElement[bool], among: Ground
) -> Select[Any]:
    """Ids of the rows that are the first of their employer in these places; elsewhere it counts by itself."""
    whose = func.coalesce(root(), row.case_id)
    place = func.row_number().over(partition_by=whose, order_by=(at, row.id)).label("place")
    every = select(row.id, place).join(CaseRow, CaseRow.id == row.case_id)
    ranked = (
        every.outerjoin(EmployerRow, EmployerRow.id == employer)
        .where(where, row.case_id.in_(select(among.c.id)))
        .subquery()
    )
    return select(ranked.c.id).where(ranked.c.place == 1)
