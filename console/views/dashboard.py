"""The dashboard (工作台): the figures of a period, who is late, how the channels are. A number opens its cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import APIRouter, Request, Response

from casework.errors import NotFound
from console import labels_figures, labels_warnings
from console.access import may
from console.guard import Visiting
from console.render import page
from console.views.shared import horizon, menu, pulled
from console.warned_month import COUNTED, warned
from dedupe.streets import street_name
from services.arriving.watching import silence_allowed
from warehouse.queries.channels import ChannelLine
from warehouse.queries.officers import names_of
from warehouse.queries.warnings import count_standing
from warehouse.statistics.dashboard import dashboard
from warehouse.statistics.grounds import NOBODY
from warehouse.statistics.of_cases import STEPS
from warehouse.statistics.periods import PERIODS

router = APIRouter()
TOWNS, OFFICERS = 10, 5


@dataclass(frozen=True, slots=True)
class Heard:
    """One channel with how long ago it was last heard, in minutes; `late` when that is longer than it may be."""

    line: ChannelLine
    minutes: int | None
    late: bool


@router.get("/dashboard", name="dashboard_page")
def dashboard_page(visit: Visiting, request: Request) -> Response:
    """The figures of this month, or of the period asked for."""
    name = request.query_params.get("period") or "month"
    if name not in PERIODS:
        raise NotFound("There is no such page.")
    with visit.store.read() as session:
        near = horizon(session, visit)
        found = dashboard(session, visit.actor, name, today=visit.today, horizon=near)
        names = names_of(session, {one.lead_id for one in found.marks[:OFFICERS]} - {NOBODY})
        channels = [_heard(line, visit.at) for line in pulled(session, since=visit.at - timedelta(hours=24))]
        standing = count_standing(session, visit.actor, today=visit.today) if may(visit.actor, "warnings_page") else {}
        spans = {"month": f"{visit.today:%Y-%m}", "year": f"{visit.today.year}"}
        spans["quarter"] = f"{visit.today.year}-Q{(visit.today.month + 2) // 3}"
        told = warned(session, visit, spans[name]) if name in spans else None
        nav = menu(session, visit)
    return page(
        visit,
        "dashboard.html",
        nav=nav,
        active="dashboard_page",
        period=name,
        periods=PERIODS,
        found=found,
        officers=found.marks[:OFFICERS],
        names=names,
        nobody=NOBODY,
        towns=[(code, street_name(code), count) for code, count in list(found.by_town.items())[:TOWNS]],
        steps=STEPS,
        channels=channels,
        late=[one for one in channels if one.late],
        figure_labels=labels_figures,
        standing=standing,
        warned=told,
        counted=COUNTED,
        warning_labels=labels_warnings,
    )


def _heard(line: ChannelLine, at: datetime) -> Heard:
    """A paused channel, or one that nobody has asked yet, is late for nothing."""
    if line.last_success_at is None:
        return Heard(line, None, late=False)
    ago = at - line.last_success_at
    late = line.state != "paused" and ago > silence_allowed(line.name)
    return Heard(line, max(0, int(ago.total_seconds() // 60)), late)
