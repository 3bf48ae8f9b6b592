"""The child that reads one file of a stranger and answers in lines of JSON; started by `connectors.apart` only."""

from __future__ import annotations

import base64
import io
import json
import os
import resource
import sys
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from casework.errors import BadInput
from casework.holidays import read_holiday_notice
from connectors.apart import MEMORY_GONE
from connectors.files import Caps, decode, read_table
from connectors.imports import understood
from connectors.pictures import PictureCaps, draw_anew
from connectors.pictures import get_ready as get_ready_for_pictures

_STANDARD_STREAMS = 3
_BEHIND = 10
"""How far a child stands back when others want the processor: who asks for a page does not wait for a file."""
_SMALLEST = {
    "[Content_Types].xml": "<Types/>",
    "xl/workbook.xml": '<w xmlns:r="r"><sheet r:id="1"/></w>',
    "xl/_rels/workbook.xml.rels": '<r><Relationship Id="1" Target="s.xml"/></r>',
    "xl/s.xml": "<s><sheetData><row><c><v>1</v></c></row></sheetData></s>",
}
"""A workbook of one cell."""


def main(kind: str, limits: dict[str, Any], asked: dict[str, Any]) -> int:
    """Give up what is not needed, read, answer."""
    get_ready_for_pictures() if kind == "picture" else _get_ready()
    _give_up(limits)
    try:
        content = sys.stdin.buffer.read()
        _answer(_lines(kind, content, asked))
    except BadInput as refused:
        _answer(iter([{"refused": str(refused)}]))
    except MemoryError:
        return MEMORY_GONE
    return 0


def _get_ready() -> None:
    """Load what Python loads when it is first used: afterwards nothing can be opened."""
    read_table("姓名,金额\n张,1\n".encode("gb18030"))
    read_table("姓名\t金额\n张\t1\n".encode("utf-16"))
    read_table("\ufeff姓名;金额\n张;1\n".encode())
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("姓名.cp437".encode().decode("cp437"), "")
        for name, part in _SMALLEST.items():
            book.writestr(name, part)
    read_table(packed.getvalue())


def _give_up(limits: dict[str, Any]) -> None:
    with suppress(OSError):  # a supervisor may forbid it, and it is a courtesy
        os.nice(_BEHIND)
    for which, most in (
        (resource.RLIMIT_AS, limits["memory"]),
        (resource.RLIMIT_CPU, limits["cpu"]),
        (resource.RLIMIT_FSIZE, limits["answer"]),
        (resource.RLIMIT_NOFILE, _STANDARD_STREAMS),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(which, (most, most))


def _lines(kind: str, content: bytes, asked: dict[str, Any]) -> Iterator[Any]:
    """The answer: a line that says what it is, then a line for each row. Read to its end before the first line."""
    if kind == "notice":
        notice = read_holiday_notice(decode(content))
        yield {"year": notice.year, "papers": notice.papers}
        yield from ([day.isoformat(), one.works, one.name] for day, one in notice.days.items())
        return
    if kind == "picture":
        drawn = draw_anew(content, PictureCaps(**asked["caps"]))
        yield {"width": drawn.width, "height": drawn.height, "sent_as": drawn.sent_as}
        yield from (base64.b64encode(part).decode() for part in (drawn.content, drawn.small))
        return
    caps = Caps(**asked["caps"])
    if kind == "table":
        table = read_table(content, caps)
        yield {"digest": table.digest}
        yield from ([line.number, line.cells] for line in table.lines)
        return
    if len(content) > caps.file_bytes:
        raise BadInput(f"The file is larger than {caps.file_bytes // 1_000_000} MB.")
    if not content.strip():
        raise BadInput("The file is empty.")
    found = understood(content, channel=asked["channel"], caps=caps)
    yield {"layout": found.layout, "channel": found.channel, "digest": found.digest, "rows": len(found.records)}
    for record in found.records:
        yield [record.source_key, record.payload, record.position]


def _answer(lines: Iterator[Any]) -> None:
    for line in lines:
        sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    # Straight out: an interpreter that tidies up under these limits may stumble over them.
    code = main(sys.argv[1], json.loads(sys.argv[2]), json.loads(sys.argv[3]))
    os._exit(code)
