"""The list of cases behind a number: what the address asks for, as chips that can be taken away one by one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from casework.errors import BadInput, NotFound
from console import labels, labels_figures
from console.guard import Visit, Visiting
from console.render import page
from console.views.shared import horizon, menu
from dedupe.streets import street_name
from warehouse.queries.case_list import FIGURES, MARKS, Wanted, case_list
from warehouse.queries.officers import names_of
from warehouse.statistics.grounds import NOBODY, UNSAID, Window, window
from warehouse.statistics.of_cases import STEPS
from warehouse.statistics.periods import PERIODS, period

router = APIRouter()
_OFFERED: dict[str, frozenset[str]] = {
    "figure": frozenset(FIGURES),
    "period": frozenset(PERIODS),
    "nature": frozenset(labels.NATURES),
    "status": frozenset(STEPS),
    "reached": frozenset(STEPS),
    "mark": frozenset(MARKS),
}
_WRITTEN = {
    "month": re.compile(r"[0-9]{4}-[0-9]{2}\Z"),
    "town": re.compile(r"[0-9]{6,9}\Z|unsaid\Z"),
    "lead": re.compile(r"[a-z0-9_]{1,64}\Z"),
}
ASKED = (*_OFFERED, *_WRITTEN)


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter in words, and the address of the list without it."""

    words: str
    without: str


@router.get("/cases", name="cases_page")
def cases_page(visit: Visiting, request: Request) -> Response:
    """The cases that a number counts, a page at a time; without a filter all that one may see."""
    asked = _asked(request.query_params)
    number = request.query_params.get("page") or "1"
    if not re.fullmatch(r"[0-9]{1,6}", number):
        raise NotFound("There is no such page.")
    wanted = _wanted(asked, visit.today)
    with visit.store.read() as session:
        listed = case_list(session, visit.actor, wanted, horizon(session, visit), page=int(number))
        chips = _chips(session, visit, asked)
        nav = menu(session, visit)
    return page(
        visit,
        "cases.html",
        nav=nav,
        active="cases_page",
        listed=listed,
        asked=asked,
        chips=chips,
        turned=lambda to: _address({**asked, "page": str(to)}),
        figures=FIGURES,
        periods=PERIODS,
        steps=STEPS,
        marks=tuple(MARKS),
        figure_labels=labels_figures,
    )


def _asked(given: Mapping[str, str]) -> dict[str, str]:
    """The filters of an address, each one of those offered. A figure is of a period, a period of a figure."""
    asked = {name: value for name in ASKED if (value := given.get(name) or "")}
    for name, value in asked.items():
        known = value in _OFFERED[name] if name in _OFFERED else _WRITTEN[name].match(value) is not None
        if not known:
            raise NotFound("There is no such page.")
    if "period" in asked or "month" in asked:
        asked.setdefault("figure", "opened")
    elif "figure" in asked:
        asked["period"] = "all"
    return asked


def _wanted(asked: Mapping[str, str], today: date) -> Wanted:
    return Wanted(
        figure=asked.get("figure"),
        span=_span(asked, today),
        nature=asked.get("nature"),
        status=asked.get("status"),
        reached=asked.get("reached"),
        town=asked.get("town"),
        mark=asked.get("mark"),
        lead=asked.get("lead"),
    )


def _span(asked: Mapping[str, str], today: date) -> Window | None:
    if "month" in asked:
        try:
            return window(asked["month"])
        except BadInput as wrong:
            raise NotFound("There is no such page.") from wrong
    return period(asked["period"], today) if "period" in asked else None


def _chips(session: Session, visit: Visit, asked: Mapping[str, str]) -> list[Chip]:
    """Each filter in words. A figure and its span are one: neither says anything alone."""
    say = visit.words.say
    found = []
    if "figure" in asked:
        span, figure = labels_figures.PERIODS.get(asked.get("period", "")), labels_figures.FIGURES[asked["figure"]]
        words = f"{asked.get('month') or say(span or '')} · {say(figure)}"
        found.append(Chip(words, _without(asked, "figure", "period", "month")))
    tables = {
        "nature": labels.NATURES,
        "status": labels.STATUSES,
        "reached": labels_figures.REACHED,
        "mark": labels_figures.MARKS,
    }
    for name, table in tables.items():
        if name in asked:
            code = asked[name]
            found.append(Chip(say(table[code]), _without(asked, name)))
    if "town" in asked:
        town = say("No place said") if asked["town"] == UNSAID else street_name(asked["town"])
        found.append(Chip(town or say("Town not said"), _without(asked, "town")))
    if "lead" in asked:
        names = names_of(session, {asked["lead"]})
        nobody = say("Nobody yet") if asked["lead"] == NOBODY else "—"
        found.append(Chip(names.get(asked["lead"], nobody), _without(asked, "lead")))
    return found


def _without(asked: Mapping[str, str], *names: str) -> str:
    return _address({name: value for name, value in asked.items() if name not in names})


def _address(asked: Mapping[str, str]) -> str:
    return f"/cases?{urlencode(asked)}" if asked else "/cases"
