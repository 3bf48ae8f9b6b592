"""Search over cases: by number, employer, site, receipt number, or the last four digits of a phone. Names of persons
are not searched as text: they are encrypted, and a keyed index finds only the whole name. Who told in confidence is
found by nobody who may not know them.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, bindparam, false, func, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from casework.people import Actor
from casework.receipt_number import typed
from warehouse.blinds import name_blind, phone_blind, phone_tail_blind
from warehouse.models import (
    CaseMembershipRow,
    CaseRow,
    ComplaintRow,
    ComplaintVersionRow,
    EmployerAliasRow,
    ReceiptNumberRow,
    WorkerRow,
)
from warehouse.queries.deadlines import Horizon
from warehouse.queries.queue import SHOWN, QueueCase, queue_rows
from warehouse.queries.sight import OFFICERS, seen_by, seen_of_all, teller_known_to
from warehouse.store.receipt_numbers import OWN_PAGE

_TAIL = re.compile(r"\d{4}\Z")
_PHONE = re.compile(r"1[3-9]\d{9}\Z")
_NAMES = 300
"""Of a text that more names hold than this each row is asked: it finds more than a list shows."""
_FEW = 500


def found(session: Session, actor: Actor, text: str, horizon: Horizon, *, limit: int = 50) -> list[QueueCase]:
    """The cases this person may see that the text points at."""
    wanted = text.strip()
    if not wanted:
        return []
    numbered = _numbered(wanted)
    ways = numbered if session.scalar(numbered.limit(1)) else union_all(*_ways(session, wanted, actor))
    pointed = session.scalars(ways.limit(_FEW + 1)).all()
    if len(pointed) <= _FEW:
        rows = session.execute(_of_few(actor, limit), {"ids": list(set(pointed))}).all()
    else:
        rows = session.execute(_seen(seen_of_all(actor), CaseRow.id.in_(ways), limit)).all()
    return queue_rows(session, rows, horizon)


@lru_cache(maxsize=OFFICERS)
def _of_few(actor: Actor, limit: int) -> Select[Any]:
    """Of few cases it is asked one by one whether this person may see them, and not which they may see at all."""
    return _seen(seen_by(actor), CaseRow.id.in_(bindparam("ids", expanding=True)), limit)


def _seen(seen: ColumnElement[bool], pointed: ColumnElement[bool], limit: int) -> Select[Any]:
    question = select(*SHOWN).where(seen, CaseRow.status != "merged", pointed)
    return question.order_by(CaseRow.opened_at.desc()).limit(limit)


def _ways(session: Session, text: str, actor: Actor) -> list[Select[tuple[str]]]:
    """The cases that a text points at, each way by an index of its own."""
    like = f"%{text.replace(chr(92), '').replace('%', '').replace('_', '')}%"
    said, row = ComplaintVersionRow, CaseRow
    workers = (
        select(WorkerRow.complaint_id)
        .join(said, (said.complaint_id == WorkerRow.complaint_id) & (said.version == WorkerRow.version))
        .where(_named(text), teller_known_to(actor))
    )
    complaints = [
        *_by_name(session, select(said.complaint_id).where(said.newest.is_(True)), said, like),
        *_by_phone(text, actor),
        workers,
        *_by_receipt(text),
    ]
    members = select(CaseMembershipRow.case_id).where(
        CaseMembershipRow.valid_to.is_(None), CaseMembershipRow.complaint_id.in_(union_all(*complaints))
    )
    aliases = select(EmployerAliasRow.employer_id).where(EmployerAliasRow.name.like(like))
    return [
        *_by_name(session, select(row.id), row, like),
        select(row.id).where(row.employer_id.in_(aliases)),
        members,
    ]


def _numbered(text: str) -> CompoundSelect[tuple[str]]:
    """The case of a number, or of a complaint's: whoever types one means it, and no name that holds the same signs."""
    row, inside = CaseRow, CaseMembershipRow
    complaint = select(ComplaintRow.id).where(ComplaintRow.complaint_no == text)
    member = select(inside.case_id).where(inside.valid_to.is_(None), inside.complaint_id.in_(complaint))
    return union_all(
        select(row.id).where(row.matter_no == text.upper()), select(row.id).where(row.case_no == text), member
    )


def _by_receipt(text: str) -> list[Select[tuple[str]]]:
    """The complaint whose worker reads a receipt number out on the telephone."""
    receipt, row = typed(text), ComplaintRow
    if receipt is None:
        return []
    given = select(ReceiptNumberRow.complaint_id).where(ReceiptNumberRow.receipt == receipt)
    return [given, select(row.id).where(row.channel == OWN_PAGE, row.source_key == receipt)]


def _by_name(
    session: Session, among: Select[tuple[str]], row: type[CaseRow] | type[ComplaintVersionRow], like: str
) -> list[Select[tuple[str]]]:
    """Those of which the employer's or the site's name holds a text.

    SQLite holds the text against each name once, however many rows bear it, and finds those that do by their index.
    PostgreSQL reads all rows as fast as it would walk through the names.
    """
    columns = row.employer_name, row.site_name
    if session.get_bind().dialect.name != "sqlite":
        return [among.where(or_(*(column.like(like) for column in columns)))]
    found: list[Select[tuple[str]]] = []
    for column in columns:
        names = session.scalars(_names(column), {"like": like}).all()
        if len(names) > _NAMES:
            found.append(among.where(column.like(like)))
        elif names:
            found.append(among.where(column.in_(names)))
    return found


@cache
def _names(column: InstrumentedAttribute[str | None]) -> Select[tuple[str | None]]:
    """The different names in a column that hold a text: from each to the next one in their index."""
    first = select(func.min(column).label("name")).cte("names", recursive=True)
    later = select(func.min(column)).where(column > first.c.name).scalar_subquery()
    walk = first.union_all(select(later).where(first.c.name.is_not(None)))
    return select(walk.c.name).where(walk.c.name.like(bindparam("like"))).limit(_NAMES + 1)


def _by_phone(text: str, actor: Actor) -> list[Select[tuple[str]]]:
    said = ComplaintVersionRow
    among = select(said.complaint_id).where(said.newest.is_(True), teller_known_to(actor))
    found = []
    if _TAIL.match(text):
        found.append(among.where(said.phone_tail_blind == phone_tail_blind(text)))
    if _PHONE.match(text):
        found.append(among.where(said.phone_blind == phone_blind(text)))
    return found


def _named(text: str) -> ColumnElement[bool]:
    blind = name_blind(text)
    return WorkerRow.name_blind == blind if blind and len(text) <= 20 else false()
