"""`arrears resolve --store`: a new file is linked with all earlier ones without linking those again.

Beside the store lies a file with everything that stands. It bears the mark that the store had when it was written; if
the store has another one, if a row was corrected, or if anything else does not fit, all rows are linked anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from casework.linkage import Linkage, LinkRecord
from dedupe.extraction import fill_record
from dedupe.standing import Standing, Touched
from dedupe.standing_file import keep_standing, kept_standing
from dedupe.tabulate import tabulate
from dedupe.telling import linkage, named, pairs_with
from dedupe.weights import load_model
from services.linkage.resolve_rows import read_row
from services.linkage.resolved_before import Remembered

Cells = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Joined:
    """What the rows of a file came to among all rows. `records` are all complaints whose place is told."""

    linkage: Linkage
    records: Mapping[str, LinkRecord]
    complaints: int


def beside(store: Path) -> Path:
    """Where everything that stands is kept."""
    return store.with_name(f"{store.name}.standing")


def link_on(
    store: Remembered, path: Path, cells: Cells, records: Mapping[str, LinkRecord], tell: Callable[[int, int], None]
) -> Joined:
    """Link the rows of a file with all that the store holds, and keep them there."""
    standing, told = _resumed(store, path, cells, records) or _anew(store, records, tell)
    if told.breaker is not None:
        told = standing.whole()
    mine = standing.rows_of(records)
    pairs = pairs_with(told, mine)
    wanted = {standing.ids[row] for row in told.rows.tolist()} | named(standing, told, pairs)
    known = {name: read_row(row)[0] for name, row in store.given(wanted - records.keys()).items()}
    known |= {name: record for name, record in records.items() if name in wanted}
    store.keep(cells)
    _keep(store, path, standing, told)
    return Joined(linkage(standing, told, pairs, known.__getitem__), known, len(standing))


def _resumed(
    store: Remembered, path: Path, cells: Cells, records: Mapping[str, LinkRecord]
) -> tuple[Standing, Touched] | None:
    """What stands with the new rows taken in; None when it does not fit."""
    standing = kept_standing(path, load_model(), mark=store.mark())
    if standing is None:
        return None
    before = store.given(records)
    if any(before[name] != cells[name] for name in before):
        return None
    fresh = [name for name in records if name not in before]
    small = tabulate(fill_record(records[name]) for name in fresh)
    also = standing.rows_of(before)
    if len(also) != len(before) or len(standing.rows_of(fresh)):
        return None
    return standing, standing.update(small, fresh, also=also)


def _anew(
    store: Remembered, records: Mapping[str, LinkRecord], tell: Callable[[int, int], None]
) -> tuple[Standing, Touched]:
    """All rows of the store and of the file."""
    every = {name: read_row(row)[0] for name, row in store.given().items() if name not in records} | dict(records)
    filled = []
    for place, record in enumerate(every.values()):
        filled.append(fill_record(record))
        if place % 500 == 0:
            tell(place, len(every))
    standing = Standing(tabulate(filled), list(every), load_model())
    return standing, standing.whole()


def _keep(store: Remembered, path: Path, standing: Standing, told: Touched) -> None:
    """Keep what stands for the store as it is now. After a run that the fuse stopped all is linked anew."""
    mark = store.renew()
    if told.breaker is None:
        keep_standing(standing, path, mark=mark)
    else:
        path.unlink(missing_ok=True)
