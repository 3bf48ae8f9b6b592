"""Malformed payloads for every channel: mutated with its schema in mind, or raw bytes, between good ones, one to one.

Each source lays them where the platform keeps its records, so that they come by the channel's own protocol. `original`
tells what a spoilt record would have said: the correction that a clerk types.
"""

from __future__ import annotations

import io
import json
import math
import random
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import xlsxwriter

from connectors.mime import facts, source_key
from sandbox.faults import Faults
from sandbox.platforms.hotline_12345 import Hotline, order
from sandbox.platforms.letters import letter
from sandbox.platforms.mailbox import MailServer
from sandbox.platforms.message_board import MessageBoard, post
from sandbox.platforms.national_clue import HEADINGS, NationalPlatform
from sandbox.platforms.national_clue import row as clue
from sandbox.platforms.petition import PetitionOffice, petition
from sandbox.platforms.self_report import SealedInbox, posting
from sandbox.platforms.wage_monitor import WagePlatform
from sandbox.platforms.wage_rows import complaint_row, local
from sandbox.told import Told
from tests.connectors.test_poison import VALUES, damaged

MARKS = ("毒草", "证人", "1390000")
"""What stands in every payload, good or bad, and may stand in no log line and in no reason."""
TEXTS = (
    *(value for value in VALUES if isinstance(value, str) and value.isprintable()),
    *("2099-01-01 00:00:00", "0000-00-00 00:00:00", "1899-12-30", "20261120", "二〇二六年", "<![CDATA[", "]]>", "&lt;"),
)
HALF = "\ud800毒草"
"""Half a character: no text in any encoding."""


def said(number: int, channel: str, at: datetime) -> Told:
    """One complaint, as it ought to be."""
    return Told(
        key=f"{number:06d}",
        channel=channel,
        told_at=at,
        case="a",
        claim=f"{number}",
        title="反映工资被拖欠",
        narrative=f"毒草{number}号工友反映，在工地干活三个月，工资一直没有发。",
        employer_name=f"青岛第{number % 50}建筑有限公司",
        district_code="370215",
        complainant_name=f"证人{number % 90}",
        complainant_phone=f"1390000{number % 10_000:04d}",
        rural=True,
        construction=True,
    )


def mutated(chance: random.Random, fields: Mapping[str, Any], values: Sequence[Any]) -> dict[str, Any]:
    """The fields with some of them replaced, gone, cut, doubled, of raw bytes, or of a name nobody knows."""
    spoilt = dict(fields)
    for _ in range(chance.choice((1, 1, 2, 4))):
        name = chance.choice(list(spoilt) or ["a"])
        match chance.randrange(7):
            case 0 | 1:
                spoilt[name] = chance.choice(values)
            case 2:
                spoilt.pop(name, None)
            case 3:
                spoilt[chance.choice(("extra", "字段", "a.b", "_unparsed", "_layout"))] = chance.choice(values)
            case 4:
                spoilt[name] = chance.randbytes(chance.randrange(1, 40)).decode("latin-1")
            case 5:
                spoilt[name] = str(spoilt[name])[: chance.randrange(1, 6)] if name in spoilt else None
            case _:
                spoilt[name] = str(spoilt.get(name)) * 2
    return spoilt


@dataclass
class Source:
    """A platform with its poison in it: what a connector needs, how many records that differ, the good ones."""

    settings: dict[str, str]
    delivered: int
    good: dict[str, Told]
    original: dict[str, dict[str, Any]]
    stop: Callable[[], None]


@dataclass
class Sent(Faults):
    """Another thing is sent in the place of some records, known by their own key under `name`."""

    name: str = ""
    instead: dict[str, Any] = field(default_factory=dict)

    def bend(self, records: Iterable[Mapping[str, Any]]) -> list[Any]:
        """A page of records with the poison in it."""
        return [self.instead.get(record[self.name], record) for record in records]


def _json(platform: Hotline | MessageBoard, name: str, fields: Callable[[Told], dict[str, Any]]) -> Any:
    def fill(chance: random.Random, told: Sequence[Told], bad: Sequence[Told]) -> Source:
        sent = platform.faults = Sent(name=name)
        values = [*VALUES, *TEXTS, HALF, float("nan"), float("inf"), 10**400]
        good = {platform.add(one): one for one in told}
        original = {}
        for one in bad:
            key = platform.add(one)
            original[key] = {**platform.shelf.records[key].fields}
            spoilt: Any = _own_key(mutated(chance, {**original[key], **fields(one)}, values), name, key)
            sent.instead[key] = chance.choice(values) if chance.random() < 0.05 else spoilt
        delivered = len(told) + len({json.dumps(_as_told(one), sort_keys=True) for one in sent.instead.values()})
        return Source(platform.settings, delivered, good, original, platform.stop)

    return fill


def _as_told(value: Any) -> Any:
    """A bare NaN is no JSON, and taken for the text it is written as: alone it is the same as the text "NaN"."""
    return json.dumps(value) if isinstance(value, float) and not math.isfinite(value) else value


def _hotline(folder: Path) -> Any:
    return _json(Hotline(folder), "orderId", lambda one: {**order(one), "updatedTime": local(one.told_at)})


def _board(folder: Path) -> Any:
    return _json(MessageBoard(folder), "service_request_id", post)


def _petition(folder: Path) -> Any:
    platform = PetitionOffice(folder, page_size=200)

    def fill(chance: random.Random, told: Sequence[Told], bad: Sequence[Told]) -> Source:
        sent = platform.faults = Sent(name="petitionId")
        values: list[Any] = [
            *TEXTS,
            None,
            [{"name": "证人", "amount": "很多"}],
            [{}],
            [{"a": [{"b": "c"}]}],
            ["1", "2"],
        ]
        good = {platform.add(one): one for one in told}
        original = {}
        for one in bad:
            key = platform.add(one)
            original[key] = {"petitionId": key, **petition(one), "member": None}
            spoilt = mutated(chance, original[key] | {"updatedAt": one.told_at.isoformat()}, values)
            spoilt = {name: _xml(value) for name, value in spoilt.items() if name != "a.b"}
            sent.instead[key] = _own_key(spoilt, "petitionId", key)
        return Source(platform.settings, len(told) + len(bad), good, original, platform.stop)

    return fill


def _own_key(spoilt: dict[str, Any], name: str, key: str) -> dict[str, Any]:
    """Two records of one key would be two versions of one: what is put in the place of a key stays its own."""
    changed = spoilt.get(name)
    return spoilt | {name: f"{changed[:60]}~{key}"} if isinstance(changed, str) and changed != key else spoilt


def _xml(value: Any) -> Any:
    """The value without the characters that XML cannot write at all."""
    if isinstance(value, str):
        return "".join(letter for letter in value if letter in "\t\n\r" or letter >= " ")
    return value


def _wage_monitor(folder: Path) -> Any:
    platform = WagePlatform(folder)

    def fill(chance: random.Random, told: Sequence[Told], bad: Sequence[Told]) -> Source:
        keys = platform.add_all(told)
        original = {f"TS{one.key}": {"complaintId": f"TS{one.key}", **complaint_row(one)} for one in bad}
        stamped = [original[f"TS{one.key}"] | {"updated_at": local(one.told_at)} for one in bad]
        values: list[Any] = [*TEXTS, None, 0, -1, 3.5, 2**62, b"\xff\xfe\x00", b"", 1e300]
        with closing(sqlite3.connect(folder / "front.db")) as front, front:
            for number, whole in enumerate(stamped):
                spoilt = {name: value for name, value in mutated(chance, whole, values).items() if name in whole}
                kept = spoilt.get("complaintId")
                spoilt["complaintId"] = kept if kept == whole["complaintId"] else f"{kept!r:.60}~{number}"
                names = ", ".join(f'"{name}"' for name in spoilt)
                front.execute(
                    f"INSERT INTO complaint ({names}) VALUES ({', '.join('?' * len(spoilt))})",
                    [str(value) if isinstance(value, list | dict) else value for value in spoilt.values()],
                )
        return Source(
            platform.settings, len(told) + len(bad), dict(zip(keys, told, strict=True)), original, platform.stop
        )

    return fill


def _self_report(folder: Path) -> Any:
    platform = SealedInbox(folder)

    def fill(chance: random.Random, told: Sequence[Told], bad: Sequence[Told]) -> Source:
        good = {platform.add(one): one for one in told}
        values = [*VALUES, *TEXTS, HALF, None, 0, -1, 3.5, 2**62, 1e300]
        original = {}
        for one in bad:
            whole = posting(one)
            key = whole["receipt"]
            original[key] = whole
            platform.put(key, _own_key(mutated(chance, whole, values), "receipt", key), one.told_at)
        return Source(platform.settings, len(told) + len(bad), good, original, platform.stop)

    return fill


def _national_clue(folder: Path) -> Any:
    platform = NationalPlatform(folder)
    inbox = Path(platform.settings["folder"])

    def fill(chance: random.Random, told: Sequence[Told], bad: Sequence[Told]) -> Source:
        values: list[Any] = [*TEXTS, None, 0, -1, 3.5, True, 1e300]
        files = max(1, len(bad) // 50)
        rows = [(f"XS{one.key}", clue(one), False) for one in told] + [(f"XS{one.key}", clue(one), True) for one in bad]
        chance.shuffle(rows)
        original = {key: {"线索编号": key, **_typed(cells)} for key, cells, spoil in rows if spoil}
        raw = 0
        for number in range(files):
            lines = []
            for key, cells, spoil in rows[number::files]:
                whole: dict[str, Any] = {"序号": number, "线索编号": key, **cells}
                spoilt = _own_key(mutated(chance, whole, values), "线索编号", key) if spoil else whole
                beyond = ["", "", "溢出"] if spoil and chance.random() < 0.02 else []
                lines.append([spoilt.get(name) for name in HEADINGS] + beyond)
                if not any(str(cell if cell is not None else "").strip() for cell in lines[-1]):
                    lines[-1][1] = key
            at = bad[min(number, len(bad) - 1)].told_at + timedelta(days=number)
            name = f"欠薪线索_370215_{at:%Y%m%d}{number:06d}.xlsx"
            (inbox / name).write_bytes(_sheet(lines))
            if number % 2:
                broken = _sheet(lines[:1]) if number % 4 == 1 else chance.randbytes(900)
                (inbox / f"raw{name}").write_bytes(
                    broken[: chance.randrange(40, len(broken) - 40)] + chance.randbytes(9)
                )
                raw += 1
        settings = platform.settings | {"quiet_seconds": "0"}
        good = {f"XS{one.key}": one for one in told}
        return Source(settings, len(rows) + raw, good, original, platform.stop)

    return fill


def _typed(cells: Mapping[str, Any]) -> dict[str, str]:
    """The cells of a clue as a clerk would type them under the headings of the batch."""
    return {"欠薪金额(元)" if name == "欠薪金额" else name: str(cell or "") for name, cell in cells.items()}


def _sheet(lines: Sequence[Sequence[Any]]) -> bytes:
    out = io.BytesIO()
    safe = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, safe) as book:
        sheet = book.add_worksheet("线索")
        sheet.write_row(0, 0, [name + ("（元）" if name == "欠薪金额" else "") for name in HEADINGS])
        for number, line in enumerate(lines, start=1):
            sheet.write_row(number, 0, [_cell(value) for value in line])
    return out.getvalue()


def _cell(value: Any) -> Any:
    return value.encode("utf-8", "replace").decode()[:30_000] if isinstance(value, str) else value


def _mailbox(folder: Path) -> Any:
    platform = MailServer(folder)

    def fill(chance: random.Random, told: Sequence[Told], bad: Sequence[Told]) -> Source:
        mails = [(letter(one), False) for one in told] + [(letter(one), True) for one in bad]
        good = {source_key(mail): one for (mail, _), one in zip(mails, told, strict=False)}
        original = {source_key(mail): dict(facts(mail)) | {"automatic": False} for mail, spoil in mails if spoil}
        chance.shuffle(mails)
        sent = [_spoilt_mail(chance, mail) if spoil else mail for mail, spoil in mails]
        platform.show(sent)
        shown = {b"" if mail in (b" ", b"\t") else mail for mail in sent}  # so the imitated server gives them
        return Source(platform.settings, len(shown), good, original, platform.stop)

    return fill


_HEADERS = (
    *(b"Auto-Submitted: auto-replied", b"Content-Type: text/plain; charset=unicode_escape", b"Date: never"),
    *(b"Content-Transfer-Encoding: base64", b"Content-Type: multipart/mixed", b"Received: ; \xff\xfe"),
)


def _spoilt_mail(chance: random.Random, mail: bytes) -> bytes:
    """A mail with a header of its own in front, without its text, or with its bytes damaged."""
    match chance.randrange(4):
        case 0:
            return chance.choice(_HEADERS) + b"\r\n" + mail
        case 1:
            return mail.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
        case _:
            return damaged(chance, mail)


SOURCES: dict[str, Callable[[Path], Any]] = {
    "hotline_12345": _hotline,
    "national_clue": _national_clue,
    "petition": _petition,
    "message_board": _board,
    "wage_monitor": _wage_monitor,
    "mailbox": _mailbox,
    "self_report": _self_report,
}


def poisoned(channel: str, folder: Path, *, bad: int, now: datetime, seed: int) -> Source:
    """A platform that holds so many malformed records, and as many good ones between them."""
    folder.mkdir(parents=True)
    chance = random.Random(f"{seed}/{channel}")
    first = now - timedelta(hours=3, minutes=2 * bad)
    told = [said(number, channel, first + timedelta(minutes=number)) for number in range(2 * bad)]
    source: Source = SOURCES[channel](folder)(chance, told[::2], told[1::2])
    return source
