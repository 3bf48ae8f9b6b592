"""Locked months: the figures as they were published, what they counted, and what later facts would change."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from casework.certified import ACCEPTED, ChannelDay
from casework.errors import ArrearsError
from warehouse.models import (
    FiguresTakenRow,
    MonthCellRow,
    MonthItemRow,
    MonthPullRow,
    MonthRow,
    PullGapRow,
    RestatementRow,
    new_id,
)
from warehouse.statistics.along import Along, intact
from warehouse.statistics.definitions import VERSION, alike, counts
from warehouse.statistics.month import Cell, Item, MonthFigures, cells_of
from warehouse.statistics.of_times import Times
from warehouse.statistics.pulls import OF_A_DAY

_PLACE = ("figure", "subject_id", "channel", "nature", "sector", "outcome", "town", "lead", "kind", "value")


class NotAsLocked(ArrearsError):
    """The rows of a locked month no longer add up to what was locked: somebody changed them outside the program."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What is locked beside the figures: the channel-days, the gaps by channel and day, the officers' names, the
    stopwatch, the figures since January and of the year before."""

    days: Sequence[ChannelDay]
    gaps: Mapping[tuple[str, date], PullGapRow]
    names: Mapping[str, str]
    times: Times
    along: Along | None = None


def freeze(
    session: Session,
    month: str,
    counted: Sequence[Item],
    *,
    territory: str,
    by: str,
    at: datetime,
    beside: Beside | None = None,
) -> str:
    """Keep what the figures of a month count over a territory now. Returns the digest of the cells."""
    cells = cells_of(counted)
    row = MonthRow(
        id=new_id("mon"),
        month=month,
        territory=territory,
        definition=VERSION,
        frozen_at=at,
        frozen_by=by,
        digest=cells_digest(cells),
        names=dict(beside.names) if beside else None,
        times=beside.times.to_json() if beside else None,
        along=beside.along.to_json() if beside and beside.along else None,
    )
    session.add(row)
    session.flush()
    session.execute(
        insert(MonthCellRow),
        [
            {"id": new_id("cel"), "month_id": row.id, "figure": one, "dimension": by_, "member": member, "value": value}
            for (one, by_, member), value in sorted(cells.items())
        ],
    )
    if counted:
        session.execute(
            insert(MonthItemRow),
            [
                {"id": new_id("itm"), "month_id": row.id, **{name: getattr(item, name) for name in _PLACE}}
                for item in counted
            ],
        )
    if beside is not None and beside.days:
        session.execute(insert(MonthPullRow), [_day(row.id, one, beside) for one in beside.days])
    return row.digest


def _day(month_id: str, one: ChannelDay, beside: Beside) -> dict[str, object]:
    gap = beside.gaps.get((one.channel, one.day)) if one.state == ACCEPTED else None
    kept = {name: getattr(one, name) for name in OF_A_DAY}
    return {"id": new_id("mpl"), "month_id": month_id, **kept, "gap_id": gap.id if gap else None}


def cells_digest(cells: Mapping[Cell, int]) -> str:
    """What two equal sets of cells share; a cell that is zero and one that is not there are equal."""
    lines = sorted([*cell, value] for cell, value in cells.items() if value)
    return hashlib.sha256(json.dumps(lines, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Frozen:
    """A month as it was published: over which territory, by whom, when, by which version of the definitions.

    `times` is None for a month that was locked before the stopwatch was counted.
    """

    id: str
    territory: str
    definition: str
    at: datetime
    by: str
    figures: MonthFigures
    digest: str
    names: Mapping[str, str] | None
    """The officers as they were called then; None of a month locked before names were kept."""
    times: Times | None
    """The stopwatch as it stood; None of a month locked before it was counted."""
    along: Along | None = None
    """What stood beside it; None of a month locked before that was counted."""

    def says(self, cell: Cell) -> bool:
        """Whether this was counted, and so, when the month was locked: what was added since cannot have changed."""
        figure, dimension, _ = cell
        known = self.figures.knows(figure) and counts(self.definition, "", dimension)
        return known and alike(self.definition, figure)


def frozen(session: Session, month: str, territory: str) -> Frozen | None:
    """A month as it was locked over a territory; None while it is open there."""
    row = session.scalars(
        select(MonthRow).where(MonthRow.month == month, MonthRow.territory == territory)
    ).one_or_none()
    if row is None:
        return None
    kept = session.execute(
        select(MonthCellRow.figure, MonthCellRow.dimension, MonthCellRow.member, MonthCellRow.value).where(
            MonthCellRow.month_id == row.id
        )
    )
    cells = {(figure, dimension, member): value or 0 for figure, dimension, member, value in kept}
    counted = MonthFigures(month, cells)
    times = None if row.times is None else Times.from_json(row.times)
    if row.along is not None and not intact(row.along):
        raise NotAsLocked(f"{month} no longer adds up to what was locked. Restore it from a backup.")
    along = None if row.along is None else Along.from_json(row.along)
    told = row.id, row.territory, row.definition, row.frozen_at, row.frozen_by
    return Frozen(*told, counted, row.digest, row.names, times, along)


def frozen_items(session: Session, month_id: str, *, figure: str | None = None) -> list[Item]:
    """What the figures of a locked month counted; of one figure, where it is named."""
    row = MonthItemRow
    question = select(*(getattr(row, name) for name in _PLACE)).where(row.month_id == month_id)
    if figure is not None:
        question = question.where(row.figure == figure)
    rows = session.execute(question.order_by(row.figure, row.subject_id, row.kind, row.id))
    return [Item(*one) for one in rows]


def recounted(session: Session, lock: Frozen) -> list[Item]:
    """What a locked month counted, added up again as of the lock. Raises `NotAsLocked` where it is another sum.

    Figures thought of later are none of its sums. A month locked before these rows were kept has none; its cells alone
    are proven.
    """
    kept = frozen_items(session, lock.id)
    again = {cell: value for cell, value in cells_of(kept).items() if lock.says(cell)}
    sums = {cells_digest(lock.figures.cells), *([cells_digest(again)] if kept else [])}
    if sums != {lock.digest}:
        raise NotAsLocked(f"{lock.figures.month} no longer adds up to what was locked. Restore it from a backup.")
    return kept


def restated(session: Session, month_id: str) -> dict[Cell, int]:
    """The last restated value of each cell that later facts have changed."""
    row = RestatementRow
    question = select(row.figure, row.dimension, row.member, row.now).where(row.month_id == month_id)
    cells = session.execute(question.order_by(row.at, row.id)).tuples()
    return {(figure, dimension, member): now or 0 for figure, dimension, member, now in cells}


def restate(session: Session, before: Frozen, now: Mapping[Cell, int], *, reason: str, at: datetime) -> list[Cell]:
    """Note each cell that is another than was last said of it. The locked figures stay. Returns those cells."""
    said = {**before.figures.cells, **restated(session, before.id)}
    cells = (cell for cell in sorted({*said, *now}) if before.says(cell))
    changed = [cell for cell in cells if said.get(cell, 0) != now.get(cell, 0)]
    for cell in changed:
        figure, dimension, member = cell
        session.add(
            RestatementRow(
                id=new_id("rst"),
                month_id=before.id,
                figure=figure,
                dimension=dimension,
                member=member,
                was=said.get(cell, 0),
                now=now.get(cell, 0),
                reason=reason,
                at=at,
            )
        )
    session.flush()
    return changed


@dataclass(frozen=True, slots=True)
class Taken:
    """The cells of a span as they were last taken out, when and by whom."""

    at: datetime
    by: str
    definition: str
    cells: Mapping[Cell, int]

    def says(self, cell: Cell) -> bool:
        """Whether this was counted then: what the definitions have learned since has not changed."""
        figure, dimension, _ = cell
        return counts(self.definition, figure, dimension) and alike(self.definition, figure)


def keep_taken(
    session: Session, figures: MonthFigures, places: Sequence[str], *, definition: str, by: str, at: datetime
) -> None:
    """Keep the cells that were taken out just now, in the place of those before. Counts only.

    `definition` is the version they were counted by: of a locked month that of its lock.
    """
    row = _taken(session, figures.month, places)
    if row is None:
        row = FiguresTakenRow(id=new_id("tak"), span=figures.month, territories=_joined(places))
        session.add(row)
    row.cells = sorted([*cell, value] for cell, value in figures.cells.items() if value)
    row.definition, row.by, row.at = definition, by, at
    session.flush()


def last_taken(session: Session, span: str, places: Sequence[str]) -> Taken | None:
    """What was last taken out of a span over these places; None: nothing yet."""
    row = _taken(session, span, places)
    if row is None:
        return None
    cells = {(str(one[0]), str(one[1]), str(one[2])): int(one[3]) for one in row.cells}
    return Taken(row.at, row.by, row.definition, cells)


def _taken(session: Session, span: str, places: Sequence[str]) -> FiguresTakenRow | None:
    row = FiguresTakenRow
    return session.scalars(select(row).where(row.span == span, row.territories == _joined(places))).one_or_none()


def _joined(places: Sequence[str]) -> str:
    joined = ",".join(sorted(places))
    return joined if len(joined) <= 200 else hashlib.sha256(joined.encode()).hexdigest()
