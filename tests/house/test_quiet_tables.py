"""What a month may count is never among the tables whose changes nobody is told of (ADR 40)."""

from __future__ import annotations

import ast
from pathlib import Path

from warehouse import models
from warehouse.changes import QUIET
from warehouse.models import Base

ROOT = Path(__file__).parent.parent.parent
COUNTS = "services.months.freezing_month"
_OF_A_PAGE = "a look asks whether a case has any (`store.there`), for its page: no figure does"
LOOKED_AT = {
    "audit": "it is only added to, and what was added is looked at",
    "change_count": "it is the count itself",
    "attachment": _OF_A_PAGE,
    "complaint_file": _OF_A_PAGE,
    "draft": _OF_A_PAGE,
}


def module(name: str) -> Path | None:
    """Where a module of ours lies."""
    path = ROOT.joinpath(*name.split("."))
    found = (path.with_suffix(".py"), path / "__init__.py")
    return next((one for one in found if one.exists()), None)


def reached(name: str, seen: set[str]) -> set[str]:
    """The tables whose rows are named by a module, or by any that it imports."""
    path = module(name)
    if path is None or name in seen:
        return set()
    seen.add(name)
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.ImportFrom) or not node.module:
            continue
        if node.module == "warehouse.models":
            rows = (getattr(models, one.name) for one in node.names)
            found |= {str(row.__tablename__) for row in rows if hasattr(row, "__tablename__")}
        elif node.module.partition(".")[0] in ("warehouse", "services"):
            for one in [node.module, *(f"{node.module}.{one.name}" for one in node.names)]:
                found |= reached(one, seen)
    return found


def test_no_table_is_quiet_that_the_count_of_a_month_can_reach() -> None:
    found = reached(COUNTS, set())
    assert {"cases", "complaint", "payment", "warning", "month", "pull_certificate", "setting"} <= found
    assert found & QUIET == set(LOOKED_AT)


def test_every_quiet_table_is_a_table() -> None:
    assert set(Base.metadata.tables) >= QUIET
