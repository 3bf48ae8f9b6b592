"""What merges change in the sums of payments: whose a payment is, and what of it another case has proven too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from warehouse.models import CaseRow, PaymentRow
from warehouse.statistics.grounds import Window
from warehouse.store.leading import leads_to
from warehouse.store.proofs import proofs


@dataclass(frozen=True, slots=True)
class Once:
    """`homes`: by merged case the one that stays. `fen`, `people`: by payment what counts of it, where not all does."""

    homes: Mapping[str, str]
    fen: Mapping[str, int]
    people: Mapping[str, int]


NOTHING_TWICE = Once({}, {}, {})
"""What figures are told that do not ask for payments."""


def counted_once(session: Session, *spans: Window) -> Once:
    """Of the payments of these spans, or of all, on cases merged away. Cases that nothing was merged into need no word.

    Two payments are one proof only when they are of one day, so that a span needs no word of what lies outside it.
    """
    paid = select(PaymentRow.id).where(PaymentRow.case_id == CaseRow.id)
    if spans:
        paid = paid.where(or_(*(span.holds_day(PaymentRow.paid_on) for span in spans)))
    merged = select(CaseRow).where(CaseRow.status == "merged", CaseRow.merged_into.is_not(None), paid.exists())
    homes = {case.id: leads_to(session, case).id for case in session.scalars(merged)}
    counted = [one for home in sorted(set(homes.values())) for one in proofs(session, home).payments]
    return Once(
        homes,
        {one.row.id: one.fen for one in counted if one.fen != one.row.amount_fen},
        {one.row.id: one.people for one in counted if one.people != one.row.workers},
    )
