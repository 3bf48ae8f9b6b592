"""What later facts change in a locked month, cell by cell, and by which cases and complaints. Reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.models import CaseMembershipRow, CaseRow, ComplaintRow, LinkageEventRow, RestatementRow
from warehouse.queries.hiding import hide
from warehouse.statistics.month import DIMENSIONS, Cell, Item, cells_of

_SIDES = ("nature", "sector", "outcome", "town", "lead")
KINDS = ("late", "merge", "split", "regroup", "undo", "joined", *_SIDES, "recorded")
"""Why a case or complaint counts otherwise: filed, moved between cases, corrected or worked on after the lock."""


@dataclass(frozen=True, slots=True)
class Changed:
    """One cell as it was locked and as it would be counted now; the ids that make the difference, by kind of change."""

    figure: str
    dimension: str
    member: str
    was: int
    now: int
    why: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Restated:
    """One cell as a head noted it: what was said last, what is counted since, and why, without numbers of people."""

    at: datetime
    figure: str
    dimension: str
    member: str
    was: int
    now: int
    reason: str


def restatements(session: Session, month_id: str) -> list[Restated]:
    """Every restated cell of a locked month, the oldest first."""
    row = RestatementRow
    rows = session.scalars(select(row).where(row.month_id == month_id).order_by(row.at, row.id))
    return [
        Restated(one.at, one.figure, one.dimension, one.member, one.was or 0, one.now or 0, hide(one.reason) or "")
        for one in rows
    ]


def restating(session: Session, locked: Sequence[Item], now: Sequence[Item], *, since: datetime) -> list[Changed]:
    """The cells that differ between what was locked and what is counted now; totals first within a figure.

    `since` is the moment of the lock.
    """
    before, after = cells_of(locked), cells_of(now)
    touched = _touched(locked, now)
    kinds = _kinds(session, {one for ids in touched.values() for one in ids}, since)
    fallback = _differences(locked, now)
    found = []
    for cell in sorted({*before, *after}, key=_order):
        was, is_now = before.get(cell, 0), after.get(cell, 0)
        if was == is_now:
            continue
        by_kind: dict[str, list[str]] = defaultdict(list)
        for subject in sorted(touched[cell]):
            by_kind[kinds.get(subject) or fallback[cell[0], subject]].append(subject)
        why = tuple((kind, tuple(by_kind[kind])) for kind in KINDS if kind in by_kind)
        found.append(Changed(*cell, was=was, now=is_now, why=why))
    return found


def _order(cell: Cell) -> tuple[str, int, str]:
    figure, dimension, member = cell
    return figure, 0 if dimension == "total" else 1 + [*DIMENSIONS, "kind"].index(dimension), member


Held = dict[tuple[str, str], list[Item]]


def _by_subject(counted: Iterable[Item]) -> Held:
    found: Held = defaultdict(list)
    for item in counted:
        found[item.figure, item.subject_id].append(item)
    return found


def _touched(locked: Sequence[Item], now: Sequence[Item]) -> dict[Cell, set[str]]:
    """By cell whose part in it is another than it was."""
    before, after = _by_subject(locked), _by_subject(now)
    found: dict[Cell, set[str]] = defaultdict(set)
    for key in {*before, *after}:
        own, later = cells_of(before.get(key, ())), cells_of(after.get(key, ()))
        for cell in {*own, *later}:
            if own.get(cell, 0) != later.get(cell, 0):
                found[cell].add(key[1])
    return found


def _differences(locked: Sequence[Item], now: Sequence[Item]) -> dict[tuple[str, str], str]:
    """Where no step of linkage explains it: which side of the item is another; else something was recorded later."""
    before, after = _by_subject(locked), _by_subject(now)
    found = {}
    for key in {*before, *after}:
        own, later = before.get(key, []), after.get(key, [])
        moved = [
            side for side in _SIDES if {getattr(one, side) for one in own} != {getattr(one, side) for one in later}
        ]
        found[key] = moved[0] if own and later and moved else "recorded"
    return found


def _kinds(session: Session, subjects: Collection[str], since: datetime) -> dict[str, str]:
    """By case or complaint the step of filing or linkage since then, the newest; late before all."""
    found: dict[str, str] = {}
    if not subjects:
        return found
    joined = select(CaseMembershipRow.case_id).where(CaseMembershipRow.valid_from >= since)
    found.update(dict.fromkeys(set(session.scalars(joined)) & set(subjects), "joined"))
    event = LinkageEventRow
    steps = select(event.kind, event.from_case_id, event.into_case_id, event.complaint_ids).where(event.at >= since)
    for kind, left, into, complaints in session.execute(steps.order_by(event.at, event.id)):
        for one in (left, into, *complaints):
            found[one] = kind
    late = set(session.scalars(select(ComplaintRow.id).where(ComplaintRow.filed_at >= since)))
    found.update(dict.fromkeys(late, "late"))
    own = select(CaseRow.id).join(ComplaintRow, ComplaintRow.id == CaseRow.main_complaint_id)
    for case_id in session.scalars(own.where(ComplaintRow.filed_at >= since)):
        found.setdefault(case_id, "late")
        found[case_id] = "late" if found[case_id] == "joined" else found[case_id]
    return found
