"""The rows behind the figures of a month without anybody in them: a line a complaint or case, for a notebook.

Names, ids, phones, employers, free text and inspectors are not in it. What could still tell somebody apart (channel,
nature, outcome, town, how many workers) is made coarser until at least so many lines share it as the setting
`figures.least` says (k-anonymity: Sweeney, International Journal of Uncertainty 10(5), 2002), and left out where that
does not help. Sums are rounded to a hundred yuan.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO, StringIO
from pathlib import Path

from casework.errors import BadInput
from casework.people import Actor
from casework.record import Json
from services.months.closing_month import MAY_EXPORT, Asked, Counted, checked, count
from services.months.put_in_place import put_in_place
from warehouse import audit, crypto
from warehouse.engine import Warehouse
from warehouse.statistics.definitions import BY_NAME, FEN
from warehouse.statistics.grounds import COUNTY, UNSAID, WARNING, outermost
from warehouse.statistics.month import Item, items
from warehouse.store.purposes import keep_purpose
from warehouse.store.settings import whole

ENDINGS = (".csv", ".parquet")
SUM_STEP = 10_000
"""Fen that a sum is rounded to: a hundred yuan."""
COARSE = "*"
"""In the place of what was made coarser."""
SIDES = ("channel", "nature", "outcome", "town", "workers")
STEPS: tuple[tuple[str, ...], ...] = ((), ("county",), ("county", "workers"), ("county", "workers", "outcome"),
                                      ("county", "workers", "outcome", "nature"),
                                      ("county", "workers", "outcome", "nature", "channel"))  # fmt: skip
"""What is made coarser, step by step, until enough lines are alike."""
FIGURES = (
    "received", "duplicates", "unlinked", "cases_opened", "pending_start", "pending_end", "dispatched", "filed",
    "concluded", "closed", "amount_claimed", "amount_unsaid", "amount_verified", "amount_paid",
    "visits", "problems_found", "problems_corrected", "documents",
    "clocks_met", "clocks_on_time", "clocks_extended", "clocks_overdue",
    "asked", "answered", "solved", "satisfied", "money_asked", "money_came", "money_not_came",
)  # fmt: skip
"""The figures of a line. How many workers is told by the band alone; which way a case ended, and through which door it
came, by the sides alone, for these are made coarser where a line would stand out."""
BANDS = ((1, "1"), (4, "2-4"), (9, "5-9"), (29, "10-29"))
"""Workers of a case, up to and with."""


@dataclass(frozen=True, slots=True)
class RowsCount:
    """How many lines were written, made coarser and left out, over which smallest group, and the file's sha256."""

    rows: int
    coarser: int
    left_out: int
    least: int
    digest: str
    status: str


Line = dict[str, str | int]


def export_rows(
    store: Warehouse, *, month: str, path: Path, purpose: str, actor: Actor, at: datetime, asked: Asked | None = None
) -> RowsCount:
    """Write the anonymous rows behind a month as .csv or .parquet, whole or not at all; of a locked one as locked.

    Raises as `export_month` does, and `BadInput` for another ending, or where Parquet cannot be written here.
    """
    if path.suffix not in ENDINGS:
        raise BadInput("The rows are written as .csv or .parquet.")
    asked = asked or Asked()
    span = checked(month, path, purpose, actor, at)
    places = outermost(actor.places(MAY_EXPORT))
    with store.read() as session:
        counted = count(session, span, places, asked, at)
        kept = counted.kept if counted.lock else items(session, span.span, territories=places)
        least = whole(session, "figures.least")
    lines, coarser, left_out = anonymous(kept, least=least, secret=_secret(counted, month, purpose))
    note = {
        "span": span.name,
        "status": "final" if counted.standing.final else "provisional",
        "definitions": counted.standing.definition,
        "k": str(least),
        "left_out": str(left_out),
        "sums": "yuan, rounded to 100",
    }
    body = as_csv(lines) if path.suffix == ".csv" else as_parquet(lines, note)
    digest = hashlib.sha256(body).hexdigest()
    with put_in_place(path, body), store.write() as session:
        details: dict[str, Json] = {
            "purpose": keep_purpose(session, purpose.strip(), by=actor.id, at=at),
            "definitions": counted.standing.definition,
            "territories": list(places),
            "sha256": digest,
            "rows": len(lines),
            "k": least,
        }
        audit.record(session, by=actor.id, act="export_rows", subject=f"month:{month}", at=at, details=details)
    return RowsCount(len(lines), coarser, left_out, least, digest, note["status"])


def _secret(counted: Counted, month: str, purpose: str) -> bytes:
    """A key of this export alone: another month, lock or purpose gives other pseudonyms, the same one the same."""
    ring = crypto.keyring()
    said = json.dumps(["rows", month, counted.lock.digest if counted.lock else "", purpose.strip()])
    return bytes.fromhex(ring.mac(ring.index_key, said.encode()))


def anonymous(kept: Iterable[Item], *, least: int, secret: bytes) -> tuple[list[Line], int, int]:
    """The lines, ordered by their pseudonyms; how many were made coarser, and how many left out."""
    subjects: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    where: dict[str, Item] = {}
    for item in kept:
        if item.outcome == WARNING:
            continue  # A warning is no complaint and no case.
        subjects[item.subject_id][item.figure] += item.value
        where[item.subject_id] = item
    plain = {one: _sides(one, where[one], counted) for one, counted in subjects.items()}
    told, coarser, left = _alike(plain, least)
    ring = crypto.keyring()
    lines: list[Line] = []
    for subject, sides in told.items():
        counted = {name: _shown(name, subjects[subject].get(name, 0)) for name in FIGURES}
        lines.append({"row": ring.mac(secret, subject.encode())[:16], **sides, **counted})
    return sorted(lines, key=lambda line: str(line["row"])), coarser, left


def _sides(subject: str, item: Item, counted: Mapping[str, int]) -> dict[str, str]:
    kind = "case" if subject.startswith("case_") else "complaint"
    workers = _band(counted["workers_concerned"]) if counted.get("workers_concerned") else ""
    sides = {"channel": item.channel, "nature": item.nature, "outcome": item.outcome, "town": item.town}
    return {"kind": kind, **sides, "workers": workers}


def _band(workers: int) -> str:
    return next((name for most, name in BANDS if workers <= most), "30+")


def _shown(name: str, value: int) -> int:
    """A count as it is; a sum in yuan, rounded."""
    if BY_NAME[name].unit == FEN:
        return round(value / SUM_STEP) * SUM_STEP // 100
    return value


def _alike(plain: Mapping[str, dict[str, str]], least: int) -> tuple[dict[str, dict[str, str]], int, int]:
    """Every line as fine as at least so many share; what is still alone is left out."""
    waiting, found, coarser = dict(plain), dict[str, dict[str, str]](), 0
    for number, step in enumerate(STEPS):
        sides = {one: _coarse(own, step) for one, own in waiting.items()}
        shared = Counter(tuple(own.values()) for own in sides.values())
        told = {one: own for one, own in sides.items() if shared[tuple(own.values())] >= least}
        coarser += len(told) if number else 0
        found |= told
        waiting = {one: own for one, own in waiting.items() if one not in told}
    return found, coarser, len(waiting)


def _coarse(sides: dict[str, str], step: Sequence[str]) -> dict[str, str]:
    found = {name: COARSE if name in step else said for name, said in sides.items()}
    if "county" in step and found["town"] != UNSAID:
        found["town"] = found["town"][:COUNTY]
    return found


def columns() -> list[str]:
    """The columns, always the same ones in the same order."""
    return ["row", "kind", *SIDES, *FIGURES]


def as_csv(lines: Sequence[Line]) -> bytes:
    """UTF-8, a heading of the columns' names, whole numbers as they are."""
    stream = StringIO()
    writer = csv.DictWriter(stream, columns(), lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    return stream.getvalue().encode("utf-8")


def as_parquet(lines: Sequence[Line], note: Mapping[str, str]) -> bytes:
    """The same with its types, and the note as metadata of the schema. Raises `BadInput` without pyarrow."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as absent:
        raise BadInput("Parquet needs pyarrow: pip install 'arrears[parquet]', or write the rows as .csv.") from absent
    types = [(name, pa.int64() if name in FIGURES else pa.string()) for name in columns()]
    schema = pa.schema(types, metadata={f"arrears.{name}": said for name, said in note.items()})
    stream = BytesIO()
    pq.write_table(pa.Table.from_pylist(list(lines), schema=schema), stream, compression="zstd")
    return stream.getvalue()
