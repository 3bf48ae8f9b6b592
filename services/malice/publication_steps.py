"""What every step of a publication needs: the record at its step, and its papers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from casework.errors import BadInput, NotAllowed
from casework.people import Actor
from casework.record import Json
from services.paperwork.papers import Issued, add_paper
from warehouse.models import CaseRow, DocumentRow, PublicationRow
from warehouse.store.published import publications_of


def at_publication(session: Session, case: CaseRow, *states: str, notice_no: str = "") -> PublicationRow:
    """The publication of a case, which is at one of these steps: the last, or the one whose notice has this number.

    Raises `BadInput` for a number that no publication of the case has, `NotAllowed` for one that is at another step.
    """
    rows = publications_of(session, case.id)
    if wanted := notice_no.strip():
        rows = [row for row in rows if _number(session, row) == wanted]
        if not rows:
            raise BadInput("No publication of this case has this number.")
    if rows and rows[0].state in states:
        return rows[0]
    if any(row.notice_id is not None and row.state in states for row in rows[1:]):
        raise NotAllowed("The publication of this case is not at this step; an earlier one is named by its number.")
    raise NotAllowed("The publication of this case is not at this step.")


def _number(session: Session, row: PublicationRow) -> str | None:
    return session.get_one(DocumentRow, row.notice_id).document_no if row.notice_id else None


def paper_after(
    session: Session,
    case: CaseRow,
    row: PublicationRow,
    kind: str,
    said: dict[str, Any],
    *,
    on: date,
    actor: Actor,
    at: datetime,
) -> Issued:
    """A paper that answers for, corrects or withdraws what was published; it names the number of the first."""
    session.flush()
    notice = session.get_one(DocumentRow, row.notice_id)
    body = {"publication": row.id, "publication_no": notice.document_no, **said}
    paper = add_paper(session, case, kind, on, body, actor=actor, at=at, addressee_id=notice.addressee_id)
    return Issued(paper.id, paper.document_no)


def void(paper: DocumentRow, why: str, on: date, *, by: str) -> None:
    """A numbered paper says nothing any more: it stays in the file under its number, which is not used again."""
    paper.void_on, paper.void_why, paper.void_by = on, why, by


def void_no_more(paper: DocumentRow) -> dict[str, Json]:
    """It turned out that the paper was out before it was made void: it says what it said, until it is withdrawn.

    Returns for the log since when it was void, and by whom; nothing where it was not.
    """
    if paper.void_on is None:
        return {}
    was: dict[str, Json] = {"void_on": paper.void_on.isoformat(), "void_by": paper.void_by}
    paper.void_on = paper.void_why = paper.void_by = None
    return was
