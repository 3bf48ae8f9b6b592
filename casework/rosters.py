"""A roster (工人名单) that somebody pasted or brought as a file: lines of cells become workers and sums.

A line that cannot be understood is told by its number and kept out; the good lines are taken. What is odd but not wrong
(an identity number with a bad check digit) is a remark and no reason to refuse a line. No sentence quotes a cell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import partial
from types import MappingProxyType
from unicodedata import category, normalize

from casework.errors import BadInput
from casework.identifiers import plain, plain_phone
from casework.ledger import Span, span_of
from casework.money import fen_of
from casework.roster_months import months_of

Cells = tuple[int, tuple[str, ...]]
"""A line: its number as the officer sees it, from 1, and its cells."""

HEADINGS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "name": frozenset({"姓名", "工人姓名", "劳动者姓名", "工人", "name", "worker"}),
        "id_no": frozenset(
            {"身份证号", "身份证号码", "身份证", "证件号码", "公民身份号码", "id", "idno", "identitynumber"}
        ),
        "phone": frozenset({"电话", "手机", "手机号", "手机号码", "联系电话", "联系方式", "phone", "mobile"}),
        "months": frozenset(
            {"月份", "工资月份", "欠薪月份", "欠薪期间", "工资所属期", "所属期", "month", "months", "period"}
        ),
        "first": frozenset({"起始月份", "欠薪起", "开始月份", "firstmonth", "from"}),
        "last": frozenset({"截止月份", "欠薪止", "结束月份", "lastmonth", "to"}),
        "claimed": frozenset(
            {"金额", "欠薪金额", "拖欠金额", "欠薪", "拖欠工资", "诉求金额", "应发工资", "amount", "claimed", "owed"}
        ),
        "verified": frozenset({"核实金额", "核定金额", "verified"}),
    }
)
"""What columns are called. The list is ours: no form of a roster is prescribed."""

MOST_LINES = 5_000
_LOST = re.compile(r"\d(\.\d+)?E\+\d+\Z", re.IGNORECASE)
_WEIGHTS, _CHECKS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), "10X98765432"
_ID_NO = re.compile(r"\d{17}[\dX]\Z|\d{15}\Z")
_PHONE = re.compile(r"1[3-9]\d{9}\Z")
_OF_CLAIMED = "The amount cannot be read.", "The amount is finer than a fen."
_OF_VERIFIED = "The verified amount cannot be read.", "The verified amount is finer than a fen."
_TOTALS = frozenset({"合计", "总计", "小计", "共计", "总额", "total"})


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One good line: a worker and what is owed for which months, in yuan. Empty months: the line names none."""

    number: int
    name: str | None
    phone: str | None
    id_no: str | None
    span: Span
    claimed: Decimal | None
    verified: Decimal | None = None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BadRow:
    """One line that was kept out, and why. The words hold nothing that was in the line."""

    number: int
    why: str


@dataclass(frozen=True, slots=True)
class Roster:
    """What a roster came to."""

    rows: tuple[RosterRow, ...]
    bad: tuple[BadRow, ...]


_MOST_YUAN = Decimal(10**9)
"""No worker is owed more: a sum above is a slip, and must not spoil the sums of the others."""


class _Bad(Exception):
    """Why a line is kept out."""


def read_roster(lines: Sequence[Cells]) -> Roster:
    """Every line under its headings; without headings by what its cells look like. Raises `BadInput` for no roster."""
    if len(lines) > MOST_LINES:
        raise BadInput(f"A roster has at most {MOST_LINES} lines. Split it.")
    read, body = _reader(lines)
    rows, bad = [], []
    for number, cells in body:
        if not any(cell.strip() for cell in cells):
            continue
        try:
            rows.append(_row(number, read(cells)))
        except _Bad as wrong:
            bad.append(BadRow(number, str(wrong)))
    if not rows and not bad:
        raise BadInput("The roster has no lines.")
    return Roster(tuple(rows), tuple(bad))


def _reader(lines: Sequence[Cells]) -> tuple[Callable[[tuple[str, ...]], dict[str, str]], Sequence[Cells]]:
    for index, (_, cells) in enumerate(lines[:20]):
        columns = [_column(cell) for cell in cells]
        found = [column for column in columns if column]
        if "name" in found and len(found) > 1:
            if len(found) != len(set(found)):
                raise BadInput("Two columns of the roster mean the same. Take one of them out.")
            return partial(_under, columns), lines[index + 1 :]
    return _by_looks, lines


def _column(cell: str) -> str | None:
    bare = re.sub(r"[\s*:_()/]|元|单位", "", normalize("NFKC", cell)).casefold()
    return next((column for column, names in HEADINGS.items() if bare in names), None)


def _under(columns: Sequence[str | None], cells: tuple[str, ...]) -> dict[str, str]:
    if any(cell.strip() for cell in cells[len(columns) :]):
        raise _Bad("The line has more cells than the headings; a sum has no comma in it, or stands in quotes.")
    return {column: cell for column, cell in zip(columns, cells, strict=False) if column}


def _by_looks(cells: tuple[str, ...]) -> dict[str, str]:
    """A line without headings: a name, then what looks like a phone, a number, months, a sum. A count may precede."""
    found: dict[str, str] = {}
    for cell in cells:
        bare = normalize("NFKC", cell).strip()
        if not bare:
            continue
        squeezed = plain(bare)
        if _ID_NO.match(squeezed) and len(squeezed) > 11:
            found.setdefault("id_no", bare)
        elif _PHONE.match(plain_phone(bare)) and squeezed.isdigit():
            found.setdefault("phone", bare)
        elif months_of(bare) is not None and not _looks_like_a_sum(bare):
            if "months" in found:  # The first month and the last stand in cells of their own.
                found["first"] = found.pop("months")
            found["last" if "first" in found else "months"] = bare
        elif re.match(r"[¥\d.]", bare):
            if "claimed" in found and "name" in found:
                raise _Bad("Two cells look like a sum; a sum has no comma in it, or stands in quotes.")
            found["claimed"] = bare
        elif "name" not in found:
            found.pop("claimed", None)  # What stood before the name was the count of the lines.
            found["name"] = bare
    return found


def _looks_like_a_sum(text: str) -> bool:
    return text.replace(",", "").replace(".", "").isdigit() and not re.match(
        r"(19|20)\d\d[-./]?(0[1-9]|1[0-2])\Z", text
    )


def _row(number: int, said: Mapping[str, str]) -> RosterRow:
    remarks: list[str] = []
    name = "".join(letter for letter in normalize("NFKC", said.get("name", "")) if _prints(letter))
    if not name:
        raise _Bad("There is no name in it.")
    if name.casefold() in _TOTALS:
        raise _Bad("It is a line of sums.")
    if len(name) > 60 or re.search(r"\d{4}", name) or name[0] in "=+-@":
        raise _Bad("The name cannot be one.")
    claimed = _yuan(said.get("claimed", ""), _OF_CLAIMED)
    verified = _yuan(said.get("verified", ""), _OF_VERIFIED)
    if claimed is None and verified is None:
        raise _Bad("There is no amount in it.")
    return RosterRow(
        number,
        name,
        _phone(said.get("phone", ""), remarks),
        _id_no(said.get("id_no", ""), remarks),
        _span(said),
        claimed,
        verified,
        tuple(remarks),
    )


def _prints(letter: str) -> bool:
    return not letter.isspace() and category(letter) not in ("Cc", "Cf")


def _yuan(cell: str, words: tuple[str, str]) -> Decimal | None:
    text = re.sub(r"[\s,¥￥]", "", normalize("NFKC", cell))
    if text in ("", "-", "/"):
        return None
    unit = Decimal(10_000) if text.endswith(("万", "万元")) else Decimal(1)
    bare = text.removesuffix("元").removesuffix("万")
    if not re.fullmatch(r"\d{1,12}(\.\d+)?", bare):
        raise _Bad(words[0])
    try:
        amount = Decimal(bare) * unit
        if Decimal(bare) != Decimal(bare).quantize(Decimal("0.01")) and unit == 1:
            amount = _nearly(bare, words)
        fen_of(amount)
        if amount > _MOST_YUAN:
            raise _Bad(words[0])
    except (InvalidOperation, BadInput):
        raise _Bad(words[0]) from None
    return amount


def _nearly(bare: str, words: tuple[str, str]) -> Decimal:
    """A spreadsheet's own rounding (4799.999999) is put right; a sum finer than a fen is not guessed."""
    near = Decimal(bare).quantize(Decimal("0.01"))
    if abs(near - Decimal(bare)) > Decimal("0.000001"):
        raise _Bad(words[1])
    return near


def _phone(cell: str, remarks: list[str]) -> str | None:
    if _masked(cell):
        return None
    digits = plain_phone(cell)
    if digits and not _PHONE.match(digits):
        remarks.append("phone_odd")
    return digits if len(digits) >= 7 else None


def _id_no(cell: str, remarks: list[str]) -> str | None:
    text = plain(cell)
    if not text or _masked(cell):
        return None
    if _LOST.match(normalize("NFKC", cell).strip()):
        remarks.append("id_no_digits_lost")
        return None
    remark = id_no_remark(text)
    if remark:
        remarks.append(remark)
    return text[:40]


def id_no_remark(text: str) -> str | None:
    """What is odd about an identity number (GB 11643): a warning, for foreigners and old cards have other numbers."""
    number = plain(text)
    if not _ID_NO.match(number):
        return "id_no_form"
    if len(number) == 18:
        total = sum(int(digit) * weight for digit, weight in zip(number[:17], _WEIGHTS, strict=True))
        if _CHECKS[total % 11] != number[17]:
            return "id_no_check"
    return None


def _masked(cell: str) -> bool:
    return bool(re.search(r"[*＊×]", cell))


def _span(said: Mapping[str, str]) -> Span:
    if said.get("months", "").strip():
        found = months_of(said["months"])
        if found is None:
            raise _Bad("The months cannot be read.")
        return found
    ends = []
    for cell in (said.get("first", ""), said.get("last", "")):
        one = months_of(cell) if cell.strip() else Span()
        if one is None or one.first != one.last:
            raise _Bad("The months cannot be read.")
        ends.append(one.first)
    return span_of(*ends)
