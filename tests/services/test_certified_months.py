"""A month is final only when its pulls prove every day of it, or a head has said why not; and the cover says which."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import delete, func, select

from casework.errors import BadInput, NotAllowed
from casework.people import Role
from services.months.certifying import NotCertified, accept_gaps
from services.months.closing_month import Asked, ExportCount, export_month
from services.months.freezing_month import freeze_month
from services.months.standing import MARK
from tests.services.office import DISTRICT, Office
from warehouse.engine import Warehouse
from warehouse.models import ChannelRow, MonthPullRow, PullCertificateRow
from warehouse.statistics.grounds import window
from warehouse.statistics.pulls import days_of

MONTH = "2026-10"
BEGIN = datetime(2026, 9, 20, 2, tzinfo=UTC)
LATER = datetime(2026, 11, 10, tzinfo=UTC)


@pytest.fixture
def office(store: Warehouse) -> Office:
    return Office(store, datetime(2026, 10, 5, tzinfo=UTC))


def pull(office: Office, channel: str, at: datetime, cursor: tuple[str | None, str | None], **own: Any) -> None:
    counts = {"seen": 3, "landed_new": 2, "refused": 1, "verdict": "complete", **own}
    with office.store.write() as session:
        number = session.scalar(select(func.count()).select_from(PullCertificateRow)) or 0
        row = {"id": f"pull_{number:05d}", "run_id": "run", "channel": channel, "started_at": at, "ended_at": at}
        session.add(PullCertificateRow(**row, cursor_from=cursor[0], cursor_to=cursor[1], **counts))


def daily(office: Office, channel: str = "petition", days: int = 45) -> None:
    """A pull every morning, each from where the one before ended."""
    for n in range(days):
        pull(office, channel, BEGIN + timedelta(days=n), (None if n == 0 else f"c{n}", f"c{n + 1}"))


def states(office: Office, at: datetime = LATER) -> dict[str, list[int]]:
    """By state the days of the month, of the petition channel."""
    found: dict[str, list[int]] = {}
    with office.store.read() as session:
        for one in days_of(session, window(MONTH), ("petition",), at=at):
            found.setdefault(one.state, []).append(one.day.day)
    return found


def taken(office: Office, path: Path, *, final: bool = False, outside: bool = False) -> ExportCount:
    given: dict[str, Any] = {
        "purpose": "月报",
        "actor": office.head,
        "at": LATER,
        "asked": Asked(final=final, outside=outside),
    }
    return export_month(office.store, month=MONTH, path=path, **given)


def cover(path: Path) -> str:
    sheet = openpyxl.load_workbook(path)["封面"]
    return "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None)


def test_a_channel_pulled_each_day_is_certified_and_one_never_pulled_is_not_missing(office: Office) -> None:
    assert set(states(office)) == {"unused"}
    daily(office)
    assert states(office) == {"certified": list(range(1, 32))}
    freeze_month(office.store, month=MONTH, actor=office.head, at=LATER)


def test_a_channel_that_was_down_and_caught_up_has_told_its_days(office: Office) -> None:
    daily(office)
    with office.store.write() as session:
        lost = PullCertificateRow.started_at.between(
            datetime(2026, 10, 6, tzinfo=UTC), datetime(2026, 10, 9, tzinfo=UTC)
        )
        for row in session.scalars(select(PullCertificateRow).where(lost)):
            row.verdict, row.seen, row.cursor_to = "failed", 0, row.cursor_from
            row.cursor_from = row.cursor_to = "c16"
        next_ = session.scalars(
            select(PullCertificateRow).where(PullCertificateRow.started_at > datetime(2026, 10, 9, tzinfo=UTC))
        ).first()
        assert next_ is not None
        next_.cursor_from = "c16"
    assert states(office) == {"certified": list(range(1, 32))}


def test_a_lost_pull_or_a_channel_silent_since_leaves_days_missing(office: Office, tmp_path: Path) -> None:
    daily(office)
    with office.store.write() as session:
        day = PullCertificateRow.started_at.between(
            datetime(2026, 10, 7, tzinfo=UTC), datetime(2026, 10, 8, tzinfo=UTC)
        )
        session.execute(delete(PullCertificateRow).where(day))
    assert states(office)["missing"] == [6, 7, 8]
    assert states(office, at=datetime(2026, 10, 20, tzinfo=UTC))["certified"][-1] == 18, "the last day is not told yet"
    with pytest.raises(NotCertified, match=r"3 channel-days lack.*petition 2026-10-06"):
        freeze_month(office.store, month=MONTH, actor=office.head, at=LATER)
    with pytest.raises(NotCertified):
        taken(office, tmp_path / "final.xlsx", final=True)
    with pytest.raises(NotCertified):
        taken(office, tmp_path / "outside.xlsx", outside=True)
    assert list(tmp_path.glob("*.xlsx")) == []
    count = taken(office, tmp_path / "a.xlsx")
    assert (count.status, count.missing) == ("provisional", 3)
    assert "暂定 PROVISIONAL" in cover(tmp_path / "a.xlsx")
    assert "2026-10-06 – 2026-10-08" in cover(tmp_path / "a.xlsx")


def test_an_answer_of_nothing_on_a_working_day_proves_nothing(office: Office) -> None:
    daily(office, days=40)
    for n in range(40, 43):
        pull(office, "petition", BEGIN + timedelta(days=n), ("c40", "c40"), verdict="empty_alarm", seen=0)
    assert states(office)["missing"] == [29, 30, 31]


def test_a_head_accepts_a_gap_with_a_reason_that_stands_on_the_cover(office: Office, tmp_path: Path) -> None:
    daily(office, days=38)
    assert states(office)["missing"] == [27, 28, 29, 30, 31]
    asked: dict[str, Any] = {"month": MONTH, "channel": "petition", "office": DISTRICT, "at": LATER}
    for nobody in (office.desk, office.officer(Role.HEAD, f"{DISTRICT}001")):
        with pytest.raises(NotAllowed, match="whole office"):
            accept_gaps(office.store, **asked, reason="x", actor=nobody)
    with pytest.raises(BadInput, match="reason"):
        accept_gaps(office.store, **asked, reason=" ", actor=office.head)
    assert accept_gaps(office.store, **asked, reason="平台停机检修，致电13800138000", actor=office.head) == 5
    with pytest.raises(BadInput, match="No certificate"):
        accept_gaps(office.store, **asked, reason="again", actor=office.head)
    assert states(office)["accepted"] == [27, 28, 29, 30, 31]
    freeze_month(office.store, month=MONTH, actor=office.head, at=LATER)
    assert taken(office, tmp_path / "a.xlsx", final=True).status == "final"
    said = cover(tmp_path / "a.xlsx")
    assert "正式 FINAL" in said
    assert "2026-10-27 – 2026-10-31：平台停机检修，致电138****8000" in said
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["拉取凭证"]
    reasons = {str(row[8]) for row in sheet.iter_rows(values_only=True) if row[8]}
    assert "平台停机检修，致电138****8000" in reasons
    assert "13800138000" not in str(reasons)
    taken(office, tmp_path / "o.xlsx", outside=True)
    assert "平台停机检修" not in cover(tmp_path / "o.xlsx"), "what a head wrote stays inside"
    with office.store.read() as session:
        kept = session.scalars(select(MonthPullRow).where(MonthPullRow.state == "accepted")).all()
        assert [row.gap_id is not None for row in kept] == [True] * 5


def test_a_paused_channel_has_no_plan(office: Office) -> None:
    daily(office, days=20)
    with office.store.write() as session:
        row = session.get_one(ChannelRow, "petition")
        row.paused_by, row.paused_at, row.paused_reason = "acc", datetime(2026, 10, 10, 3, tzinfo=UTC), "搬迁"
    assert states(office) == {"certified": list(range(1, 9)), "missing": [9], "paused": list(range(10, 32))}


def test_what_goes_outside_is_the_locked_month_with_small_numbers_hidden(office: Office, tmp_path: Path) -> None:
    for number in range(9):
        office.case(channels=("petition",) if number < 7 else ("hotline_12345",), place=f"37021500{number % 3 + 1}")
    with pytest.raises(NotAllowed, match="2026-10 is not locked"):
        taken(office, tmp_path / "o.xlsx", outside=True)
    with pytest.raises(NotAllowed, match="Only a single month"):
        export_month(
            office.store, month="2026", path=tmp_path / "o.xlsx", purpose="x", actor=office.head, at=LATER,
            asked=Asked(outside=True),
        )  # fmt: skip
    freeze_month(office.store, month=MONTH, actor=office.head, at=LATER)
    assert taken(office, tmp_path / "o.xlsx", outside=True).hidden > 0
    taken(office, tmp_path / "o.csv", outside=True)
    book = openpyxl.load_workbook(tmp_path / "o.xlsx")
    assert not {"按监察员", "更正", "拉取凭证"} & set(book.sheetnames)
    rows = {row[0]: row for row in book["按渠道"].iter_rows(values_only=True)}
    assert rows["12345热线"][2] == rows["信访"][2] == MARK if "信访" in rows else MARK in rows["12345热线"]
    assert rows["合计"][2] == 9
    text = (tmp_path / "o.csv").read_text("utf-8-sig")
    assert "officer" not in text
    assert f",{MARK},件次,final" in text
    total: dict[Any, Any] = {row[1].value: row[2].value for row in book["总表"].iter_rows(min_row=4)}
    assert total["complaints received"] == 9
