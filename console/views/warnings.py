"""Warnings (预警提示): the list by level and due day, and one warning with its evidence and what was done with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from casework.errors import Conflict, NotFound
from casework.warnings.rules import RULES
from console import labels_prevention, labels_warning_rules, labels_warnings, warning_words
from console.access import may
from console.guard import Visit, Visiting
from console.render import Show, page
from console.views.shared import menu
from console.warned_month import COUNTED, warned
from dedupe.streets import street_name
from warehouse.queries.employer_record import risks
from warehouse.queries.employer_sight import projects_seen
from warehouse.queries.employers import NO_RISK
from warehouse.queries.officers import names_of
from warehouse.queries.prevention import notices_of
from warehouse.queries.warning_acts import acts_on, open_cases_of, who_may_look_after
from warehouse.queries.warning_evidence import evidence_of
from warehouse.queries.warning_sight import warning_seen
from warehouse.queries.warnings import LEVELS, STATES, Wanted, last_looked, one_line, warnings, warnings_on
from warehouse.store.rule_mutings import muted
from warehouse.store.warning_acts import OPEN, SETTLEMENTS

router = APIRouter()
_PAGE = "prevention_page"


def in_words(visit: Visit) -> dict[str, Any]:
    """How templates say a warning: the tables of its words, its sentence, and a row of its evidence."""
    show = Show(visit.words.language)
    return {
        "warning_labels": labels_warnings,
        "rule_labels": labels_warning_rules,
        "prevention_labels": labels_prevention,
        "told": partial(warning_words.told, show, today=visit.today),
        "in_a_line": partial(warning_words.in_a_line, show, today=visit.today),
        "rests_on": partial(warning_words.source, show),
    }


def _state(wanted: Wanted) -> Callable[..., dict[str, str]]:
    """What a link of the list carries, with changes. What holds anyway is left out."""

    def to(**changes: Any) -> dict[str, str]:
        after, plain = asdict(replace(wanted, **{"page": 1, **changes})), asdict(Wanted())
        kept = {name: value for name, value in after.items() if value != plain[name]}
        return {name: "yes" if value is True else str(value) for name, value in kept.items()}

    return to


def _wanted(asked: Mapping[str, str]) -> Wanted:
    """The filters of an address, each one of those offered."""
    state, level, rule = asked.get("state") or "standing", asked.get("level") or "", asked.get("rule") or ""
    town, number = asked.get("town") or "", asked.get("page") or "1"
    known = state in STATES and level in ("", *LEVELS) and (not rule or rule in RULES)
    if not known or not number.isdecimal() or len(number) > 6 or len(town) > 12 or not (town or "0").isalnum():
        raise NotFound("There is no such list.")
    return Wanted(state, level, rule, town, asked.get("mine") == "yes", int(number))


@router.get("/warnings", name="warnings_page")
def warnings_page(visit: Visiting, request: Request) -> Response:
    """The warnings that wait for somebody, or those set aside or settled. The worst and the nearest day come first."""
    wanted = _wanted(request.query_params)
    with visit.store.read() as session:
        listed = warnings(session, visit.actor, wanted, today=visit.today)
        last, silent = last_looked(session), sorted(muted(session))
        month = warned(session, visit, f"{visit.today:%Y-%m}")
        nav = menu(session, visit)
    return page(
        visit,
        "warnings.html",
        nav=nav,
        active="warnings_page",
        listed=listed,
        wanted=wanted,
        to=_state(wanted),
        levels=LEVELS,
        states=STATES,
        last=last,
        silent=silent,
        warned=month,
        counted=COUNTED,
        town=partial(_town, visit),
        **in_words(visit),
    )


def _town(visit: Visit, code: str) -> str:
    return street_name(code) or Show.place(code, visit.settings)


def show_warning(
    visit: Visit,
    warning_id: str,
    *,
    failed: str = "",
    errors: dict[str, str] | None = None,
    typed: dict[str, list[str]] | None = None,
    conflict: Conflict | None = None,
    status: int = 200,
) -> Response:
    """The page of one warning; after a mistake or a conflict with what was typed."""
    with visit.store.read() as session:
        row = warning_seen(session, visit.actor, warning_id)
        context = _facts(session, visit, row.id) | {
            "keepers": who_may_look_after(session, row, today=visit.today) if row.state == OPEN else [],
            "open_cases": open_cases_of(session, visit.actor, row.employer_id) if row.state == OPEN else [],
            "settled_at": row.settled_at,
            "notices": notices_of(session, visit.actor, row, today=visit.today) if may(visit.actor, _PAGE) else [],
            "quicker": names_of(session, [conflict.by]).get(conflict.by or "", conflict.by) if conflict else None,
            "nav": menu(session, visit),
        }
        return page(
            visit,
            "warning.html",
            status=status,
            active="warnings_page",
            failed=failed,
            errors=errors or {},
            typed=typed or {},
            conflict=conflict,
            settlements=SETTLEMENTS,
            town=partial(_town, visit),
            **context,
            **in_words(visit),
        )


def _facts(session: Session, visit: Visit, warning_id: str) -> dict[str, Any]:
    actor, today = visit.actor, visit.today
    one = one_line(session, actor, warning_id)
    done = acts_on(session, actor, warning_id)
    proofs = evidence_of(session, actor, warning_id)
    employer = one.employer_id
    last = done[0] if done else None
    return {
        "one": one,
        "rule": RULES.get(one.rule),
        "speak_for": [proof for proof in proofs if proof.speaks == "for"],
        "speak_against": [proof for proof in proofs if proof.speaks != "for"],
        "done": done,
        "undoable": one.state != OPEN and last is not None and last.kind == one.state and _own(visit, last),
        "asleep": one.state == OPEN and one.snoozed_until is not None and one.snoozed_until > today,
        "others": warnings_on(session, actor, employer, today=today, but=one.id),
        "risk": risks(session, today=today, only=[employer]).get(employer, NO_RISK) if employer else None,
        "sites": projects_seen(session, actor, one.names),
        "of_channel": one.employer_id is None and one.channel is not None,
    }


def _own(visit: Visit, last: Any) -> bool:
    return bool(last.by_id == visit.actor.id and last.on == visit.today)


@router.get("/warnings/{warning_id}", name="warning_page")
def warning_page(visit: Visiting, warning_id: str) -> Response:
    """One warning: the sentence, its rule, what speaks for it and against it, what was done, and what can be done."""
    return show_warning(visit, warning_id)
