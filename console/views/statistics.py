"""The figures of a month, by channel, nature and outcome, each with what it counts; and the workbook of them."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

from fastapi import APIRouter, Request, Response

from casework.errors import BadInput, NotAllowed
from casework.people import Role
from console.fields import Fields
from console.guard import Posting, Visit, Visiting
from console.render import page
from console.views.shared import menu
from services.months.closing_month import export_month
from warehouse.statistics.definitions import BY_NAME, FEN, RATES
from warehouse.statistics.month import figures

router = APIRouter()
HEADLINES = ("received", "cases_opened", "filed", "concluded", "amount_paid", "exempted", "visits", "clocks_overdue")
TABLES = (
    ("channel", ("received", "duplicates", "cases_opened", "concluded", "amount_claimed", "amount_paid")),
    ("nature", ("cases_opened", "concluded", "workers_concerned", "amount_claimed", "amount_paid")),
    ("outcome", ("concluded", "exempted", "amount_exempted", "amount_paid")),
)
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_READS = frozenset({Role.DESK_OFFICER, Role.HEAD, Role.READ_ONLY})


@router.get("/statistics", name="statistics_page")
def statistics_page(visit: Visiting, request: Request) -> Response:
    """One month; this one unless another is asked for."""
    month = request.query_params.get("month") or f"{visit.today:%Y-%m}"
    return _page(visit, month)


def _page(visit: Visit, month: str, *, problem: str | None = None, status: int = 200) -> Response:
    places = visit.actor.places(_READS)
    counted = None
    with visit.store.read() as session:
        nav = menu(session, visit)
        try:
            counted = figures(session, month, territories=places, today=visit.today)
        except BadInput as wrong:
            problem, status = str(wrong), 422
    return page(
        visit,
        "statistics.html",
        status=status,
        nav=nav,
        active="statistics_page",
        month=month,
        months=_months(visit.today),
        counted=counted,
        headlines=HEADLINES,
        tables=TABLES,
        rates=RATES,
        titles=BY_NAME,
        fen=FEN,
        open_month=month == f"{visit.today:%Y-%m}",
        problem=problem,
    )


def _months(today: date, count: int = 14) -> list[str]:
    newest = today.year * 12 + today.month - 1
    return [f"{one // 12}-{one % 12 + 1:02d}" for one in range(newest, newest - count, -1)]


@router.post("/statistics/export", name="export_month")
def export(visit: Visiting, form: Posting) -> Response:
    """The workbook of a month, for a purpose that is written down."""
    fields = Fields(form)
    month, purpose = fields.month("month", required=True) or "", fields.text("purpose", longest=200) or ""
    fields.done()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "month.xlsx"
        try:
            export_month(visit.store, month=month, path=path, purpose=purpose, actor=visit.actor, at=visit.at)
        except (BadInput, NotAllowed) as refused:
            return _page(visit, month, problem=str(refused), status=422)
        body = path.read_bytes()
    headers = {"Content-Disposition": f'attachment; filename="arrears-{month}.xlsx"'}
    return Response(body, media_type=WORKBOOK, headers=headers)
