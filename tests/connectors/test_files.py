"""Files that strangers made: what is read as it stands, and what is refused in plain words."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from casework.errors import BadInput
from connectors.files import CAPS, Caps, heading, read_file, read_table, under_headings, write_whole

SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)
BOOK = (
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">{}'
    '<sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>'
)
RELS = '<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>'


def book(*, sheet: str = "", before: str = "", types: str = "<Types/>") -> bytes:
    """A workbook made by hand, so that it can be wrong."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", types)
        packed.writestr("xl/workbook.xml", BOOK.format(before))
        packed.writestr("xl/_rels/workbook.xml.rels", RELS)
        packed.writestr("xl/worksheets/sheet1.xml", sheet or SHEET.format("<row><c><v>1</v></c></row>"))
    return out.getvalue()


def rows(content: bytes) -> list[tuple[str, ...]]:
    """The cells of all lines."""
    return [line.cells for line in read_table(content).lines]


def refusal(content: bytes, caps: Caps = CAPS) -> str:
    """The words a file is refused with."""
    with pytest.raises(BadInput) as refused:
        read_table(content, caps)
    return str(refused.value)


def test_cells_are_the_text_that_was_written() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as made:
        sheet = made.add_worksheet()
        sheet.write_row(0, 0, ["0012", "370215199003077719", 3.2, 46000.375, True, "=1+1"])
        sheet.write_row(1, 3, ["甲"])
    assert rows(out.getvalue()) == [("0012", "370215199003077719", "3.2", "46000.375", "1", "0"), ("", "", "", "甲")]


def test_what_another_program_wrote_reads_the_same() -> None:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.append(["编号", "金额"])
    sheet.append(["001", 12345.6])
    out = io.BytesIO()
    made.save(out)
    assert rows(out.getvalue()) == [("编号", "金额"), ("001", "12345.6")]


def test_a_number_of_more_than_fifteen_digits_shows_that_it_lost_some() -> None:
    cell = SHEET.format("<row><c><v>3.7021519900307699E+17</v></c><c><v>3.2000000000000002</v></c></row>")
    assert rows(book(sheet=cell)) == [("3.7021519900307699E+17", "3.2")]


def test_the_first_visible_sheet_is_read() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as made:
        hidden, shown = made.add_worksheet("a"), made.add_worksheet("b")
        hidden.write(0, 0, "secret")
        shown.write(0, 0, "shown")
        shown.activate()
        hidden.hide()
    assert rows(out.getvalue()) == [("shown",)]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "old .xls"),
        (book()[:200], "not copied to its end"),
        (book()[:-30], "not copied to its end"),
        (b"PK\x03", "not copied to its end"),
        (
            book(types='<Types><Override ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>'),
            "macros",
        ),
        (book(before='<workbookPr date1904="1"/>'), "1904"),
        (book(sheet='<!DOCTYPE a [<!ENTITY x "y">]><worksheet>&x;</worksheet>'), "declarations"),
        (book(sheet='<!DOCTYPE a SYSTEM "file:///etc/passwd"><worksheet/>'), "declarations"),
        (book(sheet="<worksheet><sheetData><row>"), "not copied to its end"),
        (book(sheet=SHEET.format('<row><c t="s"><v>9</v></c></row>')), "damaged"),
        (book(sheet=SHEET.format('<row><c r="XFD1"><v>9</v></c></row>')), "columns"),
        (b"\x00\x01\x02\x03" * 50, "neither .xlsx nor text"),
        (b"a,b\n\xff\xff\xff,1\n", "neither UTF-8 nor GB18030"),
        (b'a,b\n"x,1\n', "not a line of a CSV"),
    ],
)
def test_what_is_no_plain_table_is_refused(content: bytes, words: str) -> None:
    assert words in refusal(content)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (book(sheet="<?xml-stylesheet href='a.xsl'?>" + SHEET.format("")), "declarations"),
        (book(sheet=SHEET.format('<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="a"/>')), "declarations"),
        (book(types="<html><script>x</script></html>"), "not an Excel workbook"),
        (book(sheet=SHEET.format("<row " + " ".join(f'a{n}="1"' for n in range(201)) + "/>")), "more than any table"),
    ],
)
def test_what_only_a_hostile_workbook_holds_is_refused(content: bytes, words: str) -> None:
    assert words in refusal(content)


@pytest.mark.parametrize("part", ["xl/a.exe", "docProps/a.HTML", "x.com", "xl/media/a.zip"])
def test_parts_that_run_or_unpack_are_refused_by_their_names(part: str) -> None:
    out = io.BytesIO(book())
    with zipfile.ZipFile(out, "a") as packed:
        packed.writestr(part, b"x")
    assert "other files or programs" in refusal(out.getvalue())


def test_macros_are_refused_by_their_part() -> None:
    out = io.BytesIO(book())
    with zipfile.ZipFile(out, "a") as packed:
        packed.writestr("xl/vbaProject.bin", b"x")
    assert "macros" in refusal(out.getvalue())


def test_a_password_is_named() -> None:
    content = bytearray(book())
    at = content.rindex(b"PK\x01\x02")
    content[at + 8] |= 1
    assert "password" in refusal(bytes(content))


def test_bombs_end_at_the_caps() -> None:
    many = "<row>" + "<c><v>1</v></c>" * 900 + "</row>"
    assert "cells" in refusal(book(sheet=SHEET.format(many * 30)), Caps(cells=10_000))
    assert "rows" in refusal(b"a,b\n" * 3_000, Caps(rows=1_000))
    assert "larger than" in refusal(book(sheet=SHEET.format(many * 3_000)), Caps(unpacked_bytes=1_000_000))
    assert "too long" in refusal(book(), Caps(seconds=-1))
    assert "seconds" in refusal(b"a,b\n", Caps(seconds=-1))
    text = "<row><c t='inlineStr'><is>" + "<t>a</t>" * 300_000 + "</is></c></row>"
    assert "One row" in refusal(book(sheet=SHEET.format(text)))
    assert "One row" in refusal(book(sheet=SHEET.format("<c/>" * 300_000)))


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_text_tables_are_read_in_their_charset_and_delimiter(charset: str, delimiter: str) -> None:
    text = delimiter.join(("姓名", "电话")) + "\r\n" + delimiter.join(("证人甲", "013900000001")) + "\r\n"
    assert rows(text.encode(charset)) == [("姓名", "电话"), ("证人甲", "013900000001")]


def test_links_folders_and_pipes_are_not_opened(tmp_path: Path) -> None:
    (tmp_path / "target.csv").write_text("a,b\n1,2\n")
    (tmp_path / "link.csv").symlink_to(tmp_path / "target.csv")
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "empty.csv").write_bytes(b"")
    for name, words in (("link.csv", "link"), ("pipe.csv", "ordinary"), ("empty.csv", "empty"), ("gone.csv", "opened")):
        with pytest.raises(BadInput, match=words):
            read_file(tmp_path / name)
    with pytest.raises(BadInput):
        read_file(tmp_path)
    with pytest.raises(BadInput, match="larger"):
        read_file(tmp_path / "target.csv", Caps(file_bytes=3))


def test_headings_are_found_under_merged_titles() -> None:
    table = read_table("线索导出表,,\n导出单位,,\n 线索编号*,欠薪金额（万元）,备 注\n1,2,3\n".encode())
    headed = under_headings(table, lambda said: "线索编号" in said)
    assert headed is not None
    assert headed.headings == ("线索编号", "欠薪金额(万元)", "备注")
    assert headed.row(headed.lines[0]) == {"线索编号": "1", "欠薪金额(万元)": "2", "备注": "3"}
    assert under_headings(table, lambda said: "无此列" in said) is None


def test_a_heading_that_stands_twice_is_refused() -> None:
    with pytest.raises(BadInput, match="twice"):
        under_headings(read_table(b"a,b,a\n1,2,3\n"), lambda said: "a" in said)


def test_a_line_longer_than_its_headings_is_refused() -> None:
    headed = under_headings(read_table(b"a,b\n1,2,\n1,2,3\n"), lambda said: "a" in said)
    assert headed is not None
    assert headed.row(headed.lines[0]) == {"a": "1", "b": "2"}
    with pytest.raises(BadInput, match="Line 3"):
        headed.row(headed.lines[1])


def test_headings_compare_without_width_and_space() -> None:
    assert heading(" 欠薪 金额（元） ") == "欠薪金额(元)"


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    write_whole(tmp_path / "a.xlsx", b"12")
    write_whole(tmp_path / "a.xlsx", b"34")
    assert [path.name for path in tmp_path.iterdir()] == ["a.xlsx"]
    assert (tmp_path / "a.xlsx").read_bytes() == b"34"
