"""The forms that take photographs: a visit and a payment with their own, and those that come after them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

from casework.lifecycle import WORKED, WorkStatus
from console.fields import MISSING
from console.forms import Act, Asked, Values, common, pay_batch, plain
from console.guard import Visit, Wrong
from console.words import N_
from services.cases import handling, photographing
from services.cases.photographing import PhotosRefused
from services.money.money_matters import PAID_WHILE
from warehouse.models import CaseRow, PaymentRow
from warehouse.queries.history import Handling
from warehouse.store.attachments import Brought

FIELD, _OF = "photos", "visit_id"


def _read(
    visit: Visit, case: CaseRow, version: int, sources: Sequence[BinaryIO], *, when: frozenset[WorkStatus] = WORKED
) -> list[Brought]:
    about = common(visit, case, version)
    return photographing.read_photos(visit.store, visit.settings, **about, sources=sources, when=when)


def record_visit(visit: Visit, case: CaseRow, version: int, values: Values) -> object:
    """A visit. Where one of its photographs is refused, nothing is recorded, and the form says which and why."""
    try:
        photos = _read(visit, case, version, values[FIELD]) if values[FIELD] else []
        return plain(handling.record_visit)(visit, case, version, {**values, FIELD: photos})
    except PhotosRefused as refused:
        raise Wrong({FIELD: str(refused)}) from refused


def record_payment(visit: Visit, case: CaseRow, version: int, values: Values) -> object:
    """A back payment with the photographs of what proves it. Where one is refused, nothing is recorded."""
    try:
        photos = _read(visit, case, version, values[FIELD], when=PAID_WHILE) if values[FIELD] else []
        return pay_batch(visit, case, version, {**values, FIELD: photos})
    except PhotosRefused as refused:
        raise Wrong({FIELD: str(refused)}) from refused


def _add(visit: Visit, case: CaseRow, version: int, values: Values) -> object:
    if not values[FIELD]:
        raise Wrong({FIELD: MISSING})
    try:
        photos = _read(visit, case, version, values[FIELD])
        with visit.store.read() as session:
            paid = session.get(PaymentRow, values[_OF]) is not None
        of = {"payment_id" if paid else "visit_id": values[_OF]}
        return plain(photographing.add_photos)(visit, case, version, {FIELD: photos, **of})
    except PhotosRefused as refused:
        raise Wrong({FIELD: str(refused)}) from refused


def _visited(case: CaseRow, done: Handling) -> bool:
    own = [*(one.case_id for one in done.visits), *(one.case_id for one in done.payments)]
    return case.id in own


ADD = Act(
    "add_photos",
    "photos",
    N_("Add photographs"),
    N_("Photographs"),
    WORKED,
    _add,
    holder=True,
    fits=_visited,
    asks=(
        Asked(_OF, N_("Visit, or payment that they prove"), "pick"),
        Asked(FIELD, N_("Photographs"), FIELD),
    ),
)
