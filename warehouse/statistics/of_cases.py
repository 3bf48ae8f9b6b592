"""Figures that count cases. Each is a condition on `grounds.case_ground`: the number counts it, its list shows it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from warehouse.models import LifeMoveRow
from warehouse.statistics import reach
from warehouse.statistics.grounds import COUNTY, UNSAID, Ground, Window, cases_ended, town_of

STEPS = ("to_dispatch", "dispatched", "in_progress", "concluded", "closed")
"""The work on a case in its order (办理进度)."""


def opened(ground: Ground, span: Window) -> ColumnElement[bool]:
    """案件数量 (新增案件): cases whose oldest complaint was heard within the span.

    Base: cases, each once, however many complaints it holds. Date: when the channel heard the oldest complaint, in
    Shanghai; not when it reached us. Left out: cases merged into another, and complaints in no case yet.
    """
    return and_(ground.c.status != "merged", span.holds(ground.c.opened_at))


def pending(ground: Ground, moment: datetime) -> ColumnElement[bool]:
    """未办结: cases heard before a moment that had come to no end by then.

    Base: cases. Date: the moment itself; what was concluded later was pending then. Left out: cases merged into
    another.
    """
    waiting = or_(ground.c.decided_at.is_(None), ground.c.decided_at >= moment)
    return and_(ground.c.status != "merged", ground.c.opened_at < moment, waiting)


def concluded(ground: Ground, span: Window) -> ColumnElement[bool]:
    """办结案件: cases that came to their end within the span.

    Base: cases, of whatever time they were heard. Date: the approval of the first outcome; of a declined case the
    notice that declines it; of a case whose only complaint was redirected or answered, that step. Left out: cases
    merged into another, declines that were taken back, and the closing of the file (结案), which comes later.
    """
    return and_(ground.c.status != "merged", span.holds(ground.c.decided_at))


def to_conclude(ground: Ground, span: Window) -> ColumnElement[bool]:
    """办结比例的分母: what could be concluded in the span: pending at its start, and opened within it.

    Base: cases. Date: as `pending` and `opened`. Left out: as there. `concluded` over this is the conclusion rate.
    """
    return or_(pending(ground, span.start), opened(ground, span))


def reached(ground: Ground, step: str) -> ColumnElement[bool]:
    """办理进度: cases whose work has got at least as far as a step.

    Base: the cases it is asked of. Date: now. A case that was declined or answered without being dispatched has got as
    far as where it ended.
    """
    return ground.c.status.in_(STEPS[STEPS.index(step) :])


def arrived(ground: Ground, span: Window, step: str) -> ColumnElement[bool]:
    """办理进度 of a month: of the cases `opened` in a span those whose work had got as far as a step by its end.

    Base: cases opened in the span. Date: the last step of the work before the end of the span; while it runs, now, so
    that it says what `reached` does. What a case does later changes nothing of a month that is over. Left out: cases
    merged into another, and steps that were taken back by then (a recall, a reopening).
    """
    move = LifeMoveRow
    steps = select(move.became).where(move.case_id == ground.c.id, move.life == "work", move.at < span.end)
    last = steps.order_by(move.step_no.desc()).limit(1).correlate(ground).scalar_subquery()
    return and_(opened(ground, span), last.in_(STEPS[STEPS.index(step) :]))


def in_town(ground: Ground, town: str) -> ColumnElement[bool]:
    """属地: cases whose place of work lies in a street or town.

    Base: the cases it is asked of. A code of six digits means: the county is known, the town is not.
    """
    code = ground.c.district_code
    if town == UNSAID:
        return or_(code.is_(None), code == "")
    return code == town if len(town) <= COUNTY else code.startswith(town, autoescape=True)


def counts(session: Session, ground: Ground, wanted: Mapping[str, ColumnElement[bool]]) -> dict[str, int]:
    """How many cases each condition holds of, asked in one statement."""
    sums = [func.sum(case((condition, 1), else_=0)) for condition in wanted.values()]
    found = session.execute(select(*sums).select_from(ground)).one()
    return {name: int(value or 0) for name, value in zip(wanted, found, strict=True)}


def waiting(where: ColumnElement[bool], moments: Collection[datetime]) -> Select[tuple[str]]:
    """Ids of the cases `pending` at one of these moments: of many that may have been, few were."""
    ground = cases_ended(where, reach.waiting(min(moments)))
    return select(ground.c.id).where(or_(*(pending(ground, moment) for moment in sorted(moments))))


def waiting_at(session: Session, where: ColumnElement[bool], moments: Collection[datetime]) -> dict[datetime, int]:
    """How many cases were `pending` at each of these moments."""
    ground = cases_ended(where, reach.waiting(min(moments)))
    named = {f"{moment:%Y%m%d}": moment for moment in moments}
    found = counts(session, ground, {name: pending(ground, moment) for name, moment in named.items()})
    return {named[name]: count for name, count in found.items()}


def first_opened(session: Session, ground: Ground) -> datetime | None:
    """When the oldest complaint of any case was heard; None where there is no case."""
    first: datetime | None = session.scalar(select(func.min(ground.c.opened_at)).where(ground.c.status != "merged"))
    return first


def by_nature(session: Session, ground: Ground, span: Window) -> dict[str, int]:
    """性质分类: the cases opened in the span by the nature of their claim, the most first.

    Base, date and what is left out: as `opened`; the parts add up to it.
    """
    return _by(session, ground, span, ground.c.nature)


def by_status(session: Session, ground: Ground, span: Window) -> dict[str, int]:
    """The cases opened in the span by where their work stands now; the parts add up to `opened`."""
    return _by(session, ground, span, ground.c.status)


def by_town(session: Session, ground: Ground, span: Window) -> dict[str, int]:
    """The cases opened in the span by street or town, the most first; the parts add up to `opened`.

    A place that was not said is `unsaid`; six digits mean that only the county is known.
    """
    return _by(session, ground, span, town_of(ground.c.district_code))


def _by(session: Session, ground: Ground, span: Window, column: ColumnElement[str]) -> dict[str, int]:
    name, count = column.label("member"), func.count()
    inner = select(name).where(opened(ground, span)).subquery()
    question = select(inner.c.member, count).group_by(inner.c.member).order_by(count.desc(), inner.c.member)
    return {member: number for member, number in session.execute(question)}  # noqa: C416 - rows are no pairs to mypy
