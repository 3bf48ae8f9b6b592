"""From the linker's groups to memberships: who joins, who moves, which cases become one.

The machine never takes a complaint out of a case that was dispatched and never makes two dispatched cases one: that is
asked. It regroups what still waits for dispatch, and every step it takes is an event that a person can undo.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.lifecycle import OPEN, WorkStatus
from warehouse.many import some_at_a_time
from warehouse.models import CaseRow, ComplaintRow
from warehouse.store.cases import open_case
from warehouse.store.linkage import homes, join_case, link_cases, together_in
from warehouse.store.merging import Hand, move_members

HELD = frozenset({WorkStatus.DISPATCHED, WorkStatus.IN_PROGRESS})
DONE = frozenset({WorkStatus.CONCLUDED, WorkStatus.CLOSED})


@dataclass(slots=True)
class Grouped:
    """What changed: cases opened and merged, complaints that joined and moved, and which cases to recompute.

    `fresh` are the complaints that had no case before.
    """

    opened: int = 0
    joined: int = 0
    moved: int = 0
    merged: int = 0
    touched: set[str] = field(default_factory=set)
    fresh: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Group:
    """One group of complaints, the waiting cases at home in it, and where it all goes."""

    members: tuple[str, ...]
    waiting: list[CaseRow]
    held: list[CaseRow]
    done: list[CaseRow]
    target: CaseRow | None = None


class Regrouping:
    """One application of the linker's groups, inside one transaction.

    `only` are the complaints of these groups, when they are not all: then their cases are looked at and no others.
    """

    def __init__(
        self, session: Session, *, prefix: str, by: str, at: datetime, only: Collection[str] | None = None
    ) -> None:
        self._session = session
        self._prefix = prefix
        self._hand = Hand(by=by, at=at)
        self._homes = homes(session) if only is None else together_in(session, homes(session, only).values())
        self._cases = _locked(session, set(self._homes.values()))
        self._received = _received(session, None if only is None else {*only, *self._homes})
        self.count = Grouped()

    def apply(self, groups: Sequence[Sequence[str]], claim_of: Mapping[str, str]) -> Grouped:
        """Bring memberships to these groups, as far as the machine may."""
        oldest_first = [tuple(sorted(group, key=self._age)) for group in groups]
        oldest_first.sort(key=lambda group: self._age(group[0]))
        whose = {one: place for place, group in enumerate(oldest_first) for one in group}
        homes = self._find_homes(whose)
        planned = [self._plan(place, group, homes) for place, group in enumerate(oldest_first)]
        for place, group in enumerate(planned):
            self._bring_in(place, group, homes, claim_of)
        for group in planned:
            self._merge(group)
        return self.count

    def _age(self, complaint_id: str) -> tuple[datetime, str]:
        return self._received[complaint_id], complaint_id

    def _plan(self, place: int, group: tuple[str, ...], homes: Mapping[str, int | None]) -> _Group:
        ids = {self._homes[one] for one in group if one in self._homes}
        rows = sorted((self._cases[one] for one in ids), key=lambda row: (row.opened_at, row.matter_no))
        planned = _Group(
            members=group,
            waiting=[row for row in rows if row.status == WorkStatus.TO_DISPATCH and homes[row.id] == place],
            held=[row for row in rows if row.status in HELD],
            done=[row for row in rows if row.status in DONE],
        )
        planned.target = next(iter([*planned.held, *planned.waiting]), None)
        return planned

    def _find_homes(self, whose: Mapping[str, int]) -> dict[str, int | None]:
        """A waiting case is at home in the group of its oldest member."""
        oldest: dict[str, str] = {}
        for one, case_id in self._homes.items():
            oldest[case_id] = min(oldest.get(case_id, one), one, key=self._age)
        return {case_id: whose.get(one) for case_id, one in oldest.items()}

    def _bring_in(
        self, place: int, group: _Group, homes: Mapping[str, int | None], claim_of: Mapping[str, str]
    ) -> None:
        """New complaints join; those whose waiting case is at home elsewhere move here."""
        movers: dict[str, list[str]] = defaultdict(list)
        for one in group.members:
            case_id = self._homes.get(one)
            if case_id is None:
                self._join(group, one, claim_of)
            elif self._cases[case_id].status == WorkStatus.TO_DISPATCH and homes.get(case_id, place) != place:
                movers[case_id].append(one)
        for case_id, ones in sorted(movers.items()):
            target = self._target(group, ones[0])
            move_members(self._session, "regroup", self._cases[case_id], target, ones, self._hand)
            self.count.moved += len(ones)
            self._settle(ones, target)

    def _join(self, group: _Group, one: str, claim_of: Mapping[str, str]) -> None:
        fresh = group.target is None
        target = self._target(group, one)
        join_case(
            self._session,
            one,
            target.id,
            claim_id=claim_of.get(one, one),
            why="new" if fresh else "merged",
            by=self._hand.by,
            at=self._hand.at,
        )
        self.count.joined += not fresh
        self.count.fresh.append(one)
        self._settle([one], target)

    def _target(self, group: _Group, one: str) -> CaseRow:
        """Where the group goes: its case, or a new one, which knows of those that are done already."""
        if group.target is None:
            row = open_case(
                self._session, main_complaint_id=one, prefix=self._prefix, by=self._hand.by, at=self._hand.at
            )
            self._cases[row.id] = group.target = row
            self.count.opened += 1
            for earlier in group.done:
                link_cases(self._session, row.id, earlier.id, why="earlier_case", by=self._hand.by, at=self._hand.at)
        return group.target

    def _settle(self, ones: Sequence[str], target: CaseRow) -> None:
        for one in ones:
            self.count.touched |= {self._homes.get(one, target.id), target.id}
            self._homes[one] = target.id

    def _merge(self, group: _Group) -> None:
        """The waiting cases of a group become one; with two dispatched ones in it a person is asked instead."""
        if group.target is None or len(group.held) > 1:
            return
        for row in group.waiting:
            if row.id == group.target.id:
                continue
            if ones := sorted(one for one, case_id in self._homes.items() if case_id == row.id):
                move_members(self._session, "merge", row, group.target, ones, self._hand)
                self.count.merged += 1
                self._settle(ones, group.target)


def _locked(session: Session, case_ids: set[str]) -> dict[str, CaseRow]:
    """These cases by id, the open ones locked: what is planned for a waiting case must not meet its dispatch."""
    still_open = CaseRow.status.in_(OPEN)
    rows: list[CaseRow] = []
    for some in some_at_a_time(case_ids):
        ours = select(CaseRow).where(CaseRow.id.in_(some)).order_by(CaseRow.id)
        rows += session.scalars(ours.where(still_open).with_for_update())
        rows += session.scalars(ours.where(~still_open))
    return {row.id: row for row in sorted(rows, key=lambda row: row.id)}


def _received(session: Session, only: Collection[str] | None) -> dict[str, datetime]:
    question = select(ComplaintRow.id, ComplaintRow.received_at)
    if only is None:
        return dict(session.execute(question).tuples().all())
    found: dict[str, datetime] = {}
    for some in some_at_a_time(only):
        found |= dict(session.execute(question.where(ComplaintRow.id.in_(some))).tuples().all())
    return found
