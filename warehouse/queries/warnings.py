"""The page 预警提示: warnings that stand, are set aside or are settled, and what people did with one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, and_, bindparam, func, select
from sqlalchemy import case as either
from sqlalchemy.orm import Session, aliased

from casework.calendar import local_day
from casework.people import Actor
from warehouse.models import (
    AccountRow,
    AuditRow,
    CaseRow,
    EmployerRow,
    ProjectRow,
    WarningActRow,
    WarningEvidenceRow,
    WarningRow,
)
from warehouse.models.base import ID
from warehouse.queries.prevention import waiting_states
from warehouse.queries.sight import OFFICERS, seen_by
from warehouse.queries.warning_sight import standing, warnings_of
from warehouse.store.one_employer import kin_of
from warehouse.store.warning_acts import OPEN

LEVELS = ("red", "orange", "yellow")
STATES = ("standing", "snoozed", "settled")
PER_PAGE = 50
_RANK = either({level: rank for rank, level in enumerate(LEVELS)}, value=WarningRow.level, else_=len(LEVELS))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which warnings are looked for. `town` is the code of a place, `rule` the id of a rule."""

    state: str = "standing"
    level: str = ""
    rule: str = ""
    town: str = ""
    mine: bool = False
    page: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """One warning in a list. `against` counts its counter-evidence by the table that it lies in.

    `cases` are those it is attached to that the reader may see; `visit` is day and officer of the last visit proposed;
    `notice` is how the last prevention notice because of it stands.
    """

    id: str
    version: int
    rule: str
    rule_version: str
    level: str
    facts: Mapping[str, Any]
    names: Mapping[str, str]
    employer_id: str | None
    employer_name: str | None
    channel: str | None
    place: str | None
    raised_at: datetime
    owner_id: str | None
    owner: str | None
    due_on: date | None
    state: str
    snoozed_until: date | None
    against: tuple[tuple[str, int], ...] = ()
    cases: tuple[str, ...] = ()
    visit: tuple[date | None, str | None] | None = None
    notice: str = ""

    @property
    def since(self) -> date:
        """The day it was raised where the office is."""
        return local_day(self.raised_at)


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of the list; how many there are in all, by level, and which rules and towns there are to choose."""

    lines: tuple[Line, ...]
    found: int
    page: int
    pages: int
    levels: Mapping[str, int]
    rules: tuple[str, ...]
    towns: tuple[str, ...]


def _in_state(state: str, today: date) -> ColumnElement[bool]:
    if state == "standing":
        return standing(today)
    if state == "snoozed":
        return and_(WarningRow.state == OPEN, WarningRow.snoozed_until > today)
    return WarningRow.state != OPEN


def count_standing(session: Session, actor: Actor, *, today: date) -> dict[str, int]:
    """待处置预警: the warnings that wait for somebody, by level; those of today, whatever day they were raised on.

    Base: warnings this person may see, each once. Left out: what is settled, and what is set aside beyond today. They
    are the numbers that the list of warnings shows without a filter.
    """
    question = select(WarningRow.level, func.count()).where(standing(today), warnings_of(actor))
    found = dict(session.execute(question.group_by(WarningRow.level)).tuples().all())
    return {level: found.get(level, 0) for level in LEVELS}


def last_looked(session: Session) -> datetime | None:
    """When the rules were last worked out, as the log keeps it of every run, whatever it found."""
    row = AuditRow
    question = select(row.at).where(row.subject == "warnings", row.act == "warn", row.success.is_(True))
    return session.scalar(question.order_by(row.seq.desc()).limit(1))


def warnings(session: Session, actor: Actor, wanted: Wanted, *, today: date) -> Listed:
    """One page of the warnings looked for: red, orange, yellow, and by the day they are due.

    The same number of statements, however many there are.
    """
    row = WarningRow
    mine = either((row.owner_id == actor.id, 1), else_=0)
    within = _in_state(wanted.state, today), warnings_of(actor)
    keys = row.level, row.rule, row.district_code, mine
    counted = session.execute(select(*keys, func.count()).where(*within).group_by(*keys)).all()
    levels: Counter[str] = Counter()
    for level, rule, place, own, count in counted:
        fits = wanted.rule in ("", rule) and wanted.town in ("", place or "") and (own or not wanted.mine)
        levels[level] += count if fits else 0
    found = levels[wanted.level] if wanted.level else sum(levels.values())
    pages = max(-(-found // PER_PAGE), 1)
    page = min(max(wanted.page, 1), pages)
    question = _lines_of().where(*within, *_narrowed(actor, wanted))
    if wanted.state == "settled":
        question = question.order_by(row.settled_at.desc(), row.id)
    else:
        question = question.order_by(_RANK, row.due_on.nulls_last(), row.raised_at, row.id)
    rows = session.execute(question.offset((page - 1) * PER_PAGE).limit(PER_PAGE)).all()
    return Listed(
        tuple(_lines(session, actor, rows, today)),
        found,
        page,
        pages,
        levels,
        tuple(sorted({one.rule for one in counted})),
        tuple(sorted({one.district_code for one in counted if one.district_code})),
    )


def _narrowed(actor: Actor, wanted: Wanted) -> list[ColumnElement[bool]]:
    row = WarningRow
    found: list[ColumnElement[bool]] = []
    found += [row.level == wanted.level] if wanted.level else []
    found += [row.rule == wanted.rule] if wanted.rule else []
    found += [row.district_code == wanted.town] if wanted.town else []
    found += [row.owner_id == actor.id] if wanted.mine else []
    return found


def warnings_on(session: Session, actor: Actor, employer_id: str | None, *, today: date, but: str = "") -> list[Line]:
    """The standing warnings on an employer and those one with it, that this person may see, in one statement."""
    if employer_id is None:
        return []
    found = session.execute(_on_employer(actor), {"employer_id": employer_id, "today": today, "but": but})
    return [_line(one) for one in found]


@lru_cache(maxsize=OFFICERS)
def _on_employer(actor: Actor) -> Select[Any]:
    row = WarningRow
    question = _lines_of().where(
        row.employer_id.in_(kin_of(bindparam("employer_id", type_=ID))),
        standing(bindparam("today", type_=Date())),
        warnings_of(actor),
        row.id != bindparam("but"),
    )
    return question.order_by(_RANK, row.due_on.nulls_last(), row.raised_at, row.id).limit(20)


def warnings_on_project(session: Session, actor: Actor, project_code: str, *, today: date) -> list[Line]:
    """The standing warnings on a project, whoever is asked, that this person may see, in one statement."""
    row = WarningRow
    question = _lines_of().where(row.project_code == project_code, standing(today), warnings_of(actor))
    found = session.execute(question.order_by(_RANK, row.due_on.nulls_last(), row.raised_at, row.id).limit(20))
    return [_line(one) for one in found]


def one_line(session: Session, actor: Actor, warning_id: str) -> Line:
    """One warning as the list shows it. The caller has looked whether it may be seen."""
    rows = session.execute(_lines_of().where(WarningRow.id == warning_id)).all()
    return _lines(session, actor, rows)[0]


def _lines_of() -> Select[Any]:
    own, stays = aliased(EmployerRow), aliased(EmployerRow)
    return (
        select(
            WarningRow,
            stays.id.label("firm"),
            stays.name.label("firm_name"),
            AccountRow.name.label("owner"),
            ProjectRow.name.label("project_name"),
        )
        .outerjoin(own, own.id == WarningRow.employer_id)
        .outerjoin(stays, stays.id == func.coalesce(own.merged_into, own.id))
        .outerjoin(AccountRow, AccountRow.id == WarningRow.owner_id)
        .outerjoin(ProjectRow, ProjectRow.project_code == WarningRow.project_code)
    )


def _line(one: Any, **more: Any) -> Line:
    row: WarningRow = one.WarningRow
    return Line(
        id=row.id,
        version=row.version,
        rule=row.rule,
        rule_version=row.rule_version,
        level=row.level,
        facts=row.facts,
        names={row.project_code: one.project_name} if row.project_code and one.project_name else {},
        employer_id=one.firm,
        employer_name=one.firm_name,
        channel=row.channel,
        place=row.district_code,
        raised_at=row.raised_at,
        owner_id=row.owner_id,
        owner=one.owner,
        due_on=row.due_on,
        state=row.state,
        snoozed_until=row.snoozed_until,
        **more,
    )


def _lines(session: Session, actor: Actor, rows: Sequence[Any], today: date | None = None) -> list[Line]:
    if not (ids := [one.WarningRow.id for one in rows]):
        return []
    against = _against(session, ids)
    cases, visits = _taken(session, actor, ids)
    notices = waiting_states(session, ids, today=today) if today else {}
    return [
        _line(
            one,
            against=tuple(against.get(one.WarningRow.id, ())),
            cases=tuple(cases.get(one.WarningRow.id, ())),
            visit=visits.get(one.WarningRow.id),
            notice=notices.get(one.WarningRow.id, ""),
        )
        for one in rows
    ]


def _against(session: Session, ids: Collection[str]) -> dict[str, list[tuple[str, int]]]:
    row = WarningEvidenceRow
    question = (
        select(row.warning_id, row.table_name, func.count())
        .where(row.warning_id.in_(ids), row.speaks == "against")
        .group_by(row.warning_id, row.table_name)
        .order_by(row.warning_id, row.table_name)
    )
    found: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for warning_id, table, count in session.execute(question):
        found[warning_id].append((table, count))
    return found


def _taken(
    session: Session, actor: Actor, ids: Collection[str]
) -> tuple[dict[str, list[str]], dict[str, tuple[date | None, str | None]]]:
    """To which cases warnings were taken, and the last visit that was proposed of each."""
    act = WarningActRow
    number = select(CaseRow.matter_no).where(CaseRow.id == act.case_id, seen_by(actor)).scalar_subquery()
    question = (
        select(act.warning_id, act.kind, act.day, AccountRow.name, number)
        .outerjoin(AccountRow, AccountRow.id == act.officer_id)
        .where(act.warning_id.in_(ids), act.kind.in_(("to_case", "to_visit")))
        .order_by(act.warning_id, act.step_no)
    )
    cases: dict[str, list[str]] = defaultdict(list)
    visits: dict[str, tuple[date | None, str | None]] = {}
    for warning_id, kind, day, officer, matter_no in session.execute(question):
        if matter_no and matter_no not in cases[warning_id]:
            cases[warning_id].append(matter_no)
        if kind == "to_visit":
            visits[warning_id] = (day, officer)
    return cases, visits
