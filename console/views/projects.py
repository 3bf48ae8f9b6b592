"""One project of the wage-payment platform: what it told, how old that is, and what it told otherwise later."""

from __future__ import annotations

from fastapi import APIRouter, Response

from casework.settings_of_messages import ADDRESS_OF_PAGE
from console.guard import Visiting
from console.qr import drawn
from console.render import page
from console.views.shared import menu
from console.views.warnings import in_words
from services.office.working_days import calendar_in_force
from warehouse.queries.employer_sight import project_seen
from warehouse.queries.places import code_of_place
from warehouse.queries.project_page import project_facts
from warehouse.queries.warnings import warnings_on_project
from warehouse.store.settings import text, whole

router = APIRouter()
_SILENCE = ("days", "one_kind_days")


@router.get("/projects/{project_code:path}", name="project_page")
def project_page(visit: Visiting, project_code: str) -> Response:
    """A project: who is liable, the account, the deposit, each month as the gates saw it and as it was paid."""
    with visit.store.read() as session:
        row = project_seen(session, visit.actor, project_code)
        limits = {name: whole(session, f"warning.no_data.{name}") for name in _SILENCE}
        found = project_facts(
            session, visit.actor, row, calendar=calendar_in_force(session), at=visit.at, limits=limits
        )
        return page(
            visit,
            "project.html",
            nav=menu(session, visit),
            active="employers_page",
            found=found,
            project=row,
            warnings=warnings_on_project(session, visit.actor, row.project_code, today=visit.today),
            **in_words(visit),
        )


@router.get("/site-notice/{project_code:path}", name="site_notice")
def site_notice(visit: Visiting, project_code: str) -> Response:
    """A sheet for the notice board of a site: a QR code that leads to the page for workers and names the site."""
    with visit.store.read() as session:
        address = text(session, ADDRESS_OF_PAGE).rstrip("/")
        row = project_seen(session, visit.actor, project_code)
        url = f"{address}/s/{code_of_place(row.project_code)}"
        return page(
            visit,
            "site_notice.html",
            nav=menu(session, visit),
            active="employers_page",
            project=row,
            office=text(session, "document.office"),
            qr=drawn(url) if address else None,
            url=url,
        )
