"""What stands behind a number of the statistics, line by line; and what every figure counts (统计口径)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from casework.errors import BadInput, NotFound
from console.guard import Visit, Visiting
from console.labels_warning_rules import NAMES
from console.render import Show, page
from console.report import member_words, places_of
from console.views.shared import menu
from services.months.closing_month import locked
from warehouse.queries.behind import Named, named
from warehouse.queries.officers import names_of
from warehouse.statistics.definitions import BY_NAME, FEN, FIGURES, MARKS, RATES, SIDES, VERSION
from warehouse.statistics.definitions_of_times import TIMES
from warehouse.statistics.figures_warned import WARNED
from warehouse.statistics.month import DIMENSIONS, Item, items
from warehouse.statistics.spans import Stretch, stretch
from warehouse.store.months import frozen_items

router = APIRouter()
PAGE = 50
_CODES = re.compile(r"[A-Za-z0-9_,]{1,600}\Z")


@dataclass(frozen=True, slots=True)
class Asked:
    """One number: of which figure, of which span, of which members of the breakdowns.

    `of`: the locked month beside which it stands; what stands beside a month was kept with it as numbers, not as lines.
    """

    figure: str
    span: Stretch
    sides: Mapping[str, tuple[str, ...]]
    of: Stretch | None = None

    @property
    def pairs(self) -> dict[str, str]:
        """As its address says it."""
        said = {side: ",".join(codes) for side, codes in self.sides.items()}
        beside = {"of": self.of.name} if self.of else {}
        return {"span": self.span.name, "figure": self.figure, **beside, **said}

    def holds(self, item: Item) -> bool:
        """Whether an item stands where this number is counted."""
        return all(getattr(item, side) in codes for side, codes in self.sides.items())


@dataclass(frozen=True, slots=True)
class Behind:
    """One page of what a number counts: how many lines there are, and what they add up to.

    `kept`: the number as it was kept beside a locked month; None where the number is counted as the lines are.
    """

    lines: tuple[Item, ...]
    found: int
    total: int
    page: int
    pages: int
    locked: bool
    kept: int | None
    known: Mapping[str, Named]
    names: Mapping[str, str]


def _asked(given: Mapping[str, str], visit: Visit) -> Asked:
    sides = {}
    for side in (*DIMENSIONS, "kind"):
        if given.get(side):
            if not _CODES.match(given[side]):
                raise NotFound("There is no such page.")
            sides[side] = tuple(given[side].split(","))
    if given.get("figure", "") not in BY_NAME:
        raise NotFound("There is no such page.")
    try:
        of = stretch(given["of"], visit.today) if given.get("of") else None
        return Asked(given["figure"], stretch(given.get("span", ""), visit.today), sides, of)
    except BadInput as wrong:
        raise NotFound("There is no such page.") from wrong


def _behind(session: Session, visit: Visit, asked: Asked, number: int) -> Behind:
    places, span = places_of(visit), asked.span
    lock = locked(session, span, places)
    if lock is not None:
        counted = frozen_items(session, lock.id, figure=asked.figure)
    else:
        counted = items(session, span.span, territories=places, today=visit.today, only={asked.figure})
    lines = sorted((one for one in counted if asked.holds(one)), key=lambda one: (-one.value, one.subject_id))
    pages = max(1, -(-len(lines) // PAGE))
    shown = min(max(number, 1), pages)
    part = tuple(lines[(shown - 1) * PAGE : shown * PAGE])
    return Behind(
        lines=part,
        found=len(lines),
        total=sum(one.value for one in lines),
        page=shown,
        pages=pages,
        locked=lock is not None,
        kept=_kept(session, asked, places),
        known=named(session, visit.actor, {one.subject_id for one in part}),
        names=names_of(session, {one.lead for one in part} | set(asked.sides.get("lead", ()))),
    )


def _kept(session: Session, asked: Asked, places: tuple[str, ...]) -> int | None:
    """The figure over the span, or of members of one breakdown, as it was kept beside the locked month."""
    lock = locked(session, asked.of, places) if asked.of else None
    if lock is None or lock.along is None or len(asked.sides) > 1:
        return None
    beside = (lock.along.cumulative, lock.along.last_year, lock.along.cumulative_last_year)
    kept = next((one for one in beside if one is not None and one.month == asked.span.name), None)
    if kept is None:
        return None
    sides = asked.sides or {"total": ("",)}
    return sum(kept.cell(asked.figure, side, code) for side, codes in sides.items() for code in codes)


@router.get("/statistics/list", name="figure_list")
def figure_list(visit: Visiting, request: Request) -> Response:
    """The cases and complaints that one number counts, each with what it adds; together they are the number."""
    asked = _asked(request.query_params, visit)
    number = request.query_params.get("page") or "1"
    if not re.fullmatch(r"[0-9]{1,6}", number):
        raise NotFound("There is no such page.")
    with visit.store.read() as session:
        found = _behind(session, visit, asked, int(number))
        nav = menu(session, visit)
    show = Show(visit.words.language)
    return page(
        visit,
        "figure_list.html",
        nav=nav,
        active="statistics_page",
        asked=asked,
        found=found,
        figure=BY_NAME[asked.figure],
        fen=FEN,
        rules=NAMES,
        warned={one.name for one in WARNED},
        sides={side.name: side for side in SIDES},
        member=lambda dimension, code: member_words(show, dimension, code, found.names, asked.figure),
        turned=lambda to: "/statistics/list?" + urlencode({**asked.pairs, "page": str(to)}),
    )


@router.get("/definitions", name="definitions_page")
def definitions_page(visit: Visiting) -> Response:
    """What every figure counts, in the words of the metrics themselves."""
    with visit.store.read() as session:
        nav = menu(session, visit)
    return page(
        visit,
        "definitions.html",
        nav=nav,
        active="statistics_page",
        figures=FIGURES,
        marks=MARKS,
        times=TIMES,
        rates=RATES,
        sides=SIDES,
        titles=BY_NAME,
        version=VERSION,
    )
