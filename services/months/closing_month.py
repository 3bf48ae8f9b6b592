"""The figures of a span as a workbook or as text, over one's places; each export is in the audit log."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.certified import MISSING, ChannelDay
from casework.disclosure import COMPLEMENTS, Table, hidden
from casework.errors import BadInput, NotAllowed
from casework.leniency import EXEMPTIONS
from casework.people import Actor, Role
from casework.record import Json
from services.months.alongside import alongside
from services.months.certifying import missing, month_days, must_be_certified
from services.months.put_in_place import put_in_place
from services.months.standing import Outside, Standing
from services.months.stopwatch import stopwatch
from warehouse import audit
from warehouse.engine import Warehouse, one_at_a_time
from warehouse.queries.officers import names_of
from warehouse.statistics.along import leads
from warehouse.statistics.figures_warned import WARNED
from warehouse.statistics.grounds import outermost
from warehouse.statistics.month import Cell, Item, MonthFigures, crossing_of, crossing_of_items, in_cells
from warehouse.statistics.pulls import frozen_days
from warehouse.statistics.restating import restatements
from warehouse.statistics.spans import Stretch, stretch
from warehouse.store.months import Frozen, frozen, keep_taken, recounted
from warehouse.store.purposes import keep_purpose
from warehouse.store.settings import whole

MAY_EXPORT = frozenset({Role.HEAD, Role.DESK_OFFICER})


@dataclass(frozen=True, slots=True)
class ExportCount:
    """What a workbook counts, whether it is final, how many channel-days lack their certificate, how many cells are
    hidden, and the sha256 of its bytes."""

    complaints: int
    cases: int
    concluded: int
    digest: str
    status: str = "provisional"
    missing: int = 0
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """What is wanted of an export: `office` is the name on the cover, `district` whose lock holds for one who may see
    all; `final` refuses anything but a locked month; `outside` hides small cells, and is final always; `cross` asks for
    all breakdowns at once, as text alone."""

    district: str = ""
    office: str = ""
    final: bool = False
    outside: bool = False
    cross: bool = False


@dataclass(frozen=True, slots=True)
class Counted:
    """The figures of a span, the lock they are of, what the lock kept, and what stands around them."""

    figures: MonthFigures
    lock: Frozen | None
    standing: Standing
    kept: list[Item] = field(default_factory=list)


def locked(session: Session, span: Stretch, places: tuple[str, ...]) -> Frozen | None:
    """What was locked of a span over exactly these places: of a month, where one territory is all of them."""
    if span.kind != "month" or len(places) != 1:
        return None
    return frozen(session, span.name, places[0])


def export_month(
    store: Warehouse, *, month: str, path: Path, purpose: str, actor: Actor, at: datetime, asked: Asked | None = None
) -> ExportCount:
    """Write the figures of a month or another span (`spans.stretch`) as .xlsx, or as .csv by the ending of the path,
    whole or not at all, over the places this actor may export.

    A locked month is final and written as it was locked; for an actor of all places, as it was locked over the district
    asked for. Anything else says that it is provisional, and which channel-days lack their pull certificate.

    Raises `BadInput` for a wrong span, one that has not begun, a missing purpose or folder; `NotAllowed` without the
    right to export, or where a final export is asked for and the month is not locked.
    """
    asked = asked or Asked()
    span = checked(month, path, purpose, actor, at)
    if asked.cross and (path.suffix != ".csv" or asked.outside):
        raise BadInput("All breakdowns at once are written as .csv, and never for outside; the workbook has them too.")
    places = outermost(actor.places(MAY_EXPORT))
    with store.read() as session:
        counted = count(session, span, places, asked, at)
        if asked.cross and counted.standing.cross is None:
            raise NotAllowed(f"{span.name} was locked before its rows were kept: it is broken down one by one alone.")
        if counted.lock is None and not asked.cross:
            along = alongside(session, span, places, today=local_day(at))
            names = {**names_of(session, leads(along)), **counted.standing.names}
            counted = replace(counted, standing=replace(counted.standing, along=along, names=names))
    # Loaded only here: the workbook is built with pandas, and neither the console nor another command waits for that.
    from services.months.month_book import cross_text, month_book, month_text

    if asked.cross:
        book = cross_text(counted.figures, counted.standing)
    elif path.suffix == ".csv":
        book = month_text(counted.figures, standing=counted.standing)
    else:
        book = month_book(counted.figures, span.span, standing=counted.standing)
    digest = hashlib.sha256(book).hexdigest()
    with put_in_place(path, book), store.write() as session:
        one_at_a_time(session, f"taken:{span.name}")
        details: dict[str, Json] = {
            "purpose": keep_purpose(session, purpose.strip(), by=actor.id, at=at),
            "definitions": counted.standing.definition,
            "territories": list(places),
            "sha256": digest,
            "status": _status(counted.standing),
            "outside": asked.outside,
            "cross": asked.cross,
        }
        if not asked.outside:
            keep_taken(session, counted.figures, places, definition=counted.standing.definition, by=actor.id, at=at)
        audit.record(session, by=actor.id, act="export_month", subject=f"month:{month}", at=at, details=details)
    total, outside = counted.figures.total, counted.standing.outside
    return ExportCount(
        total("received"),
        total("cases_opened"),
        total("concluded"),
        digest,
        _status(counted.standing),
        len(missing(counted.standing.days)),
        len(outside.hidden) if outside else 0,
    )


def _status(standing: Standing) -> str:
    return "final" if standing.final else "provisional"


def checked(month: str, path: Path, purpose: str, actor: Actor, at: datetime) -> Stretch:
    """The span that is asked for, when this actor may take it out for this purpose to this path."""
    if not actor.roles & MAY_EXPORT:
        raise NotAllowed("Only the desk or a head may export the figures of a month.")
    span = stretch(month, local_day(at))
    if span.span.start > at:
        raise BadInput("This month has not begun yet.")
    if not purpose.strip() or len(purpose) > 200:
        raise BadInput("An export needs a purpose of at most 200 characters.")
    if not path.parent.is_dir():
        raise BadInput("There is no folder to write the workbook into.")
    return span


def count(session: Session, span: Stretch, places: tuple[str, ...], asked: Asked, at: datetime) -> Counted:
    """The figures of a span over these places, as locked where they are locked, and what stands around them.

    Raises `NotAllowed` where a final export is asked for and cannot be had.
    """
    lock = locked(session, span, places)
    if lock is None and places == ("",):
        lock = locked(session, span, (asked.district,))
    if lock is None:
        return _open(session, span, places, asked, at)
    kept, figures = recounted(session, lock), lock.figures
    if asked.outside and not kept and any(figures.cells.values()):
        raise NotAllowed(f"{span.name} was locked before its rows were kept: nobody can tell which numbers are small.")
    people = [*figures.members("lead"), lock.by]
    names = lock.names if lock.names is not None else names_of(session, people)
    notes = restatements(session, lock.id)
    standing = Standing(
        why=(),
        office=asked.office,
        places=(lock.territory,),
        locked_at=lock.at,
        locked_by=names.get(lock.by, ""),
        definition=lock.definition,
        days=tuple(frozen_days(session, lock.id)),
        restated=tuple(notes),
        names={**names_of(session, {one.member for one in notes if one.dimension == "lead"}), **names},
        outside=_outside(session, figures, kept) if asked.outside else None,
        times=lock.times,
        along=None if asked.outside else lock.along,
        cross=None if asked.outside or (not kept and any(figures.cells.values())) else crossing_of_items(kept),
        counted=frozenset(name for name, dimension, _ in figures.cells if dimension == "total"),
    )
    return Counted(figures, lock, standing, kept)


def _open(session: Session, span: Stretch, places: tuple[str, ...], asked: Asked, at: datetime) -> Counted:
    days: list[ChannelDay] = month_days(session, span.span, at=at) if span.kind == "month" else []
    if asked.final or asked.outside:
        must_be_certified(days, span.name)
        if span.kind != "month":
            raise NotAllowed("Only a single month can be locked, and only a locked month is final or goes outside.")
        raise NotAllowed(f"{span.name} is not locked: a head locks a month once it is over, on the page Statistics.")
    crossing = crossing_of(session, span.span, territories=places, today=local_day(at))
    figures = MonthFigures(span.span.month, in_cells(crossing))
    why = ["span"] if span.kind != "month" else ["runs"] if span.runs else ["open"]
    why += ["gaps"] if any(one.state == MISSING for one in days) else []
    names = names_of(session, figures.members("lead"))
    times = stopwatch(session, span.span, places)
    standing = Standing(
        why=tuple(why),
        office=asked.office,
        places=places,
        days=tuple(days),
        names=names,
        times=times,
        cross=crossing,
    )
    return Counted(figures, None, standing)


def _outside(session: Session, figures: MonthFigures, kept: Iterable[Item]) -> Outside:
    least = whole(session, "figures.least")
    rows = [one for one in kept if one.figure not in _WARNED]
    cells = {cell: value for cell, value in figures.cells.items() if cell[0] not in _WARNED}
    spared = frozenset(str(one) for one in EXEMPTIONS)
    return Outside(least, hidden(Table(cells, behind(rows), spared, between(rows)), least=least))


_WARNED = frozenset(one.name for one in WARNED)


def between(kept: Iterable[Item]) -> dict[tuple[str, str], int]:
    """How many cases or complaints stand behind what is left of a figure without its part (`COMPLEMENTS`)."""
    named = {name for pair in COMPLEMENTS for name in pair}
    sums: dict[str, dict[str, int]] = {name: defaultdict(int) for name in named}
    for item in kept:
        if item.figure in named:
            sums[item.figure][item.subject_id] += item.value
    return {
        (whole, part): sum(value != sums[part].get(one, 0) for one, value in sums[whole].items())
        for whole, part in COMPLEMENTS
    }


def behind(kept: Iterable[Item]) -> Mapping[Cell, int]:
    """How many cases or complaints stand behind each cell."""
    found: dict[Cell, set[str]] = defaultdict(set)
    for item in kept:
        if item.value:
            for cell in item.cells():
                found[cell].add(item.subject_id)
    return {cell: len(subjects) for cell, subjects in found.items()}
