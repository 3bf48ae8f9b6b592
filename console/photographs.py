"""The forms that take photographs: a visit with its own, and those that come after it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

from casework.lifecycle import WORKED
from console.fields import MISSING
from console.forms import Act, Asked, Values, common, plain
from console.guard import Visit, Wrong
from console.words import N_
from services.cases import handling, photographing
from services.cases.photographing import PhotosRefused
from warehouse.models import CaseRow
from warehouse.queries.history import Handling
from warehouse.store.attachments import Brought

FIELD = "photos"


def _read(visit: Visit, case: CaseRow, version: int, sources: Sequence[BinaryIO]) -> list[Brought]:
    return photographing.read_photos(visit.store, visit.settings, **common(visit, case, version), sources=sources)


def record_visit(visit: Visit, case: CaseRow, version: int, values: Values) -> object:
    """A visit. Where one of its photographs is refused, nothing is recorded, and the form says which and why."""
    try:
        photos = _read(visit, case, version, values[FIELD]) if values[FIELD] else []
        return plain(handling.record_visit)(visit, case, version, {**values, FIELD: photos})
    except PhotosRefused as refused:
        raise Wrong({FIELD: str(refused)}) from refused


def _add(visit: Visit, case: CaseRow, version: int, values: Values) -> object:
    if not values[FIELD]:
        raise Wrong({FIELD: MISSING})
    try:
        photos = _read(visit, case, version, values[FIELD])
        return plain(photographing.add_photos)(visit, case, version, {**values, FIELD: photos})
    except PhotosRefused as refused:
        raise Wrong({FIELD: str(refused)}) from refused


def _visited(case: CaseRow, done: Handling) -> bool:
    return any(one.case_id == case.id for one in done.visits)


ADD = Act(
    "add_photos",
    "photos",
    N_("Add photographs to a visit"),
    N_("Photographs"),
    WORKED,
    _add,
    holder=True,
    fits=_visited,
    asks=(
        Asked("visit_id", N_("Visit"), "pick"),
        Asked(FIELD, N_("Photographs"), FIELD),
    ),
)
