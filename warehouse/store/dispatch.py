"""Dispatch: who may take what, who has what, and the one statement by which a case changes hands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from casework.dispatch import Candidate
from casework.errors import Conflict
from casework.lifecycle import OPEN, WorkStatus
from casework.people import Actor, Role
from warehouse.engine import for_change
from warehouse.many import some_at_a_time
from warehouse.models import (
    AbsenceRow,
    AccountRow,
    AssignmentRow,
    CaseRow,
    EmployerRow,
    RecusalRow,
    RoleGrantRow,
    new_id,
)
from warehouse.store.accounts import holders_of
from warehouse.store.one_employer import family_of
from warehouse.store.recusals import in_force
from warehouse.store.settings import whole

LIVE = ("sent", "signed")
_HAD = AssignmentRow.state.in_((*LIVE, "ended"))
NO_SUGGESTION: dict[str, object] = {
    "suggested_lead_id": None,
    "suggested_assisting_id": None,
    "suggested_why": [],
    "suggested_at": None,
}


@dataclass
class Bench:
    """The inspectors of one day with what they hold, so that many cases can be asked about at once.

    What they had before is known for the cases of `looked_back` alone: it lies in the assignments of all years.
    """

    actors: dict[str, Actor]
    away: set[str]
    recused: set[tuple[str, str]]
    sent_back: set[tuple[str, str]]
    load: Counter[str]
    most: int
    leads: Counter[str] = field(default_factory=Counter)
    looked_back: frozenset[str] = frozenset()
    of_employer: set[tuple[str, str]] = field(default_factory=set)
    of_sector: set[tuple[str, str]] = field(default_factory=set)

    def candidate(self, account_id: str, case: CaseRow) -> Candidate:
        """One inspector as seen from one case."""
        actor = self.actors[account_id]
        about = {case.id, case.employer_id or ""}
        return Candidate(
            account_id=account_id,
            territories=tuple(territory for _, territory in sorted(actor.grants)),
            in_territory=actor.may(Role.INSPECTOR, case.district_code),
            absent=account_id in self.away,
            recused=any((account_id, one) in self.recused for one in about),
            open_cases=self.load[account_id],
            max_open_cases=self.most,
            had_employer=(account_id, case.employer_id) in self.of_employer,
            had_sector=(account_id, case.sector) in self.of_sector,
            leads=self.leads[account_id],
        )

    def candidates(self, case: CaseRow) -> list[Candidate]:
        """Every inspector who has not sent this case back."""
        return [self.candidate(one, case) for one in sorted(self.actors) if (one, case.id) not in self.sent_back]


def bench(session: Session, *, today: date, past_of: Sequence[CaseRow] = ()) -> Bench:
    """The inspectors of a day. What is suggested but not sent counts as load, so that a list spreads.

    `past_of`: the cases that inspectors are to be suggested for, by what they had before.
    """
    people = holders_of(session, Role.INSPECTOR)
    grants = session.execute(
        select(RoleGrantRow.account_id, RoleGrantRow.territory).where(
            RoleGrantRow.role == Role.INSPECTOR, RoleGrantRow.ended_at.is_(None), RoleGrantRow.account_id.in_(people)
        )
    ).all()
    actors = {
        one: Actor(
            one,
            frozenset({Role.INSPECTOR}),
            tuple(place for who, place in grants if who == one),
            frozenset((Role.INSPECTOR, place) for who, place in grants if who == one),
        )
        for one in people
    }
    away = select(AbsenceRow.account_id).where(AbsenceRow.from_on <= today, AbsenceRow.to_on >= today)
    away = away.where(AbsenceRow.ended_at.is_(None))
    recusals = select(RecusalRow).where(in_force(today))
    recused = {(row.account_id, row.case_id or row.employer_id or "") for row in session.scalars(recusals)}
    recused |= _from_kin(session, recused)
    back = select(AssignmentRow.ended_by, AssignmentRow.case_id).where(AssignmentRow.state == "sent_back")
    found = Bench(
        actors=actors,
        away=set(session.scalars(away)),
        recused=recused,
        sent_back={(who or "", case_id) for who, case_id in session.execute(back)},
        load=Counter(),
        most=whole(session, "dispatch.max_open_cases"),
    )
    _count_work(session, found)
    _look_back(session, found, past_of)
    return found


def _from_kin(session: Session, recused: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Who is recused from an employer is recused from all that people made one with it."""
    named = select(EmployerRow.id).where(EmployerRow.id.in_({about for _, about in recused}))
    kin = {one: family_of(session, one) for one in session.scalars(named)}
    return {(who, other) for who, about in recused for other in kin.get(about, ())}


def _count_work(session: Session, found: Bench) -> None:
    for column in (AssignmentRow.lead_id, AssignmentRow.assisting_id):
        question = (
            select(column, func.count())
            .join(CaseRow, CaseRow.id == AssignmentRow.case_id)
            .where(AssignmentRow.state.in_(LIVE), CaseRow.status.in_(OPEN))
            .group_by(column)
        )
        for one, has in session.execute(question):
            found.load[one] += has
            found.leads[one] += has if column is AssignmentRow.lead_id else 0
    waiting = select(CaseRow.suggested_lead_id, CaseRow.suggested_assisting_id).where(
        CaseRow.status == WorkStatus.TO_DISPATCH, CaseRow.suggested_lead_id.is_not(None)
    )
    for pair in session.execute(waiting):
        found.load.update(one for one in pair if one)
        found.leads.update(pair[:1])


def had_of(session: Session, employer_ids: Iterable[str]) -> Counter[tuple[str, str]]:
    """How many cases of each of these employers each person had, as lead or assisting, and was not relieved of."""
    found = Counter[tuple[str, str]]()
    for column in (AssignmentRow.lead_id, AssignmentRow.assisting_id):
        for some in some_at_a_time(employer_ids):
            question = select(column, CaseRow.employer_id, func.count()).join(
                CaseRow, CaseRow.id == AssignmentRow.case_id
            )
            counted = question.where(CaseRow.employer_id.in_(some), _HAD).group_by(column, CaseRow.employer_id)
            for one, employer_id, had in session.execute(counted):
                found[one, employer_id or ""] += had
    return found


def _look_back(session: Session, found: Bench, cases: Sequence[CaseRow]) -> None:
    """Who had a case of these employers, or of these sectors, and was not relieved of it."""
    row = AssignmentRow
    found.looked_back = frozenset(case.id for case in cases)
    found.of_employer.update(had_of(session, {case.employer_id for case in cases if case.employer_id}))
    for column in (row.lead_id, row.assisting_id):
        for sector in {case.sector for case in cases}:
            had = select(row.id).join(CaseRow, CaseRow.id == row.case_id).where(CaseRow.sector == sector, _HAD)
            who = select(AccountRow.id).where(
                AccountRow.id.in_(found.actors), had.where(column == AccountRow.id).correlate(AccountRow).exists()
            )
            found.of_sector.update((one, sector) for one in session.scalars(who))


def claim_case(
    session: Session, case: CaseRow, *, version: int, status: WorkStatus, values: dict[str, Any], by: str, at: datetime
) -> None:
    """Change a case if it is still as it was seen, in one statement. Raises `Conflict` naming who was quicker."""
    question = (
        update(CaseRow)
        .where(CaseRow.id == case.id, CaseRow.version == version, CaseRow.status == status)
        .values(version=version + 1, changed_at=at, changed_by=by, **values)
        .execution_options(synchronize_session=False)
    )
    changed: int = session.execute(question).rowcount  # type: ignore[attr-defined]  # an UPDATE has a cursor result
    session.refresh(case)
    if changed != 1:
        moment = case.changed_at.isoformat(timespec="minutes")
        raise Conflict("Somebody else changed this case meanwhile.", by=case.changed_by, at=moment)


def assign(
    session: Session,
    case: CaseRow,
    pair: tuple[str, str],
    *,
    why: Iterable[str],
    batch_id: str | None,
    by: str,
    at: datetime,
) -> AssignmentRow:
    """The case is with these two inspectors from now on, not signed for yet."""
    row = AssignmentRow(
        id=new_id("asg"),
        case_id=case.id,
        lead_id=pair[0],
        assisting_id=pair[1],
        batch_id=batch_id,
        why=list(why),
        dispatched_at=at,
        dispatched_by=by,
        state="sent",
    )
    session.add(row)
    session.flush()
    return row


def live_assignment(session: Session, case_id: str) -> AssignmentRow | None:
    """Who has the case now, locked until the end of the transaction unless one only looks."""
    question = select(AssignmentRow).where(AssignmentRow.case_id == case_id, AssignmentRow.state.in_(LIVE))
    return session.scalars(for_change(session, question)).one_or_none()


def end_assignment(
    session: Session, row: AssignmentRow, state: str, *, by: str, at: datetime, reason: str | None = None
) -> None:
    """The case is not with these inspectors any more."""
    row.state, row.ended_at, row.ended_by, row.ended_reason = state, at, by, reason
    session.flush()


def sent_in(session: Session, batch_id: str) -> list[tuple[str, int]]:
    """The cases of a click that nobody has signed for yet, with their versions."""
    question = (
        select(CaseRow.id, CaseRow.version)
        .join(AssignmentRow, AssignmentRow.case_id == CaseRow.id)
        .where(AssignmentRow.batch_id == batch_id, AssignmentRow.state == "sent")
        .order_by(CaseRow.matter_no)
    )
    return [(case_id, version) for case_id, version in session.execute(question)]
