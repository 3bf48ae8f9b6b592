"""A frozen month says the same for ever; what later facts change stands beside it. And the office's own settings."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import func, select

from casework.errors import ArrearsError, BadInput, NotAllowed
from casework.people import Actor, Role
from casework.record import Json
from services.months.closing_month import export_month
from services.months.freezing_month import freeze_month, restate_month
from services.office.rules import change_setting
from tests.services.office import Office
from tests.services.pencil import LATER, MONTH, history
from warehouse.engine import Warehouse
from warehouse.models import AuditRow, RestatementRow, SettingRow
from warehouse.store.settings import setting

ADMIN = Actor("acc_admin", frozenset({Role.SYSTEM_ADMIN}), ("370215",))


@pytest.fixture
def office(store: Warehouse, now: datetime) -> Office:
    return Office(store, now)


def written(office: Office, path: Path) -> bytes:
    export_month(office.store, month=MONTH, path=path, purpose="月报", actor=office.head, at=LATER)
    return path.read_bytes()


def test_a_frozen_month_says_the_same_after_later_facts_and_these_are_restated(office: Office, tmp_path: Path) -> None:
    history(office, random.Random(7))
    freeze_month(office.store, month=MONTH, actor=office.head, at=LATER)
    before = written(office, tmp_path / "a.xlsx")
    assert written(office, tmp_path / "b.xlsx") == before
    assert restate_month(office.store, month=MONTH, reason="nothing", actor=office.head, at=LATER) == 0
    office.case(received_at=datetime(2026, 10, 9, tzinfo=UTC), workers=4, yuan=100)
    assert written(office, tmp_path / "c.xlsx") == before
    reason = "a late arrival, told by 13800138000"
    changed = restate_month(office.store, month=MONTH, reason=reason, actor=office.head, at=LATER)
    assert changed > 0
    written(office, tmp_path / "d.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "d.xlsx")["更正"]
    reasons = {row[9] for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert reasons == {"a late arrival, told by 138****8000"}, "a number of a person leaves in no reason"
    with office.store.read() as session:
        row = session.scalars(
            select(RestatementRow).where(RestatementRow.figure == "received", RestatementRow.dimension == "total")
        ).one()
        assert row.now is not None
        assert row.was is not None
        assert row.now - row.was == 1
    assert restate_month(office.store, month=MONTH, reason="again", actor=office.head, at=LATER) == 0


def test_a_month_is_frozen_once_after_it_is_over_and_by_a_head(office: Office) -> None:
    with pytest.raises(NotAllowed, match="after it is over"):
        freeze_month(office.store, month=MONTH, actor=office.head, at=datetime(2026, 10, 31, tzinfo=UTC))
    with pytest.raises(NotAllowed, match="Only a head"):
        freeze_month(office.store, month=MONTH, actor=office.desk, at=LATER)
    with pytest.raises(NotAllowed, match="not frozen"):
        restate_month(office.store, month=MONTH, reason="x", actor=office.head, at=LATER)
    freeze_month(office.store, month=MONTH, actor=office.head, at=LATER)
    with pytest.raises(NotAllowed, match="frozen already"):
        freeze_month(office.store, month=MONTH, actor=office.chief, at=LATER)
    with pytest.raises(BadInput, match="reason"):
        restate_month(office.store, month=MONTH, reason=" ", actor=office.head, at=LATER)


def test_a_setting_of_the_office_goes_over_the_default_with_its_source(office: Office) -> None:
    change_setting(
        office.store, name="criminal.group_fen", value=5_000_000, source="省高院 2024", actor=ADMIN, at=office.at
    )
    with office.store.read() as session:
        assert setting(session, "criminal.group_fen") == 5_000_000
        assert session.get_one(SettingRow, "criminal.group_fen").source == "省高院 2024"
        row = session.scalars(select(AuditRow).where(AuditRow.act == "set_setting")).one()
        assert row.details == {"was": 6_000_000, "now": 5_000_000}


REFUSED: list[tuple[str, str, Json, str, Actor | None]] = [
    ("no setting", "nobody.asked", 1, "s", ADMIN),
    ("another kind", "criminal.group_fen", "60000", "s", ADMIN),
    ("another kind", "criminal.group_fen", True, "s", ADMIN),
    ("not negative", "criminal.group_fen", -1, "s", ADMIN),
    ("names its source", "criminal.group_fen", 1, " ", ADMIN),
    ("Only a system administrator", "criminal.group_fen", 1, "s", None),
]


@pytest.mark.parametrize(("words", "name", "value", "source", "actor"), REFUSED)
def test_a_setting_that_cannot_be_is_refused(
    office: Office, words: str, name: str, value: Json, source: str, actor: Actor | None
) -> None:
    with pytest.raises(ArrearsError, match=words):
        change_setting(office.store, name=name, value=value, source=source, actor=actor or office.head, at=office.at)
    with office.store.read() as session:
        assert session.scalar(select(func.count()).select_from(SettingRow)) == 0
