"""Make the .docx forms: `python -m services.paperwork.forms.making`. The same sheets give the same bytes.

Written by hand rather than by a library: A4 with the margins of official papers (GB/T 9704), 宋体 and 仿宋 named for
their Chinese letters, a page number, nothing else.
"""

from __future__ import annotations

import zipfile
from html import escape
from io import BytesIO

from services.paperwork.forms import FOLDER
from services.paperwork.forms.parts import Grid, Loop, Part
from services.paperwork.forms.sheets import SHEETS

EPOCH = (1980, 1, 1, 0, 0, 0)
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

LOOKS = {
    # look: letters, half points, alignment, indent of the first line
    "office": ("宋体", 36, "center", 0),
    "title": ("宋体", 44, "center", 0),
    "number": ("仿宋", 32, "center", 0),
    "body": ("仿宋", 32, "both", 640),
    "flush": ("仿宋", 32, "left", 0),
    "right": ("仿宋", 32, "right", 0),
    "note": ("仿宋", 24, "left", 0),
    "cell": ("仿宋", 28, "left", 0),
}


def _style(look: str) -> str:
    letters, size, align, indent = LOOKS[look]
    bold = "<w:b/>" if look in ("office", "title") else ""
    # The name of the authority is red on official papers, and the number stands apart from what follows.
    bold += '<w:color w:val="C00000"/>' if look == "office" else ""
    after = 280 if look == "number" else 0
    return (
        f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{look}"><w:name w:val="{look}"/>'
        f'<w:pPr><w:spacing w:after="{after}" w:line="560" w:lineRule="atLeast"/><w:ind w:firstLine="{indent}"/>'
        f'<w:jc w:val="{align}"/></w:pPr><w:rPr>'
        f'<w:rFonts w:ascii="{letters}" w:hAnsi="{letters}" w:eastAsia="{letters}" w:cs="{letters}"/>'
        f'{bold}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr></w:style>'
    )


def _paragraph(text: str, look: str) -> str:
    run = f'<w:r><w:t xml:space="preserve">{escape(text, quote=False)}</w:t></w:r>' if text else ""
    return f'<w:p><w:pPr><w:pStyle w:val="{look}"/></w:pPr>{run}</w:p>'


def _table(widths: tuple[int, ...], rows: list[tuple[str, ...]]) -> str:
    edges = "".join(
        f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for edge in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    body = "".join(
        "<w:tr>"
        + "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{_paragraph(cell, "cell")}</w:tc>'
            for width, cell in zip(widths, row, strict=True)
        )
        + "</w:tr>"
        for row in rows
    )
    frame = f'<w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>{edges}</w:tblBorders></w:tblPr>'
    return f"<w:tbl>{frame}<w:tblGrid>{grid}</w:tblGrid>{body}</w:tbl>"


def _part(part: Part) -> str:
    if isinstance(part, Grid):
        return _table((2600, 6245), list(part.rows)) + _paragraph("", "cell")
    if isinstance(part, Loop):
        blank = ("",) * (len(part.heads) - 1)
        rows = [
            part.heads,
            (f"{{%tr for one in {part.key} %}}", *blank),
            tuple(f"{{{{ one.{cell} }}}}" for cell in part.cells),
            ("{%tr endfor %}", *blank),
        ]
        return _when(part.key, _table((900, 5345, 1300, 1300), rows) + _paragraph("", "cell"))
    line = _paragraph(part.text, part.look)
    return _when(part.when, line) if part.when else line


def _when(key: str, inside: str) -> str:
    return _paragraph(f"{{%p if {key} %}}", "body") + inside + _paragraph("{%p endif %}", "body")


def form(parts: tuple[Part, ...]) -> bytes:
    """One form as the bytes of a .docx file."""
    body = "".join(_part(part) for part in parts)
    page = (
        '<w:sectPr><w:footerReference w:type="default" r:id="rId2"/><w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1587" w:header="851" w:footer="1417" '
        'w:gutter="0"/></w:sectPr>'
    )
    number = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>'
    number += '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    styles = "".join(_style(look) for look in LOOKS)
    usual = '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
    files = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_WORD}.document.main+xml"/>'
        f'<Override PartName="/word/styles.xml" ContentType="{_WORD}.styles+xml"/>'
        f'<Override PartName="/word/footer1.xml" ContentType="{_WORD}.footer+xml"/>'
        '<Override PartName="/docProps/core.xml" '
        'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>'
        f'<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
        "</Relationships>",
        "word/document.xml": f"<w:document {_W} {_R}><w:body>{body}{page}</w:body></w:document>",
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/styles" Target="styles.xml"/>'
        f'<Relationship Id="rId2" Type="{_OFFICE}/footer" Target="footer1.xml"/></Relationships>',
        "word/styles.xml": f"<w:styles {_W}>{usual}{styles}</w:styles>",
        "word/footer1.xml": f'<w:ftr {_W}><w:p><w:pPr><w:jc w:val="center"/></w:pPr>{number}</w:p></w:ftr>',
        "docProps/core.xml": f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{{ title }}</dc:title></cp:coreProperties>',
    }
    return packed({name: (_XML + text).encode() for name, text in files.items()})


def packed(files: dict[str, bytes]) -> bytes:
    """A .docx of these parts, without a trace of when it was made."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            pack.writestr(entry, content)
    return stream.getvalue()


def main() -> None:
    """Write every form beside this module."""
    for kind, parts in SHEETS.items():
        (FOLDER / f"{kind}.docx").write_bytes(form(parts))


if __name__ == "__main__":
    main()
