"""What other bodies tell of employers (724 §38): a table of social insurance, water, power or gas unpaid."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.errors import BadInput, NotAllowed, Unreadable
from casework.identifiers import is_uscc, plain
from casework.people import Actor, Role
from connectors.fields import as_count, as_money, tidy
from connectors.files import Caps, Headed, Line, read_file, read_table, under_headings
from dedupe.normalise import name_key
from warehouse import audit
from warehouse.engine import Warehouse
from warehouse.models import OutsideArrearsRow, new_id
from warehouse.store.employers import find_or_make_employer

COLUMNS = ("kind", "employer_name", "employer_uscc", "months", "owed", "as_of")
KINDS = ("insurance", "utility")
_CAPS = Caps(file_bytes=5_000_000)


@dataclass(frozen=True, slots=True)
class ToldCount:
    """Lines kept as new, lines that say other figures for the same day than before, and lines known already."""

    new: int
    changed: int
    known: int


@dataclass(frozen=True, slots=True)
class _Word:
    """One line: of whom, how many months and how much, as of when."""

    kind: str
    name: str | None
    uscc: str | None
    months: int
    owed_fen: int
    as_of: date


def take_table(store: Warehouse, *, path: Path, actor: Actor, at: datetime) -> ToldCount:
    """Keep the lines of a .csv or .xlsx with the headings `COLUMNS`, all or none; amounts in yuan, days YYYY-MM-DD.

    0 months: nothing is owed any more. An employer not known yet is kept. Raises `BadInput` with the number of the
    first line that cannot be read.
    """
    if not actor.roles & {Role.DESK_OFFICER, Role.HEAD}:
        raise NotAllowed("Only the desk or a head may bring in what other bodies tell.")
    headed = under_headings(read_table(read_file(path, _CAPS), _CAPS), lambda found: found >= set(COLUMNS))
    if headed is None:
        raise BadInput(f"The file needs the columns {', '.join(COLUMNS)}.")
    words = [_word(headed, line, local_day(at)) for line in headed.lines if any(cell.strip() for cell in line.cells)]
    with store.write() as session:
        kept = Counter(_keep(session, one, by=actor.id, at=at) for one in words)
        count = ToldCount(new=kept["new"], changed=kept["changed"], known=kept["known"])
        details = {name: kept[name] for name in ("new", "changed", "known")}
        audit.record(session, by=actor.id, act="told_elsewhere", subject="outside_arrears", at=at, details={**details})
    return count


def _word(headed: Headed, line: Line, today: date) -> _Word:
    row = {name: tidy(cell) for name, cell in headed.row(line).items()}
    kind, name, code = row["kind"], row["employer_name"] or None, row["employer_uscc"]
    if kind not in KINDS:
        raise BadInput(f"Line {line.number}: the kind is one of {', '.join(KINDS)}.")
    if not name and not is_uscc(code):
        raise BadInput(f"Line {line.number} names no employer, neither by name nor by a credit code.")
    try:
        as_of = date.fromisoformat(row["as_of"])
        months, owed = as_count(row["months"], field="months"), as_money(row["owed"], field="owed")
    except (ValueError, Unreadable):
        raise BadInput(f"Line {line.number}: months, owed or as_of cannot be read.") from None
    if as_of > today:
        raise BadInput(f"Line {line.number}: the day lies in the future.")
    return _Word(kind, name, plain(code) if is_uscc(code) else None, months, int(owed * 100), as_of)


def _keep(session: Session, one: _Word, *, by: str, at: datetime) -> str:
    employer_id = find_or_make_employer(
        session,
        name=one.name,
        name_key=name_key(one.name)[:200],
        uscc=one.uscc,
        district_code=None,
        learned_from="office",
        at=at,
    )
    if employer_id is None:
        raise BadInput("A name in the file says nothing of who the employer is.")
    row = OutsideArrearsRow
    known = select(row).where(row.kind == one.kind, row.employer_id == employer_id, row.as_of == one.as_of)
    kept = session.scalars(known).one_or_none()
    if kept is None:
        made = row(
            id=new_id("out"),
            kind=one.kind,
            employer_id=employer_id,
            months=one.months,
            owed_fen=one.owed_fen,
            as_of=one.as_of,
            arrived_at=at,
            by=by,
        )
        session.add(made)
        session.flush()
        return "new"
    if (kept.months, kept.owed_fen) == (one.months, one.owed_fen):
        return "known"
    kept.months, kept.owed_fen, kept.arrived_at, kept.by = one.months, one.owed_fen, at, by
    session.flush()
    return "changed"
