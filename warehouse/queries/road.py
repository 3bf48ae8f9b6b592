"""What an inspector takes on the road: cases in hand by place and employer, where to go, what to bring, what is due.

Nobody who told of anything stands in it: a place is shown as each text about a case is, by the one function that hides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from casework.calendar import local_midnight
from casework.clocks import SHOWN_BESIDE
from casework.documents import KINDS
from casework.people import Actor
from warehouse.models import (
    CaseMembershipRow,
    CaseRow,
    ComplaintVersionRow,
    DocumentRow,
    LedgerWorkerRow,
    RectificationOrderRow,
    VisitRow,
)
from warehouse.queries.deadlines import Deadline, Horizon, deadlines_of
from warehouse.queries.queue import QueueCase, queue_rows
from warehouse.queries.sight import held_by
from warehouse.queries.tellers import Tellers
from warehouse.store.one_employer import roots_of

SHOWN = 3
"""Deadlines of a case that a sheet names."""
_IN_HAND = ("dispatched", "in_progress")
_CAME = (
    select(CaseMembershipRow.case_id, func.count())
    .where(
        CaseMembershipRow.case_id.in_(bindparam("ids", expanding=True)),
        CaseMembershipRow.valid_to.is_(None),
        CaseMembershipRow.valid_from >= bindparam("since"),
    )
    .group_by(CaseMembershipRow.case_id)
)


@dataclass(frozen=True, slots=True)
class OnTheRoad:
    """One case to go to. `street` is its administrative code, `today` how many of its complaints came today.

    `to_serve` are papers by kind and number that have not reached the party; `orders` the days of orders to pay that
    were not found obeyed; `roster`: nobody stands in its ledger yet.
    """

    case: QueueCase
    row: CaseRow
    street: str
    address: str | None
    clocks: tuple[Deadline, ...]
    today: int
    to_serve: tuple[tuple[str, str], ...]
    orders: tuple[date, ...]
    roster: bool


@dataclass(frozen=True, slots=True)
class AtEmployer:
    """The cases in hand at one employer; at none that is known, each case by itself."""

    name: str | None
    cases: tuple[OnTheRoad, ...]

    @property
    def today(self) -> int:
        """How many complaints about it came today."""
        return sum(one.today for one in self.cases)

    @property
    def together(self) -> bool:
        """Whether one visit serves several: more than one case, or more than one complaint of today."""
        return len(self.cases) > 1 or self.today > 1


def on_the_road(
    session: Session, actor: Actor, horizon: Horizon, *, only: Collection[str] = ()
) -> dict[str, list[AtEmployer]]:
    """The cases in hand of an inspector, by street, then employer, then site; or those of these numbers `only`."""
    wanted = select(CaseRow).where(held_by(actor), CaseRow.status.in_(_IN_HAND))
    if only:
        wanted = wanted.where(CaseRow.matter_no.in_(list(only)))
    rows = list(session.scalars(wanted))
    found: dict[str, list[AtEmployer]] = {}
    for firm in _by_employer(_stops(session, rows, horizon), by_street=True):
        found.setdefault(firm.cases[0].street, []).append(firm)
    return dict(sorted(found.items(), key=lambda one: (not one[0], one[0])))


def together(session: Session, cases: Sequence[QueueCase], rows: Sequence[CaseRow], today: date) -> list[AtEmployer]:
    """The employers at which several of these cases, or several complaints of today, are seen to in one visit."""
    came, own = _came(session, [row.id for row in rows], today), {row.id: row for row in rows}
    roots = roots_of(session, [row.employer_id for row in rows if row.employer_id])
    stops = [
        OnTheRoad(case, own[case.id], own[case.id].district_code or "", None, (), came[case.id], (), (), roster=False)
        for case in cases
        if case.id in own
    ]
    return [one for one in _by_employer([(_key(stop, roots), stop) for stop in stops]) if one.together]


def _key(stop: OnTheRoad, roots: dict[str, str]) -> str:
    """What makes two cases one employer's: the employer itself, merged ones as one; else the case alone."""
    return roots.get(stop.row.employer_id or "", "") or stop.row.id


def _by_employer(stops: Sequence[tuple[str, OnTheRoad]], *, by_street: bool = False) -> list[AtEmployer]:
    parts: dict[tuple[str, str], list[OnTheRoad]] = {}
    for key, stop in stops:
        parts.setdefault((stop.street if by_street else "", key), []).append(stop)
    firms = [
        AtEmployer(
            some[0].case.employer_name,
            tuple(sorted(some, key=lambda one: (one.case.site_name or "", one.case.matter_no))),
        )
        for some in parts.values()
    ]
    return sorted(firms, key=lambda one: (one.name is None, one.name or "", one.cases[0].case.matter_no))


def _stops(session: Session, rows: Sequence[CaseRow], horizon: Horizon) -> list[tuple[str, OnTheRoad]]:
    ids = [row.id for row in rows]
    own = {row.id: row for row in rows}
    clocks = deadlines_of(session, ids, horizon, running=True)
    came, where = _came(session, ids, horizon.today), _places(session, rows)
    papers, orders, listed = _papers(session, ids), _orders(session, ids), _in_ledger(session, ids)
    roots = roots_of(session, [row.employer_id for row in rows if row.employer_id])
    found = []
    for case in queue_rows(session, rows, horizon):
        binding = [one for one in clocks[case.id] if one.kind not in SHOWN_BESIDE]
        stop = OnTheRoad(
            case=case,
            row=own[case.id],
            street=own[case.id].district_code or "",
            address=where.get(case.id),
            clocks=tuple(binding[:SHOWN]),
            today=came[case.id],
            to_serve=tuple(papers.get(case.id, ())),
            orders=tuple(orders.get(case.id, ())),
            roster=case.id not in listed,
        )
        found.append((_key(stop, roots), stop))
    return found


def _came(session: Session, ids: Sequence[str], today: date) -> Counter[str]:
    """How many complaints joined each case today."""
    came = session.execute(_CAME, {"ids": list(ids), "since": local_midnight(today)})
    return Counter(dict(came.tuples().all()))


def _places(session: Session, rows: Sequence[CaseRow]) -> dict[str, str]:
    """Where to go: the address the complaints name, the main one's first; else where the last visit was.

    Words in which anybody would have to be hidden are no place to go to, and do not go on paper.
    """
    told, inside = ComplaintVersionRow, CaseMembershipRow
    ids = [row.id for row in rows]
    main = {row.id: row.main_complaint_id for row in rows}
    said = session.execute(
        select(inside.case_id, told.complaint_id, told.site_address)
        .join(told, told.complaint_id == inside.complaint_id)
        .where(inside.case_id.in_(ids), inside.valid_to.is_(None), told.newest.is_(True))
        .where(told.site_address.is_not(None))
        .order_by(told.complaint_id)
    ).tuples()
    found: dict[str, str] = {}
    for case_id, complaint_id, address in said:
        if address and (case_id not in found or complaint_id == main[case_id]):
            found[case_id] = address
    visits = select(VisitRow.case_id, VisitRow.place).where(
        VisitRow.case_id.in_([one for one in ids if one not in found])
    )
    visited: dict[str, str] = {}
    for of_case, place in session.execute(visits.order_by(VisitRow.visited_at)).tuples():
        visited[of_case or ""] = place
    tellers = Tellers(session, ids)
    return {case_id: place for case_id, place in (visited | found).items() if tellers.hide(place, case_id) == place}


def _papers(session: Session, ids: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    row, found = DocumentRow, dict[str, list[tuple[str, str]]]()
    question = select(row.case_id, row.kind, row.document_no).where(
        row.case_id.in_(ids), row.served_on.is_(None), row.void_on.is_(None)
    )
    for case_id, kind, number in session.execute(question.order_by(row.issued_on, row.id)).tuples():
        if KINDS[kind].served:
            found.setdefault(case_id or "", []).append((kind, number))
    return found


def _orders(session: Session, ids: Sequence[str]) -> dict[str, list[date]]:
    row, found = RectificationOrderRow, dict[str, list[date]]()
    question = select(row.case_id, row.due_on).where(row.case_id.in_(ids), row.corrected_on.is_(None))
    for case_id, due_on in session.execute(question.order_by(row.due_on)).tuples():
        found.setdefault(case_id or "", []).append(due_on)
    return found


def _in_ledger(session: Session, ids: Sequence[str]) -> set[str]:
    row = LedgerWorkerRow
    return set(session.scalars(select(row.case_id).where(row.case_id.in_(ids)).distinct()))
