"""The rows behind a month: nobody can be told from another, nothing of a person is in them, a notebook reads them."""

from __future__ import annotations

import io
import random
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import select

from casework.errors import BadInput
from services.months.freezing_month import freeze_month
from services.months.rows import FIGURES, SIDES, RowsCount, anonymous, columns, export_rows
from tests.services.office import Office
from tests.services.pencil import LATER, MONTH, history
from warehouse.engine import Warehouse
from warehouse.models import CaseRow, ComplaintRow
from warehouse.statistics.grounds import window
from warehouse.statistics.month import items


@pytest.fixture
def office(store: Warehouse, now: datetime) -> Office:
    made = Office(store, now)
    history(made, random.Random(5))
    return made


def taken(office: Office, path: Path, purpose: str = "研究") -> RowsCount:
    return export_rows(office.store, month=MONTH, path=path, purpose=purpose, actor=office.head, at=LATER)


def test_no_line_stands_alone_and_no_id_is_in_it(office: Office, tmp_path: Path) -> None:
    count = taken(office, tmp_path / "rows.csv")
    rows = pd.read_csv(tmp_path / "rows.csv", dtype={"town": str, "workers": str}, keep_default_na=False)
    assert list(rows.columns) == columns()
    assert len(rows) == count.rows > 20
    alike = Counter(map(tuple, rows[["kind", *SIDES]].itertuples(index=False)))
    assert min(alike.values()) >= 3
    assert rows["row"].is_unique
    said = (tmp_path / "rows.csv").read_text("utf-8")
    with office.store.read() as session:
        ids = [*session.scalars(select(CaseRow.id)), *session.scalars(select(ComplaintRow.id))]
        numbers = [*session.scalars(select(CaseRow.matter_no))]
    assert [one for one in [*ids, *numbers, *(head.id for head in office.inspectors)] if one in said] == []
    assert (rows["amount_claimed"] % 100 == 0).all()


def test_the_lines_add_up_to_the_figures_but_for_what_was_left_out(office: Office) -> None:
    with office.store.read() as session:
        kept = items(session, window(MONTH))
    lines, _, left_out = anonymous(kept, least=1, secret=b"x")
    assert left_out == 0
    for figure in ("received", "duplicates", "cases_opened", "concluded", "visits", "documents"):
        assert sum(int(line[figure]) for line in lines) == sum(one.value for one in kept if one.figure == figure)
    assert set(lines[0]) == {"row", "kind", *SIDES, *FIGURES}


def test_a_locked_month_gives_the_same_bytes_and_another_purpose_other_pseudonyms(
    office: Office, tmp_path: Path
) -> None:
    freeze_month(office.store, month=MONTH, actor=office.head, at=LATER)
    assert taken(office, tmp_path / "a.csv").status == "final"
    office.case(received_at=datetime(2026, 10, 9, tzinfo=UTC))
    taken(office, tmp_path / "b.csv")
    taken(office, tmp_path / "c.csv", purpose="另一项研究")
    first, again, other = ((tmp_path / f"{name}.csv").read_bytes() for name in "abc")
    assert first == again != other
    names = [set(pd.read_csv(io.BytesIO(body))["row"]) for body in (first, other)]
    assert not names[0] & names[1]


def test_parquet_says_the_same_as_csv(office: Office, tmp_path: Path) -> None:
    parquet: Any = pytest.importorskip("pyarrow.parquet")
    taken(office, tmp_path / "rows.csv")
    taken(office, tmp_path / "rows.parquet")
    table = pd.read_parquet(tmp_path / "rows.parquet")
    text = pd.read_csv(tmp_path / "rows.csv", dtype={"town": str, "workers": str}, keep_default_na=False)
    assert table.astype(str).to_dict("records") == text.astype(str).to_dict("records")
    note = parquet.read_schema(tmp_path / "rows.parquet").metadata
    assert note[b"arrears.k"] == b"3"
    assert note[b"arrears.status"] == b"provisional"


def test_another_ending_is_refused(office: Office, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="csv or"):
        taken(office, tmp_path / "rows.json")
    assert list(tmp_path.glob("rows*")) == []
