"""What an act on a case is, and what a field of its form is. The acts themselves are in console/acts.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from console.fields import MISSING
from console.guard import Visit, Wrong
from services.cases import handling
from services.dispatch import dispatching
from services.linkage import linking
from warehouse.models import CaseRow
from warehouse.queries.history import Handling

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """One field of a form. `kind` says how it is read; `offers` names a table of codes, or a list made for the case."""

    name: str
    words: str
    kind: str = "text"
    required: bool = True
    hint: str = ""
    offers: Mapping[str, str] = field(default_factory=dict)
    now: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """One act. Without fields it is a single button; with them, a page or drawer of its own.

    `holder`: only who has the case, and its head, does it; with `desk`, the desk too.
    `fits`: whether it makes sense with what was done so far. `advice`: a proposal above the form; it decides nothing.
    `above`: what is read before the form is filled, line by line: the records, or a text.
    `on` names a page of the case that offers it instead of the case itself.
    """

    name: str
    path: str
    title: str
    button: str
    states: frozenset[str]
    run: Callable[[Visit, CaseRow, int, Values], object]
    asks: tuple[Asked, ...] = ()
    key: str = ""
    says: str = ""
    at_once: bool = False
    holder: bool = False
    desk: bool = False
    fits: Callable[[CaseRow, Handling], bool] | None = None
    advice: Callable[[Session, CaseRow], tuple[str, ...]] | None = None
    above: Callable[[Session, CaseRow], tuple[str, ...]] | None = None
    on: str = ""


def common(visit: Visit, case: CaseRow, version: int) -> dict[str, Any]:
    """What every service on a case is given."""
    return {"case_id": case.id, "version": version, "actor": visit.actor, "at": visit.at}


def plain(service: Callable[..., object], **renamed: str) -> Callable[[Visit, CaseRow, int, Values], object]:
    """A service that takes the case, its version and the form's fields under their own names."""

    def run(visit: Visit, case: CaseRow, version: int, values: Values) -> object:
        given = {renamed.get(name, name): value for name, value in values.items() if value is not None}
        return service(visit.store, **common(visit, case, version), **given)

    return run


def issue(visit: Visit, case: CaseRow, version: int, values: Values) -> object:
    """A paper, with its service where that is known already."""
    body = {"text": values["text"]} if values["text"] else {}
    return handling.issue_document(
        visit.store,
        **common(visit, case, version),
        kind=values["kind"],
        issued_on=values["issued_on"],
        body=body,
        served_on=values["served_on"],
        served_how=values["served_how"] if values["served_on"] else None,
        addressee=values["addressee"],
    )


def pay_batch(visit: Visit, case: CaseRow, version: int, values: Values) -> object:
    """A back payment. People and amount need not be typed where the list says them."""
    lines = values["lines"] or []
    counted = {"workers": len(lines) or None, "amount": sum((one.amount for one in lines), Decimal(0)) or None}
    given = {name: values[name] if values[name] is not None else counted[name] for name in counted}
    lacking = {name: MISSING for name, value in given.items() if value is None}
    if lacking:
        raise Wrong(lacking)
    return plain(handling.record_payment)(visit, case, version, {**values, **given})


def reassign(visit: Visit, case: CaseRow, version: int, values: Values) -> object:
    """The case goes to other inspectors, who are told when the grace is over."""
    grace = visit.settings.recall_grace
    dispatching.reassign(visit.store, **common(visit, case, version), **values, grace=grace)
    return None


def merge_into(visit: Visit, case: CaseRow, version: int, values: Values) -> object:
    """This case goes into another, in the versions both were seen in."""
    return linking.merge_cases(
        visit.store,
        from_case_id=case.id,
        into_case_id=values["into"].id,
        from_version=version,
        into_version=values["into"].version,
        actor=visit.actor,
        at=visit.at,
        reason=values["reason"],
    )
