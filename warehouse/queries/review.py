"""Doubtful pairs (疑似重复) that wait for a person, and what people judged today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy import case as either
from sqlalchemy.orm import Session, aliased

from casework.people import Actor
from warehouse.models import (
    SCAN,
    CaseMembershipRow,
    CaseRow,
    ComplaintRow,
    ComplaintVersionRow,
    JudgementRow,
)
from warehouse.queries.case import Member, member
from warehouse.queries.deadlines import Deadline, Horizon, deadlines_of, nearest
from warehouse.queries.evidence import PairView, pair_view
from warehouse.queries.officers import names_of
from warehouse.queries.sight import seen_by
from warehouse.queries.tellers import Tellers

_Machine = aliased(JudgementRow)
_Person = aliased(JudgementRow)


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a pair: the complaint and the case it now stands in."""

    complaint: Member
    case_id: str
    matter_no: str
    case_no: str | None
    status: str
    version: int
    employer_name: str | None
    complaints: int
    clock: Deadline | None
    worker_count: int | None
    amount_claimed_fen: int | None


@dataclass(frozen=True, slots=True)
class Doubt:
    """One pair to decide. `suspected`: both are in one case, and what makes the nightly scan ask whether it is two.

    `unsure`: who could not tell, and when; another officer is asked.
    """

    pair: PairView
    left: Side
    right: Side
    suspected: tuple[str, ...] | None
    unsure: tuple[str, datetime] | None = None

    @property
    def seen(self) -> str:
        """The two cases as they stand, so that a verdict can tell whether one changed since it was looked at."""
        return ".".join(f"{side.case_id}@{side.version}" for side in (self.left, self.right))


def waiting(session: Session, actor: Actor, *, unsure_of: str | None = None) -> list[tuple[str, str]]:
    """Pairs a person has to look at, the likeliest first: left and right complaint.

    Of two cases the linker asks whether they are one; of one case the nightly scan asks whether it is two. Both stand
    in cases this person may know of, for the page shows what either of them says. A pair somebody called unsure waits
    for another person than `unsure_of`.
    """
    left_in, right_in = aliased(CaseMembershipRow), aliased(CaseMembershipRow)
    question = _waiting(actor, unsure_of, left_in, right_in)
    question = question.add_columns(_Machine.left_id, _Machine.right_id).order_by(
        _Machine.case_score.desc(), ComplaintRow.received_at, _Machine.left_id, _Machine.right_id
    )
    seen: dict[frozenset[str], tuple[str, str]] = {}
    for left_case, right_case, left_id, right_id in session.execute(question):
        seen.setdefault(frozenset((left_case, right_case)), (left_id, right_id))
    return list(seen.values())


def counting_doubts(actor: Actor) -> Select[tuple[int]]:
    """The question how many pairs `waiting` gives this person: each two cases once, whichever stands on the left."""
    left_in, right_in = aliased(CaseMembershipRow), aliased(CaseMembershipRow)
    pairs = _waiting(actor, actor.id, left_in, right_in)
    turned = left_in.case_id > right_in.case_id
    first = either((turned, right_in.case_id), else_=left_in.case_id).label("first")
    second = either((turned, left_in.case_id), else_=right_in.case_id).label("second")
    return select(func.count()).select_from(pairs.with_only_columns(first, second).distinct().subquery())


def _waiting(
    actor: Actor,
    unsure_of: str | None,
    left_in: type[CaseMembershipRow],
    right_in: type[CaseMembershipRow],
) -> Select[Any]:
    """The cases of every such pair."""
    both = left_in.case_id, right_in.case_id
    decided = exists().where(
        _Person.left_id == _Machine.left_id,
        _Person.right_id == _Machine.right_id,
        _Person.by_person.is_(True),
        _Person.newest.is_(True),
        _Person.retracts.is_(None),
        (_Person.verdict != "unsure") | (_Person.by == unsure_of),
    )
    return (
        select(*both)
        .select_from(_Machine)
        .join(left_in, (left_in.complaint_id == _Machine.left_id) & left_in.valid_to.is_(None))
        .join(right_in, (right_in.complaint_id == _Machine.right_id) & right_in.valid_to.is_(None))
        .join(ComplaintRow, ComplaintRow.id == _Machine.left_id)
        .where(
            _Machine.by_person.is_(False),
            _Machine.newest.is_(True),
            _Machine.verdict == "unsure",
            or_(
                and_(_Machine.by != SCAN, left_in.case_id != right_in.case_id),
                and_(_Machine.by == SCAN, left_in.case_id == right_in.case_id),
            ),
            *(select(CaseRow.id).where(CaseRow.id == one, seen_by(actor)).exists() for one in both),
            ~decided,
        )
    )


def doubt(session: Session, left_id: str, right_id: str, horizon: Horizon) -> Doubt | None:
    """One pair with both its sides. None when it is not (or no longer) a pair."""
    rows = session.scalars(
        select(JudgementRow).where(
            JudgementRow.left_id == min(left_id, right_id),
            JudgementRow.right_id == max(left_id, right_id),
            JudgementRow.newest.is_(True),
        )
    ).all()
    person = next((row for row in rows if row.by_person and row.retracts is None), None)
    # The complaint that came later stands on the left: it is the question, the other the case it may belong to.
    sides = [_side(session, one, horizon) for one in (left_id, right_id)]
    if sides[0] is None or sides[1] is None:
        return None
    first, second = sorted((sides[0], sides[1]), key=lambda side: side.complaint.received_at, reverse=True)
    within = first.case_id == second.case_id
    machines = sorted((row for row in rows if not row.by_person), key=lambda row: (row.by == SCAN) is not within)
    machine = machines[0] if machines else None
    secrets = frozenset(side.complaint.id for side in (first, second) if side.complaint.secret)
    view = pair_view(machine, person, swapped=first.complaint.id > second.complaint.id, secrets=secrets)
    if view is None:
        return None
    asked = machine is not None and machine.by == SCAN and within
    unsure = None
    if person is not None and person.verdict == "unsure":
        unsure = (names_of(session, [person.by]).get(person.by, person.by), person.at)
    return Doubt(view, first, second, suspected=view.conflicts if asked else None, unsure=unsure)


def _side(session: Session, complaint_id: str, horizon: Horizon) -> Side | None:
    row = session.execute(
        select(ComplaintRow, ComplaintVersionRow, CaseMembershipRow, CaseRow)
        .join(ComplaintVersionRow, ComplaintVersionRow.complaint_id == ComplaintRow.id)
        .join(CaseMembershipRow, CaseMembershipRow.complaint_id == ComplaintRow.id)
        .join(CaseRow, CaseRow.id == CaseMembershipRow.case_id)
        .where(
            ComplaintRow.id == complaint_id,
            ComplaintVersionRow.newest.is_(True),
            CaseMembershipRow.valid_to.is_(None),
        )
    ).one_or_none()
    if row is None:
        return None
    case = row.CaseRow
    count = session.scalar(
        select(func.count())
        .select_from(CaseMembershipRow)
        .where(CaseMembershipRow.case_id == case.id, CaseMembershipRow.valid_to.is_(None))
    )
    return Side(
        complaint=member(
            row.ComplaintRow,
            row.ComplaintVersionRow,
            row.CaseMembershipRow,
            Tellers(session, [complaint_id], complaints=True),
            main=False,
            pair=None,
            reply=None,
        ),
        case_id=case.id,
        matter_no=case.matter_no,
        case_no=case.case_no,
        status=case.status,
        version=case.version,
        employer_name=case.employer_name,
        complaints=int(count or 0),
        clock=nearest(deadlines_of(session, [case.id], horizon, running=True)[case.id]),
        worker_count=case.worker_count,
        amount_claimed_fen=case.amount_claimed_fen,
    )


def by_deadline(session: Session, pairs: Sequence[tuple[str, str]], horizon: Horizon) -> list[tuple[str, str]]:
    """The pairs whose cases fall due first, first; of those that fall due alike the likeliest stay in front."""
    row = CaseMembershipRow
    ids = {one for pair in pairs for one in pair}
    question = select(row.complaint_id, row.case_id).where(row.complaint_id.in_(ids), row.valid_to.is_(None))
    home = {complaint: case for complaint, case in session.execute(question)}  # noqa: C416 - rows are no pairs to mypy
    clocks = deadlines_of(session, sorted(set(home.values())), horizon, running=True)

    def due(pair: tuple[str, str]) -> date:
        near = [nearest(clocks[home[one]]) for one in pair if one in home]
        return min((clock.due_on for clock in near if clock), default=date.max)

    return sorted(pairs, key=due)


def doubts_of(session: Session, case_ids: list[str]) -> dict[str, tuple[str, str]]:
    """For cases that need a check: one waiting pair of each, as left and right complaint."""
    if not case_ids:
        return {}
    left_in, right_in = aliased(CaseMembershipRow), aliased(CaseMembershipRow)
    rows = session.execute(
        select(_Machine.left_id, _Machine.right_id, left_in.case_id, right_in.case_id)
        .join(left_in, (left_in.complaint_id == _Machine.left_id) & left_in.valid_to.is_(None))
        .join(right_in, (right_in.complaint_id == _Machine.right_id) & right_in.valid_to.is_(None))
        .where(
            _Machine.by_person.is_(False),
            _Machine.newest.is_(True),
            _Machine.verdict == "unsure",
            _Machine.by != SCAN,
            left_in.case_id != right_in.case_id,
            left_in.case_id.in_(case_ids) | right_in.case_id.in_(case_ids),
            ~exists().where(
                _Person.left_id == _Machine.left_id,
                _Person.right_id == _Machine.right_id,
                _Person.by_person.is_(True),
                _Person.newest.is_(True),
                _Person.retracts.is_(None),
            ),
        )
        .order_by(_Machine.case_score.desc())
    )
    found: dict[str, tuple[str, str]] = {}
    for left_id, right_id, left_case, right_case in rows:
        found.setdefault(left_case, (left_id, right_id))
        found.setdefault(right_case, (left_id, right_id))
    return found


def opposite(
    session: Session, actor: Actor, doubts: Mapping[str, tuple[str, str]]
) -> dict[str, tuple[str, str | None]]:
    """For cases with a waiting pair: number and employer of the case on its other side, if it may be known."""
    if not doubts:
        return {}
    row = CaseMembershipRow
    ids = {complaint for pair in doubts.values() for complaint in pair}
    question = (
        select(row.complaint_id, CaseRow.id, CaseRow.matter_no, CaseRow.employer_name)
        .join(CaseRow, CaseRow.id == row.case_id)
        .where(row.complaint_id.in_(ids), row.valid_to.is_(None), seen_by(actor))
    )
    home = {complaint: (case_id, number, name) for complaint, case_id, number, name in session.execute(question)}
    sides = {case: [home[one] for one in pair if one in home] for case, pair in doubts.items()}
    return {case: (number, name) for case, both in sides.items() for other, number, name in both if other != case}


def pair_seen(session: Session, actor: Actor, left_id: str, right_id: str) -> bool:
    """Whether both complaints stand in cases this person may know of."""
    seen = session.scalars(
        select(CaseMembershipRow.complaint_id)
        .join(CaseRow, CaseRow.id == CaseMembershipRow.case_id)
        .where(
            CaseMembershipRow.complaint_id.in_((left_id, right_id)),
            CaseMembershipRow.valid_to.is_(None),
            seen_by(actor),
        )
    )
    return left_id != right_id and set(seen) == {left_id, right_id}
