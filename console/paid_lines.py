"""Who got how much, as pasted from a spreadsheet: a name and an amount a line, whatever columns stand between."""

from __future__ import annotations

import re

from starlette.datastructures import FormData

from casework.handling import PaidWorker
from console.fields import NOT_MONEY, NOT_OFFERED, Fields

LONGEST_LIST = 60_000
_NAME = re.compile(r"[^\W\d_]")
_SUMS = frozenset({"合计", "总计", "小计", "total", "sum"})
_HEADINGS = frozenset({"姓名", "name", "worker", "工人", "劳动者", "序号", "no.", "no"})


def paid_lines(name: str, fields: Fields) -> list[PaidWorker] | None:
    """The lines of a field; None without any. The first mistake is told and nothing is guessed."""
    text = fields.text(name, longest=LONGEST_LIST)
    found = []
    for line in (text or "").splitlines():
        cells = _cells(line)
        if cells is None:
            fields.wrong(name, NOT_MONEY)  # A sum with a comma in it: which part is the sum cannot be told.
            return None
        if not cells or _is_no_payment(cells):
            continue
        one = Fields(FormData([("amount", cells[-1])]))
        amount = one.yuan("amount")
        if len(cells) < 2 or amount is None:
            fields.wrong(name, NOT_MONEY if len(cells) > 1 else NOT_OFFERED)
            return None
        found.append(PaidWorker(cells[0], amount))
    return found or None


def _is_no_payment(cells: list[str]) -> bool:
    """The headings of a table, or its last line with the sum."""
    return cells[0].lower() in _SUMS | _HEADINGS


def _cells(line: str) -> list[str] | None:
    """The name first and the amount last. Cells of a table keep numbers and identity numbers apart from both."""
    if "\t" in line:
        cells = [cell.strip() for cell in line.split("\t") if cell.strip()]
        if not cells:
            return []
        if cells[0].lower() in _HEADINGS:
            return [cells[0], ""]
        named = next((cell for cell in cells[:-1] if _NAME.search(cell) and not re.search(r"\d{6}", cell)), None)
        return [cells[0] if named is None else named, cells[-1]] if len(cells) > 1 else cells
    parts = line.replace("，", " ").replace(",", " ").split()
    if any(part.isdigit() for part in parts[:-1]):
        return None
    return ["".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts
