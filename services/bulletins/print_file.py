"""The bulletin as a PDF, from HTML by WeasyPrint where it is installed; it fetches nothing."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from casework.errors import NotAllowed
from services.bulletins.drawing import svg
from services.bulletins.sheet import Sheet
from services.paperwork.paper_files import NO_PDF, nothing_fetched

_FONTS = '"宋体", SimSun, STSong, "Noto Serif CJK SC", "Noto Sans CJK SC", serif'
_LOOK = """
@page { size: A4; margin: 11mm 15mm 9mm }
body { font: 9pt/12.5pt FONTS; margin: 0; color: #1d2733 }
h1, h2, p { margin: 0 } h1 { font-size: 15pt; line-height: 20pt; text-align: center }
.office { text-align: center; color: #c00000; font-weight: bold; font-size: 11pt; line-height: 15pt }
.under { text-align: center; font-size: 8pt } .mark { text-align: center; font-weight: bold; margin-bottom: 3pt }
.lead { font-size: 9.5pt; margin-bottom: 4pt } h2 { font-size: 9pt; margin: 4pt 0 1pt }
table { width: 100%; border-collapse: collapse; table-layout: fixed; font-size: 8pt; line-height: 11pt }
th, td { border: 0.5pt solid #8a949f; padding: 1pt 3pt; text-align: right; white-space: nowrap; overflow: hidden }
thead th { white-space: normal }
thead th { background: #eaf0f7 } th:first-child, td.named, th.named { text-align: left }
.defined { font-size: 7.5pt; line-height: 10pt; margin-top: 4pt; text-align: justify }
svg { width: 100%; height: 38mm }
"""
_RISING = (13, 39, 12, 12, 12, 12)
_FOLLOWED = (12, 26, 12, 12, 10, 8, 10, 10)


def pdf_file(sheet: Sheet) -> bytes:
    """The page as PDF; the same sheet gives the same bytes. Raises `NotAllowed` where WeasyPrint or its Debian packages
    are missing."""
    try:
        import weasyprint
    except (ImportError, OSError) as missing:
        raise NotAllowed(NO_PDF) from missing
    page = weasyprint.HTML(string=_html(sheet), url_fetcher=nothing_fetched)
    return bytes(page.write_pdf(pdf_identifier=sheet.title.encode()))


def _html(sheet: Sheet) -> str:
    drawn = svg(sheet.points, title=sheet.chart, bars=sheet.bars, line=sheet.line, fonts=_FONTS.replace('"', "'"))
    parts = [
        f'<p class="office">{escape(sheet.office)}</p><h1>{escape(sheet.title)}</h1>',
        f'<p class="under">{escape(" · ".join(sheet.under))}</p><p class="mark">{escape(sheet.mark)}</p>',
        f'<p class="lead">{escape(sheet.lead)}</p>',
        _table(_RISING, sheet.heads, sheet.rows),
        f"<h2>{escape(sheet.chart)}</h2>{drawn}<h2>{escape(sheet.followed_head)}</h2>",
        _table(_FOLLOWED, sheet.followed_heads, sheet.followed) if sheet.followed else "",
        f'<p class="defined"><b>{escape(sheet.defined_head)}</b> {escape(sheet.defined)}</p>',
    ]
    spoken = "zh-CN" if sheet.language == "zh_CN" else "en"
    head = f'<meta charset="utf-8"><title>{escape(sheet.title)}</title><style>{_LOOK.replace("FONTS", _FONTS)}</style>'
    return f'<!doctype html><html lang="{spoken}"><head>{head}</head><body>{"".join(parts)}</body></html>'


def _table(widths: Sequence[int], heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    columns = "".join(f'<col style="width: {width}%">' for width in widths)
    top = "".join(f'<th scope="col"{_named(place)}>{escape(one)}</th>' for place, one in enumerate(heads))
    lines, place = [], 0
    while place < len(rows):
        same = next((n for n in range(place, len(rows)) if rows[n][0] != rows[place][0]), len(rows)) - place
        for number in range(same):
            row = rows[place + number]
            first = f'<th scope="rowgroup" rowspan="{same}">{escape(row[0])}</th>' if not number else ""
            cells = "".join(f"<td{_named(at)}>{escape(one)}</td>" for at, one in enumerate(row) if at)
            lines.append(f"<tr>{first}{cells}</tr>")
        place += same
    return f"<table><colgroup>{columns}</colgroup><thead><tr>{top}</tr></thead><tbody>{''.join(lines)}</tbody></table>"


def _named(place: int) -> str:
    return ' class="named"' if place == 1 else ""
