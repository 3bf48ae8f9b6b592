"""What every parser is sent on good days, in the platforms' own shapes: from here the fuzzer sets out."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import xlsxwriter
from lxml import etree

from casework.record import RecordKind
from connectors.wage_monitor import TABLES
from sandbox.platforms.hotline_12345 import order
from sandbox.platforms.letters import letter
from sandbox.platforms.message_board import post, written
from sandbox.platforms.national_clue import HEADINGS
from sandbox.platforms.national_clue import row as clue
from sandbox.platforms.petition import NS, in_envelope, petition, write_fields
from sandbox.platforms.self_report import posting
from sandbox.platforms.wage_rows import complaint_row, local
from sandbox.told import Told
from tests.connectors.test_poison import PIECES, VALUES, WHOLES
from tests.photographs import located, shot

NOW = datetime(2026, 11, 20, tzinfo=UTC)
_ONE = Told(
    key="000001",
    channel="",
    told_at=NOW - timedelta(days=3),
    case="a",
    claim="b",
    title="反映工资被拖欠",
    narrative="本人王某，2026年3月至6月在即墨区鳌蓝路某安置区工地做木工，包工头李某电话13900000002，"
    "拖欠我们12人工资共计1.8万元，联系电话13900000001，身份证370282199001011234。",
    employer_name="青岛第一建筑有限公司",
    employer_uscc="91370282MA3C00000X",
    boss_name="李某",
    site_name="某安置区",
    site_address="即墨区鳌蓝路1号",
    district_code="370215",
    complainant_name="证人甲",
    complainant_phone="13900000001",
    workers_count=12,
    amount_owed=Decimal("18000.50"),
    arrears_from="2026-03",
    arrears_to="2026-06",
    rural=True,
    construction=True,
)
_ROSTER = (("证人甲", "13900000001", "370282199001011234", Decimal(3000)), ("证人乙", None, None, Decimal(2000)))
TOLD = (_ONE, replace(_ONE, key="000002", roster=_ROSTER, urgent=True, confidential=True))
"""Complaints as they ought to be: one of one worker, one of a crew."""
_IMPORTED: tuple[dict[str, str], ...] = (
    {
        "编号": "1",
        "反映时间": "2026-11-19",
        "欠薪金额(元)": "1",
        "欠薪人数": "12",
        "欠薪开始": "2026-03",
        "诉求描述": "无",
    },
    {"row_id": "1", "time": "2026-11-19", "title": "讨薪", "detail": _ONE.narrative, "user": "a", "reply": ""},
    {"case": "1", "account_name": "a", "docket_date": "1/2/2026", "claimed": "10", "paid": "1", "naics": "23"},
)


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, default=str).encode()


def _pages(row: Callable[[Told], dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """A page of both, on which a promised field may not be missing twice, and one of each alone."""
    return [[row(one) for one in page] for page in (TOLD, TOLD[:1], TOLD[1:])]


def _orders() -> list[bytes]:
    pages = _pages(lambda one: {"orderId": one.key, **order(one), "updatedTime": local(one.told_at)})
    return [_json({"code": 0, "data": {"list": page, "hasMore": False}}) for page in pages]


def _posts() -> list[list[dict[str, Any]]]:
    return _pages(lambda one: {"service_request_id": one.key, **post(one)})


def _petitions() -> list[bytes]:
    changed = {"updatedAt": NOW.isoformat()}
    return [_listed(page) for page in _pages(lambda one: {"petitionId": one.key, **petition(one), **changed})]


def _listed(rows: Iterable[Mapping[str, Any]]) -> bytes:
    answer = etree.Element(f"{{{NS}}}ListPetitionsResponse")
    for row in rows:
        write_fields(etree.SubElement(answer, f"{{{NS}}}petition"), row)
    return bytes(in_envelope(answer).body)


def _wage_rows() -> list[bytes]:
    tables = {kind: table for table, (kind, _) in TABLES.items()}
    rows = [(tables[kind], whole) for kind, whole in WHOLES["wage_monitor"]]
    rows += [(tables[RecordKind.COMPLAINT], {"complaintId": one.key, **complaint_row(one)}) for one in TOLD]
    return [_json(row) for row in rows]


def _files(headings: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> list[bytes]:
    """The same table as a workbook and as text in two encodings."""
    lines: list[list[Any]] = [[*headings], *([row.get(heading) for heading in headings] for row in rows)]
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("线索")
        for number, line in enumerate(lines):
            sheet.write_row(number, 0, line)
    text = "\r\n".join(",".join("" if cell is None else str(cell) for cell in line) for line in lines)
    return [out.getvalue(), text.encode("gb18030"), text.replace(",", "\t").encode("utf-16")]


def _mails() -> list[bytes]:
    """As mail programs pack them. A table is read by a process of its own, twenty a second: here none is attached."""
    packed = [letter(replace(one, key=key)) for one in TOLD for key in "123456"]
    return [mail.replace(b".xlsx", b".docx").replace(b".csv", b".docx") for mail in packed]


def _rosters() -> list[bytes]:
    """Mails as they landed, with the lines of their tables."""
    table = [["拖欠工资花名册"], ["序号", "姓名", "身份证号", "联系电话", "拖欠工资(元)"]]
    table += [["1", "证人甲", "370282199001011234", "13900000001", "3000"], ["2", "证人乙", "", "", "2,000.50"]]
    attachments = [{"name": "花名册.xlsx", "bytes": 9, "sha256": "0" * 64, "table": table}]
    return [_json({"text": _ONE.narrative, "received": "2026-11-19", "subject": "讨薪", "attachments": attachments})]


def _notice() -> list[bytes]:
    off = ("01-01", "05-01", "10-01", "10-02", "10-03")
    days = [{"name": "节", "date": f"2026-{day}", "isOffDay": True} for day in off]
    days.append({"name": "节", "date": "2026-09-27", "isOffDay": False})
    return [_json({"year": 2026, "papers": ["http://www.gov.example/1"], "days": days})]


SEEDS: Mapping[str, Callable[[], list[bytes]]] = {
    "hotline_12345": _orders,
    "message_board": lambda: [_json(page) for page in _posts()],
    "message_board_xml": lambda: [bytes(written("xml", page, "service_requests", "request").body) for page in _posts()],
    "petition": _petitions,
    "wage_monitor": _wage_rows,
    "self_report": lambda: [_json(posting(one)) for one in TOLD],
    "national_clue": lambda: _files(HEADINGS, [{"线索编号": one.key, **clue(one)} for one in TOLD]),
    "imports": lambda: [file for row in _IMPORTED for file in _files(list(row), [row])],
    "mailbox": _mails,
    "rosters": _rosters,
    "pictures": lambda: [located((48, 32)), *(shot(kind, (48, 32)) for kind in ("PNG", "WEBP"))],
    "holiday_notice": _notice,
    "narrative": lambda: [_ONE.narrative.encode()],
}
"""By parser."""
WORDS = (
    *PIECES,
    *(value.encode("utf-8", "surrogatepass") for value in VALUES if isinstance(value, str) and 0 < len(value) < 60),
)
"""What breaks parsers, put into inputs as it is."""
