"""Forms of a page, filled in and sent as a browser without scripts would."""

from __future__ import annotations

from typing import Any

from lxml import html
from sqlalchemy import select

from casework.blanks import typed
from tests.console.conftest import Person
from warehouse.engine import Warehouse
from warehouse.models import DocumentRow


def form_of(page: str, action: str) -> dict[str, Any]:
    """The fields of a form as a browser would send them untouched."""
    document: Any = html.fromstring(page)
    form = next(one for one in document.xpath("//form") if one.get("action") == action)
    fields: dict[str, Any] = {}
    for name, value in form.form_values():
        fields.setdefault(name, []).append(value)
    return fields


def send(person: Person, page: str, action: str, status: int = 200, **more: Any) -> str:
    """Send the form of a page with some fields filled in."""
    return person.post(action, status=status, **(form_of(page, action) | more))


def complete(store: Warehouse, person: Person, case: str, kind: str) -> None:
    """Fill what the newest paper of a kind must say, on its own page."""
    with store.read() as session:
        question = select(DocumentRow).where(DocumentRow.kind == kind).order_by(DocumentRow.serial.desc())
        paper = session.scalars(question.limit(1)).one()
        page, body = f"{case}/papers/{paper.id}", paper.body
    wanted = [blank for blank in typed(kind) if blank.required and not body.get(blank.key)]
    values: dict[str, Any] = {blank.key: "2026-12-31" if blank.form == "day" else "已查明" for blank in wanted}
    send(person, person.get(page), f"{page}/fill", **values)
