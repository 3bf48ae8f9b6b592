"""Damaged mails and files, by the thousand: each is read or refused in words, and none of them does anything else."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest
import xlsxwriter

from casework.complaint import Complaint
from casework.errors import BadInput, Unreadable
from casework.record import Json, RawRecord, RecordKind
from casework.wages import WageFeed
from connectors.base import load_channel
from connectors.files import read_table
from connectors.imports.rows import read as read_imported
from connectors.mime import answer_address, facts, source_key
from connectors.registry import connect
from connectors.wage_rows import READERS
from sandbox.platforms.letters import letter
from sandbox.told import Told

SETTINGS = {
    "mailbox": {"imap_host": "h", "imap_port": "1", "smtp_host": "h", "smtp_port": "1", "sender": "a@b.example"},
    "national_clue": {"folder": "f", "answers": "f", "receipts": "f"},
}
ROSTER = (("证人甲", "13900000001", None, Decimal("3000")), ("证人乙", None, None, Decimal("2000")))
PIECES = (
    *(b"\r\n", b"=?gbk?B?", b"?=", b"charset=unicode_escape", b"\x00", b"<script>", b"\xff\xfe", b"Content-Type: "),
    *(b"boundary=", b"&#x110000;", b"<!--", b";", b'"', b"<!DOCTYPE a>", b"\xed\xa0\x80"),
)
VALUES: tuple[Json, ...] = (
    *(
        None,
        True,
        0,
        -1,
        3.5,
        10**40,
        "",
        " ",
        "\x00",
        "=1+1",
        "NaN",
        "1e999",
        "-0",
        "９９９９-９９-９９",
        "2026-02-30",
    ),
    *("99999", "0001-01-01", "9999-12-31T23:59:59+14:00", "是", "x" * 30_000, "۳", "253402300800", "1e5", "万", "²"),
    *("\u202e", "2026-11-19 25:61", "９９９９-９９-９９", "20۳26-06", "1e999999999"),
    *(json.loads(text) for text in ("[]", '{"a": [null]}', "[[1]]", '[{"table": [[null], 3]}]')),
)
WHOLES: dict[str, list[tuple[RecordKind, dict[str, Json]]]] = {
    "national_clue": [
        (RecordKind.COMPLAINT, {"线索编号": "1", "反映时间": "2026-11-19", "诉求描述": "无", "欠薪金额(元)": "1"}),
        (
            RecordKind.COMPLAINT,
            {"线索编号": "1", "反映时间": "46000", "诉求描述": "无", "欠薪人数": "1", "欠薪开始": "2026-01"},
        ),
        (
            RecordKind.COMPLAINT,
            {"线索编号": "1", "反映时间": "46000", "诉求描述": "无", "领域": "工程建设", "身份证号": "1"},
        ),
    ],
    "mailbox": [(RecordKind.COMPLAINT, {"text": "无", "received": "2026-11-19", "attachments": [], "subject": "a"})],
    "import": [
        (RecordKind.COMPLAINT, {"_layout": "template", "complaint_id": "1", "submitted_at": "2026-11-19"}),
        (
            RecordKind.COMPLAINT,
            {"_layout": "template", "submitted_at": "46000", "amount_owed": "1", "arrears_to": "2026-1"},
        ),
        (RecordKind.COMPLAINT, {"_layout": "us_claims", "account_name": "a", "docket_date": "1/2/2026", "paid": "1"}),
    ],
    "wage_monitor": [
        (RecordKind.PROJECT, {"projectCode": "1", "projectName": "a", "payDay": "1", "startDate": "2026-01-01"}),
        (RecordKind.SPECIAL_ACCOUNT, {"projectCode": "1", "balance": "-1", "balanceDate": "2026-01-01"}),
        (RecordKind.PAYROLL, {"projectCode": "1", "corpName": "a", "payMonth": "2026-01", "lines": [{"days": "1"}]}),
        (RecordKind.ATTENDANCE, {"projectCode": "1", "attMonth": "2026-01", "heads": "1", "days": "1"}),
        (RecordKind.COMPLAINT, {"complaintTime": "2026-01-01", "content": "a", "owedAmount": "1"}),
    ],
}


def damaged(chance: random.Random, content: bytes) -> bytes:
    """The bytes with some of them changed, lost, doubled, moved."""
    changed = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 5, 20))):
        changed = changed or bytearray(b"x")
        start = chance.randrange(len(changed))
        end = min(len(changed), start + chance.randrange(1, 40))
        match chance.randrange(6):
            case 0:
                changed[start] = chance.randrange(256)
            case 1:
                del changed[start:end]
            case 2:
                changed[start:start] = changed[start:end] * chance.randrange(1, 4)
            case 3:
                changed = changed[:start]
            case 4:
                changed[start:start] = chance.choice(PIECES)
            case _:
                changed[start:end] = chance.randbytes(end - start)
    return bytes(changed)


def test_no_damaged_mail_does_more_than_be_refused() -> None:
    chance, box, read, refused = random.Random(20261120), connect("mailbox", SETTINGS["mailbox"]), 0, 0
    at = datetime(2026, 11, 19, tzinfo=UTC)
    plain = Told(key="", channel="mailbox", told_at=at, case="a", claim="b", title="讨薪", narrative="工资没有发。<b>")
    mails = [
        letter(Told(**{**vars(plain), "key": str(number), "roster": ROSTER if number % 6 == 1 else ()}))
        for number in range(12)
    ]
    for _ in range(1_200):
        content = damaged(chance, chance.choice(mails))
        payload = facts(content)
        json.dumps(payload, ensure_ascii=False).encode()
        answer_address(content)
        try:
            box.read(RawRecord("mailbox", source_key(content), payload, "1", version=1))
            read += 1
        except Unreadable:
            refused += 1
    assert min(read, refused) > 100


def test_no_damaged_table_does_more_than_be_refused() -> None:
    chance, read = random.Random(20261121), 0
    words: list[str] = []
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as made:
        page = made.add_worksheet()
        for number, line in enumerate(ROSTER):
            page.write_row(number, 0, [str(cell) for cell in line])
    tables = (out.getvalue(), "姓名,电话\n证人甲,1\n".encode("gb18030"), '姓名,"a"\n1,2\n'.encode())
    for _ in range(3_000):
        try:
            read_table(damaged(chance, chance.choice(tables)))
            read += 1
        except BadInput as reason:
            words.append(str(reason))
    assert min(read, len(words)) > 300
    assert all(said.endswith(".") for said in words)


@pytest.mark.parametrize("channel", list(WHOLES))
def test_no_value_in_a_record_does_more_than_refuse_it(channel: str) -> None:
    chance, read, words = random.Random(20261122), 0, []
    facts_of = load_channel("wage_monitor")
    readers: dict[str, Callable[[RawRecord], Complaint | WageFeed]] = {
        "import": read_imported,
        "wage_monitor": lambda raw: READERS[raw.kind](raw, facts_of),
        **{name: connect(name, settings).read for name, settings in SETTINGS.items()},
    }
    for _ in range(3_000):
        kind, whole = chance.choice(WHOLES[channel])
        changed, added = chance.choice(list(whole)), chance.choice("abc")
        payload = {**whole, changed: chance.choice(VALUES), added: chance.choice(VALUES)}
        try:
            readers[channel](RawRecord(channel, "1", payload, "1", kind, 1))
            read += 1
        except Unreadable as reason:
            words.append(str(reason))
    assert min(read, len(words)) > 100
    assert all(said.endswith(".") for said in words)
