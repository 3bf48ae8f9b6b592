"""The bulletin as a Word file, written by hand like the forms of papers: the same sheet gives the same bytes.

Rows have heights that do not grow, so that what is meant for one page of A4 is one.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from services.bulletins.drawing import HIGH, WIDE, chart_xml
from services.bulletins.sheet import Sheet
from services.paperwork.forms.making import packed

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_DRAWN = "http://schemas.openxmlformats.org/drawingml/2006"
_CHART = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_EMU = 9525
"""English metric units in a CSS pixel."""
_ACROSS = 10_206
"""Twentieths of a point between margins of 15 mm on A4."""
_RISING = (1500, 3706, 1300, 1300, 1300, 1100)
_FOLLOWED = (1300, 2606, 1200, 1300, 1000, 800, 1000, 1000)
_ROW = 284
"""Height of a row of a table in twentieths of a point: 5 mm."""


def word_file(sheet: Sheet) -> bytes:
    """The page as .docx."""
    chinese = sheet.language == "zh_CN"
    parts = [
        _line(sheet.office, 22, align="center", colour="C00000", bold=True),
        _line(sheet.title, 32, align="center", bold=True),
        _line(" · ".join(sheet.under), 16, align="center"),
        _line(sheet.mark, 18, align="center", bold=True, after=60),
        _line(sheet.lead, 20, after=60),
        _table(_RISING, sheet.heads, sheet.rows),
        _line(sheet.chart, 18, bold=True, before=80),
        _chart(sheet),
        _line(sheet.followed_head, 18, bold=True, after=20),
    ]
    if sheet.followed:
        parts.append(_table(_FOLLOWED, sheet.followed_heads, sheet.followed))
    parts.append(_line(f"{sheet.defined_head}{'：' if chinese else ': '}{sheet.defined}", 14, before=60))
    page = (
        '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="680" w:right="850" w:bottom="567" w:left="850" w:header="340" w:footer="340" w:gutter="0"/>'
        "</w:sectPr>"
    )
    body = f"<w:document {_W}><w:body>{''.join(parts)}{page}</w:body></w:document>"
    types = (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_WORD}.document.main+xml"/>'
        f'<Override PartName="/word/styles.xml" ContentType="{_WORD}.styles+xml"/>'
        f'<Override PartName="/word/charts/chart1.xml" ContentType="{_CHART}"/>'
        '<Override PartName="/docProps/core.xml" '
        'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
    )
    files = {
        "[Content_Types].xml": types,
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>'
        f'<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
        "</Relationships>",
        "word/document.xml": body,
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/styles" Target="styles.xml"/>'
        f'<Relationship Id="rId2" Type="{_OFFICE}/chart" Target="charts/chart1.xml"/></Relationships>',
        "word/styles.xml": _styles(chinese=chinese),
        "word/charts/chart1.xml": chart_xml(sheet.points, bars=sheet.bars, line=sheet.line),
        "docProps/core.xml": f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{escape(sheet.title)}</dc:title></cp:coreProperties>',
    }
    return packed({name: (_XML + text).encode() for name, text in files.items()})


def _styles(*, chinese: bool) -> str:
    latin = "宋体" if chinese else "Arial"
    fonts = f'<w:rFonts w:ascii="{latin}" w:hAnsi="{latin}" w:eastAsia="宋体" w:cs="{latin}"/>'
    spoken = f'<w:lang w:val="{"zh-CN" if chinese else "en-GB"}" w:eastAsia="zh-CN"/>'
    return (
        f"<w:styles {_W}><w:docDefaults><w:rPrDefault><w:rPr>{fonts}{spoken}</w:rPr></w:rPrDefault></w:docDefaults>"
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style></w:styles>'
    )


def _line(
    text: str, size: int, *, align: str = "left", bold: bool = False, colour: str = "", before: int = 0, after: int = 0
) -> str:
    """A paragraph; `size` in half points, the room around it in twentieths of a point."""
    look = ("<w:b/>" if bold else "") + (f'<w:color w:val="{colour}"/>' if colour else "")
    return (
        f'<w:p><w:pPr><w:spacing w:before="{before}" w:after="{after}"/><w:jc w:val="{align}"/></w:pPr><w:r>'
        f'<w:rPr>{look}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr>'
        f'<w:t xml:space="preserve">{escape(text, quote=False)}</w:t></w:r></w:p>'
    )


def _table(widths: Sequence[int], heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table whose first column says once what rows have in common, with a head that a screen reader knows as one."""
    if sum(widths) != _ACROSS:
        raise ValueError("the columns are as wide as the text")
    edges = "".join(
        f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="8A949F"/>'
        for edge in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    look = (
        f'<w:tblPr><w:tblW w:w="{_ACROSS}" w:type="dxa"/><w:tblBorders>{edges}</w:tblBorders>'
        '<w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:left w:w="57" w:type="dxa"/><w:right w:w="57" w:type="dxa"/></w:tblCellMar></w:tblPr>'
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    lines = [_row(widths, heads, head=True, merge="")]
    before = ""
    for row in rows:
        lines.append(_row(widths, row, head=False, merge="continue" if row[0] == before else "restart"))
        before = row[0]
    return f"<w:tbl>{look}<w:tblGrid>{grid}</w:tblGrid>{''.join(lines)}</w:tbl>"


def _row(widths: Sequence[int], cells: Sequence[str], *, head: bool, merge: str) -> str:
    height = _ROW * 2 - 100 if head else _ROW
    own = f'<w:trPr><w:cantSplit/><w:trHeight w:val="{height}" w:hRule="exact"/>'
    own += "<w:tblHeader/></w:trPr>" if head else "</w:trPr>"
    shade = '<w:shd w:val="clear" w:color="auto" w:fill="EAF0F7"/>' if head else ""
    parts = []
    for place, (width, text) in enumerate(zip(widths, cells, strict=True)):
        joined = f'<w:vMerge w:val="{merge}"/>' if merge and place == 0 else ""
        said = "" if joined and merge == "continue" else text
        align = "left" if place < 2 else "right"
        cell = _line(said, 15 if head else 16, align=align, bold=head or place == 0)
        parts.append(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{joined}{shade}<w:vAlign w:val="center"/></w:tcPr>'
            f"{cell}</w:tc>"
        )
    return f"<w:tr>{own}{''.join(parts)}</w:tr>"


def _chart(sheet: Sheet) -> str:
    """The chart in a line of its own, with what it shows for who cannot see it."""
    told = escape("; ".join(f"{one.period} {one.count}" for one in sheet.points))
    away = 'distT="0" distB="0" distL="0" distR="0"'
    return (
        f'<w:p><w:r><w:drawing><wp:inline xmlns:wp="{_DRAWN}/wordprocessingDrawing" {away}>'
        f'<wp:extent cx="{WIDE * _EMU}" cy="{HIGH * _EMU}"/>'
        f'<wp:docPr id="1" name="chart" descr="{escape(sheet.chart)}: {told}"/>'
        f'<a:graphic xmlns:a="{_DRAWN}/main"><a:graphicData uri="{_DRAWN}/chart"><c:chart xmlns:c="{_DRAWN}/chart" '
        f'xmlns:r="{_OFFICE}" r:id="rId2"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>'
    )
