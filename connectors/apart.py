"""Files of strangers read apart: in a child process that may use little and open nothing, so that no file harms us.

The child gets the file and a place for its answer, both open already. Before it looks at the first byte it gives up the
right to open anything else (no file, no connection), to start processes, and to use more memory and processor time than
`Limits` says. Whoever uses more, or takes too long, is ended; the file is then refused in words.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from io import BytesIO
from tempfile import TemporaryFile
from threading import BoundedSemaphore
from typing import Any, BinaryIO

from casework.calendar import SpecialDay
from casework.errors import BadInput
from casework.holidays import HolidayNotice
from casework.record import RawRecord
from connectors.files import Caps, Line, Table
from connectors.pictures import PICTURE_CAPS, Drawn, PictureCaps

TOO_LONG = "The file takes too long to read. Split it."
TOO_MUCH = "The file needs more memory to read than an honest one does; it is not opened."
BROKE_OFF = "The file could not be read: the program that reads files broke off."
_BUSY = "Other files are being read right now. Please send this one again in a minute."
MEMORY_GONE = 3
"""The exit code of a child that was refused more memory."""
_AT_ONCE = BoundedSemaphore(2)
_PATIENCE = 20.0


@dataclass(frozen=True, slots=True)
class Limits:
    """What a child may use: bytes of memory and of answer, seconds of processor and of the clock on the wall."""

    memory: int = 512 * 1024 * 1024
    answer: int = 200 * 1024 * 1024
    cpu: int = 20
    wall: float = 30.0


LIMITS = Limits()
PICTURE_LIMITS = Limits(memory=768 * 1024 * 1024, answer=40 * 1024 * 1024, cpu=15, wall=20.0)


@dataclass(frozen=True, slots=True)
class Understood:
    """A file that was understood apart: what it is, and its rows one after the other."""

    layout: str
    channel: str
    digest: str
    rows: int
    records: Iterator[RawRecord]


@contextmanager
def import_apart(source: BinaryIO, *, channel: str | None, caps: Caps, limits: Limits = LIMITS) -> Iterator[Understood]:
    """A file that a person brings, as the import door understands it. Raises `BadInput`."""
    with _answered("import", source, limits, channel=channel, caps=asdict(caps)) as lines:
        head = next(lines)
        name = str(head["channel"])
        records = (RawRecord(name, key, payload, position) for key, payload, position in lines)
        yield Understood(head["layout"], name, head["digest"], head["rows"], records)


def table_apart(content: bytes, caps: Caps, limits: Limits = LIMITS, *, patience: float | None = _PATIENCE) -> Table:
    """The lines of a table. Raises `BadInput`.

    `patience` is how many seconds to wait while others are read; None, for what nobody waits for, is until it is free.
    """
    with _answered("table", BytesIO(content), limits, patience, caps=asdict(caps)) as lines:
        digest = next(lines)["digest"]
        return Table(tuple(Line(number, tuple(cells)) for number, cells in lines), digest)


def notice_apart(content: bytes, limits: Limits = LIMITS) -> HolidayNotice:
    """A holiday notice. Raises `BadInput`."""
    with _answered("notice", BytesIO(content), limits) as lines:
        head = next(lines)
        days = {date.fromisoformat(day): SpecialDay(works=works, name=name) for day, works, name in lines}
        return HolidayNotice(head["year"], tuple(head["papers"]), days)


def picture_apart(
    source: BinaryIO,
    caps: PictureCaps = PICTURE_CAPS,
    limits: Limits = PICTURE_LIMITS,
    *,
    patience: float | None = _PATIENCE,
) -> Drawn:
    """A photograph, drawn anew without anything else that was in its file. Raises `BadInput`. `patience` as above."""
    with _answered("picture", source, limits, patience, caps=asdict(caps)) as lines:
        head = next(lines)
        content, small = (base64.b64decode(line) for line in lines)
        return Drawn(content, small, head["width"], head["height"], head["sent_as"])


@contextmanager
def _answered(
    kind: str, source: BinaryIO, limits: Limits, patience: float | None = _PATIENCE, **asked: Any
) -> Iterator[Iterator[Any]]:
    """The child's answer, line by line, once it has ended well."""
    if not _AT_ONCE.acquire(timeout=patience):
        raise BadInput(_BUSY)
    try:
        with TemporaryFile() as given, TemporaryFile() as answer:
            source.seek(0)
            shutil.copyfileobj(source, given, 64 * 1024)
            given.seek(0)
            _run(kind, given, answer, limits, asked)
            answer.seek(0)
            lines = (json.loads(line) for line in answer)
            head = next(lines, None)
            if not isinstance(head, dict):
                raise BadInput(BROKE_OFF)
            if "refused" in head:
                raise BadInput(str(head["refused"]))
            yield _after(head, lines)
    finally:
        _AT_ONCE.release()


def _after(head: Any, lines: Iterator[Any]) -> Iterator[Any]:
    yield head
    yield from lines


def _run(kind: str, given: BinaryIO, answer: BinaryIO, limits: Limits, asked: dict[str, Any]) -> None:
    command = [sys.executable, "-m", "connectors.apart_child", kind, json.dumps(asdict(limits)), json.dumps(asked)]
    child = subprocess.Popen(  # noqa: S603 - our own program; nothing of the file is on its command line
        command,
        stdin=given,
        stdout=answer,
        stderr=subprocess.DEVNULL,
        env={"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"},
        start_new_session=True,
    )
    try:
        code = child.wait(timeout=limits.wall)
    except subprocess.TimeoutExpired:
        raise BadInput(TOO_LONG) from None
    finally:
        if child.poll() is None:
            child.kill()
            child.wait()
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        raise BadInput(TOO_LONG)
    if code == MEMORY_GONE:
        raise BadInput(TOO_MUCH)
    if code != 0:
        raise BadInput(BROKE_OFF)
