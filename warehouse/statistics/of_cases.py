"""Figures that count cases. Each is a condition on `grounds.cases`: the number counts it, its list shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, true
from sqlalchemy.orm import Session

from warehouse.models import CaseRow, LifeMoveRow
from warehouse.queries.sight import Seen
from warehouse.statistics import reach
from warehouse.statistics.grounds import COUNTY, KEPT, UNSAID, Ground, Window, cases_alone, town_of

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
    merged into another, and steps that were taken back by then (a recall, a reopening). The ground has `got_to`.
    """
    return and_(opened(ground, span), ground.c[_at_end(span)].in_(STEPS[STEPS.index(step) :]))


def got_to(spans: Collection[Window]) -> dict[str, ColumnElement[str]]:
    """What `arrived` asks of a ground: the last step of the work before the end of each span, of the cases opened in
    it; it is looked up once for all steps."""
    found: dict[str, ColumnElement[str]] = {}
    for span in spans:
        move = LifeMoveRow
        steps = select(move.became).where(move.case_id == CaseRow.id, move.life == "work", move.at < span.end)
        last = steps.order_by(move.step_no.desc()).limit(1).correlate(CaseRow).scalar_subquery()
        found[_at_end(span)] = case((span.holds(CaseRow.opened_at), last))
    return found


def _at_end(span: Window) -> str:
    return f"at_end_{span.first:%Y%m%d}_{span.after:%Y%m%d}"


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


def opened_in(session: Session, seen: Seen, spans: Mapping[str, Window]) -> dict[str, int]:
    """How many cases were `opened` in each of these spans, which may overlap."""
    return _pieces(session, _opened_pieces, seen, spans)


def concluded_in(session: Session, seen: Seen, spans: Mapping[str, Window]) -> dict[str, int]:
    """How many cases were `concluded` in each of these spans, which may overlap."""
    return _pieces(session, _concluded_pieces, seen, spans)


@lru_cache(maxsize=KEPT)
def _opened_pieces(seen: ColumnElement[bool], around: Window, cuts: tuple[datetime, ...]) -> Select[tuple[int, int]]:
    ground = cases_alone(and_(seen, reach.opened([around])))
    return _by_piece(opened(ground, around), ground.c.opened_at, cuts)


@lru_cache(maxsize=KEPT)
def _concluded_pieces(seen: ColumnElement[bool], around: Window, cuts: tuple[datetime, ...]) -> Select[tuple[int, int]]:
    ground = cases_alone(and_(seen, reach.ended([around])))
    return _by_piece(concluded(ground, around), ground.c.decided_at, cuts)


def _by_piece(
    counted: ColumnElement[bool], at: ColumnElement[datetime], cuts: tuple[datetime, ...]
) -> Select[tuple[int, int]]:
    newest_first = [(at >= cut, place) for place, cut in reversed(list(enumerate(cuts)))]
    inner = select(case(*newest_first).label("piece")).where(counted).subquery()
    return select(inner.c.piece, func.count()).group_by(inner.c.piece)


def _pieces(
    session: Session,
    asking: Callable[[ColumnElement[bool], Window, tuple[datetime, ...]], Select[tuple[int, int]]],
    seen: Seen,
    spans: Mapping[str, Window],
) -> dict[str, int]:
    """By span how many of the cases counted lie in it. Each case is held against the time once, not against each span.

    The starts and ends of all spans cut the time into pieces, and a span is made of whole ones.
    """
    cuts = sorted({moment for span in spans.values() for moment in (span.start, span.end)})
    question = asking(seen.lately, _around(spans.values()), tuple(cuts))
    found: dict[int, int] = dict(session.execute(question, seen.given).tuples().all())
    return {
        name: sum(found.get(place, 0) for place in range(cuts.index(span.start), cuts.index(span.end)))
        for name, span in spans.items()
    }


def _around(spans: Collection[Window]) -> Window:
    """The days from the first of some spans to the last."""
    return Window("", min(one.first for one in spans), max(one.after for one in spans))


def waiting(moments: Collection[datetime]) -> list[Select[tuple[str]]]:
    """Ids of the cases `pending` at one of these moments, in parts: of many that may have been, few were."""
    parts = _may_have_waited(true(), moments)
    return [select(one.c.id).where(or_(*(pending(one, moment) for moment in sorted(moments)))) for one in parts]


def waiting_at(session: Session, seen: Seen, moments: Collection[datetime]) -> dict[datetime, int]:
    """How many cases were `pending` at each of these moments."""
    at = tuple(dict.fromkeys(moments))
    found: Counter[datetime] = Counter(dict.fromkeys(at, 0))
    for question in _counting_waiting(seen.lately, at):
        counted = session.execute(question, seen.given).one()
        found.update({moment: int(count or 0) for moment, count in zip(at, counted, strict=True)})
    return dict(found)


@lru_cache(maxsize=KEPT)
def _counting_waiting(seen: ColumnElement[bool], moments: tuple[datetime, ...]) -> tuple[Select[Any], ...]:
    parts = _may_have_waited(seen, moments)
    sums = ([func.sum(case((pending(part, one), 1), else_=0)) for one in moments] for part in parts)
    return tuple(select(*some).select_from(part) for part, some in zip(parts, sums, strict=True))


def _may_have_waited(where: ColumnElement[bool], moments: Collection[datetime]) -> tuple[Ground, ...]:
    """Those without an end, and those that came to it later: looked at where they are found, not case by case."""
    return tuple(cases_alone(and_(where, one)) for one in reach.waiting_parts(min(moments)))


PARTS = ("nature", "status", "town")


def opened_by(session: Session, seen: Seen, span: Window) -> dict[str, dict[str, int]]:
    """The cases opened in the span by the nature of their claim, by where their work stands now, and by street or town.

    Base, date and what is left out: as `opened`; the parts of each add up to it, the most first. A place that was not
    said is `unsaid`; six digits mean that only the county is known.
    """
    found: dict[str, Counter[str]] = {name: Counter() for name in PARTS}
    for *members, count in session.execute(_opened_parts(seen.lately, span), seen.given):
        for name, member in zip(PARTS, members, strict=True):
            found[name][member] += count
    return {name: dict(sorted(one.items(), key=lambda part: (-part[1], part[0]))) for name, one in found.items()}


@lru_cache(maxsize=KEPT)
def _opened_parts(seen: ColumnElement[bool], span: Window) -> Select[Any]:
    ground = cases_alone(and_(seen, reach.opened([span])))
    named = (ground.c.nature, ground.c.status, town_of(ground.c.district_code))
    inner = select(*(one.label(name) for name, one in zip(PARTS, named, strict=True)))
    rows = inner.where(opened(ground, span)).subquery()
    return select(*rows.c, func.count()).group_by(*rows.c)
