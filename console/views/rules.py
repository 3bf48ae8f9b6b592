"""The rules of the office: each setting with its source and history, another value tried before it is put."""

from __future__ import annotations

import json
import math
from itertools import groupby
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from casework.errors import ArrearsError, BadInput, Conflict, NotAllowed, NotFound
from casework.record import Json
from casework.settings_of_law import SETTINGS
from casework.settings_of_tiers import EXAMPLES
from console.fields import Fields
from console.guard import Posting, Visit, Visiting, Wrong
from console.render import page
from console.views.shared import menu
from console.words import N_
from services.office.rules import change_setting, read_value
from services.office.trying_rules import Effect, lines_in_force, try_line, try_setting
from services.warnings.trying import OF, try_threshold
from warehouse.queries.holidays import notices_loaded
from warehouse.queries.rules import changes_of, rules

router = APIRouter()
LINKER = "linker.line"
"""The line of the linker, which is tried here and drawn by training; it is no setting."""
NOT_A_LINE = N_("Please give a number of bits, such as 4 or 4.5.")


def written(value: Json) -> str:
    """A value as the form holds it: a text as it is, all else as JSON, with a line for each part that has parts."""
    if isinstance(value, dict) and any(isinstance(part, dict) for part in value.values()):
        lines = (f"  {written_whole(name)}: {written_whole(part)}" for name, part in value.items())
        return "{\n" + ",\n".join(lines) + "\n}"
    return value if isinstance(value, str) else written_whole(value)


def written_whole(value: Json) -> str:
    """A value as JSON in one line."""
    return json.dumps(value, ensure_ascii=False)


@router.get("/rules", name="rules_page")
def rules_page(visit: Visiting) -> Response:
    """Every setting, in groups."""
    with visit.store.read() as session:
        lines = rules(session)
        notices = notices_loaded(session)
        nav = menu(session, visit)
    groups = [(name, list(found)) for name, found in groupby(lines, key=lambda one: one.name.split(".")[0])]
    context: dict[str, Any] = {"groups": groups, "nav": nav, "active": "rules_page", "written": written}
    return page(visit, "rules.html", **context, notices=notices, lines=lines_in_force())


@router.get("/rules/{name}", name="rule_page")
def rule_page(visit: Visiting, name: str) -> Response:
    """One setting: its value and source, how it came to be so, and the form for another value."""
    return _one(visit, name)


def _one(
    visit: Visit,
    name: str,
    *,
    fields: Fields | None = None,
    problem: ArrearsError | None = None,
    effects: tuple[Effect, ...] | None = None,
) -> Response:
    if name not in SETTINGS and name != LINKER:
        raise NotFound("There is no such setting.")
    with visit.store.read() as session:
        line = next((one for one in rules(session) if one.name == name), None)
        history = changes_of(session, name)
        nav = menu(session, visit)
    errors = problem.errors if isinstance(problem, Wrong) else {"": str(problem)} if problem else {}
    context: dict[str, Any] = {"one": line, "history": history, "effects": effects, "errors": errors, "nav": nav}
    context |= {
        "typed": fields.typed() if fields else {},
        "active": "rules_page",
        "written": written,
        "examples": EXAMPLES,
        "copied": "example" in visit.request.query_params,
    }
    template = "linker_line.html" if line is None else "rule.html"
    status = 409 if isinstance(problem, Conflict) else 422 if problem else 200
    return page(visit, template, status=status, **context, lines=lines_in_force())


@router.post("/rules/{name}/try", name="try_rule")
def try_rule(visit: Visiting, form: Posting, name: str) -> Response:
    """What the value would do today. Nothing is written."""
    fields = Fields(form)
    try:
        if name == LINKER:
            effects = try_line(visit.store, line=_bits(fields), actor=visit.actor, at=visit.at)
        elif name in SETTINGS:
            value = _value(fields, name)
            tried = try_threshold if name.startswith(OF) else try_setting
            effects = tried(visit.store, name=name, value=value, actor=visit.actor, at=visit.at)
        else:
            raise NotFound("There is no such setting.")
    except (Wrong, BadInput, NotAllowed) as problem:
        return _one(visit, name, fields=fields, problem=problem)
    return _one(visit, name, fields=fields, effects=effects)


@router.post("/rules/{name}", name="change_rule")
def change_rule(visit: Visiting, form: Posting, name: str) -> Response:
    """Put the office's own value, with where it comes from."""
    if name not in SETTINGS:
        raise NotFound("There is no such setting.")
    fields = Fields(form)
    source = fields.needed("source", longest=400)
    try:
        version = fields.version()
        fields.done()
        value = _value(fields, name)
        change_setting(
            visit.store, name=name, value=value, source=source, actor=visit.actor, at=visit.at, version=version
        )
    except (Wrong, BadInput, NotAllowed, Conflict) as problem:
        return _one(visit, name, fields=fields, problem=problem)
    return RedirectResponse(f"/rules/{name}", status_code=303)


def _value(fields: Fields, name: str) -> Json:
    text = isinstance(SETTINGS[name].default, str)
    typed = fields.text("value", required=not text, longest=20_000) or ""
    fields.done()
    return read_value(name, typed)


def _bits(fields: Fields) -> float:
    typed = fields.needed("value", longest=20)
    fields.done()
    try:
        line = float(typed)
    except ValueError:
        line = math.nan
    if not -100 <= line <= 100:
        raise Wrong({"value": NOT_A_LINE})
    return line
