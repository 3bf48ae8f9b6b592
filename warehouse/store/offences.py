"""Whether an offence is the first: the whole history of an employer, by credit code and by every name it goes under.

A firm that appears under a variant name is not first. Two different credit codes are two employers, whatever they are
called. What was asked for and what was found is kept as evidence.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, bindparam, func, or_, select, union_all
from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.identifiers import plain
from casework.leniency import Exit
from warehouse.many import some_at_a_time
from warehouse.models import (
    CaseLinkRow,
    CaseMembershipRow,
    CaseRow,
    ComplaintVersionRow,
    EmployerAliasRow,
    EmployerRow,
    HistorySearchRow,
    OutcomeRow,
    new_id,
)
from warehouse.store.published import published_cases

Said: TypeAlias = set[tuple[str | None, str | None]]
"""Codes and names that complaints give."""
_ROUNDS = 5
PUBLISHED = "published"
"""In the place of an exit: no outcome of the case stands, but its breach stands published."""


@dataclass(frozen=True, slots=True)
class Who:
    """Everything an employer was known by when its history was asked for."""

    codes: frozenset[str]
    names: frozenset[str]
    employer_ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class Offence:
    """One earlier case that ended with an offence, and by what it was found."""

    case_id: str
    number: str
    exit: str
    decided_on: date
    found_by: str


@dataclass(frozen=True, slots=True)
class History:
    """What a search over the whole history found. `since` is the first day on which an offence bars; None: ever."""

    who: Who
    since: date | None
    offences: tuple[Offence, ...]

    def barring(self) -> tuple[str, ...]:
        """The numbers of the offences within the window, oldest first."""
        return tuple(one.number for one in self.offences if self.since is None or one.decided_on >= self.since)

    def decided(self) -> tuple[str, ...]:
        """Those of them that an outcome decided: what only stands published ends the first offence and no more."""
        found = (one for one in self.offences if one.exit != PUBLISHED)
        return tuple(one.number for one in found if self.since is None or one.decided_on >= self.since)

    def older(self) -> tuple[str, ...]:
        """The numbers of those before it."""
        return tuple(one.number for one in self.offences if self.since is not None and one.decided_on < self.since)


def who_is(session: Session, case: CaseRow) -> Who:
    """The employer of a case with every code, spelling and linked case it goes by."""
    said = _said_in(session, [case.id]).get(case.id, set())
    own = session.get(EmployerRow, case.employer_id) if case.employer_id else None
    codes = {own.uscc} if own and own.uscc else {code for code, _ in said if code}
    names = {name for code, name in said if name and (not codes or code is None or code in codes)}
    names |= {case.employer_name} if case.employer_name else set()
    ids = {own.id} if own else set()
    return _widened(session, codes, names, ids)


def same_employers(session: Session, employer_id: str) -> set[str]:
    """The employers that are this one: by credit code, or by a name or alias they share."""
    own = session.get_one(EmployerRow, employer_id)
    found = _widened(session, {own.uscc} if own.uscc else set(), {own.name}, {own.id})
    return set(found.employer_ids)


def _widened(session: Session, codes: set[str], names: set[str], ids: set[str]) -> Who:
    """Follow codes, names, aliases, comparable names and linked cases until nothing new is found."""
    apart = _taken_apart(session, ids)
    for _ in range(_ROUNDS):
        before = (len(names), len(ids))
        by_alias = select(EmployerAliasRow.employer_id).where(EmployerAliasRow.name.in_(names))
        keys = set(session.scalars(select(EmployerRow.name_key).where(EmployerRow.id.in_(ids))))
        linked = _linked_employers(session, ids)
        alike = or_(
            EmployerRow.name.in_(names),
            EmployerRow.id.in_(by_alias),
            EmployerRow.id.in_(linked),
            EmployerRow.name_key.in_(keys),
            EmployerRow.uscc.in_(codes),
            EmployerRow.merged_into.in_(ids),
            EmployerRow.id.in_(select(EmployerRow.merged_into).where(EmployerRow.id.in_(ids))),
        )
        question = select(EmployerRow).where(alike, EmployerRow.id.not_in(apart))
        if codes:
            question = question.where(or_(EmployerRow.uscc.is_(None), EmployerRow.uscc.in_(codes)))
        rows = session.scalars(question).all()
        ids |= {row.id for row in rows}
        names |= {row.name for row in rows}
        aliases = select(EmployerAliasRow.name).where(EmployerAliasRow.employer_id.in_(ids))
        names |= set(session.scalars(aliases))
        if before == (len(names), len(ids)):
            break
    return Who(frozenset(codes), frozenset(names), frozenset(ids))


def _taken_apart(session: Session, ids: set[str]) -> set[str]:
    """The employers that a person took apart from these: no likeness of names brings them back."""
    row = EmployerRow
    out = select(row.id).where(row.split_from.in_(ids))
    from_ = select(row.split_from).where(row.id.in_(ids), row.split_from.is_not(None))
    return {one for one in (*session.scalars(out), *session.scalars(from_)) if one is not None} - ids


def _linked_employers(session: Session, ids: set[str]) -> set[str]:
    """The employers of cases that were linked to cases of these."""
    own = select(CaseRow.id).where(CaseRow.employer_id.in_(ids))
    found: set[str] = set()
    for mine, theirs in ((CaseLinkRow.left_id, CaseLinkRow.right_id), (CaseLinkRow.right_id, CaseLinkRow.left_id)):
        question = select(CaseRow.employer_id).join(CaseLinkRow, theirs == CaseRow.id).where(mine.in_(own))
        found |= {one for one in session.scalars(question) if one is not None}
    return found


_SAID = (
    select(CaseMembershipRow.case_id, ComplaintVersionRow.employer_uscc, ComplaintVersionRow.employer_name)
    .join(ComplaintVersionRow, ComplaintVersionRow.complaint_id == CaseMembershipRow.complaint_id)
    .where(
        CaseMembershipRow.case_id.in_(bindparam("ids", expanding=True)),
        CaseMembershipRow.valid_to.is_(None),
        ComplaintVersionRow.newest,
    )
)


def _said_in(session: Session, case_ids: Iterable[str]) -> dict[str, Said]:
    """By case the codes and names that its complaints give."""
    found: dict[str, Said] = {}
    for some in some_at_a_time(case_ids):
        for case_id, code, name in session.execute(_SAID, {"ids": some}):
            found.setdefault(case_id, set()).add((plain(code) if code else None, name))
    return found


def search_history(session: Session, case: CaseRow, *, since: date | None) -> History:
    """Every other case of the employer that ended with an offence, oldest first; then those whose breach stands
    published without an outcome that stands: the publication is in the credit file (守法诚信档案, R29 §10)."""
    who = who_is(session, case)
    question = (
        select(CaseRow, OutcomeRow.exit, OutcomeRow.decided_at)
        .join(OutcomeRow, OutcomeRow.case_id == CaseRow.id)
        .where(
            _theirs(who),
            CaseRow.id != case.id,
            func.coalesce(OutcomeRow.state, "") == "approved",  # no way to look it up by: almost all are
            OutcomeRow.exit != Exit.NOT_ESTABLISHED,
        )
        .order_by(OutcomeRow.decided_at, CaseRow.id)
    )
    ended = [(row, exit_, local_day(decided_at)) for row, exit_, decided_at in session.execute(question)]
    known = {row.id for row, *_ in ended}
    published = published_cases(session, who.employer_ids, but=case.id)
    ended += [(row, PUBLISHED, on) for row, on in dict(published).items() if row.id not in known]
    said = _said_in(session, [row.id for row, *_ in ended])
    codes = _codes_of(session, {row.employer_id for row, *_ in ended if row.employer_id})
    found: dict[str, Offence] = {}
    for row, exit_, on in ended:
        told = {code for code, _ in said.get(row.id, ()) if code}
        by = _found_by(row, case, who, told | codes.get(row.employer_id or "", set()))
        found[row.id] = Offence(row.id, row.case_no or row.matter_no, exit_, on, by)
    return History(who, since, tuple(found.values()))


def _theirs(who: Who) -> ColumnElement[bool]:
    """Cases of the employer: as it is kept, as it is shown, or as a complaint of the case names it."""
    said, inside = ComplaintVersionRow, CaseMembershipRow
    told = (
        select(inside.case_id)
        .join(said, said.complaint_id == inside.complaint_id)
        .where(inside.valid_to.is_(None), said.newest)
    )
    # Each way by an index of its own: one condition for all would read every case that ever ended.
    ways = [
        select(CaseRow.id).where(CaseRow.employer_id.in_(who.employer_ids)),
        select(CaseRow.id).where(CaseRow.employer_name.in_(who.names)),
    ]
    if not who.codes:
        return CaseRow.id.in_(union_all(*ways, told.where(said.employer_name.in_(who.names))))
    unsaid = told.where(said.employer_name.in_(who.names), said.employer_uscc.is_(None))
    mine = CaseRow.id.in_(union_all(*ways, told.where(said.employer_uscc.in_(who.codes)), unsaid))
    other_code = select(EmployerRow.id).where(EmployerRow.uscc.is_not(None), EmployerRow.uscc.not_in(who.codes))
    return mine & or_(CaseRow.employer_id.is_(None), CaseRow.employer_id.not_in(other_code))


def _codes_of(session: Session, employer_ids: Iterable[str]) -> dict[str, set[str | None]]:
    """By employer its credit code, None where none is known."""
    parts = (session.execute(_CODES, {"ids": some}).tuples() for some in some_at_a_time(employer_ids))
    return {employer_id: {code} for part in parts for employer_id, code in part}


_CODES = select(EmployerRow.id, EmployerRow.uscc).where(EmployerRow.id.in_(bindparam("ids", expanding=True)))


def _found_by(row: CaseRow, case: CaseRow, who: Who, codes: AbstractSet[str | None]) -> str:
    """`code`, `employer`, `name` or `alias`: what joins an earlier case to this one."""
    if codes & who.codes:
        return "code"
    if row.employer_id is not None and row.employer_id == case.employer_id:
        return "employer"
    return "name" if row.employer_name == case.employer_name else "alias"


def save_search(
    session: Session, case: CaseRow, history: History, *, by: str, at: datetime, outcome_id: str | None = None
) -> HistorySearchRow:
    """Keep a search as evidence: what was asked for, and what was found."""
    row = HistorySearchRow(
        id=new_id("hsr"),
        case_id=case.id,
        outcome_id=outcome_id,
        since_on=history.since,
        hits=len(history.offences),
        barring=len(history.barring()),
        found=_as_kept(history),
        by=by,
        at=at,
    )
    session.add(row)
    session.flush()
    return row


def _as_kept(history: History) -> dict[str, Any]:
    return {
        "codes": sorted(history.who.codes),
        "names": sorted(history.who.names),
        "employers": sorted(history.who.employer_ids),
        "offences": [
            {
                "case": one.case_id,
                "number": one.number,
                "exit": one.exit,
                "decided_on": one.decided_on.isoformat(),
                "found_by": one.found_by,
                "bars": one.number in history.barring(),
            }
            for one in history.offences
        ],
    }


def last_search(session: Session, case_id: str) -> HistorySearchRow | None:
    """The newest search kept for a case."""
    question = select(HistorySearchRow).where(HistorySearchRow.case_id == case_id)
    return session.scalars(question.order_by(HistorySearchRow.at.desc(), HistorySearchRow.id.desc()).limit(1)).first()


def spared_before(session: Session, who: Who, *, since: date, but: str) -> list[OutcomeRow]:
    """The approved exemptions of an employer since a day, of other cases than one; oldest first."""
    spared = (Exit.EXEMPT_NO_HARM, Exit.EXEMPT_FIRST_OFFENCE, Exit.EXEMPT_NO_FAULT)
    question = (
        select(OutcomeRow)
        .join(CaseRow, CaseRow.id == OutcomeRow.case_id)
        .where(_theirs(who), CaseRow.id != but, OutcomeRow.exit.in_(spared))
        .where(func.coalesce(OutcomeRow.state, "") == "approved")  # no way to look it up by: almost all are
        .order_by(OutcomeRow.decided_at)
    )
    return [row for row in session.scalars(question) if row.decided_at and local_day(row.decided_at) >= since]


def number_of(session: Session, case_id: str) -> str:
    """What a case is called: its 案号, or its matter number."""
    question = select(func.coalesce(CaseRow.case_no, CaseRow.matter_no)).where(CaseRow.id == case_id)
    return session.scalars(question).one()
