"""`arrears resolve`: the linker as a tool. A table of complaints in, which are one dispute and one claim out.

One row comes out for every row that went in, in the same order. A row that cannot be understood stands alone and says
why; a single value that cannot be understood is left out and said so. No name and no phone is quoted.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from casework.errors import BadInput
from casework.linkage import Band, Judgement, Linkage, LinkRecord
from connectors.files import Caps, Headed, inert, read_file, read_table, under_headings, write_whole
from dedupe.explaining import sentence
from dedupe.extraction import fill_record
from dedupe.linker import link
from services.linkage.resolve_rows import COLUMNS, REQUIRED, BadRow, read_row
from services.linkage.resolved_before import Remembered, lasting_names, remembered
from services.linkage.resolved_on import Joined, beside, link_on

OUT = ("complaint_id", "case_id", "claim_id", "confidence", "why")
_CAPS = Caps(file_bytes=1_000_000_000, unpacked_bytes=2_000_000_000, cells=40_000_000, rows=2_000_000, seconds=600.0)

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class ResolveCount:
    """What a file came to. `bad` rows stand alone, `noted` rows were linked without a value that could not be read.

    `asked` counts the pairs of its complaints, with each other or with earlier ones, that a person should compare.
    """

    rows: int
    bad: int
    noted: int
    cases: int
    claims: int
    asked: int
    known_before: int
    breaker: str | None


@dataclass(slots=True)
class _Sheet:
    """The rows of a file: what goes out for each, by its place, and what can be linked."""

    ids: list[str] = field(default_factory=list)
    bad: dict[int, str] = field(default_factory=dict)
    notes: dict[int, tuple[str, ...]] = field(default_factory=dict)
    cells: dict[str, Mapping[str, str]] = field(default_factory=dict)
    records: dict[str, LinkRecord] = field(default_factory=dict)


def resolve(
    path_in: Path, path_out: Path, *, store_path: Path | None = None, progress: Progress | None = None
) -> ResolveCount:
    """Read complaints, link them, write the answer.

    With a store the complaints of earlier files are linked with these: the grouping is that of all files together, and
    a number once shown stays with its complaint. Raises `BadInput` when the file or a column is not as promised.
    """
    tell = progress or (lambda _done, _all: None)
    _places(path_in, path_out, store_path)
    sheet = _read(path_in, tell)
    with remembered(store_path) if store_path else nullcontext() as store:
        joined = (
            link_on(store, beside(store_path), sheet.cells, sheet.records, tell)
            if store and store_path
            else _linked(sheet, tell)
        )
        linkage = joined.linkage
        told = sorted(linkage.case_of, key=lambda name: _age(joined.records[name]))
        case, claim = _names(store, linkage, {name: place for place, name in enumerate(told)})
        _write(path_out, sheet, linkage, case, claim)
    tell(joined.complaints, joined.complaints)
    here = set(sheet.records)
    return ResolveCount(
        rows=len(sheet.ids),
        bad=len(sheet.bad),
        noted=len(sheet.notes),
        cases=len({case[name] for name in here}) + len(sheet.bad),
        claims=len({claim[name] for name in here}) + len(sheet.bad),
        asked=sum(one.band is Band.ASK and not _together(one, case) for one in linkage.judgements),
        known_before=joined.complaints - len(here),
        breaker=linkage.breaker,
    )


def _linked(sheet: _Sheet, tell: Progress) -> Joined:
    """The rows of the file among themselves."""
    filled = []
    for place, record in enumerate(sheet.records.values()):
        filled.append(fill_record(record))
        if place % 500 == 0:
            tell(place, len(sheet.records))
    return Joined(link(filled), sheet.records, len(filled))


def records_in(path: Path, *, progress: Progress | None = None) -> list[LinkRecord]:
    """The complaints of a file as the linker takes them, empty columns filled from the narrative; bad rows left out."""
    sheet = _read(path, progress or (lambda _done, _all: None))
    return [fill_record(record) for record in sheet.records.values()]


def _places(path_in: Path, path_out: Path, store_path: Path | None) -> None:
    """Where the answer goes is seen before the work is done; what was given is never written over."""
    try:
        if not path_out.parent.is_dir():
            raise BadInput(f"There is no folder {path_out.parent.name} to write into.")
        if path_out.is_dir():
            raise BadInput(f"{path_out.name} is a folder, not a file.")
        kept = [store_path, beside(store_path)] if store_path is not None else []
        named = [path.resolve() for path in (path_in, path_out, *kept)]
    except OSError as failed:
        raise BadInput(f"The path of a file cannot be used: {failed.strerror}.") from failed
    if len(named) != len(set(named)):
        raise BadInput("Input, output and store must be different files.")


def _age(record: LinkRecord) -> tuple[object, str]:
    return record.submitted_at, record.complaint_id


def _read(path: Path, tell: Progress) -> _Sheet:
    table = read_table(read_file(path, _CAPS), _CAPS)
    headed = under_headings(table, lambda names: set(REQUIRED) <= names)
    if headed is None:
        raise BadInput(f"No row of the file holds the headings {', '.join(REQUIRED)}.")
    missing = [name for name in COLUMNS if name not in headed.headings]
    if missing:
        raise BadInput(f"These columns are missing (they may be empty): {', '.join(missing)}.")
    if not headed.lines:
        raise BadInput("The file has headings and no rows.")
    sheet = _Sheet()
    _take(sheet, headed)
    tell(0, len(sheet.ids))
    return sheet


def _take(sheet: _Sheet, headed: Headed) -> None:
    place_of_id = headed.headings.index("complaint_id")
    for place, line in enumerate(headed.lines):
        name = line.cells[place_of_id].strip() if place_of_id < len(line.cells) else ""
        sheet.ids.append(name)
        try:
            cells = {key: cell for key, cell in headed.row(line).items() if key in COLUMNS}
            if name in sheet.cells:
                raise BadRow(f"The complaint_id stands a second time in line {line.number}.")
            record, notes = read_row(cells)
        except (BadRow, BadInput) as refused:
            sheet.bad[place] = str(refused)
            continue
        if notes:
            sheet.notes[place] = notes
        sheet.cells[name] = cells
        sheet.records[name] = record


def _names(store: Remembered | None, linkage: Linkage, age: Mapping[str, int]) -> tuple[dict[str, str], dict[str, str]]:
    """The numbers to show for cases and claims."""
    found = []
    for kind, groups in (("case", linkage.case_of), ("claim", linkage.claim_of)):
        named = lasting_names(groups, store.shown(kind, groups) if store else {}, age)
        if store:
            store.show(kind, sorted(set(named.values()), key=lambda name: age[name]))
        found.append(named)
    return found[0], found[1]


def _write(path: Path, sheet: _Sheet, linkage: Linkage, case: Mapping[str, str], claim: Mapping[str, str]) -> None:
    best = _best(linkage.judgements, case)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(OUT)
    for place, name in enumerate(sheet.ids):
        if place in sheet.bad:
            alone = f"{name or 'row'}#{place + 1}"
            row = (name, alone, alone, "0", f"Not linked: {sheet.bad[place]}")
        else:
            why = _why(name, best, linkage.breaker)
            notes = " ".join(sheet.notes.get(place, ()))
            row = (name, case[name], claim[name], f"{linkage.confidence_of[name]:.3f}", f"{why} {notes}".strip())
        writer.writerow([inert(cell) for cell in row])
    try:
        write_whole(path, text.getvalue().encode("utf-8"))
    except OSError as failed:
        raise BadInput(f"{path.name} cannot be written: {failed.strerror}.") from failed


def _best(judgements: Sequence[Judgement], case: Mapping[str, str]) -> dict[tuple[str, bool], Judgement]:
    """Per complaint the strongest pair inside its case, and the strongest that points outside."""
    found: dict[tuple[str, bool], Judgement] = {}
    for one in judgements:
        inside = _together(one, case)
        for name in (one.left, one.right):
            old = found.get((name, inside))
            if old is None or _strength(one) > _strength(old):
                found[(name, inside)] = one
    return found


def _together(pair: Judgement, case: Mapping[str, str]) -> bool:
    """Whether a pair of a told complaint is of one case. Whose place is not told is in none of the told ones."""
    return case.get(pair.left) == case.get(pair.right)


def _strength(one: Judgement) -> tuple[float, str, str]:
    return max(one.case_score, one.claim_score), one.right, one.left


def _why(name: str, best: Mapping[tuple[str, bool], Judgement], breaker: str | None) -> str:
    if breaker:
        return f"Nothing was joined in this run: {breaker}"
    if inside := best.get((name, True)):
        same = "one claim with" if inside.same_claim else "one dispute with"
        return f"{same} {_other(inside, name)}: {sentence(inside.evidence, inside.conflicts)}"
    if outside := best.get((name, False)):
        asked = "a person should compare it with" if outside.band is not Band.DIFFERENT else "nearest is"
        return f"alone; {asked} {_other(outside, name)}: {sentence(outside.evidence, outside.conflicts)}"
    return "alone: nothing came near."


def _other(pair: Judgement, name: str) -> str:
    return pair.right if pair.left == name else pair.left
