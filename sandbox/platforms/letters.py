"""Complaints as mails: packed as people's mail programs pack them, with rosters attached."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from email import message_from_bytes
from email.charset import QP, Charset
from email.header import Header
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime
from html import escape
from typing import Any

import xlsxwriter

from sandbox.told import RosterLine, Told

CHINA = timezone(timedelta(hours=8))
OFFICE = "tousu@jimo.example"


def _chance(key: str, of: int) -> int:
    return int(hashlib.sha256(key.encode()).hexdigest(), 16) % of


def source_key(content: bytes) -> str:
    """The key by which a mail is known: Message-ID, and a hash of who wrote it when; without one, a hash of it all."""
    message = message_from_bytes(content)
    if message["Message-ID"] is None:
        return f"sha256-{hashlib.sha256(content).hexdigest()[:32]}"
    stamp = f"{message['From']}\x1f{message['Date']}"
    return f"{message['Message-ID'].strip('<>')}~{hashlib.sha256(stamp.encode()).hexdigest()[:8]}"


def _body(told: Told, habit: int) -> MIMEText:
    """The text in one of the ways in which mail programs pack Chinese."""
    if habit == 3:
        lines = "".join(f"<p>{escape(line)}</p>" for line in told.narrative.splitlines())
        return MIMEText(f"<html><head><style>p{{margin:0}}</style></head><body>{lines}</body></html>", "html", "utf-8")
    if habit == 2:
        quoted = Charset("utf-8")
        quoted.body_encoding = QP
        return MIMEText(told.narrative, "plain", quoted)  # type: ignore[arg-type]  # the stubs know only its name
    return MIMEText(told.narrative, "plain", "gb18030" if habit == 1 else "utf-8")


def _xlsx(roster: Iterable[RosterLine]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"created": datetime(2026, 1, 1)})  # noqa: DTZ001
        sheet = book.add_worksheet("名单")
        sheet.merge_range(0, 0, 0, 4, "拖欠工资花名册")
        sheet.write_row(1, 0, ["序号", "姓名", "身份证号", "联系电话", "拖欠工资(元)"])
        for number, (name, phone, id_no, amount) in enumerate(roster, start=1):
            sheet.write_row(number + 1, 0, [number, name, id_no, phone, float(amount) if amount is not None else None])
    return out.getvalue()


def _csv(roster: Iterable[RosterLine]) -> bytes:
    lines = ["姓名,手机号,身份证号码,欠薪金额"]
    lines += [",".join(str(cell) if cell is not None else "" for cell in line) for line in roster]
    return "\r\n".join(lines).encode("gb18030")


def letter(told: Told) -> bytes:
    """A complaint as a mail, byte for byte the same whenever it is made."""
    habit = _chance(told.key, 4)
    message: Any = _body(told, habit)
    if told.roster:
        whole = MIMEMultipart(boundary=f"=_{told.key}_=")
        whole.attach(message)
        sheet = habit % 2 == 0
        table = MIMEApplication((_xlsx if sheet else _csv)(told.roster))
        name = "花名册.xlsx" if sheet else "工资单.csv"
        table.add_header("Content-Disposition", "attachment", filename=("utf-8", "", name))
        whole.attach(table)
        message = whole
    at = format_datetime(told.told_at.astimezone(CHINA))
    message["Received"] = f"from mx.example by mail.jimo.example with ESMTP id {told.key}; {at}"
    message["From"] = f"gr{_chance(told.claim, 10**8):08d}@mail.example"
    message["To"] = OFFICE
    message["Subject"] = Header(told.title or "反映工资被拖欠", "gb18030" if habit == 1 else "utf-8")
    message["Date"] = at
    message["Message-ID"] = f"<m{told.key}.{_chance(told.key, 10**6):06d}@mail.example>"
    return bytes(message.as_bytes(policy=compat32.clone(linesep="\r\n")))
