"""Files that people bring: recognised by their columns, read row by row, refused in words a clerk understands."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter

from casework.complaint import Complaint, Sector
from casework.errors import BadInput, Unreadable
from connectors.imports import ImportFile, open_import, read

DATA = Path(__file__).parents[2].parent / "shared" / "data"
COLUMNS = (
    "complaint_id,channel,submitted_at,employer_name,employer_uscc,site_name,site_address,district_code,complainant_name,"
    "complainant_phone,complainant_id_no,workers_count,amount_owed,arrears_from,arrears_to,narrative"
)
ROW = (
    "1,hotline_12345,2026-11-01 09:00,某公司,,某工地,某路,370215,证人甲,13900000001,,12,3200.5,2026-08,2026-10,没发工资"
)


def opened(tmp_path: Path, text: str | bytes, name: str = "a.csv", channel: str | None = None) -> ImportFile:
    path = tmp_path / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return open_import(path, channel=channel)


def complaints(file: ImportFile) -> list[Complaint]:
    return [file.read(raw) for raw in file.records]


def reference(name: str) -> ImportFile:
    if not (DATA / name).exists():
        pytest.skip("reference data not present: ../shared/data")
    return open_import(DATA / name)


def test_our_template_is_read_with_all_its_columns(tmp_path: Path) -> None:
    (one,) = complaints(opened(tmp_path, f"{COLUMNS}\n{ROW}\n"))
    assert (one.channel, one.source_key.partition("~")[0]) == ("import", "1")
    assert one.received_at.isoformat() == "2026-11-01T01:00:00+00:00"
    assert (one.employer_name, one.site_name, one.site_address, one.district_code) == (
        "某公司",
        "某工地",
        "某路",
        "370215",
    )
    assert (one.complainant_name, one.complainant_phone, one.complainant_id_no) == ("证人甲", "13900000001", None)
    assert (one.worker_count, one.amount_claimed) == (12, Decimal("3200.50"))
    assert (one.arrears_from, one.arrears_to, one.narrative) == ("2026-08", "2026-10", "没发工资")
    assert (one.wants_reply, one.remarks) == (False, ("told_on:hotline_12345",))


def test_our_template_is_read_under_chinese_headings_and_a_title_from_excel(tmp_path: Path) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as made:
        page = made.add_worksheet()
        page.merge_range(0, 0, 0, 5, "投诉登记汇总表")
        page.write_row(1, 0, ["线索编号", "反映时间", "用人单位名称", "欠薪金额（万元）", "身份证号", "投诉内容"])
        page.write_row(2, 0, ["001", 46327.5, "某公司", 3.2, "370215199003077719", "=没发工资"])
    file = opened(tmp_path, out.getvalue(), "汇总.xlsx", channel="walk_in")
    (one,) = complaints(file)
    assert (one.channel, one.employer_name, one.amount_claimed) == ("walk_in", "某公司", Decimal("32000.00"))
    assert (one.complainant_id_no, one.received_at.isoformat()) == ("370215199003077719", "2026-11-01T04:00:00+00:00")
    assert one.remarks == ()


def test_only_the_id_and_the_moment_must_be_there(tmp_path: Path) -> None:
    (one,) = complaints(opened(tmp_path, "complaint_id,submitted_at\n7,2026-11-01\n"))
    assert (one.narrative, one.amount_claimed, one.worker_count) == ("", None, None)


def test_the_same_file_again_has_the_same_keys_and_digests(tmp_path: Path) -> None:
    first, second = (opened(tmp_path, f"{COLUMNS}\n{ROW}\n", name) for name in ("a.csv", "b.csv"))
    assert [(raw.source_key, raw.digest()) for raw in first.records] == [
        (raw.source_key, raw.digest()) for raw in second.records
    ]


def test_a_row_can_be_read_without_its_file(tmp_path: Path) -> None:
    (raw,) = opened(tmp_path, f"{COLUMNS}\n{ROW}\n").records
    assert read(raw).employer_name == "某公司"


def test_ids_of_two_channels_do_not_meet(tmp_path: Path) -> None:
    file = opened(tmp_path, "complaint_id,channel,submitted_at\n1,a,2026-11-01\n1,b,2026-11-01\n")
    assert len({raw.source_key for raw in file.records}) == 2


@pytest.mark.parametrize("charset", ["gb18030", "utf-8-sig", "utf-16"])
def test_the_charset_is_seen_from_the_bytes(tmp_path: Path, charset: str) -> None:
    (one,) = complaints(opened(tmp_path, f"{COLUMNS}\r\n{ROW}\r\n".encode(charset)))
    assert one.employer_name == "某公司"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "empty"),
        ("name,age\n1,2\n", "not ones we know"),
        ("submitted_at,narrative,employer_name\n1,2,3\n", "lacks the columns complaint_id"),
        ("row_id,time,title\n1,2,3\n", "lacks the columns detail"),
        ("case,account_name,claimed\n1,2,3\n", "lacks the columns docket_date"),
        (COLUMNS + "\n", "no rows"),
        ("complaint_id,线索编号,submitted_at\n1,1,2026-11-01\n", "both stand for complaint_id"),
        ("complaint_id,complaint_id,submitted_at\n1,1,2026-11-01\n", "twice"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3 \x00", "neither"),
        (b"complaint_id,submitted_at\n\xff\xfe\xff,1\n", "neither UTF-8 nor GB18030"),
        (b"PK\x03\x04half", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old", "old .xls"),
    ],
)
def test_a_wrong_file_is_refused_in_plain_words(tmp_path: Path, content: str | bytes, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        opened(tmp_path, content)


def test_a_missing_file_and_a_bad_source_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be opened"):
        open_import(tmp_path / "gone.csv")
    with pytest.raises(BadInput, match="small letters"):
        opened(tmp_path, f"{COLUMNS}\n{ROW}\n", channel="Walk In!")


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("2026-11-01 09:00", "neulich", "submitted_at"),
        ("3200.5", "viel", "amount_owed"),
        ("12,3200", "zwölf,3200", "workers_count"),
        ("2026-08", "2026-13", "arrears_from"),
        ("2026-11-01 09:00", "", "submitted_at"),
        ("没发工资", "没发工资,mehr", None),
    ],
)
def test_a_bad_row_is_refused_alone(tmp_path: Path, old: str, new: str, field: str | None) -> None:
    file = opened(tmp_path, f"{COLUMNS}\n{ROW.replace(old, new)}\n{ROW.replace('1,', '2,', 1)}\n")
    bad, good = file.records
    with pytest.raises(Unreadable) as refused:
        file.read(bad)
    assert refused.value.field == field
    assert file.read(good).employer_name == "某公司"


def test_defendants_of_one_case_stay_apart_and_dollars_are_not_yuan(tmp_path: Path) -> None:
    text = "case,account_name,dba,docket_date,naics,status,claimed,assessed,paid\n"
    text += 'C-1,"A, LLC",,1/11/2021,236220,New,22.0,22.0,0.0\nC-1,B LLC,Bee,12/31/2021,11212,Closed,4173.5,,\n'
    file = opened(tmp_path, text)
    first, second = complaints(file)
    assert first.source_key != second.source_key
    assert (first.amount_claimed, second.amount_claimed) == (None, None)
    assert first.remarks == ("currency:USD",)
    assert "Claimed 22.00 USD" in first.narrative
    assert "Claimed 4,173.50 USD, assessed - USD" in second.narrative
    assert (first.sector, second.sector) == (Sector.CONSTRUCTION, Sector.OTHER)
    assert first.received_at.isoformat() == "2021-01-11T08:00:00+00:00"


def test_real_messages_are_all_read() -> None:
    for name, rows in (("wage_messages_dev.csv", 98), ("not_wage_dev.csv", 150)):
        file = reference(name)
        assert len(complaints(file)) == len({raw.source_key for raw in file.records}) == rows
        assert all(one.narrative and not one.remarks for one in complaints(file))


def test_real_claims_of_another_country_are_all_read() -> None:
    file = reference("us_wage_sample.csv")
    assert len(complaints(file)) == len({raw.source_key for raw in file.records}) == 2000
    assert all(one.amount_claimed is None and one.employer_name for one in complaints(file))


def test_other_real_tables_are_refused() -> None:
    for name in ("regions.csv", "company_pairs_dev.csv", "employer_names_dev.csv"):
        with pytest.raises(BadInput, match=r"not ones we know|lacks the columns"):
            reference(name)
