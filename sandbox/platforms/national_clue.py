"""The national clue platform: exports its clues as .xlsx batches into a folder and imports answers from another.

The batches look as official exports look: merged title rows above the headings, dates as text in several forms or as
Excel serials, amounts in 万元 or in 元, identity numbers as text, some digits in full width. A day's batch grows while
nobody has fetched it; what is told after that goes into the next one.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
import time
import zipfile
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeAlias

import openpyxl
import xlsxwriter

from sandbox.faults import Faults
from sandbox.shelf import Answer, AnswerBook
from sandbox.told import Told

CHINA = timezone(timedelta(hours=8))
HEADINGS = (
    "序号", "线索编号", "反映时间", "反映人姓名", "身份证号", "联系电话", "是否保密", "领域", "是否农民工",
    "用人单位名称", "统一社会信用代码", "负责人", "项目名称", "用工地址", "行政区划代码", "欠薪开始", "欠薪结束",
    "欠薪人数", "欠薪金额", "紧急程度", "诉求描述", "线索状态",
)  # fmt: skip
Cell: TypeAlias = str | int | float | None
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def _chance(key: str, of: int) -> int:
    """A repeatable choice for a clue: which of several habits its clerk had."""
    return int(hashlib.sha256(key.encode()).hexdigest(), 16) % of


def _serial(at: datetime) -> float:
    days = at.astimezone(CHINA).replace(tzinfo=None) - datetime(1899, 12, 30)  # noqa: DTZ001
    return round(days / timedelta(days=1), 6)


def _moment(at: datetime, habit: int) -> Cell:
    here = at.astimezone(CHINA)
    forms: tuple[Cell, ...] = (
        f"{here:%Y-%m-%d %H:%M:%S}",
        f"{here.year}/{here.month}/{here.day} {here:%H:%M}",
        f"{here.year}年{here.month}月{here.day}日",
        f"{here:%Y.%m.%d}",
        _serial(at),
    )
    return forms[habit % len(forms)]


def _month(month: str | None, habit: int) -> Cell:
    if month is None:
        return None
    year, of_year = month.split("-")
    first = datetime(int(year), int(of_year), 1, tzinfo=CHINA)
    forms: tuple[Cell, ...] = (month, f"{year}年{int(of_year)}月", f"{year}{of_year}", int(_serial(first)))
    return forms[habit % len(forms)]


def row(told: Told) -> dict[str, Cell]:
    """A clue as the platform's clerk typed it. The amount is in yuan here; a batch has its own unit."""
    habit = _chance(told.key, 60)
    phone = told.complainant_phone
    if phone and habit % 7 == 1:
        phone = phone.translate(_FULL_WIDTH)
    return {
        "反映时间": _moment(told.told_at, habit),
        "反映人姓名": told.complainant_name,
        "身份证号": told.complainant_id_no,
        "联系电话": phone,
        "是否保密": "是" if told.confidential else "否",
        "领域": "工程建设" if told.construction else "非工程建设",
        "是否农民工": "是" if told.rural else "否",
        "用人单位名称": told.employer_name,
        "统一社会信用代码": told.employer_uscc,
        "负责人": told.boss_name,
        "项目名称": told.site_name,
        "用工地址": told.site_address,
        "行政区划代码": told.district_code,
        "欠薪开始": _month(told.arrears_from, habit),
        "欠薪结束": _month(told.arrears_to, habit // 4),
        "欠薪人数": told.workers_count if habit % 2 else str(told.workers_count or ""),
        "欠薪金额": str(told.amount_owed) if told.amount_owed is not None else None,
        "紧急程度": "紧急" if told.urgent else "一般",
        "诉求描述": told.narrative,
        "线索状态": "待核处",
    }


class NationalPlatform:
    """The platform. Its share holds `inbox` (its batches), `answers` (ours) and `receipts` (its confirmations)."""

    def __init__(self, folder: Path) -> None:
        self.faults = Faults()
        self._share = folder.resolve() / "share"
        self._batches, self._answers, self._receipts, self._archive = (
            self._share / name for name in ("inbox", "answers", "receipts", "archive")
        )
        for place in (self._batches, self._answers, self._receipts):
            place.mkdir(parents=True, exist_ok=True)
        self._kept = folder / "national_clue.json"
        self._state: dict[str, Any] = {"rows": {}, "batches": {}}
        if self._kept.exists():
            self._state = json.loads(self._kept.read_text("utf-8"))
        self.book = AnswerBook("HZ", folder / "national_clue.answers.jsonl")
        self._unwritten: set[str] = set()
        self._over = threading.Event()
        self._lock = threading.RLock()
        self._thread = threading.Thread(target=self._watch, name="national-clue", daemon=True)
        self._thread.start()

    @property
    def settings(self) -> dict[str, str]:
        """What the connector needs."""
        places = {"folder": self._batches, "answers": self._answers, "receipts": self._receipts}
        return {name: str(place) for name, place in places.items()} | {"archive": str(self._archive), "canary": "on"}

    @property
    def answers(self) -> dict[str, list[str]]:
        """What each clue was answered."""
        return self.book.bodies

    def stop(self) -> None:
        """Stop importing answers."""
        self._over.set()
        self._thread.join(timeout=5)

    def add(self, told: Told) -> str:
        """Take a clue; its number. A clue that the platform has already stays as it is."""
        return self.add_all((told,))[0]

    def add_all(self, told: Iterable[Told]) -> list[str]:
        """Take many clues and write each batch once."""
        keys = []
        for one in told:
            keys.append(f"XS{one.key}")
            if keys[-1] not in self._state["rows"]:
                self._put(keys[-1], row(one), one.told_at)
        self._flush()
        return keys

    def add_batch(self, told: Iterable[Told], at: datetime) -> list[str]:
        """Take clues as a batch of their own, exported at that moment; their numbers."""
        keys: list[str] = []
        for one in told:
            keys.append(f"XS{one.key}")
            self._put(keys[-1], row(one), at, new_batch=len(keys) == 1)
        self._flush()
        return keys

    def add_broken(self, n: int, at: datetime) -> list[str]:
        """Add n troubles: a row with an impossible date, one with a code nobody knows, a file cut in the middle."""
        keys = [f"XSX{at:%m%d}{number:03d}" for number in range(n)]
        for number, key in enumerate(keys):
            if key in self._state["rows"]:
                continue
            told = Told(key=key, channel="national_clue", told_at=at, case="", claim="", narrative="反映工资未发。")
            troubles: tuple[dict[str, Cell], ...] = ({"反映时间": "去年腊月"}, {"领域": "其他行业"}, {})
            trouble = troubles[number % 3]
            if trouble:
                self._put(key, row(told) | {"用人单位名称": "某某公司"} | trouble, at)
            else:
                self._state["rows"][key] = {}
                self._cut_file(at)
        self._flush()
        return keys

    def change(self, key: str, at: datetime, **cells: Cell) -> None:
        """Columns of a clue change; it stands again in a batch of that moment."""
        self._put(key, self._state["rows"][key] | cells, at, new_batch=True)
        self._flush()

    def bend(self) -> None:
        """Let the faults show in what lies in the folder: gone, empty, or batches without a column."""
        with self._lock:
            away, empty = self._share.with_name("share.away"), self._share / "inbox.empty"
            if away.exists():
                away.rename(self._share)
            for path in empty.iterdir() if empty.exists() else ():
                path.replace(self._batches / path.name)
            if self.faults.empty:
                empty.mkdir(exist_ok=True)
                for path in list(self._batches.iterdir()):
                    path.replace(empty / path.name)
            for name in self._state["batches"]:
                if (self._batches / name).exists():
                    self._write(name)
            if self.faults.status:
                self._share.rename(away)

    def _put(self, key: str, cells: Mapping[str, Cell], at: datetime, *, new_batch: bool = False) -> None:
        """Write a clue into the day's batch when that one still waits to be fetched, else into a new one."""
        with self._lock:
            self._state["rows"][key] = dict(cells)
            day = f"_{at.astimezone(CHINA):%Y%m%d}"
            waiting = [name for name in self._state["batches"] if day in name and self._waits(name)]
            number = len(self._state["batches"]) + 1
            name = f"欠薪线索_370215_{at.astimezone(CHINA):%Y%m%d%H%M%S}_{number:03d}.xlsx"
            if waiting and not new_batch:
                name = waiting[-1]
            self._state["batches"].setdefault(name, {})[key] = dict(cells)
            self._unwritten.add(name)

    def _waits(self, name: str) -> bool:
        return name in self._unwritten or (self._batches / name).exists()

    def _flush(self) -> None:
        with self._lock:
            for name in sorted(self._unwritten):
                self._write(name)
            self._unwritten.clear()
            self._save()

    def _save(self) -> None:
        part = self._kept.with_suffix(".part")
        part.write_text(json.dumps(self._state, ensure_ascii=False), "utf-8")
        part.replace(self._kept)

    def _write(self, name: str) -> None:
        """Write a batch under a temporary name and rename it."""
        part = self._batches / f".{name}.part"
        wan = _chance(name, 2) == 0
        headings = [heading for heading in HEADINGS if heading not in self.faults.drop]
        options = {"strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(part, options) as book:
            book.set_properties({"created": datetime(2026, 1, 1)})  # noqa: DTZ001
            sheet = book.add_worksheet("线索")
            sheet.merge_range(0, 0, 0, len(headings) - 1, "全国根治欠薪线索反映平台 线索导出表")
            sheet.merge_range(1, 0, 1, len(headings) - 1, "导出单位：即墨区人力资源和社会保障局")
            unit = {"欠薪金额": "欠薪金额（万元）" if wan else "欠薪金额（元）"}
            sheet.write_row(2, 0, [unit.get(heading, heading) for heading in headings])
            for number, (key, kept) in enumerate(self._state["batches"][name].items(), start=1):
                cells = {**kept, "序号": number, "线索编号": key}
                if wan and cells["欠薪金额"]:
                    cells["欠薪金额"] = float(Decimal(cells["欠薪金额"]) / 10_000)
                sheet.write_row(number + 2, 0, [cells[heading] for heading in headings])
        part.replace(self._batches / name)

    def _cut_file(self, at: datetime) -> None:
        """A batch whose copying broke off in the middle, some time ago."""
        whole = self._batches / ".cut.part"
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr(zipfile.ZipInfo("[Content_Types].xml"), "<Types/>" * 200)
            packed.writestr(zipfile.ZipInfo("xl/workbook.xml"), "<workbook/>" * 200)
        cut = self._batches / f"欠薪线索_370215_{at.astimezone(CHINA):%Y%m%d%H%M%S}_半.xlsx"
        cut.write_bytes(whole.read_bytes()[:150])
        whole.unlink()
        old = time.time() - 3600
        os.utime(cut, (old, old))

    def _watch(self) -> None:
        while not self._over.wait(0.05):
            with self._lock:
                for path in sorted(self._answers.glob("*.xlsx")) if not self.faults.status else ():
                    self._import(path)

    def _import(self, path: Path) -> None:
        """Take one answer form: read it, enter it once, confirm it, clear it away."""
        book = openpyxl.load_workbook(path, read_only=True)
        rows = [list(line) for line in book.active.iter_rows(values_only=True)] if book.active else []
        book.close()
        headings = [str(cell) for cell in rows[1]]
        for line in rows[2:]:
            cells = dict(zip(headings, (str(cell or "") for cell in line), strict=True))
            answer = self.book.give(cells["线索编号"], cells["答复编号"], cells["答复内容"])
            self._confirm(answer, path.name.replace("答复_", "回执_"))
        path.unlink(missing_ok=True)

    def _confirm(self, answer: Answer, name: str) -> None:
        part = self._receipts / f".{name}.part"
        with xlsxwriter.Workbook(part, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
            sheet = book.add_worksheet("回执")
            sheet.merge_range(0, 0, 0, 4, "答复导入回执")
            sheet.write_row(1, 0, ["线索编号", "答复编号", "答复内容", "接收时间", "回执编号"])
            at = datetime.fromisoformat(answer.at).astimezone(CHINA)
            for column, text in enumerate(
                (answer.source_key, answer.key, answer.body, f"{at:%Y-%m-%d %H:%M:%S}", answer.ref)
            ):
                sheet.write_string(2, column, text)
        part.replace(self._receipts / name)
