"""Forms of a page, filled in and sent as a browser without scripts would."""

from __future__ import annotations

from typing import Any

from lxml import html

from tests.console.conftest import Person


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
