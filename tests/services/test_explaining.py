"""`arrears why` on a store and on a file: the path, what kept two apart, and values only for a reason."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from casework.errors import BadInput, NotFound
from casework.linkage import Verdict
from casework.people import Actor
from dedupe.why import Reason
from services.linkage.explaining import why_in_file, why_in_store
from services.linkage.linking import judge_pair, link_complaints
from services.linkage.resolve_rows import COLUMNS
from tests.notebook import Notebook, notebook
from tests.services.test_linking import cases, ids, take_in, told
from warehouse.engine import Warehouse
from warehouse.models import AuditRow, ComplaintVersionRow

SYSTEM = Actor.system("test")


@pytest.fixture
def book(tmp_path: Path) -> Notebook:
    return notebook(tmp_path)


@pytest.fixture
def linked(store: Warehouse, book: Notebook, now: datetime) -> Warehouse:
    take_in(store, book, now, told(now))
    link_complaints(store, actor=SYSTEM, at=now)
    return store


def revealed(store: Warehouse) -> list[str]:
    with store.read() as session:
        return sorted(session.scalars(select(AuditRow.subject).where(AuditRow.act == "reveal")))


def test_two_of_one_case_have_a_path_and_no_value_is_shown_unasked(linked: Warehouse, now: datetime) -> None:
    known = ids(linked)
    found = why_in_store(linked, one=known["s0"], other=known["s2"], actor=SYSTEM, at=now)
    assert found.together
    assert (found.path[0].left, found.path[-1].right) == (known["s0"], known["s2"])
    assert found.bridge is not None
    assert "13853200001" not in repr(found)
    assert revealed(linked) == []


def test_cases_are_named_by_their_numbers(linked: Warehouse, now: datetime) -> None:
    numbers = [case.matter_no for case in cases(linked)]
    found = why_in_store(linked, one=numbers[0], other=numbers[1], actor=SYSTEM, at=now)
    assert not found.together
    assert found.reason is Reason.NO_KEY
    with pytest.raises(NotFound):
        why_in_store(linked, one="JM0", other=numbers[1], actor=SYSTEM, at=now)
    with pytest.raises(BadInput):
        why_in_store(linked, one=numbers[0], other=numbers[0], actor=SYSTEM, at=now)


def test_a_persons_no_is_the_reason_told(linked: Warehouse, now: datetime) -> None:
    known = ids(linked)
    judge_pair(linked, left_id=known["s0"], right_id=known["x"], verdict=Verdict.DIFFERENT, actor=SYSTEM, at=now)
    found = why_in_store(linked, one=known["s1"], other=known["x"], actor=SYSTEM, at=now)
    assert found.reason is Reason.PERSON


def test_values_are_shown_for_a_reason_that_is_written_down(linked: Warehouse, now: datetime) -> None:
    known = ids(linked)
    asked = {"one": known["s0"], "other": known["s1"], "actor": SYSTEM, "at": now}
    with pytest.raises(BadInput):
        why_in_store(linked, **asked, quote=True)  # type: ignore[arg-type]  # checked at run time
    found = why_in_store(linked, **asked, quote=True, reason="check_duplicate")  # type: ignore[arg-type]
    assert "13853200001" in repr(found.pair)
    assert {known["s0"], known["s1"]} <= set(revealed(linked))


def test_who_told_in_confidence_is_quoted_to_nobody(linked: Warehouse, now: datetime) -> None:
    known = ids(linked)
    with linked.write() as session:
        for row in session.scalars(select(ComplaintVersionRow)):
            row.confidential = True
    found = why_in_store(
        linked, one=known["s0"], other=known["s1"], actor=SYSTEM, at=now, quote=True, reason="check_duplicate"
    )
    assert "13853200001" not in repr(found)
    assert "王建国" not in repr(found)


def test_two_rows_of_a_file_are_explained_without_a_store(tmp_path: Path) -> None:
    cells = {"channel": "x", "submitted_at": "2026-09-01T08:00:00+08:00", "employer_name": "青岛源丰建筑工程有限公司"}
    worker = {"complainant_name": "王建国", "complainant_phone": "13812345678"}
    rows = [{"complaint_id": name, **cells, **worker} for name in "ab"]
    lines = [",".join(COLUMNS), *(",".join(row.get(column, "") for column in COLUMNS) for row in rows)]
    path = tmp_path / "in.csv"
    path.write_text("\n".join(lines), "utf-8")
    found = why_in_file(path, one="a", other="b")
    assert found.together
    assert "13812345678" not in repr(found)
    assert "13812345678" in repr(why_in_file(path, one="a", other="b", quote=True))
    with pytest.raises(NotFound):
        why_in_file(path, one="a", other="c")
