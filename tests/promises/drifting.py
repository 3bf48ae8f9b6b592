"""Forty ways in which a source changes its shape without a word, each played to the channels that can have it.

A drift bends every record that the source shows, or the file, the page or the WSDL around them. What the platform makes
of it is told in one phrase; `drifts.csv` says which phrase is right (test_r07).
"""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any

import xlsxwriter

from sandbox.platforms.hotline_12345 import Hotline
from sandbox.platforms.letters import CHINA, letter
from sandbox.platforms.mailbox import MailServer
from sandbox.platforms.message_board import MessageBoard
from sandbox.platforms.national_clue import NationalPlatform
from sandbox.platforms.petition import WSDL, PetitionOffice
from sandbox.platforms.self_report import SealedInbox, posting
from sandbox.platforms.wage_monitor import WagePlatform
from sandbox.told import Told

Fields = dict[str, Any]
RECORDS = 6
FULL_WIDTH = str.maketrans("0123456789:-", "０１２３４５６７８９：－")


@dataclass(frozen=True)
class Names:
    """What a channel calls the fields that drift. `serial` writes a moment as its Excel serial."""

    key: str
    text: str
    at: str
    code: str
    employer: str | None
    ignored: str


NAMES = {
    "hotline_12345": Names("orderId", "majorContent", "callTime", "questionCode", "reflectName", "sex"),
    "petition": Names("petitionId", "facts", "registeredAt", "classCode", "respondentName", "residence"),
    "message_board": Names("service_request_id", "description", "requested_datetime", "service_code", None, "zipcode"),
    "wage_monitor": Names("complaintId", "content", "complaintTime", "isRural", "corpName", "phone"),
    "self_report": Names("receipt", "story", "posted_at", "work", "employer", "language"),
    "national_clue": Names("线索编号", "诉求描述", "反映时间", "领域", "用人单位名称", "填报单位"),
}
NATIONAL = ("序号", "线索编号", "反映时间", "领域", "用人单位名称", "欠薪金额（元）", "诉求描述", "联系电话")


def told(number: int, channel: str, now: datetime) -> Told:
    """One of the six complaints that are shown, a minute apart."""
    return Told(
        key=f"{number + 1:06d}", channel=channel, told_at=now - timedelta(minutes=40 - number), case="", claim="",
        title="反映工资被拖欠", narrative=f"在工地干活{number + 1}个月，工资一直没有发。",
        employer_name="青岛某某建筑有限公司", complainant_name="证人甲", complainant_phone="13900000001", rural=True,
    )  # fmt: skip


Bend = Callable[[Fields, Names], Fields]


def _put(name: Callable[[Names], str], value: Any) -> Bend:
    return lambda row, names: {**row, name(names): value}


def _drop(name: Callable[[Names], str | None]) -> Bend:
    return lambda row, names: {key: value for key, value in row.items() if key != name(names)}


def _rename(name: Callable[[Names], str | None], to: str) -> Bend:
    return lambda row, names: {(to if key == name(names) else key): value for key, value in row.items()}


def _map(name: Callable[[Names], str], change: Callable[[str], Any]) -> Bend:
    return lambda row, names: {**row, name(names): change(str(row[name(names)]))}


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return (at if at.tzinfo else at.replace(tzinfo=CHINA)).astimezone(CHINA)


def _serial(text: str) -> float:
    days = _moment(text).replace(tzinfo=None) - datetime(1899, 12, 30)  # noqa: DTZ001
    return round(days / timedelta(days=1), 6)


def _only_some(bend: Bend) -> Bend:
    """Only every second record drifts."""
    return lambda row, names: bend(row, names) if int(str(row[names.key])[-1]) % 2 else row


def at(names: Names) -> str:
    return names.at


def text(names: Names) -> str:
    return names.text


def code(names: Names) -> str:
    return names.code


def key(names: Names) -> str:
    return names.key


BENDS: Mapping[str, Bend] = {
    "as promised": lambda row, names: row,
    "column added": _put(lambda names: "newColumn", "x"),
    "column added that is ignored": _put(lambda names: names.ignored, "x"),
    "employer missing": _drop(lambda names: names.employer),
    "employer renamed": _rename(lambda names: names.employer, "employerTitle"),
    "text missing": _drop(text),
    "text renamed": _rename(text, "story"),
    "text in other case": lambda row, names: {
        (name.swapcase() if name == names.text else name): value for name, value in row.items()
    },
    "time missing": _drop(at),
    "code missing": _drop(code),
    "key missing": _drop(key),
    "columns reordered": lambda row, names: dict(sorted(row.items(), reverse=True)),
    "text retyped to a number": _put(text, 20261120),
    "text retyped to a list": _put(text, ["工资", "没有发"]),
    "text retyped to an object": _put(text, {"zh": "工资没有发"}),
    "text null": _put(text, None),
    "text longer than any": _put(text, "欠" * 200_001),
    "text behind a byte order mark": _map(text, lambda said: "\ufeff" + said),
    "time as epoch seconds": _map(at, lambda said: int(_moment(said).timestamp())),
    "time as an Excel serial": _map(at, _serial),
    "time in Chinese": _map(at, lambda said: f"{_moment(said):%Y年%m月%d日 %H:%M:%S}"),
    "time with slashes": _map(at, lambda said: f"{_moment(said):%Y/%m/%d %H:%M:%S}"),
    "time in full width": _map(at, lambda said: f"{_moment(said):%Y-%m-%d %H:%M:%S}".translate(FULL_WIDTH)),
    "time day first": _map(at, lambda said: f"{_moment(said):%d/%m/%Y %H:%M}"),
    "time empty": _put(at, ""),
    "time retyped to an object": _put(at, {"at": "2026"}),
    "code unknown": _put(code, "Z99"),
    "code retyped to a number": _put(code, 30201),
    "key retyped to a number": _map(key, lambda said: int("".join(filter(str.isdigit, said)))),
    "text missing in every second record": _only_some(_drop(text)),
    "time unreadable in every second record": _only_some(_put(at, "去年腊月")),
}
"""Drifts of the records themselves, for every channel that has records."""

PAGES = {
    "a page for people": "<html><body>系统维护中</body></html>",
    "another shape": '{"result": "ok", "items": []}',
}
"""Drifts of the answer around the records, for the channels that are called."""

WSDLS: Mapping[str, Callable[[str], str]] = {
    "WSDL without the operation": lambda wsdl: wsdl.replace("ListPetitions", "FindPetitions"),
    "WSDL of another namespace": lambda wsdl: wsdl.replace("urn:petition:exchange:1", "urn:petition:exchange:2"),
    "WSDL with another binding": lambda wsdl: wsdl.replace("PetitionBinding", "ExchangeBinding"),
    "WSDL with a field added": lambda wsdl: wsdl.replace(
        '<xs:element name="form" type="xs:string" minOccurs="0"/>',
        '<xs:element name="form" type="xs:string" minOccurs="0"/><xs:element name="more" type="xs:int" minOccurs="0"/>',
    ),
}
"""Drifts of the petition office's WSDL."""


def workbook(rows: Iterable[Fields], *, title: bool = True, before: int = 0, merged: bool = False) -> bytes:
    """A batch as somebody exported it: rows above the headings, headings merged over two lines."""
    rows = list(rows)
    headings = list(dict.fromkeys(name for row in rows for name in row))
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet, line = book.add_worksheet(), before
        for above in range(before):
            sheet.write_string(above, 0, f"说明{above + 1}：本表由系统导出")
        if title:
            sheet.merge_range(line, 0, line, len(headings) - 1, "线索导出表")
            line += 1
        for column, name in enumerate(headings):
            if merged:
                sheet.merge_range(line, column, line + 1, column, name)
            else:
                sheet.write_string(line, column, name)
        line += 2 if merged else 1
        for number, row in enumerate(rows):
            for column, name in enumerate(headings):
                if row.get(name) is not None:
                    sheet.write(line + number, column, row[name])
    return out.getvalue()


def table(rows: Iterable[Fields], encoding: str) -> bytes:
    """The same as delimited text."""
    rows = list(rows)
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


def _unit(rows: list[Fields], heading: str, value: Any) -> list[Fields]:
    return [
        {(heading if name == "欠薪金额（元）" else name): v for name, v in {**row, "欠薪金额（元）": value}.items()}
        for row in rows
    ]


FILES: Mapping[str, Callable[[list[Fields]], bytes]] = {
    "no title above the headings": lambda rows: workbook(rows, title=False),
    "heading row moved down": lambda rows: workbook(rows, before=6),
    "heading row beyond twenty lines": lambda rows: workbook(rows, before=25),
    "headings merged over two lines": lambda rows: workbook(rows, merged=True),
    "amount in ten thousands": lambda rows: workbook(_unit(rows, "欠薪金额（万元）", 0.3)),
    "GB18030 text in place of a workbook": lambda rows: table(rows, "gb18030"),
    "UTF-8 text with a byte order mark": lambda rows: table(rows, "utf-8-sig"),
    "a workbook cut in the middle": lambda rows: workbook(rows)[:2000],
}
"""Drifts of the national platform's file."""


def _with_roster(one: Told, content: str, encoding: str) -> bytes:
    """A mail with a roster as delimited text."""
    whole = message_from_bytes(letter(Told(**{**vars(one), "roster": (("工人甲", "13900000002", None, None),)})))
    for part in whole.walk():
        if part.get_filename():
            part.set_payload(content.encode(encoding))
            del part["Content-Transfer-Encoding"]
            part["Content-Transfer-Encoding"] = "binary"
    return whole.as_bytes()


ROSTER = "姓名,手机号,欠薪金额\n工人甲,13900000002,3000\n工人乙,13900000003,4000\n"
MAILS: Mapping[str, Callable[[Told], bytes]] = {
    "mail without Received": lambda one: letter(one).replace(b"Received:", b"X-Received:"),
    "mail of an unknown charset": lambda one: letter(one).replace(b'charset="utf-8"', b'charset="x-none"'),
    "mail without a date": lambda one: letter(one).replace(b"\r\nDate:", b"\r\nX-Date:"),
}
"""Drifts of mails, or of the server that takes them in."""


@dataclass
class Source:
    """One platform that shows six records, bent as one likes."""

    channel: str
    folder: Path
    now: datetime
    platform: Any = None
    rows: list[tuple[Fields, datetime]] = field(default_factory=list)
    turns: int = 0

    def __post_init__(self) -> None:
        made: Mapping[str, Callable[[Path], Any]] = {
            "hotline_12345": Hotline,
            "petition": PetitionOffice,
            "message_board": MessageBoard,
        }
        all_told = [told(number, self.channel, self.now) for number in range(RECORDS)]
        if self.channel in made:
            self.platform = made[self.channel](self.folder)
            self.platform.add_all(all_told)
            self.rows = [(record.fields, record.at) for record in self.platform.shelf.ordered(set())]
        elif self.channel == "national_clue":
            self.rows = [(_clue(number, one), one.told_at) for number, one in enumerate(all_told)]

    @property
    def settings(self) -> Mapping[str, str]:
        """What the connector needs."""
        told = {"deadline_seconds": "60", "timeout_seconds": "60", "quiet_seconds": "0.001", "wait_seconds": "0"}
        return {**self.platform.settings, **told}

    def show(self, drift: str) -> None:
        """From now on the source shows its records as this drift leaves them, and nothing else."""
        getattr(self, f"_{self.channel}")(drift)

    def _called(self, drift: str) -> None:
        self.platform.faults.clear()
        self.platform.shelf.records.clear()
        bend = BENDS.get(drift, BENDS["as promised"])
        for number, (row, moment) in enumerate(self.rows):
            self.platform.shelf.put(f"k{number}", moment, bend(row, NAMES[self.channel]))
        if drift in PAGES:
            self.platform.faults.garbage = PAGES[drift]

    _hotline_12345 = _message_board = _called

    def _petition(self, drift: str) -> None:
        change = WSDLS.get(drift)
        self.platform.wsdl = change(WSDL) if change else WSDL
        self._called(drift)
        for name, record in list(self.platform.shelf.records.items()):
            self.platform.shelf.put(name, record.at, {key: _xml(value) for key, value in record.fields.items()})

    def _wage_monitor(self, drift: str) -> None:
        """A database of its own for each drift: its table of complaints is made as the drift wants it."""
        self.close()
        self.turns += 1
        folder = self.folder / f"turn{self.turns}"
        self.platform = WagePlatform(folder)
        self.platform.add_all(told(number, self.channel, self.now) for number in range(RECORDS))
        with sqlite3.connect(folder / "front.db") as base:
            base.row_factory = sqlite3.Row
            rows = [dict(row) for row in base.execute("SELECT * FROM complaint ORDER BY complaintId")]
            bent = [BENDS[drift](row, NAMES[self.channel]) for row in rows]
            names = list(dict.fromkeys(name for row in bent for name in row))
            base.execute("DROP TABLE complaint")
            base.execute(f"CREATE TABLE complaint ({', '.join(names)})")
            marks = ", ".join("?" for _ in names)
            base.executemany(
                f"INSERT INTO complaint VALUES ({marks})", [[row.get(name) for name in names] for row in bent]
            )
        base.close()

    def _self_report(self, drift: str) -> None:
        if self.platform is None:
            self.platform = SealedInbox(self.folder)
        self.platform.clear()
        for number in range(RECORDS):
            one = told(number, self.channel, self.now)
            row = BENDS[drift](posting(one) | {"receipt": f"RECEIPT{number + 1:05d}"}, NAMES[self.channel])
            self.platform.put(f"k{number}", row, one.told_at)

    def _national_clue(self, drift: str) -> None:
        self.close()
        self.turns += 1
        self.platform = NationalPlatform(self.folder / f"turn{self.turns}")
        rows = [BENDS.get(drift, BENDS["as promised"])(row, NAMES[self.channel]) for row, _ in self.rows]
        content = FILES.get(drift, workbook)(rows)
        (Path(self.platform.settings["folder"]) / f"线索_{self.now:%Y%m%d}080000.xlsx").write_bytes(content)

    def _mailbox(self, drift: str) -> None:
        self.close()
        self.turns += 1
        self.platform = MailServer(self.folder / f"turn{self.turns}")
        for number in range(RECORDS):
            one = told(number, self.channel, self.now)
            self.platform._receive(MAILS.get(drift, letter)(one), one.told_at)

    def close(self) -> None:
        """Serve no longer."""
        if self.platform is not None:
            self.platform.stop()


def _clue(number: int, one: Told) -> Fields:
    row = {
        "序号": str(number + 1),
        "线索编号": f"XS{one.key}",
        "反映时间": f"{one.told_at.astimezone(CHINA):%Y-%m-%d %H:%M:%S}",
        "领域": "工程建设",
        "用人单位名称": one.employer_name,
        "欠薪金额（元）": "3000",
        "诉求描述": one.narrative,
        "联系电话": one.complainant_phone,
    }
    return {name: row[name] for name in NATIONAL}


def _xml(value: Any) -> Any:
    """A value as an element can hold it."""
    if value is None:
        return ""
    if isinstance(value, list | dict):
        return [{"item": one} for one in value] if isinstance(value, list) else value
    return str(value)


_NOT_SENT = {
    "wage_monitor": {"text retyped to a list", "text retyped to an object", "time retyped to an object"},
    "national_clue": {"text retyped to a list", "text retyped to an object", "time retyped to an object",
                      "text longer than any", "text in other case"},
    "message_board": {"employer missing", "employer renamed"},
}  # fmt: skip
"""What a column of a database or a cell cannot be, and fields that a channel does not have."""


def drifts_of(channel: str) -> list[str]:
    """The drifts that a channel can have."""
    found: list[str] = []
    if channel in NAMES:
        found += [drift for drift in BENDS if drift not in _NOT_SENT.get(channel, ())]
    if channel in {"hotline_12345", "petition", "message_board"}:
        found += PAGES
    if channel == "petition":
        found += WSDLS
    if channel == "national_clue":
        found += FILES
    if channel == "mailbox":
        found += ["as promised", *MAILS]
    return found
