"""On which days somebody complained of which employer, and where: what proves a warning right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.calendar import local_day, local_midnight
from warehouse.models import CaseMembershipRow, CaseRow, ComplaintRow, ComplaintVersionRow, EmployerRow
from warehouse.queries.joined import Joined
from warehouse.queries.known_complaints import named_by
from warehouse.store.one_employer import roots_of

Sees = Callable[[str | None], bool]
"""Whether a place is one whose figures somebody may see."""
_DAY = timedelta(days=1)


def complaint_days(
    session: Session, sees: Sees, *, since: date, until: date, joined_at: datetime | None = None
) -> dict[str, list[date]]:
    """By employer that stays, the days on which a complaint of it was received, at places that may be seen.

    `since` and `until` are the first and the last day. The employer is that of its case, else whom it names by
    itself; the place that of its case, else what it says. Employers are one as they were at `joined_at`; None: now.
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
            CaseRow.employer_id.label("employer"),
        )
        .join(said, (said.complaint_id == ComplaintRow.id) & said.newest)
        .outerjoin(member, (member.complaint_id == ComplaintRow.id) & member.valid_to.is_(None))
        .outerjoin(CaseRow, CaseRow.id == member.case_id)
        .where(
            ComplaintRow.received_at >= local_midnight(since), ComplaintRow.received_at < local_midnight(until + _DAY)
        )
    )
    rows = [
        row
        for row in session.execute(question)
        if sees(row.case_place if row.case_id is not None else row.district_code)
    ]
    spoken = named_by(session, [row for row in rows if row.employer is None])
    named = {row.id: row.employer or spoken.get(row.id) for row in rows}
    known = {employer for employer in named.values() if employer}
    if joined_at is None:
        roots = roots_of(session, known)
    else:
        joined = Joined(session)
        roots = {employer: joined.root(employer, joined_at) for employer in known}
    found: dict[str, set[date]] = defaultdict(set)
    for row in rows:
        if employer := named[row.id]:
            found[roots[employer]].add(local_day(row.received_at))
    return {employer: sorted(days) for employer, days in sorted(found.items())}


class Places:
    """Where each employer that stayed is looked for: where its newest case is (423 §13), else where it is kept at.

    Places and cases as they are now; employers one as they were at a moment.
    """

    def __init__(self, session: Session, joined: Joined) -> None:
        self._joined = joined
        row = EmployerRow
        kept = select(row.id, row.district_code).where(row.district_code.is_not(None)).order_by(row.id)
        cases = (
            select(CaseRow.employer_id, CaseRow.district_code)
            .where(CaseRow.employer_id.is_not(None), CaseRow.district_code.is_not(None))
            .order_by(CaseRow.opened_at, CaseRow.id.desc())
        )
        self._told = [(str(own), str(place)) for question in (kept, cases) for own, place in session.execute(question)]
        self._kept: tuple[int, dict[str, str]] | None = None

    def at(self, moment: datetime) -> dict[str, str]:
        """By employer."""
        step = self._joined.step(moment)
        if self._kept is None or self._kept[0] != step:
            self._kept = step, {self._joined.root(own, moment): place for own, place in self._told}
        return self._kept[1]
