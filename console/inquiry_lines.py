"""The list of a notice of inquiry as its form gives it: lines ticked, each with its sides, its months or its words."""

from __future__ import annotations

from casework.inquiry import ITEMS, SIDES, Wanted
from console.fields import MISSING, NOT_OFFERED, Fields
from console.forms import Act
from warehouse.models import CaseRow


def months_owed(act: Act, case: CaseRow) -> dict[str, list[str]]:
    """The months the case is about, in the lines of a form that ask for a span of months."""
    if not any(ask.kind == "items" for ask in act.asks):
        return {}
    months = {"from": case.arrears_from or "", "to": case.arrears_to or case.arrears_from or ""}
    return {f"{end}_{item.no}": [month] for item in ITEMS if item.months for end, month in months.items()}


def read_items(fields: Fields, name: str, *, required: bool) -> list[Wanted]:
    """The lines ticked in the list of a notice of inquiry, each with its marks, its months or its words."""
    ticked = fields.many(name, {str(item.no) for item in ITEMS})
    found = []
    for item in ITEMS:
        if str(item.no) not in ticked:
            continue
        sides = fields.many(f"sides_{item.no}", set(SIDES))
        first = fields.month(f"from_{item.no}", required=True) if item.months else None
        last = fields.month(f"to_{item.no}", required=True) if item.months else None
        words = fields.text(f"words_{item.no}", required=True, longest=200) if item.words else None
        found.append(Wanted(item.no, tuple(sides), first, last, words))
    if required and not ticked:
        fields.wrong(name, MISSING)
    for item in ITEMS:
        for field in (f"sides_{item.no}", f"from_{item.no}", f"to_{item.no}", f"words_{item.no}"):
            if field in fields.errors:
                fields.wrong(name, MISSING if fields.errors.pop(field) == MISSING else NOT_OFFERED)
    return found


def read_numbers(fields: Fields, name: str, **_: object) -> list[int]:
    """The lines ticked as handed in."""
    known = {str(item.no) for item in ITEMS}
    return [int(one) for one in fields.many(name, known) if one in known]


def read_tick(fields: Fields, name: str, *, required: bool) -> bool:
    """A box; where it is required, an empty one is a mistake."""
    ticked = fields.ticked(name)
    if required and not ticked:
        fields.wrong(name, MISSING)
    return ticked
