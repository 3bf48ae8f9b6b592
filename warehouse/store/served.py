"""Which places somebody of this office looks after: a case anywhere else is everybody's, for it has to be referred."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.lifecycle import OPEN
from casework.people import Role
from warehouse.models import CaseMembershipRow, CaseRow, ComplaintVersionRow, RoleGrantRow
from warehouse.store.case_facts import place_of

LOOK_AFTER = frozenset({Role.DESK_OFFICER, Role.HEAD, Role.BUREAU_HEAD})
"""Where somebody in one of these roles sits, the cases of the place are theirs."""


def territories(session: Session) -> tuple[str, ...]:
    """Where a desk or a head sits; "" is everywhere. Who is blocked or away for a while still sits there."""
    row = RoleGrantRow
    question = select(row.territory).where(row.role.in_(sorted(LOOK_AFTER)), row.ended_at.is_(None)).distinct()
    return tuple(sorted(session.scalars(question)))


def served(code: str | None, places: Iterable[str]) -> str | None:
    """The place of a case, where somebody looks after it; else None, a place not said, which every desk sees.

    As it is while no desk is set up at all. Where the complaints lie stays on each of them.
    """
    desks = tuple(places)
    return code if code is None or not desks or code.startswith(desks) else None


def place_of_case(told: Iterable[str | None], places: Iterable[str]) -> str | None:
    """The place of a case, from what its complaints say of theirs."""
    return served(place_of(told), places)


def misplaced(session: Session) -> list[str]:
    """Open cases whose place is not the one they would have now: a desk was withdrawn since, or set up.

    Only those are looked at whose answer can be another one: with a place nobody looks after, or with none although one
    was told. What their place is says `served` alone.
    """
    desks = territories(session)
    row, member, said = CaseRow, CaseMembershipRow, ComplaintVersionRow
    codes = session.scalars(select(row.district_code).where(row.status.in_(OPEN)).distinct())
    lost = [code for code in codes if code and served(code, desks) is None]
    told = (
        select(row.id, said.district_code)
        .join(member, (member.case_id == row.id) & member.valid_to.is_(None))
        .join(said, (said.complaint_id == member.complaint_id) & said.newest)
        .where(row.status.in_(OPEN), func.coalesce(row.district_code, "") == "", said.district_code != "")
    )
    nowhere: dict[str, list[str | None]] = defaultdict(list)
    for case_id, code in session.execute(told):
        nowhere[case_id].append(code)
    found = [case_id for case_id, codes_told in nowhere.items() if place_of_case(codes_told, desks)]
    away = select(row.id).where(row.status.in_(OPEN), row.district_code.in_(lost))
    return sorted([*found, *session.scalars(away)])
