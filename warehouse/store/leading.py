"""Numbers that lead on: a merged case and the one that stays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warehouse.engine import once
from warehouse.models import CaseRow, LinkageEventRow
from warehouse.store.there import there


@dataclass(frozen=True, slots=True)
class Kin:
    """A case of a family: the one that stays is the first, then those merged into it, each before its own.

    `joined`: since when it has been part of each case above it. What was done on one of those later than that was
    done on this case too.
    """

    case_id: str
    place: int
    joined: Mapping[str, datetime] = field(default_factory=dict)

    def under(self, case_id: str, at: datetime) -> bool:
        """Whether it was part of that case already when something was done there."""
        return case_id in self.joined and at > self.joined[case_id]


def family(session: Session, case_id: str) -> list[Kin]:
    """A case and every case that was merged into it, however often in between; the first merged comes first.

    The places of a family never change while it lasts: what is merged in later comes last, and merges are taken back
    from the last one on.
    """
    return list(once(session, f"family:{case_id}", lambda: _gathered(session, case_id)))


def _gathered(session: Session, case_id: str) -> list[Kin]:
    found: list[Kin] = []
    if LinkageEventRow not in there(session, [case_id]):
        return [Kin(case_id, 0)]
    _gather(session, case_id, {}, found)
    return found


def _gather(session: Session, case_id: str, joined: Mapping[str, datetime], found: list[Kin]) -> None:
    found.append(Kin(case_id, len(found), joined))
    for child, at in _merged_into(session, case_id):
        _gather(session, child, {**_later(joined, at), case_id: at}, found)


def _later(joined: Mapping[str, datetime], at: datetime) -> dict[str, datetime]:
    """What is part of a case that was merged on is part of both since the later of the two."""
    return {above: max(since, at) for above, since in joined.items()}


def _merged_into(session: Session, case_id: str) -> list[tuple[str, datetime]]:
    """The cases merged straight into this one, with when. Asked by the events, which are indexed."""
    event = LinkageEventRow
    question = (
        select(event.from_case_id, func.max(event.at))
        .join(CaseRow, CaseRow.id == event.from_case_id)
        .where(event.into_case_id == case_id, CaseRow.merged_into == case_id)
        .group_by(event.from_case_id)
    )
    rows = session.execute(question).tuples().all()
    return sorted(rows, key=lambda row: (row[1], row[0]))


def leading_here(session: Session, case_id: str) -> list[str]:
    """A case and every case that was merged into it, however often in between."""
    return [kin.case_id for kin in family(session, case_id)]


def leads_to(session: Session, case: CaseRow) -> CaseRow:
    """The case that stays, at the end of the numbers that lead on."""
    while case.merged_into is not None:
        case = session.get_one(CaseRow, case.merged_into)
    return case
