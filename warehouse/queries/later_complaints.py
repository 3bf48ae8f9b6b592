"""On which days somebody complained of which employer, and where: what proves a warning right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.calendar import local_day, local_midnight
from warehouse.models import CaseMembershipRow, CaseRow, ComplaintRow, ComplaintVersionRow, EmployerRow
from warehouse.queries.known_complaints import spoken_of
from warehouse.store.one_employer import root, roots_of

Sees = Callable[[str | None], bool]
"""Whether a place is one whose figures somebody may see."""
_DAY = timedelta(days=1)


def complaint_days(session: Session, sees: Sees, *, since: date, until: date) -> dict[str, list[date]]:
    """By employer that stays, the days on which a complaint of it was received, at places that may be seen.

    `since` and `until` are the first and the last day. The employer is that of its case, else whom it names by
    itself; the place that of its case, else what it says.
    """
    said, member = ComplaintVersionRow, CaseMembershipRow
    question = (
        select(
            ComplaintRow.id,
            ComplaintRow.received_at,
            said.employer_name,
            said.employer_uscc,
            said.district_code,
            CaseRow.id.label("case_id"),
            CaseRow.district_code.label("case_place"),
            root().label("employer"),
        )
        .join(said, (said.complaint_id == ComplaintRow.id) & said.newest)
        .outerjoin(member, (member.complaint_id == ComplaintRow.id) & member.valid_to.is_(None))
        .outerjoin(CaseRow, CaseRow.id == member.case_id)
        .outerjoin(EmployerRow, EmployerRow.id == CaseRow.employer_id)
        .where(
            ComplaintRow.received_at >= local_midnight(since), ComplaintRow.received_at < local_midnight(until + _DAY)
        )
    )
    rows = [
        row
        for row in session.execute(question)
        if sees(row.case_place if row.case_id is not None else row.district_code)
    ]
    spoken = spoken_of(session, [row for row in rows if row.employer is None])
    found: dict[str, set[date]] = defaultdict(set)
    for row in rows:
        employer = row.employer or spoken.get(row.id)
        if employer:
            found[employer].add(local_day(row.received_at))
    return {employer: sorted(days) for employer, days in sorted(found.items())}


def places_of(session: Session) -> dict[str, str]:
    """Where each employer that stays is looked for: where its newest case is (423 §13), else where it is kept at."""
    kept = select(root(), EmployerRow.district_code).where(EmployerRow.district_code.is_not(None))
    found: dict[str, str] = {employer: str(place) for employer, place in session.execute(kept.order_by(EmployerRow.id))}
    cases = (
        select(root(), CaseRow.district_code)
        .join(EmployerRow, EmployerRow.id == CaseRow.employer_id)
        .where(CaseRow.district_code.is_not(None))
        .order_by(CaseRow.opened_at, CaseRow.id.desc())
    )
    return found | {employer: str(place) for employer, place in session.execute(cases)}


def roots_of_all(session: Session, employers: set[str]) -> dict[str, str]:
    """The employer that stays, of each that is kept; others as they are."""
    return {one: one for one in employers} | roots_of(session, employers)
