"""One figure by two breakdowns at once (交叉表): chosen on the page, each number opens what it counts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from fastapi import APIRouter, Request, Response

from casework.errors import BadInput, NotFound
from console import labels_figures
from console.crosses import ACROSS, ALONG, MONTH, Table, Wanted, people_of, table
from console.guard import Visit, Visiting
from console.render import Show, page
from console.report import member_words
from console.views.shared import menu
from console.views.statistics import months_back
from warehouse.statistics.cross import AXES
from warehouse.statistics.definitions import BY_NAME, FEN, FIGURES
from warehouse.statistics.spans import between, stretch

router = APIRouter()


@router.get("/statistics/cross", name="cross_page")
def cross_page(visit: Visiting, request: Request) -> Response:
    """Cases opened by town and nature of this month, unless another table is asked for."""
    problem, found, names, status = "", None, {}, 200
    wanted = _wanted(request.query_params, visit)
    with visit.store.read() as session:
        try:
            if wanted.rows == wanted.columns:
                raise BadInput("Please choose two different breakdowns.")
            found = table(session, visit, wanted)
            names = people_of(session, found, wanted)
        except BadInput as refused:
            problem, status = str(refused), 422
        nav = menu(session, visit)
    show = Show(visit.words.language)
    return page(
        visit,
        "cross.html",
        status=status,
        nav=nav,
        active="statistics_page",
        wanted=wanted,
        span=wanted.span,
        last_day=wanted.span.span.after - timedelta(days=1),
        found=found,
        heads=_heads(show, wanted, found, names) if found else [],
        member=lambda code: member_words(show, wanted.rows, code, names, wanted.figure) if code else "—",
        months=months_back(visit.today),
        figures=FIGURES,
        figure=BY_NAME[wanted.figure],
        fen=FEN,
        down=AXES,
        across=ACROSS,
        figure_labels=labels_figures,
        problems={"": problem} if problem else {},
    )


def _wanted(given: Mapping[str, str], visit: Visit) -> Wanted:
    """The table of an address. What is not offered is no page."""
    figure, rows, columns = given.get("figure") or "cases_opened", given.get("rows") or "town", given.get("columns")
    columns = columns or "nature"
    name = given.get("span") or f"{visit.today:%Y-%m}"
    if given.get("from") and given.get("to"):
        name = between(given["from"], given["to"])
    if figure not in BY_NAME or rows not in AXES or columns not in ACROSS:
        raise NotFound("There is no such page.")
    try:
        return Wanted(figure, stretch(name, visit.today), rows, columns)
    except BadInput as wrong:
        raise NotFound("There is no such page.") from wrong


def _heads(show: Show, wanted: Wanted, found: Table, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """What stands over each column: its words, and below them the days it is of."""
    if wanted.columns == MONTH:
        return [(head.member, "") for head in found.heads]
    if wanted.columns == ALONG:
        return [(show.label(labels_figures.BESIDE, head.part), head.member) for head in found.heads]
    said = [
        member_words(show, wanted.columns, head.member, names, wanted.figure) if head.member else "—"
        for head in found.heads
    ]
    return [(one, "") for one in said]
