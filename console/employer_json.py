"""One employer for a program: the facts of its page in a shape of its own, which docs/employer.schema.json describes.

Ids, codes, ISO days and fen; a reason and a warning also in words. Nobody who complained stands in it: complaints are
counted, over the cases that the reader may see. A figure that is null was not told, which is not zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from casework.pay_history import OnProject, PayMonth
from casework.payroll_words import Correction
from console import labels_employers, warning_words
from console.guard import Visit
from console.render import Show
from warehouse.queries.employer_pay import Project
from warehouse.queries.rule_record import Settled
from warehouse.queries.warnings import Line

SCHEMA, VERSION = "arrears.employer", 1
"""The version grows when a name goes or means another thing; a name more is no new version."""


def as_json(visit: Visit, found: Mapping[str, Any], standing: Sequence[Line], settled: Sequence[Settled]) -> Any:
    """The whole, from `facts` of the page and the warnings that stand."""
    show = Show(visit.words.language)
    row, family, risk = found["employer"], found["family"], found["risk"]
    return plainly(
        {
            "schema": SCHEMA,
            "version": VERSION,
            "as_of": visit.at,
            "id": row.id,
            "name": row.name,
            "uscc": family.uscc,
            "code_checked_on": row.code_checked_on,
            "matched_by": "code" if family.uscc else "name",
            "merged": [{"id": one.id, "name": one.name} for one in family.merged],
            "risk": {
                "says": "a proposal to look, no finding and no sanction",
                "level": risk.level.value,
                "in_words": visit.words.say(labels_employers.RISKS[risk.level]),
                "bars": risk.bars,
                "points": risk.points,
                "reasons": [asdict(one) | {"sentence": sentence(show, one)} for one in risk.reasons],
            },
            "warnings": [_warning(show, one, visit.today) for one in standing],
            "rules_settled": [asdict(one) for one in settled],
            "sums": asdict(found["sums"]),
            **{name: [asdict(one) for one in found[name]] for name in _LISTS},
            "trend": asdict(found["trend"]),
            "pay": {
                "months": [_month(one) for one in found["wages"].months],
                "corrections": [_correction(one) for one in found["wages"].corrections],
            },
            "projects": [_project(one) for one in found["projects"]],
        }
    )


_LISTS = ("names", "cases", "promises", "decided", "listings", "publications", "chains", "months")


def sentence(show: Show, reason: Any) -> str:
    """One reason of a risk in words."""
    words = show.words.say(labels_employers.REASONS[reason.key])
    return words % {"count": reason.count, "money": show.money(reason.fen)}


def _warning(show: Show, one: Line, today: date) -> dict[str, Any]:
    return {
        "id": one.id,
        "rule": one.rule,
        "rule_version": one.rule_version,
        "level": one.level,
        "raised_at": one.raised_at,
        "due_on": one.due_on,
        "projects": sorted(one.names),
        "sentence": warning_words.told(show, one, today),
    }


def _month(one: PayMonth) -> dict[str, Any]:
    return asdict(one) | {"state": one.state.value, "paid_fen": one.paid_fen}


def _correction(one: Correction) -> dict[str, Any]:
    return asdict(one)


def _history(one: OnProject | None) -> dict[str, Any]:
    return {"months": [_month(month) for month in one.months] if one else []}


def _project(one: Project) -> dict[str, Any]:
    return {
        "code": one.code,
        "name": one.name,
        "part": one.part,
        "until": one.until,
        "place": one.place,
        "pay_day": one.pay_day,
        "deposit_paid": one.deposit_paid,
        "late": one.late,
        "account": asdict(one.account) if one.account else None,
        "chain": [_firm(asdict(firm)) for firm in one.chain],
        "heard": {table: asdict(last) for table, last in one.heard.items()},
        "below": asdict(one.below) if one.below else None,
        "pay": _history(one.history),
    }


def _firm(firm: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in firm.items() if name != "project_code"}


def plainly(value: Any) -> Any:
    """As JSON has it: days and moments as ISO texts, tuples as lists."""
    if isinstance(value, Mapping):
        return {name: plainly(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [plainly(one) for one in value]
    return value.isoformat() if isinstance(value, date | datetime) else value
