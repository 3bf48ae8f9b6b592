"""Frozen months: the figures as they were published, and what later facts would change, cell by cell."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.models import MonthCellRow, MonthRow, RestatementRow, new_id
from warehouse.statistics.definitions import VERSION
from warehouse.statistics.month import MonthFigures


def freeze(session: Session, figures: MonthFigures, *, territory: str, by: str, at: datetime) -> str:
    """Keep the figures of a month over a territory as they are now. Returns the digest of the cells."""
    digest = cells_digest(figures.cells)
    definition = f"{VERSION}@{territory}"
    session.add(MonthRow(month=figures.month, definition=definition, frozen_at=at, frozen_by=by, digest=digest))
    session.flush()
    session.add_all(
        MonthCellRow(
            id=new_id("cel"), month=figures.month, figure=figure, dimension=dimension, member=member, value=value
        )
        for (figure, dimension, member), value in figures.cells.items()
    )
    session.flush()
    return digest


def cells_digest(cells: Mapping[tuple[str, str, str], int]) -> str:
    """What two equal sets of cells share; a cell that is zero and one that is not there are equal."""
    lines = sorted([*cell, value] for cell, value in cells.items() if value)
    return hashlib.sha256(json.dumps(lines, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Frozen:
    """A month as it was published, and over which territory."""

    territory: str
    figures: MonthFigures


def frozen(session: Session, month: str) -> Frozen | None:
    """A month as it was frozen; None while it is open."""
    row = session.get(MonthRow, month)
    if row is None:
        return None
    cells = session.scalars(select(MonthCellRow).where(MonthCellRow.month == month))
    kept = {(cell.figure, cell.dimension, cell.member): cell.value or 0 for cell in cells}
    return Frozen(row.definition.partition("@")[2], MonthFigures(month, kept))


def restated(session: Session, month: str) -> dict[tuple[str, str, str], int]:
    """The last restated value of each cell that later facts have changed."""
    question = (
        select(RestatementRow).where(RestatementRow.month == month).order_by(RestatementRow.at, RestatementRow.id)
    )
    return {(row.figure, row.dimension, row.member): row.now or 0 for row in session.scalars(question)}


def restate(
    session: Session, before: MonthFigures, now: MonthFigures, *, reason: str, at: datetime
) -> list[tuple[str, str, str]]:
    """Note each cell that is another than was last said of it. The frozen figures stay. Returns those cells."""
    said = {**before.cells, **restated(session, before.month)}
    changed = [cell for cell in sorted({*said, *now.cells}) if said.get(cell, 0) != now.cells.get(cell, 0)]
    for cell in changed:
        figure, dimension, member = cell
        session.add(
            RestatementRow(
                id=new_id("rst"),
                month=before.month,
                figure=figure,
                dimension=dimension,
                member=member,
                was=said.get(cell, 0),
                now=now.cells.get(cell, 0),
                reason=reason,
                at=at,
            )
        )
    session.flush()
    return changed
