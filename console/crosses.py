"""One figure by two breakdowns, by months, or held up to the year: the table of the page of crosses."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.errors import BadInput
from console.guard import Visit
from console.report import places_of
from services.months.alongside import alongside
from services.months.closing_month import locked
from services.months.month_titles import in_order
from warehouse.models import ComplaintRow
from warehouse.queries.officers import names_of
from warehouse.statistics.along import Along
from warehouse.statistics.cross import AXES, Cross, cross
from warehouse.statistics.month import Crossing, MonthFigures, crossing_of, crossing_of_items, figures_of
from warehouse.statistics.spans import Stretch, months_of, stretch
from warehouse.store.months import Frozen, frozen_items

MONTH, ALONG = "month", "along"
ACROSS = (*AXES, MONTH, ALONG)
"""What the columns can be: another breakdown, the months of the span, or the year so far and the year before."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One table: a figure of a span by `rows` (`AXES`) and by `columns` (`ACROSS`), which are two."""

    figure: str
    span: Stretch
    rows: str
    columns: str


@dataclass(frozen=True, slots=True)
class Number:
    """One number of the table and the list that it opens, if there is one; `change` is a share of what was."""

    value: int | None
    address: str = ""
    change: float | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """A column: a member of a breakdown, or the name of a span; `part` says which of a year's columns it is."""

    member: str
    part: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """The table with its last row; the last column is a sum, unless the columns are months or the year's."""

    heads: tuple[Head, ...]
    body: tuple[tuple[str, tuple[Number, ...]], ...]
    last: tuple[Number, ...]
    lock: Frozen | None
    adds_up: bool


def table(session: Session, visit: Visit, wanted: Wanted) -> Table:
    """Count it for this reader, a locked month as it was locked. Raises `BadInput` where that cannot be told."""
    places = places_of(visit)
    lock = locked(session, wanted.span, places)
    if wanted.columns == MONTH:
        return _by_month(session, visit, wanted, places, lock)
    if wanted.columns == ALONG:
        return _along(session, visit, wanted, places, lock)
    return _crossed(_crossing(session, visit, wanted, places, lock), wanted, lock)


def people_of(session: Session, found: Table, wanted: Wanted) -> dict[str, str]:
    """The names of the officers in it, as they were called at the lock."""
    members = {row for row, _ in found.body} if wanted.rows == "lead" else set()
    members |= {head.member for head in found.heads} if wanted.columns == "lead" else set()
    return {**names_of(session, members), **((found.lock.names if found.lock else None) or {})}


def _crossing(session: Session, visit: Visit, wanted: Wanted, places: Sequence[str], lock: Frozen | None) -> Crossing:
    if lock is None:
        return crossing_of(session, wanted.span.span, territories=places, today=visit.today, only={wanted.figure})
    if not lock.figures.knows(wanted.figure):
        raise BadInput("This month was locked before this figure was counted.")
    kept = frozen_items(session, lock.id, figure=wanted.figure)
    if not kept and lock.figures.total(wanted.figure):
        raise BadInput("This month was locked before its rows were kept: it is broken down one by one alone.")
    return crossing_of_items(kept)


def _crossed(crossing: Crossing, wanted: Wanted, lock: Frozen | None) -> Table:
    found: Cross = cross(crossing, wanted.figure, wanted.rows, wanted.columns)
    down = in_order(wanted.rows, found.row_members)
    across = in_order(wanted.columns, found.column_members)
    span = wanted.span.name
    one_of = {wanted.rows: len(down), wanted.columns: len(across)}
    """How many members a side has: those without one, beside others, cannot be asked for by themselves."""

    def opens(value: int, **sides: str) -> Number:
        said = {side: member for side, member in sides.items() if member}
        told = all(member or one_of[side] == 1 for side, member in sides.items())
        return Number(value, _address(wanted.figure, span, said) if value and told else "")

    body = tuple(
        (
            row,
            (
                *(opens(found.cell(row, one), **{wanted.rows: row, wanted.columns: one}) for one in across),
                opens(found.of_row(row), **{wanted.rows: row}),
            ),
        )
        for row in down
    )
    last = (*(opens(found.of_column(one), **{wanted.columns: one}) for one in across), opens(found.total))
    return Table(tuple(Head(one) for one in across), body, last, lock, True)


def _address(figure: str, span: str, sides: dict[str, str], of: str = "") -> str:
    beside = {"of": of} if of else {}
    return "/statistics/list?" + urlencode({"span": span, "figure": figure, **beside, **sides})


def _by_month(session: Session, visit: Visit, wanted: Wanted, places: tuple[str, ...], lock: Frozen | None) -> Table:
    """Each month by itself, a locked one as it was locked; the last column is the span counted at once."""
    if wanted.span.kind == "cut":
        raise BadInput("Only whole months stand beside each other.")
    months = {one: stretch(one, visit.today) for one in months_of(wanted.span.span)}
    begun = {name: own for name, own in months.items() if own.span.start <= visit.at}
    known = {name: kept.figures for name, own in begun.items() if (kept := locked(session, own, places)) is not None}
    asked = {name: own.span for name, own in begun.items() if name not in known}
    whole = wanted.span.name
    if whole not in known:
        asked[whole] = wanted.span.span
    counted = figures_of(session, asked, territories=places, today=visit.today, only={wanted.figure})
    found = {**counted, **known}
    columns = [*begun, *([whole] if whole not in begun else [])]
    return _of_spans(wanted, [(Head(name), found[name], "") for name in columns], lock)


def _along(session: Session, visit: Visit, wanted: Wanted, places: tuple[str, ...], lock: Frozen | None) -> Table:
    """The span, the year before, and for a month both since January; with the change of each."""
    own, only = wanted.span, {wanted.figure}
    if lock is not None:
        if lock.along is None:
            raise BadInput("This month was locked before cumulative figures were kept with it.")
        return _beside(wanted, lock.figures, lock.along, lock)
    now = figures_of(session, {"": own.span}, territories=places, today=visit.today, only=only)[""]
    along = alongside(session, own, places, today=visit.today, only=only)
    if along is None:
        first = session.scalar(select(func.min(ComplaintRow.received_at)))
        before = None
        if first is not None and first < own.last_year.end:
            before = figures_of(session, {"": own.last_year}, territories=places, today=visit.today, only=only)[""]
        return _compared(wanted, [("now", now, "last_year", before)], "", None)
    return _beside(wanted, now, along, None)


def _beside(wanted: Wanted, now: MonthFigures, along: Along, lock: Frozen | None) -> Table:
    of = wanted.span.name if lock else ""
    year = ("cumulative", along.cumulative, "cumulative_last_year", along.cumulative_last_year)
    return _compared(wanted, [("now", now, "last_year", along.last_year), year], of, lock)


def _compared(
    wanted: Wanted,
    pairs: list[tuple[str, MonthFigures, str, MonthFigures | None]],
    of: str,
    lock: Frozen | None,
) -> Table:
    columns: list[tuple[Head, MonthFigures | None, str]] = []
    for name, now, name_before, before in pairs:
        columns.append((Head(now.month, name), now, of if name != "now" else ""))
        columns.append((Head(before.month if before else "", name_before), before, of))
    plain = _of_spans(wanted, columns, lock)
    heads = tuple(
        one for at in range(0, len(plain.heads), 2) for one in (*plain.heads[at : at + 2], Head("", "change"))
    )
    body = tuple((row, _with_changes(own)) for row, own in plain.body)
    return replace(plain, heads=heads, body=body, last=_with_changes(plain.last))


def _with_changes(own: tuple[Number, ...]) -> tuple[Number, ...]:
    """After each two columns by how much the first is more than the second."""
    found: list[Number] = []
    for now, was in zip(own[::2], own[1::2], strict=True):
        both = now.value is not None and was.value
        found += [now, was, Number(None, change=((now.value or 0) / was.value - 1) if both and was.value else None)]
    return tuple(found)


def _of_spans(wanted: Wanted, columns: Sequence[tuple[Head, MonthFigures | None, str]], lock: Frozen | None) -> Table:
    told = [own for _, own, _ in columns if own is not None]
    members = _members(told, wanted)

    def number(own: MonthFigures | None, of: str, dimension: str, member: str) -> Number:
        if own is None or not own.knows(wanted.figure):
            return Number(None)
        value = own.cell(wanted.figure, dimension, member)
        sides = {dimension: member} if member else {}
        return Number(value, _address(wanted.figure, own.month, sides, of) if value else "")

    body = tuple((member, tuple(number(own, of, wanted.rows, member) for _, own, of in columns)) for member in members)
    last = tuple(number(own, of, "total", "") for _, own, of in columns)
    return Table(tuple(head for head, _, _ in columns), body, last, lock, False)


def _members(told: Collection[MonthFigures], wanted: Wanted) -> list[str]:
    said = {member for own in told for member, value in own.by(wanted.figure, wanted.rows).items() if value}
    return in_order(wanted.rows, said)
