"""A payment before it is recorded: what is paid and owed without it and with it, and which names nobody mentions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from warehouse.blinds import name_blind
from warehouse.models import CaseRow
from warehouse.store.handling import known_name_blinds
from warehouse.store.one_ledger import one_ledger
from warehouse.store.to_pay import to_pay


@dataclass(frozen=True, slots=True)
class Weighed:
    """In fen. `verified_fen`, or the sum as a review or a court changed it; None: not verified yet.

    `strangers` are places in the list, counted from 0.
    """

    verified_fen: int | None
    paid_fen: int
    people: int
    batch_fen: int
    strangers: tuple[int, ...]

    @property
    def after_fen(self) -> int:
        """What is paid with it."""
        return self.paid_fen + self.batch_fen

    @property
    def over(self) -> bool:
        """Whether more would be paid than was verified: told, not refused."""
        return self.verified_fen is not None and self.after_fen > self.verified_fen

    def owed_fen(self, paid: int) -> int | None:
        """What is still to be paid."""
        return None if self.verified_fen is None else max(self.verified_fen - paid, 0)


def weigh(session: Session, case: CaseRow, lines: Sequence[tuple[str, int]]) -> Weighed:
    """A list of names and fen against the case and those merged into it."""
    one = one_ledger(session, case.id)
    known = known_name_blinds(session, case.id, one.people)
    strangers = [place for place, (name, _) in enumerate(lines) if known and name_blind(name) not in known]
    total = sum(fen for _, fen in lines)
    return Weighed(to_pay(session, case), one.proofs.amount, len(lines), total, tuple(strangers))
