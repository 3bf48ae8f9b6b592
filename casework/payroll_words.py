"""What the wage-payment platform said of a payroll in sum, version by version, and what it corrected."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from casework.warnings.known import Payroll, PayrollVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one version of a payroll says in sum. `workers` are its lines, `unpaid` those who have not got all."""

    due_fen: int
    paid_fen: int
    unpaid_fen: int
    workers: int
    unpaid: int
    paid_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A payroll said another thing from a day on. `rewritten`: workers, what was due or what was paid is less or other
    than before; else money was paid since."""

    on: date
    project: str
    month: str
    before: Said
    after: Said
    rewritten: bool


def said(payroll: Payroll, version: PayrollVersion) -> Said:
    """What a version of a payroll says in sum. A line whose sum nobody said counts nothing."""
    then = replace(payroll, versions=(version,))
    return Said(
        due_fen=version.due_fen,
        paid_fen=version.paid_fen if then.told_sums or version.paid_on is None else version.due_fen,
        unpaid_fen=then.owed_fen,
        workers=len(version.lines),
        unpaid=then.unpaid,
        paid_on=version.paid_on,
    )


def corrections(payrolls: Iterable[Payroll]) -> tuple[Correction, ...]:
    """What payrolls said otherwise later, the newest first."""
    found = []
    for payroll in payrolls:
        for earlier, later in pairwise(payroll.versions):
            before, after = said(payroll, earlier), said(payroll, later)
            if before != after:
                found.append(
                    Correction(
                        on=later.arrived_on,
                        project=payroll.project,
                        month=payroll.month,
                        before=before,
                        after=after,
                        rewritten=_rewritten(before, after),
                    )
                )
    return tuple(sorted(found, key=lambda one: (one.on, one.project, one.month), reverse=True))


def _rewritten(before: Said, after: Said) -> bool:
    """Money that was paid since is no rewriting."""
    if not before.workers:
        return False
    same = (before.due_fen, before.workers) == (after.due_fen, after.workers)
    return not same or after.paid_fen < before.paid_fen or (before.paid_on is not None and after.paid_on is None)
