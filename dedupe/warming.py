"""Compile all inner loops beforehand, so that nobody waits for it: `python -m dedupe.warming`.

Made-up complaints go through all ways of the linker, few at a time and some thousands at once, because each way has
loops of its own.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from time import perf_counter

from casework.linkage import Decision, LinkRecord, Verdict
from dedupe.linker import explain_pair, link
from dedupe.standing import Standing
from dedupe.suspicion import suspicion
from dedupe.tabulate import tabulate
from dedupe.weights import load_model
from dedupe.why import Known

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_GIVEN = "甲乙丙丁戊己庚辛"
_START = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
FEW, MANY = 60, 6_000
"""Complaints by themselves, and as many as take the ways of many."""


def warm() -> float:
    """Run every loop once, from the kept code or compiling it, and say how many seconds it took."""
    start = perf_counter()
    every = made_up(MANY + FEW)
    some, many = every[:FEW], every[FEW:]
    names = [one.complaint_id for one in some]
    words = [Decision(names[0], names[1], Verdict.SAME), Decision(names[2], names[3], Verdict.DIFFERENT)]
    linkage = link(some, words)
    suspicion(some, Known.of(linkage, words), aliases={})
    explain_pair(some[0], some[1], among=some, aliases={"虚构壹号建筑": "虚构壹号"})
    _let_stand(some, many, words)
    link(many, explained=False)
    return perf_counter() - start


def _let_stand(some: list[LinkRecord], many: list[LinkRecord], words: list[Decision]) -> None:
    """Complaints that stand, and those that come to them: none, few, and many."""
    first, last = some[:-8], some[-8:]
    standing = Standing(tabulate(first), [one.complaint_id for one in first], load_model())
    for lot in (last[:1], last[1:], many[:-8], [], many[-8:]):
        standing.update(tabulate(lot), [one.complaint_id for one in lot], words)
        words = words[:1]
    again = Standing.of(standing.state(), standing.model)
    again.whole()
    again.update(tabulate([]), [], [], again.rows_of([some[0].complaint_id]))


def made_up(count: int) -> list[LinkRecord]:
    """So many complaints of nobody about nothing, the same every time."""
    chance = Random(7)  # noqa: S311 - made-up rows, no secret
    return [_one(number, chance.randrange(max(count // 5, 3)), chance) for number in range(count)]


def _one(number: int, dispute: int, chance: Random) -> LinkRecord:
    """A complaint about one of the disputes, each field said or not."""

    def said(text: str) -> str | None:
        return text if chance.random() < 0.7 else None

    worker = dispute * 3 + chance.randrange(3)
    called = "".join(_DIGITS[int(digit)] for digit in str(dispute))
    name = f"{'张王李赵'[worker % 4]}{_GIVEN[worker % 8]}{_GIVEN[worker // 8 % 8]}"
    month = 1 + dispute % 9
    return LinkRecord(
        complaint_id=f"made-up-{number}",
        channel="hotline_12345",
        submitted_at=_START + timedelta(hours=number % 2_000),
        employer_name=said(f"虚构{called}号{chance.choice(('建筑工程', '建筑', '劳务'))}有限公司"),
        site_name=said(f"虚构{called}号{chance.choice(('工地', '工地一期', '学校'))}"),
        site_address=said(f"虚构{called}路{dispute % 90 + 1}号"),
        district_code=said(f"37020{dispute % 5}"),
        complainant_name=said(name),
        complainant_phone=said(f"1380000{(dispute if dispute % 9 == 0 else worker) % 10_000:04d}"),
        complainant_id_no=said(f"370200********{worker % 10_000:04d}"),
        workers_count=chance.choice((None, 1, 7)),
        amount_owed=chance.choice((None, Decimal(1_000 + worker), Decimal(5_000))),
        arrears_from=said(f"2025-{month:02d}"),
        arrears_to=said(f"2025-{month + 2:02d}"),
        narrative=said(f"虚构的投诉：{name}在虚构{called}号工地干活，工资没有发。"),
        boss_name=said(f"孙{_GIVEN[dispute % 8]}"),
        crew=((name, None, None), (f"周{_GIVEN[worker % 8]}", None, None)) if chance.random() < 0.2 else (),
    )


if __name__ == "__main__":
    sys.stdout.write(f"The linker's inner loops are ready ({warm():.1f} s).\n")
