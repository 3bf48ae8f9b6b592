"""The employers a person may know of: their risk, and the cases and sums of theirs that this person may see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from heapq import nsmallest
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, func, or_, select
from sqlalchemy import case as either
from sqlalchemy.orm import Session

from casework.identifiers import plain
from casework.lifecycle import OPEN
from casework.people import Actor
from casework.risk import Risk, RiskLevel
from warehouse.models import CaseRow, EmployerAliasRow, EmployerRow, EmployerWatchRow
from warehouse.queries.employer_record import employers_of, moved_payments, owed, paid_on, risks
from warehouse.queries.employer_sight import known_of_all, known_to
from warehouse.queries.sight import OFFICERS, seen_by, seen_of_all
from warehouse.store.one_employer import root

SORTS = ("risk", "open", "owed", "paid", "last", "name")
OVER_ALL = frozenset({"paid", "last"})
"""What is sorted by a figure over all cases of an employer; the others ask for those at work."""
PER_PAGE = 20
NO_RISK = Risk(RiskLevel.LOW, 0, ())


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for. The text is searched in names, aliases and credit codes; it never stands in an address."""

    text: str = ""
    level: str = ""
    at_work: bool = False
    watched: bool = False
    sort: str = "risk"
    page: int = 1


@dataclass(frozen=True, slots=True)
class Sums:
    """Of the cases this person may see: how many, open, owed and proven paid in fen, and the day of the last."""

    cases: int
    open_cases: int
    owed_fen: int
    paid_fen: int
    last_at: datetime | None


NOTHING = Sums(0, 0, 0, 0, None)


@dataclass(frozen=True, slots=True)
class Line:
    """One employer in the list."""

    id: str
    version: int
    name: str
    uscc: str | None
    checked: bool
    named_as: str | None
    risk: Risk
    sums: Sums
    watched: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of the list, of how many employers and pages, and how many there are of each level."""

    lines: tuple[Line, ...]
    found: int
    page: int
    pages: int
    levels: Mapping[str, int]


def sums_seen(
    session: Session, actor: Actor, only: Collection[str] | None = None, *, at_work: bool = False
) -> dict[str, Sums]:
    """By employer that stays, what this person may see of it; or of its cases `at_work` alone."""
    asked = {} if only is None else {"ids": list(only)}
    found = {
        row[0]: Sums(int(row[1]), int(row[2] or 0), int(row[3] or 0), int(row[4] or 0), row[5])
        for row in session.execute(_summing(actor, at_work=at_work, few=only is not None), asked)
    }
    return _with_moved(session, actor, found)


@lru_cache(maxsize=OFFICERS)
def _summing(actor: Actor, *, at_work: bool, few: bool) -> Select[Any]:
    still = CaseRow.status.in_(OPEN)
    seen = seen_by if few or at_work else seen_of_all  # of few cases each is looked at by itself
    counts = still if at_work else CaseRow.status != "merged"
    these: BindParameter[str] = bindparam("ids", expanding=True)
    among = [or_(EmployerRow.id.in_(these), EmployerRow.merged_into.in_(these))] if few else []
    return (
        select(
            root(),
            func.count(),
            func.sum(either((still, 1), else_=0)),
            func.sum(either((still & (owed() > 0), owed()), else_=0)),
            func.sum(paid_on()),
            func.max(CaseRow.opened_at),
        )
        .join(CaseRow, CaseRow.employer_id == EmployerRow.id)
        .where(counts, seen(actor), *among)
        .group_by(root())
    )


def _with_moved(session: Session, actor: Actor, sums: dict[str, Sums]) -> dict[str, Sums]:
    """What was paid on cases merged into others counts with those."""
    moved = moved_payments(session)
    if not moved:
        return sums
    rests = select(CaseRow.id, CaseRow.status.in_(OPEN), owed()).where(CaseRow.id.in_(moved), seen_by(actor))
    whose = employers_of(session, moved)
    for case_id, still, rest in session.execute(rests):
        own = sums.get(whose.get(case_id, ""))
        if own is not None:
            less = min(max(int(rest), 0), moved[case_id]) if still else 0
            sums[whose[case_id]] = Sums(
                own.cases, own.open_cases, own.owed_fen - less, own.paid_fen + moved[case_id], own.last_at
            )
    return sums


def employers(session: Session, actor: Actor, wanted: Wanted, *, today: date) -> Listed:
    """One page of the employers that this person may know of. The same number of questions, however many there are.

    What most lists are sorted by hangs on the cases at work: the sums over all of an employer's are asked for the
    employers of the page alone.
    """
    row, narrow = EmployerRow, bool(wanted.text or wanted.watched)
    question = _known(actor, narrow=narrow)
    heard = _heard(session, wanted.text) if wanted.text else {}
    if wanted.text:
        question = question.where(row.id.in_(heard))
    watched = _watched_by(session, actor)
    if wanted.watched:
        question = question.where(row.id.in_(watched))
    known = session.execute(question).all()
    only = [one.id for one in known] if narrow else None
    sums = sums_seen(session, actor, only, at_work=wanted.sort not in OVER_ALL)
    risk = risks(session, today=today, only=only, among={one.id for one in known})
    found = [
        _Found(row_id, version, name, uscc, checked, risk.get(row_id, NO_RISK), sums.get(row_id, NOTHING))
        for row_id, version, name, uscc, checked in known
    ]
    found = [one for one in found if one.sums.open_cases or not wanted.at_work]
    levels = Counter(one.risk.level.value for one in found)
    found = [one for one in found if wanted.level in ("", one.risk.level)]
    pages = max(-(-len(found) // PER_PAGE), 1)
    page = min(max(wanted.page, 1), pages)
    shown = _first(found, wanted.sort, page * PER_PAGE)[(page - 1) * PER_PAGE :]
    whole = sums_seen(session, actor, [one.id for one in shown])
    lines = (
        Line(
            id=one.id,
            version=one.version,
            name=one.name,
            uscc=one.uscc,
            checked=one.checked_on is not None,
            named_as=heard[one.id] if heard.get(one.id, one.name) != one.name else None,
            risk=one.risk,
            sums=whole.get(one.id, NOTHING),
            watched=one.id in watched,
        )
        for one in shown
    )
    return Listed(tuple(lines), len(found), page, pages, levels)


@lru_cache(maxsize=OFFICERS)
def _known(actor: Actor, *, narrow: bool) -> Select[Any]:
    row = EmployerRow
    known_here = known_to if narrow else known_of_all
    return select(row.id, row.version, row.name, row.uscc, row.code_checked_on).where(known_here(actor))


class _Found(NamedTuple):
    """One employer of all that are sorted: of thousands, twenty become lines."""

    id: str
    version: int
    name: str
    uscc: str | None
    checked_on: date | None
    risk: Risk
    sums: Sums


def _first(lines: Sequence[_Found], sort: str, count: int) -> list[_Found]:
    """So many of them, the weightiest first; then by name, so that a page stays the same page."""
    weighed: Mapping[str, Callable[[_Found], Any]] = {
        "risk": lambda one: (-one.risk.bars, -one.risk.points, -one.sums.open_cases),
        "open": lambda one: -one.sums.open_cases,
        "owed": lambda one: -one.sums.owed_fen,
        "paid": lambda one: -one.sums.paid_fen,
        "last": lambda one: -one.sums.last_at.timestamp() if one.sums.last_at else 0.0,
        "name": lambda _one: 0,
    }
    weight = weighed[sort]
    return nsmallest(count, lines, key=lambda one: (weight(one), one.name, one.id))


def _like(text: str) -> str:
    return f"%{text.replace(chr(92), '').replace('%', '').replace('_', '')}%"


def _heard(session: Session, text: str) -> dict[str, str]:
    """The employers that a text names, by the one that stays, with the name it was found by."""
    like = _like(text.strip())
    code = plain(text)
    fits: list[ColumnElement[bool]] = [EmployerRow.name.like(like)]
    if len(code) >= 6:
        fits.append(EmployerRow.uscc.like(_like(code)))
    own = select(root(), EmployerRow.name).where(or_(*fits))
    alias = select(root(), EmployerAliasRow.name).join(EmployerRow, EmployerRow.id == EmployerAliasRow.employer_id)
    found: dict[str, str] = {}
    for question in (own, alias.where(EmployerAliasRow.name.like(like))):
        for employer_id, name in session.execute(question.order_by(EmployerRow.id)):
            found.setdefault(employer_id, name)
    return found


def _watched_by(session: Session, actor: Actor) -> set[str]:
    question = select(root()).join(EmployerWatchRow, EmployerWatchRow.employer_id == EmployerRow.id)
    return set(
        session.scalars(question.where(EmployerWatchRow.account_id == actor.id, EmployerWatchRow.ended_at.is_(None)))
    )


def is_watched(session: Session, actor: Actor, employer_id: str) -> bool:
    """Whether this person watches the employer."""
    return employer_id in _watched_by(session, actor)


def alike(session: Session, actor: Actor, employer_id: str, text: str, *, limit: int = 10) -> list[Line]:
    """Other employers this person may know of that a text names: with which this one could be one."""
    wanted = Wanted(text=text)
    heard = _heard(session, wanted.text) if text.strip() else {}
    question = select(EmployerRow).where(known_to(actor), EmployerRow.id.in_(heard), EmployerRow.id != employer_id)
    rows = session.scalars(question.order_by(EmployerRow.name, EmployerRow.id).limit(limit)).all()
    sums = sums_seen(session, actor, [row.id for row in rows]) if rows else {}
    return [
        Line(
            row.id,
            row.version,
            row.name,
            row.uscc,
            row.code_checked_on is not None,
            heard[row.id] if heard[row.id] != row.name else None,
            NO_RISK,
            sums.get(row.id, NOTHING),
            watched=False,
        )
        for row in rows
    ]
