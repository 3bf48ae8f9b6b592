"""What a story left behind, read back: lives, deadlines, papers opened again, answers on the platforms, the trace."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date
from io import BytesIO
from typing import Any

from docx import Document
from sqlalchemy import select

from casework.documents import KINDS, faces_employer
from casework.secrecy import bare
from tests.scenarios.hands import Hands, papers
from tests.scenarios.town import Town
from warehouse.audit import verify
from warehouse.models import ClockRow, LifeMoveRow, ReplyRow

QUOTATION = 12
"""So many letters in a row of what somebody told are their words."""


def trail(town: Town, subject: str, life: str) -> list[str]:
    """Where a complaint came through, or a case at work or in law, in order."""
    row = LifeMoveRow
    key = row.complaint_id if life == "complaint" else row.case_id
    with town.store.read() as session:
        return list(session.scalars(select(row.became).where(key == subject, row.life == life).order_by(row.step_no)))


def clocks(town: Town, *, case_id: str | None = None, complaint_id: str | None = None) -> dict[str, tuple[str, date]]:
    """State and due day of the newest deadline of each kind."""
    row = ClockRow
    owner = row.case_id == case_id if case_id else row.complaint_id == complaint_id
    with town.store.read() as session:
        found = session.scalars(select(row).where(owner).order_by(row.started_on, row.due_on))
        return {one.kind: (one.state, one.due_on) for one in found}


def serials(hands: Hands) -> dict[str, list[str]]:
    """The numbers of the papers by kind."""
    found: dict[str, list[str]] = {}
    for row in papers(hands):
        found.setdefault(row.kind, []).append(row.document_no)
    return found


def words_of(body: bytes) -> str:
    """Everything that can be read on a .docx."""
    document: Any = Document(BytesIO(body))
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


def opened_again(hands: Hands, login: str) -> dict[str, str]:
    """Every paper downloaded and read again, by its number; each is what the records call it."""
    found = {}
    for row in papers(hands):
        text = words_of(hands.read(login, row))
        assert KINDS[row.kind].title in text or row.kind == "rectification_order", row.kind
        assert row.document_no in text
        assert re.fullmatch(r"即人社劳监\w+字〔2023〕第\d+号", row.document_no)
        found[row.document_no] = text
    return found


def nobody_is_named(hands: Hands, texts: dict[str, str], people: Iterable[str], told: Iterable[str]) -> int:
    """No paper that the employer reads holds a name, a phone or a number, nor a row of letters of what was told.

    Returns how many such papers there are.
    """
    secret = [bare(one) for one in people]
    quotes = [piece for one in told for piece in re.split(r"\d+", bare(one))]  # figures are nobody's words
    rows = [row for row in papers(hands) if faces_employer(row.kind, row.body)]
    for row in rows:
        text = bare(texts[row.document_no])
        assert not [one for one in secret if one in text], row.kind
        for words in quotes:
            pieces = (words[start : start + QUOTATION] for start in range(len(words) - QUOTATION + 1))
            assert not [piece for piece in pieces if piece in text], row.kind
    return len(rows)


def answered(town: Town, channel: str, number: str) -> list[str]:
    """What the platform of a channel holds as our answers to one complaint."""
    return town.platform(channel).answers.get(number, [])


def outbox(town: Town, complaint_id: str) -> Counter[tuple[str, str]]:
    """Our answers to a complaint by kind and state."""
    with town.store.read() as session:
        question = select(ReplyRow.kind, ReplyRow.state).where(ReplyRow.complaint_id == complaint_id)
        return Counter((kind, state) for kind, state in session.execute(question).tuples())


def the_trace_is_whole(town: Town) -> None:
    """The audit log's chain holds."""
    with town.store.read() as session:
        assert verify(session).broken_at is None
