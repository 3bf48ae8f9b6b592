"""The ledger of a case as a workbook (欠薪台账), and the empty roster to fill in. Who took it out is in the audit log.

Names, phones and identity numbers are masked as on the page, unless somebody who may see them says what for. The sheet
can be taken in again as a roster and then changes nothing. Every text is written as text: none is ever a formula.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from io import BytesIO
from typing import Any, TypeAlias

import xlsxwriter
from sqlalchemy import select

from casework.calendar import local_day
from casework.errors import BadInput, NotFound
from casework.identifiers import mask_identity_number, mask_name, mask_phone
from casework.ledger import Owed, counted_of, spread
from casework.people import Actor, Role
from casework.record import Json
from connectors.files import inert
from services.people.reveals import REASONS
from warehouse import audit
from warehouse.engine import Warehouse
from warehouse.models import CaseRow
from warehouse.queries.sight import SECRET_READERS, seen_by, works_on
from warehouse.queries.tellers import Tellers
from warehouse.store.ledger_rows import Personal
from warehouse.store.one_ledger import OneLedger, OneWorker, one_ledger
from warehouse.store.together import names_of

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROSTER = ("姓名", "身份证号", "电话", "起始月份", "截止月份", "欠薪金额", "核实金额")
"""The headings of the empty roster; all of them are read again by `add_roster`."""
COLUMNS = ("编号", *ROSTER, "应付", "已付", "尚欠", "多付", "凭证", "备注")
_MONEY = ("欠薪金额", "核实金额", "应付", "已付", "尚欠", "多付")
_PROOFS = {"bank_voucher": "银行凭证", "signed_payroll": "签字工资表", "witness": "当面支付见证"}
_NOT_COUNTED = "与另一行月份重叠，合计不重复计入"
_IN_CONFIDENCE = "要求保密"
_READERS = frozenset({Role.DESK_OFFICER, Role.HEAD})
Said: TypeAlias = Callable[[str | None], str]


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One line of the sheet. Sums in fen; `due` is what is verified, or claimed where nothing of the worker is.

    Of `claimed` and `verified` only what counts is in the totals; `due + over = paid + owed`, line by line.
    """

    number: str
    name: str
    id_no: str
    phone: str
    first: str
    last: str
    claimed: int | None
    verified: int | None
    claim_counts: bool
    verified_counts: bool
    due: int
    paid: int
    owed: int
    over: int
    proofs: str
    secret: bool = False


def export_ledger(
    store: Warehouse, *, case_id: str, reason: str, plain: bool = False, actor: Actor, at: datetime
) -> bytes:
    """The workbook of a ledger for somebody who works on the case, with what for. `plain`: with names in full.

    Raises `BadInput` without a reason, `NotFound` for a case that is not theirs.
    """
    if reason not in REASONS:
        raise BadInput("Please choose why you need to see this.")
    with store.read() as session:
        case = session.scalars(select(CaseRow).where(CaseRow.id == case_id, seen_by(actor))).one_or_none()
        if case is None or not works_on(session, actor, case, _READERS, on=local_day(at)):
            raise NotFound("There is no such case, or it is not yours to see.")
        one = one_ledger(session, case.id)
        names = names_of(session, (worker.human for worker in one.workers))
        secrets = plain and works_on(session, actor, case, SECRET_READERS, on=local_day(at))
        in_full = plain and (secrets or not any(worker.human.secret for worker in one.workers))
        told_by, listed = Tellers(session, [case.id]), [person.name for person in names.values()]
        hides = partial(_masked, told_by=told_by, case_id=case.id, names=listed)
        said: Said = _as_written if in_full else hides
        lines = sheet_lines(one, names, plain=plain, secrets=secrets, said=said)
        details: dict[str, Json] = {
            "reason": reason,
            "plain": plain,
            "workers": len(one.workers),
            "lines": len(lines),
            "secrets": sum(worker.human.secret for worker in one.workers) if secrets else 0,
        }
        book = _book(case.matter_no, lines, one, said)
    # Made before anything is locked, like the papers; it leaves the house only when it is noted.
    with store.write() as session:
        audit.record(session, by=actor.id, act="export_ledger", subject=case_id, at=at, details=details)
    return book


def _as_written(words: str | None) -> str:
    return words or ""


def _masked(words: str | None, *, told_by: Tellers, case_id: str, names: Sequence[str | None]) -> str:
    """The reference of a proof is free text: who was paid may stand in it."""
    return told_by.hide(words, case_id, beside=names) or ""


def sheet_lines(
    one: OneLedger, names: Mapping[str, Personal], *, plain: bool, secrets: bool, said: Said = _as_written
) -> list[SheetLine]:
    """The lines of a ledger with what is owed still, by worker and pay period. `said`: how a typed text is shown."""
    proofs = _proofs(one, said)
    return [
        line
        for worker in one.workers
        for line in _lines(
            worker, worker.human.said(names), "；".join(proofs[worker.human.number]), plain=plain, secrets=secrets
        )
    ]


def _lines(worker: OneWorker, who: Personal, proofs: str, *, plain: bool, secrets: bool) -> list[SheetLine]:
    human, none_verified = worker.human, worker.account.verified is None
    claims = counted_of([Owed(line.span, line.claimed) for line in worker.lines])
    verified = counted_of([Owed(line.span, line.verified) for line in worker.lines])
    counted = claims if none_verified else verified
    dues = [
        ((line.claimed if none_verified else line.verified) or 0) if place in counted else 0
        for place, line in enumerate(worker.lines)
    ]
    shares = spread(worker.paid, [Owed(line.span, due) for line, due in zip(worker.lines, dues, strict=True)])
    name, id_no, phone = (said or "" for said in (who.name, who.id_no, who.phone))
    if human.secret and not secrets:
        name, id_no, phone = "", "", ""
    elif not plain:
        name, id_no, phone = mask_name(name) or "", mask_identity_number(id_no) or "", mask_phone(phone) or ""
    if not worker.lines:
        said = (str(human.number), name, id_no, phone, "", "", None, None, True, True)
        return [SheetLine(*said, 0, worker.paid, 0, worker.paid, proofs, human.secret)]
    return [
        SheetLine(
            number=line.name,
            name=name,
            id_no=id_no,
            phone=phone,
            first=line.span.first,
            last=line.span.last,
            claimed=line.claimed,
            verified=line.verified,
            claim_counts=place in claims,
            verified_counts=place in verified,
            due=due,
            paid=share,
            owed=max(due - share, 0),
            over=max(share - due, 0),
            proofs="" if place else proofs,
            secret=human.secret,
        )
        for place, (line, due, share) in enumerate(zip(worker.lines, dues, shares, strict=True))
    ]


def _proofs(one: OneLedger, said: Said) -> dict[int, list[str]]:
    """By worker, the proofs of what they were paid: day, kind, number and sum."""
    found: dict[int, list[str]] = defaultdict(list)
    for payment in one.proofs.payments:
        for line in payment.lines:
            if line.id in one.proofs.whose:
                row = payment.row
                kind = _PROOFS.get(row.proof, row.proof)
                words = f"{row.paid_on.isoformat()} {kind} {said(row.proof_ref)} {line.fen / 100:.2f}"
                found[one.proofs.whose[line.id].number].append(" ".join(words.split()))
    return found


def _book(matter_no: str, lines: Sequence[SheetLine], one: OneLedger, said: Said) -> bytes:
    stream = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(stream, options) as book:
        looks = _looks(book)
        sheet = _sheet(book, "欠薪台账", COLUMNS, looks)
        for place, line in enumerate(lines, start=1):
            _write(sheet, place, _cells(line), COLUMNS, looks)
        _write(sheet, len(lines) + 1, _totals(lines), COLUMNS, looks, last=True)
        _payments(book, one, looks, said)
        book.set_properties({"title": f"欠薪台账 {matter_no}"})
    return stream.getvalue()


def _cells(line: SheetLine) -> dict[str, object]:
    doubled = (line.claimed is not None and not line.claim_counts) or (
        line.verified is not None and not line.verified_counts
    )
    notes = ((_NOT_COUNTED, doubled), (_IN_CONFIDENCE, line.secret))
    return {
        "编号": line.number,
        "姓名": line.name,
        "身份证号": line.id_no,
        "电话": line.phone,
        "起始月份": line.first,
        "截止月份": line.last,
        "欠薪金额": line.claimed,
        "核实金额": line.verified,
        "应付": line.due,
        "已付": line.paid,
        "尚欠": line.owed,
        "多付": line.over,
        "凭证": line.proofs,
        "备注": "；".join(words for words, so in notes if so),
    }


def _totals(lines: Sequence[SheetLine]) -> dict[str, object]:
    return {
        "姓名": "合计",
        "欠薪金额": sum(line.claimed or 0 for line in lines if line.claim_counts),
        "核实金额": sum(line.verified or 0 for line in lines if line.verified_counts),
        "应付": sum(line.due for line in lines),
        "已付": sum(line.paid for line in lines),
        "尚欠": sum(line.owed for line in lines),
        "多付": sum(line.over for line in lines),
    }


def _payments(book: Any, one: OneLedger, looks: dict[str, Any], said: Said) -> None:
    """The proofs on a sheet of their own: what each says, and what of it counts."""
    columns = ("日期", "凭证", "编号", "人数", "金额", "计入金额")
    sheet = _sheet(book, "支付凭证", columns, looks)
    for place, payment in enumerate(one.proofs.payments, start=1):
        row = payment.row
        cells: dict[str, object] = {
            "日期": row.paid_on.isoformat(),
            "凭证": _PROOFS.get(row.proof, row.proof),
            "编号": said(row.proof_ref),
            "人数": str(row.workers),
            "金额": row.amount_fen,
            "计入金额": payment.fen,
        }
        _write(sheet, place, cells, columns, looks)
    place = len(one.proofs.payments) + 1
    unnamed = one.proofs.amount - sum(worker.paid for worker in one.workers)
    _write(sheet, place, {"日期": "合计", "计入金额": one.proofs.amount}, columns, looks, last=True)
    _write(sheet, place + 1, {"日期": "其中未对应到台账工人", "计入金额": unnamed}, columns, looks, last=True)


def roster_template() -> bytes:
    """An empty roster with the headings that are read: text where a number would lose digits."""
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        _sheet(book, "工人名单", ROSTER, _looks(book))
    return stream.getvalue()


def _looks(book: Any) -> dict[str, Any]:
    font = {"font_name": "宋体", "font_size": 11}
    return {
        "head": book.add_format({**font, "bold": True, "border": 1, "bg_color": "#E8EEF6"}),
        "text": book.add_format({**font, "num_format": "@"}),
        "yuan": book.add_format({**font, "num_format": "#,##0.00"}),
        "strong": book.add_format({**font, "bold": True, "num_format": "#,##0.00"}),
    }


def _sheet(book: Any, name: str, columns: Sequence[str], looks: dict[str, Any]) -> Any:
    sheet = book.add_worksheet(name)
    for place, column in enumerate(columns):
        money = column in (*_MONEY, "金额", "计入金额")
        sheet.set_column(place, place, 40 if column in ("凭证", "备注") else 16, looks["yuan" if money else "text"])
        sheet.write_string(0, place, column, looks["head"])
    sheet.freeze_panes(1, 0)
    return sheet


def _write(
    sheet: Any,
    line: int,
    cells: dict[str, object],
    columns: Sequence[str],
    looks: dict[str, Any],
    *,
    last: bool = False,
) -> None:
    """Sums as numbers, all else as text: no text becomes a formula, here or where the sheet is saved as text."""
    for place, column in enumerate(columns):
        value = cells.get(column)
        if isinstance(value, int):
            sheet.write_number(line, place, value / 100, looks["strong" if last else "yuan"])
        elif value:
            sheet.write_string(line, place, inert(str(value)), looks["strong" if last else "text"])
