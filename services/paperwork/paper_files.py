"""A paper as a file: the form filled (.docx), read back in blocks for the screen and the printer, and as a PDF.

The .docx is the paper. What is printed is read from it, so that an office's own form prints as it stands.
"""

from __future__ import annotations

import importlib.util
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any

from jinja2 import TemplateError, Undefined
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup
from markupsafe import escape as escape_for_xml

from casework.errors import BadInput, NotAllowed
from services.paperwork.forms import FOLDER
from services.paperwork.forms.making import packed

_ESCAPES = re.compile(r"\{_[{%]|[%}]_\}")
EMPTY = "＿＿＿＿＿＿"
"""An empty blank: a line to write on."""

NO_PDF = "No PDF can be made here; download the .docx, or print this page."


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph of a paper, or one table (`rows`), in order. `look` is the paragraph's style."""

    look: str
    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()


def form_file(kind: str, forms: Path | None) -> Path:
    """The form of a kind: the office's own where there is one, else ours."""
    own = forms / f"{kind}.docx" if forms else None
    return own if own is not None and own.is_file() else FOLDER / f"{kind}.docx"


def fill(kind: str, values: Mapping[str, object], *, forms: Path | None = None) -> bytes:
    """The form with its blanks filled; the same values give the same bytes. Raises `BadInput` for a damaged form."""
    # Loaded only here: no other page or command waits for it.
    from docxtpl import DocxTemplate

    env = SandboxedEnvironment(autoescape=True, finalize=_shown)
    path = form_file(kind, forms)
    stream = BytesIO()
    try:
        document: Any = DocxTemplate(BytesIO(path.read_bytes()))
        document.render(dict(values), env)
        document.save(stream)
    except (TemplateError, zipfile.BadZipFile, SyntaxError, KeyError, ValueError) as damaged:
        raise BadInput(f"The form {path.name} cannot be filled ({type(damaged).__name__}).") from damaged
    return _packed_alike(stream)


def _packed_alike(stream: BytesIO) -> bytes:
    """The files of a .docx packed so that the same make the same bytes."""
    with zipfile.ZipFile(stream) as pack:
        return packed({name: pack.read(name) for name in sorted(pack.namelist(), key=_first_types)})


def _shown(value: object) -> object:
    if value is None or value == "" or isinstance(value, Undefined):
        return EMPTY
    # docxtpl turns `{_{` into `{{` when it has filled the form; a low line written as its number escapes that.
    if isinstance(value, str) and not isinstance(value, Markup) and _ESCAPES.search(value):
        return escape_for_xml(value).replace("_", Markup("&#95;"))
    return value


def _first_types(name: str) -> tuple[bool, str]:
    return name != "[Content_Types].xml", name


def marked(docx: bytes, void_on: date | None) -> bytes:
    """A .docx that says above all else since when the paper is void; one that is not void as it is."""
    if void_on is None:
        return docx
    from docx import Document
    from docx.shared import Pt, RGBColor

    document: Any = Document(BytesIO(docx))
    line = document.paragraphs[0].insert_paragraph_before()
    if "office" in {
        style.name for style in document.styles
    }:  # Red and in the middle; an office's own form may lack it.
        line.style = "office"
    words = line.add_run(f"（本文书已于{void_on.year}年{void_on.month}月{void_on.day}日作废）")
    words.bold, words.font.size, words.font.color.rgb = True, Pt(16), RGBColor(0xC0, 0, 0)
    stream = BytesIO()
    document.save(stream)
    return _packed_alike(stream)


def blocks_of(docx: bytes) -> tuple[Block, ...]:
    """What stands in a .docx, in reading order."""
    from docx import Document
    from docx.table import Table

    found = []
    document: Any = Document(BytesIO(docx))
    for part in document.iter_inner_content():
        if isinstance(part, Table):
            found.append(Block("table", rows=tuple(tuple(cell.text for cell in row.cells) for row in part.rows)))
        else:
            style = part.style.name if part.style is not None else ""
            found.append(Block(style, part.text))
    return tuple(found)


def pdf_offered() -> bool:
    """Whether the library that makes a PDF is installed; its Debian packages show only when it is loaded."""
    return importlib.util.find_spec("weasyprint") is not None


def pdf_of(docx: bytes, *, title: str) -> bytes:
    """The paper as a PDF. Raises `NotAllowed` where WeasyPrint or its Debian packages are missing."""
    try:
        import weasyprint
    except (ImportError, OSError) as missing:
        raise NotAllowed(NO_PDF) from missing
    page = weasyprint.HTML(string=_html(blocks_of(docx), title), url_fetcher=nothing_fetched)
    return bytes(page.write_pdf())


def nothing_fetched(_address: str, *_more: object, **_kept: object) -> dict[str, Any]:
    """What a printed page may fetch: nothing."""
    raise ValueError("a paper fetches nothing")


_SHEET = """
@page { size: A4; margin: 37mm 26mm 35mm 28mm; @bottom-center { content: counter(page); font-size: 12pt } }
body { font: 16pt/28pt "仿宋", "仿宋_GB2312", FangSong, STFangsong, "Noto Serif CJK SC", serif; }
p { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere } p.body { text-indent: 2em; text-align: justify }
p.office, p.title { font-family: "宋体", SimSun, STSong, "Noto Serif CJK SC", serif; font-weight: bold }
p.office { font-size: 18pt; text-align: center; color: #c00000 }
p.title { font-size: 22pt; line-height: 34pt; text-align: center }
p.number { text-align: center; margin-bottom: 14pt } p.right { text-align: right } p.note { font-size: 12pt }
table { width: 100%; border-collapse: collapse; font-size: 14pt; line-height: 22pt }
td { border: 0.5pt solid #000; padding: 3pt 5pt; white-space: pre-wrap; overflow-wrap: anywhere; vertical-align: top }
"""


def _html(blocks: tuple[Block, ...], title: str) -> str:
    parts = []
    for block in blocks:
        if block.rows:
            rows = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in block.rows)
            parts.append(f"<table>{rows}</table>")
        else:
            parts.append(f'<p class="{escape(block.look)}">{escape(block.text)}</p>')
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{_SHEET}</style>'
    return f'<!doctype html><html lang="zh-CN"><head>{head}</head><body>{"".join(parts)}</body></html>'
