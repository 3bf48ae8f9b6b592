"""Rosters and pay sheets that people attach (花名册, 工资单): who is owed what."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from casework.complaint import RosterLine
from casework.errors import Unreadable
from casework.record import Json
from connectors.cells import lost_digits
from connectors.fields import as_money, tidy
from connectors.files import heading

_WITHIN = 20
_TOTALS = re.compile(r"(合计|小计|总计|共计|制表|审核|签字|备注)")


@dataclass(frozen=True)
class Roster:
    """The lines of all attached tables, their sum when every line has one, and what could not be used, by code."""

    lines: tuple[RosterLine, ...]
    total: Decimal | None
    remarks: tuple[str, ...]


def roster(attachments: Json, words: Mapping[str, str]) -> Roster:
    """The workers named in attached tables. A file that cannot be read is a remark, not a lost complaint."""
    lines: list[RosterLine] = []
    remarks: list[str] = []
    for number, attached in enumerate(attachments if isinstance(attachments, list) else [], start=1):
        if not isinstance(attached, dict):
            continue
        if "refused" in attached:
            remarks.append(f"attachment_unreadable:{number}")
            continue
        table = attached.get("table")
        if isinstance(table, list):
            found, bad = _lines([[str(cell) for cell in row] for row in table if isinstance(row, list)], words)
            if not found:
                remarks.append(f"attachment_no_roster:{number}")
            if bad:
                remarks.append(f"roster_cells_unreadable:{bad}")
            lines += found
    amounts = [line.amount for line in lines if line.amount is not None]
    whole = lines and len(amounts) == len(lines)
    return Roster(tuple(lines), sum(amounts, Decimal(0)) if whole else None, tuple(remarks))


def _lines(table: list[list[str]], words: Mapping[str, str]) -> tuple[list[RosterLine], int]:
    for index, row in enumerate(table[:_WITHIN]):
        columns = {words[_stem(cell)]: at for at, cell in reversed(list(enumerate(row))) if _stem(cell) in words}
        if "name" in columns and len(columns) > 1:
            unit = "wan" if "amount" in columns and "万元" in heading(row[columns["amount"]]) else "yuan"
            read = [_line(cells, columns, unit) for cells in table[index + 1 :]]
            return [line for line, _ in read if line], sum(bad for _, bad in read)
    return [], 0


def _stem(cell: str) -> str:
    return heading(cell).split("(")[0]


def _line(cells: list[str], columns: Mapping[str, int], unit: str) -> tuple[RosterLine | None, int]:
    """One worker, and how many of the cells could not be used."""
    said = {name: tidy(cells[at]) if at < len(cells) else "" for name, at in columns.items()}
    if not said["name"] or len(said["name"]) > 40 or _TOTALS.search(said["name"]):
        return None, 0
    bad, amount = 0, None
    if said.get("amount"):
        try:
            amount = as_money(said["amount"], field="amount", unit=unit)
        except Unreadable:
            bad += 1
    id_no = said.get("id_no")
    if id_no and lost_digits(id_no):
        id_no, bad = None, bad + 1
    return RosterLine(said["name"], said.get("phone") or None, id_no or None, amount), bad
