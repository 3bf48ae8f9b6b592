"""What the daily pages ask never walks over the cases of years gone by, nor more often where there are more."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, insert, text

from benchmarks.pages import logged_in
from benchmarks.serving import served
from benchmarks.stored_cases import make_cases
from services.office.settings import Settings
from tests.conftest import NOW
from tests.stores import Template
from warehouse.engine import Warehouse
from warehouse.models import JudgementRow

STORED = 3_000
LARGE = frozenset(
    {
        "cases", "complaint", "complaint_version", "case_membership", "clock", "clock_event", "assignment", "judgement",
        "outcome", "payment", "pull_certificate", "landed", "reply", "receipt",
    }
)  # fmt: skip
"""Tables that grow with the years. Accounts, channels, open referrals and the like stay small.

The steps of a case are left out: there are none here, and PostgreSQL reads an empty table by whatever way.
"""
Asked = list[tuple[str, Any]]


@pytest.fixture
def years(store: Warehouse) -> Warehouse:
    """A store with cases of past years and pairs that were looked at; PostgreSQL counts its rows by itself in time."""
    make_cases(store, STORED, NOW)
    with store.write() as session:
        session.execute(insert(JudgementRow), [_judged(n) for n in range(STORED // 4)])
    if store.engine.dialect.name == "postgresql":
        with store.engine.begin() as connection:
            connection.execute(text("ANALYZE"))
    return store


def _judged(n: int) -> dict[str, Any]:
    """What the linker said of two complaints of past years."""
    left, right = sorted((f"cmp_{STORED - 1 - n}", f"cmp_{n}"))
    verdict = "unsure" if n < 5 else "different"
    told = {"by": "machine:test", "by_person": False, "at": NOW, "conflicts": [], "evidence": [], "newest": True}
    return {"id": f"jud_{n}", "left_id": left, "right_id": right, "verdict": verdict, **told}


def _asked(store: Warehouse, path: str, login: str) -> Asked:
    """The statements of one page with what they carry, once everything that is kept in memory is there."""
    found: Asked = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        found.append((statement, parameters))

    with served(store, Settings(), lambda: NOW) as address, logged_in(address, login) as officer:
        officer.get(path).raise_for_status()
        event.listen(store.engine, "before_cursor_execute", note)
        officer.get(path).raise_for_status()
        event.remove(store.engine, "before_cursor_execute", note)
    return found


def walks(store: Warehouse, asked: Asked) -> list[tuple[str, str]]:
    """The large tables that a statement reads from end to end, with the statement."""
    reads = _sqlite_walks if store.engine.dialect.name == "sqlite" else _postgres_walks
    with store.engine.connect() as connection:
        return [
            (line, statement)
            for statement, parameters in asked
            if statement.startswith(("SELECT", "WITH"))
            for line in reads(connection, statement, parameters)
        ]


_NAMES = "|".join(sorted(LARGE))
_SCAN = re.compile(rf"^SCAN ({_NAMES})(_\d+)?\b|^SEARCH ({_NAMES})(_\d+)?(?:$| .*\(\w+_id>\?\))")
"""To look up every id that is not NULL is to read them all, though SQLite calls it a search, and to look by nothing."""


def _sqlite_walks(connection: Connection, statement: str, parameters: Any) -> Iterator[str]:
    plan = connection.exec_driver_sql("EXPLAIN QUERY PLAN " + statement, parameters)
    yield from (row[-1] for row in plan if _SCAN.search(row[-1]))


def _postgres_walks(connection: Connection, statement: str, parameters: Any) -> Iterator[str]:
    """With walks made dear: a table as small as here is rightly read from end to end."""
    for way in ("seqscan", "mergejoin", "hashjoin"):
        connection.execute(text(f"SET LOCAL enable_{way} = off"))
    (plan,) = connection.exec_driver_sql("EXPLAIN (FORMAT JSON) " + statement, parameters).scalar_one()
    nodes = [plan["Plan"]]
    while nodes:
        node = nodes.pop()
        nodes += node.get("Plans", [])
        if node.get("Relation Name") in LARGE and not any("Cond" in key for key in node):
            yield f"{node['Node Type']} on {node['Relation Name']}"


def test_the_pages_of_a_morning_walk_over_no_table_of_years(years: Warehouse) -> None:
    for page in ("/queue", "/queue?tab=overdue", "/queue?tab=due_soon", "/dashboard"):
        asked = _asked(years, page, "desk")
        assert len(asked) > 10
        found = walks(years, asked)
        assert not found, (page, found)
    for planted in ("SELECT count(*) FROM clock WHERE length = 3", "SELECT max(ended_at) FROM pull_certificate"):
        assert len(walks(years, [(planted, ())])) == 1, "a walk that was planted went unseen"


COUNTED = ("/dashboard", f"/statistics?span={NOW:%Y-%m}", "/employers", "/queue?tab=concluded", "/cases?figure=pending")
"""Pages that count, or list what is done."""


def test_more_cases_mean_no_more_questions(empty: Template, tmp_path: Path) -> None:
    asked = []
    for cases in (1_000, 2_000):
        with empty.store(tmp_path / f"{cases}.db") as store:
            make_cases(store, cases, NOW)
            asked.append({page: len(_asked(store, page, "head")) for page in COUNTED})
    few, many = asked
    assert many == few
    assert min(few.values()) > 5


def test_the_figures_of_a_month_walk_over_no_table_of_years(years: Warehouse) -> None:
    if years.engine.dialect.name == "postgresql":
        pytest.skip("so few rows are rightly read from end to end there; the benchmark times it")
    for page in ("/dashboard", f"/statistics?span={NOW:%Y-%m}"):
        asked = _asked(years, page, "head")
        assert len(asked) > 10
        found = walks(years, asked)
        assert not found, (page, found)
        ever_met = _through_what_is_met(years, asked)
        assert not ever_met, (page, ever_met)
    planted = [("SELECT count(*) FROM clock WHERE state = ? AND length = 3", ("met",))]
    assert _through_what_is_met(years, planted), "a way that was planted went unseen"


def _through_what_is_met(store: Warehouse, asked: Asked) -> list[str]:
    """Deadlines looked for by their state alone: almost all there ever were are met."""
    with store.engine.connect() as connection:
        plans = [
            connection.exec_driver_sql("EXPLAIN QUERY PLAN " + statement, parameters).all()
            for statement, parameters in asked
            if "clock" in statement
        ]
    return [row[-1] for plan in plans for row in plan if re.match(r"SEARCH clock .*\(state=\?\)$", row[-1])]
