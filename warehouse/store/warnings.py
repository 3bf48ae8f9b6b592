"""Warnings of the daily run: those that stand, one raised, one kept up to date, one that ended."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from casework.record import Json
from casework.warnings.finding import Row
from warehouse.models import WarningEvidenceRow, WarningRow, new_id
from warehouse.store.one_employer import roots_of

OPEN = "open"
CLEARED = "cleared"


def identity(rule: str, employer_id: str | None, project: str | None) -> str:
    """What a warning is about: of two with the same only one is open."""
    return f"{rule}|{employer_id or ''}|{project or ''}"


def standing(session: Session, rules: Collection[str], *, by: str, at: datetime) -> dict[str, list[WarningRow]]:
    """The warnings of these rules that are open or have not ended, by what they are about, the oldest first; locked.

    Employers that were made one since have one warning of a kind: of two open ones the later is cleared.
    """
    question = (
        select(WarningRow)
        .where(
            WarningRow.rule.in_(rules),
            WarningRow.identity_key.is_not(None),
            or_(WarningRow.state == OPEN, WarningRow.ended_at.is_(None)),
        )
        .order_by(WarningRow.raised_at, WarningRow.id)
        .with_for_update()
    )
    rows = session.scalars(question).all()
    roots = roots_of(session, {row.employer_id for row in rows if row.employer_id})
    found: dict[str, list[WarningRow]] = defaultdict(list)
    moved = []
    for row in rows:
        about = identity(row.rule, roots.get(row.employer_id or ""), row.project_code)
        if row.state == OPEN and any(other.state == OPEN for other in found[about]):
            end(row, by=by, at=at)
            continue
        if row.identity_key != about:
            moved.append((row, about))
        found[about].append(row)
    session.flush()
    for row, about in moved:
        row.identity_key, row.employer_id = about, roots.get(row.employer_id or "")
        row.version += 1
    session.flush()
    return found


def end(row: WarningRow, *, by: str, at: datetime) -> None:
    """It is not found any more: an open one is cleared, one that a person settled stays as it was settled."""
    row.ended_at = at
    if row.state == OPEN:
        row.state, row.settled_at, row.settled_by = CLEARED, at, by
        row.version += 1


def write_evidence(session: Session, warning_id: str, speaks_for: Sequence[Row], against: Sequence[Row]) -> None:
    """The rows for and against a warning, in the place of those kept before."""
    session.execute(delete(WarningEvidenceRow).where(WarningEvidenceRow.warning_id == warning_id))
    for speaks, rows in (("for", speaks_for), ("against", against)):
        session.add_all(
            WarningEvidenceRow(id=new_id("wev"), warning_id=warning_id, table_name=table, row_id=row_id, speaks=speaks)
            for table, row_id in rows
        )


def evidence_of(session: Session, warning_ids: Collection[str]) -> dict[str, set[tuple[str, str, str]]]:
    """Table, id and side of the rows of evidence of many warnings."""
    found: dict[str, set[tuple[str, str, str]]] = defaultdict(set)
    question = select(WarningEvidenceRow).where(WarningEvidenceRow.warning_id.in_(warning_ids))
    for row in session.scalars(question):
        found[row.warning_id].add((row.table_name, row.row_id, row.speaks))
    return found


def sides(speaks_for: Iterable[Row], against: Iterable[Row]) -> set[tuple[str, str, str]]:
    """Rows for and against, as `evidence_of` gives them."""
    return {(*row, "for") for row in speaks_for} | {(*row, "against") for row in against}


def refreshed(row: WarningRow, *, level: str, rule_version: str, facts: dict[str, Json]) -> bool:
    """Set level and figures of an open warning; whether anything changed. The version grows then."""
    if (row.level, row.rule_version, row.facts) == (level, rule_version, facts):
        return False
    row.level, row.rule_version, row.facts = level, rule_version, facts
    row.version += 1
    return True


def without_owner(session: Session) -> list[WarningRow]:
    """Open warnings that nobody looks after yet, whoever raised them."""
    question = select(WarningRow).where(WarningRow.state == OPEN, WarningRow.owner_id.is_(None))
    return list(session.scalars(question.order_by(WarningRow.raised_at, WarningRow.id)))
