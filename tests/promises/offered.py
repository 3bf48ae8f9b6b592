"""What the pages of one's own offer to send: each form filled in, and the ids it carries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import html
from sqlalchemy import select

from casework.people import Actor, Role
from console.access import ACCESS
from console.acts import ACTS
from tests.promises.districts import PASSWORD, District
from warehouse.models import Base

_USUAL = {
    "date": "2026-11-20",
    "datetime-local": "2026-11-20T09:00",
    "number": "1",
    "month": "2026-10",
    "password": PASSWORD,
}
_AN_ID = re.compile(r"([a-z]{2,4}_[0-9a-z_]{6,}|JM\d{4}-\d{5})(@\d+)?\Z")

PAGES = {
    Role.DESK_OFFICER: (
        "/queue",
        "/queue?tab=in_progress",
        "/review",
        "/linkage/sample",
        "/rota",
        "/walk-in",
        "/employers",
        "/employers/{employer_id}",
        "/callbacks/{complaint_id}",
        "/money/{complaint_id}",
        "/cases/{waiting_no}",
        "/queue/merge?case={waiting_no}&case={other_no}",
        "/queue/choose?case={waiting_no}&case={other_no}",
        "/queue?sent={again_id}",
    ),
    Role.INSPECTOR: (
        "/cases/{matter_no}",
        "/cases/{matter_no}/ledger",
        "/cases/{matter_no}/outcome",
        "/cases/{matter_no}/papers/{document_id}",
        "/mine",
    ),
    Role.HEAD: ("/cases/{matter_no}", "/cases/{matter_no}/outcome", "/mine", "/rota"),
    Role.SECURITY_ADMIN: ("/accounts", "/accounts/{account_id}"),
}


def act_pages(role: Role) -> list[str]:
    """The forms of the acts that ask for a thing, on the case that each role works at."""
    number = {Role.DESK_OFFICER: "waiting_no", Role.INSPECTOR: "matter_no", Role.HEAD: "matter_no"}.get(role)
    kinds = {"case", "complaint", "officer", "officers", "pick"}
    asking = [act for act in ACTS if number and not act.at_once and kinds & {ask.kind for ask in act.asks}]
    return [
        f"/cases/{{{number}}}/{act.path}"
        for act in asking
        if ACCESS[act.name].admits(Actor("x", frozenset({role}), ("",)))
    ]


def forms(page: str) -> Iterator[tuple[str, dict[str, list[str]], dict[str, list[str]]]]:
    """Each form of a page that posts: its address, its fields filled in, and the ids that each field could carry."""
    document: Any = html.fromstring(page)
    for form in document.xpath("//form[@method='post']"):
        sent: dict[str, list[str]] = {}
        ids: dict[str, list[str]] = {}
        for field in form.xpath(".//input[@name] | .//select[@name] | .//textarea[@name] | .//button[@name]"):
            name, kind = field.get("name"), field.get("type") or field.tag
            offered = [one.get("value") or "" for one in field.xpath(".//option")] if field.tag == "select" else []
            value = field.get("value") or next((one for one in offered if one), "") or _USUAL.get(kind, "已查明")
            if kind != "radio" or name not in sent:
                sent.setdefault(name, []).append(value)
            ids.setdefault(name, []).extend(one for one in [value, *offered] if _AN_ID.match(one))
        yield form.get("action") or "", sent, {name: found for name, found in ids.items() if found}


def twins(there: District) -> dict[str, str]:
    """One id of the other district for each kind of thing, by the letters it begins with."""
    found: dict[str, str] = {}
    with there.store.read() as session:
        own = {one.id for one in there.roles.values()} | {one for one in there.ids.values() if _AN_ID.match(one)}
        tables = [table for table in Base.metadata.sorted_tables if "id" in table.columns]
        for _ in range(3):
            for table in tables:
                keys = [column for column in table.columns if column.foreign_keys]
                for row in session.execute(select(table.c.id, *keys)):
                    if own & {str(value) for value in row[1:]} or row.id in own:
                        own.add(row.id)
                        found.setdefault(str(row.id).partition("_")[0], row.id)
    return found | {
        "acc": there.inspectors[1].id,
        "JM": there.ids["matter_no"],
        "case": there.ids["waiting_id"],
        "emp": there.ids["employer_id"],
    }
