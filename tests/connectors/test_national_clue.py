"""Batches in a folder: what may happen to files loses and doubles nothing."""

from __future__ import annotations

import io
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from casework.complaint import Complaint, Nature, Sector
from casework.errors import ChannelChanged, ChannelUnavailable, Unreadable
from casework.record import RawRecord
from casework.reply import Letter, ReplyKind
from connectors.base import Connector
from connectors.files import read_table
from connectors.registry import connect
from sandbox.platforms.national_clue import NationalPlatform
from sandbox.told import Told
from tests.contracts.suite import Landing

HEADINGS = ("线索编号", "反映时间", "领域", "用人单位名称", "诉求描述", "欠薪金额（元）")


def row(key: str, text: str = "工资没有发。") -> tuple[str, ...]:
    return (key, "2026-11-19 09:00", "工程建设", "青岛某某公司", text, "3000")


def batch(*rows: tuple[object, ...], headings: tuple[str, ...] = HEADINGS) -> bytes:
    """A batch made by hand."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as made:
        sheet = made.add_worksheet()
        sheet.merge_range(0, 0, 0, len(headings) - 1, "导出表")
        for number, cells in enumerate((headings, *rows), start=1):
            sheet.write_row(number, 0, cells)
    return out.getvalue()


class Share:
    """The shared folder with its connector."""

    def __init__(self, folder: Path, **more: str) -> None:
        self.inbox, self.archive = folder / "inbox", folder / "archive"
        for name in ("inbox", "answers", "receipts"):
            (folder / name).mkdir()
        places = {"folder": "inbox", "answers": "answers", "receipts": "receipts", "archive": "archive"}
        settings = {name: str(folder / place) for name, place in places.items()} | {"wait_seconds": "0"} | more
        self.connector: Connector = connect("national_clue", settings)

    def drop(self, name: str, content: bytes, *, old: bool = True) -> Path:
        path = self.inbox / name
        path.write_bytes(content)
        if old:
            os.utime(path, (time.time() - 600,) * 2)
        return path

    def read(self, raw: RawRecord) -> Complaint:
        found = self.connector.read(replace(raw, version=1))
        assert isinstance(found, Complaint)
        return found


@pytest.fixture
def share(tmp_path: Path) -> Share:
    return Share(tmp_path)


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[NationalPlatform]:
    running = NationalPlatform(tmp_path / "platform")
    yield running
    running.stop()


def test_a_batch_is_archived_with_its_hash_when_all_its_rows_are_stored(share: Share, now: datetime) -> None:
    path = share.drop("批_20261119100000.xlsx", batch(row("1"), row("2")))
    records = list(share.connector.pull(None, now=now))
    share.connector.settle(records[:1])
    assert path.exists()
    share.connector.settle(records[1:])
    assert not path.exists()
    (kept,) = share.archive.iterdir()
    assert kept.name.startswith("批_20261119100000.")
    share.connector.settle(records)
    assert list(share.archive.iterdir()) == [kept]


def test_the_same_name_with_new_content_is_another_batch(share: Share, now: datetime) -> None:
    landing = Landing(share.connector)
    share.drop("批_20261119100000.xlsx", batch(row("1")))
    assert landing.pull(now).new == ["1"]
    share.drop("批_20261119100000.xlsx", batch(row("1", "补充。"), row("2")))
    brought = landing.pull(now)
    assert (brought.new, brought.changed) == (["2"], ["1"])
    assert landing.pull(now).fresh() == []
    assert len(list(share.archive.iterdir())) == 2


def test_the_same_content_under_a_new_name_doubles_nothing(share: Share, now: datetime) -> None:
    landing = Landing(share.connector)
    share.drop("批_20261119100000.xlsx", batch(row("1")))
    landing.pull(now)
    share.drop("批_20261119110000.xlsx", batch(row("1")))
    assert landing.pull(now).fresh() == []
    assert list(share.inbox.iterdir()) == []


def test_a_file_replaced_while_it_was_read_is_not_archived_unread(share: Share, now: datetime) -> None:
    path = share.drop("批_20261119100000.xlsx", batch(row("1")))
    records = list(share.connector.pull(None, now=now))
    share.drop("批_20261119100000.xlsx", batch(row("2")))
    share.connector.settle(records)
    assert path.exists()
    assert [raw.source_key for raw in share.connector.pull(None, now=now)] == ["2"]


def test_two_versions_of_a_clue_do_not_take_turns(share: Share, now: datetime) -> None:
    landing = Landing(share.connector)
    share.drop("a_20261119100000.xlsx", batch(row("1")))
    share.drop("b_20261119110000.xlsx", batch(row("1", "补充。")))
    first = list(share.connector.pull(None, now=now))
    assert [raw.payload["诉求描述"] for raw in first] == ["工资没有发。", "补充。"]
    landing.pull(now)
    share.drop("a_20261119100000.xlsx", batch(row("1")))
    share.drop("b_20261119110000.xlsx", batch(row("1", "补充。")))
    assert landing.pull(now).fresh() == []


def test_an_old_batch_that_comes_late_does_not_overrule_a_newer_one(share: Share, now: datetime) -> None:
    landing = Landing(share.connector)
    share.drop("b_20261119110000.xlsx", batch(row("1", "补充。")))
    landing.pull(now)
    share.drop("a_20261119100000.xlsx", batch(row("1"), row("0")))
    assert landing.pull(now).fresh() == ["0"]
    assert landing.newest["1"].payload["诉求描述"] == "补充。"


def test_a_half_copied_file_is_left_alone_and_then_waits_with_a_reason(share: Share, now: datetime) -> None:
    whole = batch(row("1"))
    share.drop("ok_20261119090000.xlsx", batch(row("2")))
    path = share.drop("半_20261119100000.xlsx", whole[: len(whole) // 2], old=False)
    assert [raw.source_key for raw in share.connector.pull(None, now=now)] == ["2"]
    os.utime(path, (time.time() - 600,) * 2)
    good, broken = share.connector.pull(None, now=now)
    assert good.source_key == "2"
    with pytest.raises(Unreadable, match="not copied to its end"):
        share.connector.read(broken)
    share.connector.settle([good, broken])
    assert list(share.inbox.iterdir()) == []
    assert len(list(share.archive.iterdir())) == 2


def test_a_text_file_is_read_only_when_nobody_writes_to_it_any_more(share: Share, now: datetime) -> None:
    text = ",".join(HEADINGS) + "\n" + ",".join(row("1")) + "\n"
    path = share.drop("a_20261119100000.csv", text.encode("gb18030"), old=False)
    assert list(share.connector.pull(None, now=now)) == []
    os.utime(path, (time.time() - 600,) * 2)
    (raw,) = share.connector.pull(None, now=now)
    assert share.read(raw).source_key == "1"


def test_a_batch_without_rows_goes_to_the_archive(share: Share, now: datetime) -> None:
    share.drop("a_20261119100000.xlsx", batch())
    assert list(share.connector.pull(None, now=now)) == []
    assert list(share.inbox.iterdir()) == []
    assert len(list(share.archive.iterdir())) == 1


def test_an_archive_that_cannot_be_written_keeps_the_batch(share: Share, now: datetime) -> None:
    share.archive.write_text("in the way")
    path = share.drop("a_20261119100000.xlsx", batch(row("1")))
    records = list(share.connector.pull(None, now=now))
    with pytest.raises(ChannelUnavailable):
        share.connector.settle(records)
    assert path.exists()


def test_work_in_hand_is_not_touched(share: Share, now: datetime) -> None:
    for name in (".a.xlsx.part", "~$a.xlsx", "a.xlsx.tmp", "a.filepart"):
        share.drop(name, b"half")
    assert list(share.connector.pull(None, now=now)) == []
    assert len(list(share.inbox.iterdir())) == 4


def test_a_link_in_the_inbox_is_refused_and_put_away(share: Share, now: datetime, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("secret")
    (share.inbox / "a.xlsx").symlink_to(tmp_path / "elsewhere")
    os.utime(share.inbox / "a.xlsx", (time.time() - 600,) * 2, follow_symlinks=False)
    (raw,) = share.connector.pull(None, now=now)
    with pytest.raises(Unreadable, match="link"):
        share.connector.read(raw)
    share.connector.settle([raw])
    assert list(share.inbox.iterdir()) == []
    assert (tmp_path / "elsewhere").read_text() == "secret"


@pytest.mark.parametrize("stem", ["全国线索20261119080000", "全国线索" * 16 + "20261119080000", "a"])
@pytest.mark.parametrize("ending", [".xlsx", "", ".某一种很长的结尾不是结尾"])
def test_a_refused_file_is_the_same_in_the_folder_and_in_the_archive(
    share: Share, now: datetime, stem: str, ending: str
) -> None:
    share.drop(f"{stem}1{ending}", b"PK\x03\x04 damaged")
    share.drop(f"{stem}2{ending}", b"")
    (share.inbox / f"{stem}3{ending}").symlink_to("/dev/null")
    os.utime(share.inbox / f"{stem}3{ending}", (time.time() - 600,) * 2, follow_symlinks=False)
    pulled = list(share.connector.pull(None, now=now))
    share.connector.settle(pulled)
    assert (len(pulled), list(share.inbox.iterdir())) == (3, [])
    long_ago = datetime(2020, 1, 1, tzinfo=now.tzinfo)
    again = list(share.connector.again(long_ago, now=now))
    assert {(raw.source_key, raw.position, raw.digest()) for raw in again} == {
        (raw.source_key, raw.position, raw.digest()) for raw in pulled
    }
    assert len({raw.source_key for raw in pulled}) == 3


def test_other_words_for_a_refused_file_make_no_other_record(
    share: Share, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    share.drop("a.xlsx", b"PK\x03\x04 damaged")
    (before,) = share.connector.pull(None, now=now)
    monkeypatch.setattr("connectors.workbook.DAMAGED", "Other words.")
    monkeypatch.setattr("connectors.national_clue._apart", read_table)
    (after,) = share.connector.pull(None, now=now)
    assert "Other words" in str(after.payload)
    assert (after.source_key, after.position) == (before.source_key, before.position)


def test_a_batch_without_a_promised_column_is_never_half_imported(share: Share, now: datetime) -> None:
    share.drop("a_20261119100000.xlsx", batch(row("1")))
    share.drop("b_20261119110000.xlsx", batch(row("2")[:4], headings=HEADINGS[:4]))
    records = share.connector.pull(None, now=now)
    assert next(records).source_key == "1"
    with pytest.raises(ChannelChanged, match="诉求描述"):
        next(records)
    with pytest.raises(ChannelChanged):
        share.connector.check()


def test_a_row_without_a_number_is_refused_alone(share: Share, now: datetime) -> None:
    share.drop("a_20261119100000.xlsx", batch(row(""), row("2"), (*row("3"), "more")))
    records = list(share.connector.pull(None, now=now))
    assert len(records) == 3
    with pytest.raises(Unreadable, match="线索编号"):
        share.connector.read(records[0])
    assert share.read(records[1]).source_key == "2"
    with pytest.raises(Unreadable, match="more cells"):
        share.connector.read(records[2])


def test_a_missing_folder_is_a_channel_that_is_down(share: Share, now: datetime) -> None:
    share.inbox.rmdir()
    with pytest.raises(ChannelUnavailable):
        share.connector.check()
    with pytest.raises(ChannelUnavailable):
        list(share.connector.pull(None, now=now))


@pytest.mark.parametrize(
    ("heading", "cell", "yuan"),
    [
        ("欠薪金额（万元）", 3.2, "32000.00"),
        ("欠薪金额(元)", 3.2, "3.20"),
        ("欠薪金额(元)", "１２，３４５．６元", "12345.60"),
        ("欠薪金额", "3.2万", "32000.00"),
        ("欠薪金额(万元)", "800元", "800.00"),
        ("欠薪金额(元)", None, None),
    ],
)
def test_amounts_in_both_units(share: Share, now: datetime, heading: str, cell: object, yuan: str | None) -> None:
    share.drop("a_20261119100000.xlsx", batch((*row("1")[:5], cell), headings=(*HEADINGS[:5], heading)))
    (raw,) = share.connector.pull(None, now=now)
    assert share.read(raw).amount_claimed == (Decimal(yuan) if yuan else None)


@pytest.mark.parametrize(
    "cell", ["2026-11-19 09:00:00", "2026/11/19 9:00", "２０２６．１１．１９ 09:00", 46345.375, "2026年11月19日 09:00"]
)
def test_dates_as_text_and_as_serials(share: Share, now: datetime, cell: object) -> None:
    share.drop("a_20261119100000.xlsx", batch((row("1")[0], cell, *row("1")[2:])))
    (raw,) = share.connector.pull(None, now=now)
    assert share.read(raw).received_at.isoformat() == "2026-11-19T01:00:00+00:00"


def test_an_identity_number_that_lost_digits_is_not_believed(share: Share, now: datetime) -> None:
    share.drop("a_20261119100000.xlsx", batch((*row("1"), 370215199003077719), headings=(*HEADINGS, "身份证号")))
    (raw,) = share.connector.pull(None, now=now)
    read = share.read(raw)
    assert read.complainant_id_no is None
    assert read.remarks == ("digits_lost:身份证号",)


def test_what_the_platform_tells_is_what_is_read(platform: NationalPlatform, now: datetime) -> None:
    told = [
        Told(
            key=f"{number:06d}",
            channel="national_clue",
            told_at=now - timedelta(hours=number + 1),
            case="a",
            claim="b",
            narrative="工资没有发。",
            employer_name="青岛某某公司",
            complainant_phone="13900000001",
            rural=True,
            complainant_id_no="370215199003077719",
            amount_owed=Decimal("32500.50"),
            workers_count=12,
            arrears_from="2026-03",
            arrears_to="2026-10",
            construction=True,
            urgent=True,
        )
        for number in range(60)
    ]
    keys = platform.add_all(told)
    landing = Landing(connect("national_clue", platform.settings))
    landing.pull(now)
    for one, key in zip(told, keys, strict=True):
        read = landing.connector.read(replace(landing.newest[key], version=1))
        assert isinstance(read, Complaint)
        assert (read.amount_claimed, read.worker_count) == (Decimal("32500.50"), 12)
        assert (read.arrears_from, read.arrears_to) == ("2026-03", "2026-10")
        assert (read.complainant_phone, read.complainant_id_no) == ("13900000001", "370215199003077719")
        assert (read.nature, read.sector, read.urgent) == (Nature.ARREARS_RURAL, Sector.CONSTRUCTION, True)
        assert abs(read.received_at - one.told_at) < timedelta(days=1)
        assert read.remarks == ()


def test_a_second_start_shows_the_same_and_keeps_the_answers(tmp_path: Path, now: datetime) -> None:
    told = Told(key="1", channel="national_clue", told_at=now - timedelta(hours=1), case="", claim="", narrative="无")
    first = NationalPlatform(tmp_path / "p")
    key = first.add(told)
    landing = Landing(connect("national_clue", first.settings))
    landing.pull(now)
    letter = Letter("k", "national_clue", key, ReplyKind.RESULT, "=已办结", now)
    landing.connector.reply(letter)
    first.stop()
    second = NationalPlatform(tmp_path / "p")
    try:
        assert second.add(told) == key
        assert landing.pull(now).fresh() == []
        assert second.answers == {key: ["=已办结"]}
        assert landing.connector.confirm(letter) is not None
    finally:
        second.stop()


def test_an_answer_waits_as_a_form_while_the_platform_is_silent(share: Share, now: datetime, tmp_path: Path) -> None:
    letter = Letter("k", "national_clue", "XS1", ReplyKind.ACCEPTED, "=HYPERLINK(1)", now)
    receipt = share.connector.reply(letter)
    assert share.connector.reply(letter) == receipt
    (path,) = (tmp_path / "answers").iterdir()
    made = openpyxl.load_workbook(path)
    sheet = made.active
    assert sheet is not None
    assert {cell.data_type for line in sheet.iter_rows(min_row=2) for cell in line} == {"s"}
    made.close()
    assert share.connector.confirm(letter) is None
