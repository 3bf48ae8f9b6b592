"""Measures the linker's parts on the reference data, beside a plain similarity ratio on the same rows.

    python -m benchmarks.reference --json docs/evidence/reference.json

The rows were labelled by others and by one reader each; the figures are an indication, and every line says how many
rows stand behind it. Nothing of the data is printed.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from rapidfuzz import fuzz, process

from benchmarks import evidence
from casework.calendar import SHANGHAI
from casework.linkage import Linkage, LinkRecord
from dedupe.employers import employer
from dedupe.extraction import fill_record, probably_arrears
from dedupe.linker import link
from dedupe.quality import area_under_curve
from dedupe.ranking import address_similarity, name_similarity, short_of
from dedupe.sites import site

FOLDER = Path(__file__).resolve().parent.parent.parent / "shared" / "data"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure: ours, the plain ratio's on the same rows, and how many rows."""

    name: str
    ours: float
    plain: float | None
    rows: int


def rows_of(name: str, folder: Path = FOLDER) -> list[dict[str, str]]:
    """A file of the reference data, every column as text."""
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def company_pairs(folder: Path = FOLDER) -> list[Figure]:
    """Do pairs of the same company score above pairs of different ones?"""
    rows = rows_of("company_pairs_dev.csv", folder)
    ours = [(names_alike(row["name_a"], row["name_b"]), row["label"] == "1") for row in rows]
    plain = [(fuzz.ratio(row["name_a"], row["name_b"]), row["label"] == "1") for row in rows]
    return [Figure("company pairs, area under the curve", area_under_curve(ours), area_under_curve(plain), len(rows))]


def names_alike(left: str, right: str) -> float:
    """How alike two employers' names are, 0 to 1."""
    one, other = employer(left), employer(right)
    return name_similarity(one, other) if one and other else 0.0


def short_names(folder: Path = FOLDER) -> list[Figure]:
    """Does the right company come first when a short name is looked up among all full names?"""
    rows = rows_of("listed_short_full_dev.csv", folder)
    full = [row["full"] for row in rows]
    found = short_of([row["short"] for row in rows], full)
    ours = sum(full[best] == row["full"] for best, row in zip(found, rows, strict=True))
    plain = 0
    for row in rows:
        first = process.extractOne(row["short"], full, scorer=fuzz.ratio)
        plain += first is not None and first[0] == row["full"]
    return [Figure("short names looked up, first is right", ours / len(rows), plain / len(rows), len(rows))]


def address_pairs(folder: Path = FOLDER) -> list[Figure]:
    """Do pairs of matching addresses score above others? Partly matching ones count as matching."""
    rows = rows_of("address_pairs_dev.csv", folder)
    ours, plain = [], []
    for row in rows:
        one, other = site(row["query"]), site(row["candidate"])
        ours.append((address_similarity(one, other) if one and other else 0.0, row["label"] != "0"))
        plain.append((fuzz.ratio(row["query"], row["candidate"]), row["label"] != "0"))
    return [Figure("address pairs, area under the curve", area_under_curve(ours), area_under_curve(plain), len(rows))]


def arrears_mark(folder: Path = FOLDER) -> list[Figure]:
    """Which messages are taken for unpaid wages? Plain is the keyword rule the data were drawn with."""
    wage, other = rows_of("wage_messages_dev.csv", folder), rows_of("not_wage_dev.csv", folder)
    hit = sum(probably_arrears(_text(row)) for row in wage)
    false = sum(probably_arrears(_text(row)) for row in other)
    return [
        Figure("wage messages recognised", hit / len(wage), 96 / 98, len(wage)),
        Figure("other messages taken for wages", false / len(other), 1.0, len(other)),
    ]


def _text(row: dict[str, str]) -> str:
    return f"{row['title']}\n{row['detail']}"


def message_records(folder: Path = FOLDER) -> list[LinkRecord]:
    """The wage messages as complaints that consist of text alone."""
    return [
        fill_record(
            LinkRecord(
                complaint_id=row["row_id"],
                channel="message_board",
                submitted_at=datetime.strptime(row["time"], "%Y/%m/%d %H:%M:%S").replace(tzinfo=SHANGHAI),
                narrative=_text(row),
            )
        )
        for row in rows_of("wage_messages_dev.csv", folder)
    ]


def repeats(folder: Path = FOLDER) -> list[Figure]:
    """Are repeated messages brought into one case, and nothing else?"""
    pairs = rows_of("wage_pairs_dev.csv", folder)
    linkage = link(message_records(folder))
    wanted = {_pair(row) for row in pairs if row["label"] == "dup"}
    made = _joined(linkage)
    refused = {_pair(row) for row in pairs if row["label"] == "not_dup"}
    right = len(made & wanted)
    asked = {(one.left, one.right) for one in linkage.judgements if one.band == "ask"} - made
    return [
        Figure("repeated messages, pairs joined rightly", right / len(made) if made else 1.0, None, len(made)),
        Figure("repeated messages, pairs found", right / len(wanted), None, len(wanted)),
        Figure("look-alikes kept apart", 1 - len(made & refused) / len(refused), None, len(refused)),
        Figure("repeated messages put to a person instead", len(asked & wanted) / len(wanted), None, len(wanted)),
    ]


def _pair(row: dict[str, str]) -> tuple[str, str]:
    left, right = sorted((row["row_id_a"], row["row_id_b"]))
    return left, right


def _joined(linkage: Linkage) -> set[tuple[str, str]]:
    names = sorted(linkage.case_of)
    case = linkage.case_of
    return {(one, other) for one in names for other in names if one < other and case[one] == case[other]}


PARTS: tuple[Callable[[Path], list[Figure]], ...] = (company_pairs, short_names, address_pairs, arrears_mark, repeats)


def main(arguments: list[str] | None = None) -> int:
    """Print the figures as a table, and write them as JSON when asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reference", description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args(arguments)
    if not asked.folder.is_dir():
        sys.stdout.write("reference data not present: ../shared/data\n")
        return 0
    figures = []
    for part in PARTS:
        started = time.perf_counter()
        for figure in part(asked.folder):
            figures.append(figure)
            plain = "" if figure.plain is None else f"{figure.plain:8.3f}"
            sys.stdout.write(f"{figure.name:45s} {figure.ours:8.3f} {plain:>8s} {figure.rows:6d} rows\n")
        sys.stdout.write(f"{'':45s} {time.perf_counter() - started:8.1f} s\n")
    if asked.json:
        evidence.write(asked.json, "python -m benchmarks.reference", [asdict(one) for one in figures])
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
