"""The figures of a span (统计报表): compared, broken down five ways, locked month by month, taken out as a workbook."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from casework.calendar import local_midnight
from casework.errors import BadInput, Conflict, NotAllowed
from casework.people import Role
from console import labels_figures, labels_times
from console.fields import Fields
from console.guard import Posting, Visit, Visiting
from console.render import Show, page
from console.report import GROUPS, IDS, LINES, TABLES, Report, member_words, report
from console.views.shared import menu
from console.words import N_
from services.months.baselines import drop_baseline, record_baseline
from services.months.certifying import accept_gaps
from services.months.closing_month import Asked, export_month
from services.months.freezing_month import freeze_month, restate_month
from services.months.time_sheet import scale
from services.office.working_days import calendar_in_force
from warehouse.queries.tiers import Kept, kept_tiers
from warehouse.statistics.definitions import BY_NAME, FEN, RATES, SIDES
from warehouse.statistics.definitions_of_times import BASELINES, HUMAN, MEDIANS, TIME_BY_NAME
from warehouse.statistics.figures_warned import WARNED
from warehouse.statistics.spans import between, stretch

router = APIRouter()
HEADLINES = (
    ("received", "duplicates", "cases_opened", "filed", "concluded", "closing_rate", "pending_end", "clocks_overdue"),
    ("amount_paid", "money_rate", "workers_paid", "exempted", "amount_exempted", "visits", "documents",
     "on_time_rate", "satisfaction_rate"),
)  # fmt: skip
BY_NAME_TOO = ("through_platform", "progress_dispatched", "progress_in_progress", "progress_concluded",
               "progress_closed", "employers_visited", "problems_corrected", "inquiry_notices", "rectification_orders",
               "decisions", "announced", "referred", "complaints_declined", "withdrawn", "employers_exempted",
               "jobs_kept", "money_not_came", "money_unanswered", "workers_concerned", "workers_migrant",
               "workers_unstated", "to_police", "police_filed", "listed", "delisted", "published")  # fmt: skip
"""What the office reports besides, by these names."""
WARNINGS = tuple(one.name for one in WARNED)
KINDS = (("documents", N_("Papers issued, by kind")), ("complaints_declined", N_("Complaints declined, by ground")),
         ("warnings_raised", N_("Warnings raised, by level")))  # fmt: skip
"""What is told apart by its kind on the page."""
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES = {"xlsx": WORKBOOK, "csv": "text/csv; charset=utf-8"}
OUTSIDE = {"outside-xlsx": "xlsx", "outside-csv": "csv"}
"""The buttons for what leaves the bureau, and what they write."""
CROSS = {"cross-csv": "csv"}
"""The button for all breakdowns at once."""


@router.get("/statistics", name="statistics_page")
def statistics_page(visit: Visiting, request: Request) -> Response:
    """One span; this month unless another is asked for."""
    asked = request.query_params
    name = asked.get("span") or asked.get("month") or f"{visit.today:%Y-%m}"
    if asked.get("from") and asked.get("to"):
        name = between(asked["from"], asked["to"])
    return _page(visit, name, cumulative=asked.get("cumulative") == "1")


def _page(
    visit: Visit,
    name: str,
    *,
    problem: str | None = None,
    wrong: Mapping[str, str] | None = None,
    status: int = 200,
    purpose: str = "",
    cumulative: bool = False,
    baseline: Mapping[str, list[str]] | None = None,
) -> Response:
    found: Report | None = None
    tiers: list[Kept] = []
    span = stretch(f"{visit.today:%Y-%m}", visit.today)
    with visit.store.read() as session:
        nav = menu(session, visit)
        try:
            span = stretch(name, visit.today)
            found = report(session, visit, span, cumulative=cumulative)
            first, after = local_midnight(span.span.first), local_midnight(span.span.after)
            calendar = calendar_in_force(session)
            tiers = kept_tiers(session, visit.actor, first, after, at=visit.at, calendar=calendar)
        except BadInput as refused:
            problem, status = str(refused), 422
    show = Show(visit.words.language)
    names = found.names if found else {}
    return page(
        visit,
        "statistics.html",
        status=status,
        nav=nav,
        active="statistics_page",
        found=found,
        tiers=tiers,
        span=span,
        last_day=span.span.after - timedelta(days=1),
        near=_near(visit.today),
        months=months_back(visit.today),
        headlines=HEADLINES,
        by_name=BY_NAME_TOO,
        warned=WARNINGS,
        shown=(*HEADLINES[0], *HEADLINES[1], *BY_NAME_TOO, *WARNINGS),
        kinds=KINDS,
        tables=TABLES,
        groups=GROUPS,
        rates={rate.name: rate for rate in RATES},
        titles=BY_NAME,
        sides={side.name: side for side in SIDES},
        fen=FEN,
        medians=MEDIANS,
        human=HUMAN,
        changed=BASELINES,
        time_titles=TIME_BY_NAME,
        time_labels=labels_times,
        scale=scale,
        baseline_typed=baseline,
        typed_of=lambda field: ((baseline or {}).get(field) or [""])[0],
        member=lambda dimension, code, figure="": member_words(show, dimension, code, names, figure),
        figure_labels=labels_figures,
        lines=LINES,
        few=IDS,
        accepts=visit.actor.may(Role.HEAD, visit.settings.district),
        purpose=purpose,
        problems=wrong or ({"": problem} if problem else {}),
    )


def months_back(today: date, count: int = 36) -> list[str]:
    """The last months, the newest first."""
    newest = today.year * 12 + today.month - 1
    return [f"{one // 12}-{one % 12 + 1:02d}" for one in range(newest, newest - count, -1)]


def _near(today: date) -> list[tuple[str, str]]:
    """The spans one click away: this month, the last, this quarter, this year so far."""
    months = months_back(today, 2)
    quarter = f"{today.year}-Q{(today.month + 2) // 3}"
    return [("month", months[0]), ("last_month", months[1]), ("quarter", quarter), ("year", f"{today.year}")]


@router.post("/statistics/export", name="export_month")
def export(visit: Visiting, form: Posting) -> Response:
    """A span as a workbook or as text, for a purpose that is written down."""
    fields = Fields(form)
    name, purpose = fields.needed("span", longest=40), fields.text("purpose", longest=200) or ""
    way = fields.choice("kind", {*TYPES, *OUTSIDE, *CROSS}) or "xlsx"
    fields.done()
    kind, own = {**OUTSIDE, **CROSS}.get(way, way), visit.settings
    asked = Asked(own.district, own.district_name, outside=way in OUTSIDE, cross=way in CROSS)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"figures.{kind}"
        given: dict[str, Any] = {"purpose": purpose, "actor": visit.actor, "at": visit.at, "asked": asked}
        try:
            export_month(visit.store, month=name, path=path, **given)
        except (BadInput, NotAllowed) as refused:
            return _page(visit, name, problem=str(refused), status=422, purpose=purpose)
        body = path.read_bytes()
    file = f"arrears-{name}{'-outside' if asked.outside else '-cross' if asked.cross else ''}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{file}"', "Cache-Control": "no-store"}
    return Response(body, media_type=TYPES[kind], headers=headers)


@router.post("/statistics/accept", name="accept_gaps")
def accept_gaps_of(visit: Visiting, form: Posting) -> Response:
    """Accept that days of a channel lack their pull certificate, with the head's reason."""
    fields = Fields(form)
    month, channel = fields.month("month", required=True) or "", fields.needed("channel", longest=40)
    reason = fields.needed("reason", longest=400)
    fields.done()
    try:
        given: dict[str, Any] = {"actor": visit.actor, "office": visit.settings.district, "at": visit.at}
        accept_gaps(visit.store, month=month, channel=channel, reason=reason, **given)
    except (BadInput, NotAllowed) as refused:
        return _page(visit, month, problem=str(refused), status=422)
    return RedirectResponse(f"/statistics?span={month}#pulls", status_code=303)


@router.post("/statistics/lock", name="lock_month")
def lock_month(visit: Visiting, form: Posting) -> Response:
    """Lock a month as it was shown: figures that moved meanwhile are shown again first."""
    fields = Fields(form)
    month, seen = fields.month("month", required=True) or "", fields.needed("digest", longest=64)
    fields.done()
    try:
        freeze_month(visit.store, month=month, seen=seen, actor=visit.actor, at=visit.at)
    except (BadInput, NotAllowed) as refused:
        return _page(visit, month, problem=str(refused), status=422)
    except Conflict as late:
        return _page(visit, month, problem=str(late), status=409)
    return RedirectResponse(f"/statistics?span={month}", status_code=303)


@router.post("/statistics/restate", name="note_restatement")
def note_restatement(visit: Visiting, form: Posting) -> Response:
    """Note what has changed in a locked month since, with the head's reason."""
    fields = Fields(form)
    month, reason = fields.month("month", required=True) or "", fields.needed("reason", longest=400)
    fields.done()
    try:
        restate_month(visit.store, month=month, reason=reason, actor=visit.actor, at=visit.at)
    except (BadInput, NotAllowed) as refused:
        return _page(visit, month, problem=str(refused), status=422)
    return RedirectResponse(f"/statistics?span={month}#restated", status_code=303)


@router.post("/statistics/baseline", name="record_baseline")
def keep_baseline(visit: Visiting, form: Posting) -> Response:
    """Keep what was timed by hand before; the form comes back with what was typed where that cannot be."""
    fields = Fields(form)
    span, measure = fields.needed("span", longest=40), fields.choice("measure", set(BASELINES)) or ""
    typed, how = fields.text("times") or "", fields.text("how", longest=400) or ""
    timed_on, timed_by = fields.day("timed_on", required=True), fields.choice("timed_by", set(Role)) or ""
    if timed_on is None or fields.errors:
        return _page(visit, span, wrong=fields.errors, status=422, baseline=fields.typed())
    try:
        record_baseline(
            visit.store,
            measure=measure,
            typed=typed,
            timed_on=timed_on,
            timed_by=timed_by,
            how=how,
            actor=visit.actor,
            at=visit.at,
        )
    except (BadInput, NotAllowed) as refused:
        return _page(visit, span, problem=str(refused), status=422, baseline=fields.typed())
    return RedirectResponse(f"/statistics?span={span}", status_code=303)


@router.post("/statistics/baseline/{baseline_id}/drop", name="drop_baseline")
def forget_baseline(visit: Visiting, form: Posting, baseline_id: str) -> Response:
    """Times that were wrong are compared with no more."""
    fields = Fields(form)
    span = fields.needed("span", longest=40)
    fields.done()
    try:
        drop_baseline(visit.store, baseline_id=baseline_id, actor=visit.actor, at=visit.at)
    except NotAllowed as refused:
        return _page(visit, span, problem=str(refused), status=422)
    return RedirectResponse(f"/statistics?span={span}", status_code=303)
