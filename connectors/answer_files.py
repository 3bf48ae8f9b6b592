"""Answers as the national platform's own .xlsx: dropped whole into its folder, confirmed by a file it gives back."""

from __future__ import annotations

import io
import os
import time
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path

import xlsxwriter

from casework.calendar import SHANGHAI
from casework.errors import BadInput, ChannelUnavailable, NotAllowed
from casework.reply import Letter, Receipt, ReplyKind
from connectors.apart import table_apart
from connectors.fields import as_moment
from connectors.files import CAPS, read_file, under_headings, write_whole

FORM = ("线索编号", "答复编号", "答复类型", "答复内容", "答复时间")
CONFIRMATION = ("线索编号", "答复编号", "答复内容", "接收时间", "回执编号")
KINDS = {
    ReplyKind.ACCEPTED: "受理告知",
    ReplyKind.RESULT: "办理结果",
    ReplyKind.DECLINED: "不予受理",
    ReplyKind.SUPPLEMENT: "补正告知",
    ReplyKind.REDIRECTED: "转办告知",
    ReplyKind.ANSWER: "直接答复",
}
_LONGEST_CELL = 32_000
_PLAIN = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


class AnswerFiles:
    """The folder the platform takes answers from and the folder it puts its confirmations into."""

    def __init__(self, answers: Path, receipts: Path, *, wait_seconds: float) -> None:
        self._answers = answers
        self._receipts = receipts
        self._wait = wait_seconds

    def check(self) -> None:
        """Raise `ChannelUnavailable` when a folder is not there or may not be written to."""
        for folder, needed in ((self._answers, os.W_OK), (self._receipts, os.R_OK)):
            if not folder.is_dir() or not os.access(folder, needed):
                raise ChannelUnavailable(f"The folder {folder.name} is not there or not open to us.")

    def put(self, letter: Letter) -> Receipt:
        """Drop the letter unless it lies there or is confirmed; what the platform shows, or the form while it waits."""
        self.check()
        known = self.confirmed(letter)
        if known:
            return known
        path = self._answers / f"答复_{_name(letter)}.xlsx"
        try:
            if not path.exists():
                write_whole(path, form(letter))
        except OSError as failed:
            raise ChannelUnavailable(f"The answer cannot be written: {failed.strerror}.") from failed
        until = time.monotonic() + self._wait
        while time.monotonic() < until:
            known = self.confirmed(letter)
            if known:
                return known
            time.sleep(0.05)
        return Receipt(path.name, letter.body, letter.written_at)

    def confirmed(self, letter: Letter) -> Receipt | None:
        """What the platform says it holds; None while it has not said so."""
        self.check()
        path = self._receipts / f"回执_{_name(letter)}.xlsx"
        if not path.exists():
            return None
        try:
            headed = under_headings(
                table_apart(read_file(path), CAPS, patience=None), lambda said: set(CONFIRMATION) <= set(said)
            )
            rows = [headed.row(line) for line in headed.lines] if headed else []
        except BadInput as damaged:
            raise ChannelUnavailable("The platform's confirmation is not readable yet.") from damaged
        for row in rows:
            if row["答复编号"] == letter.key and row["线索编号"] == letter.source_key:
                return Receipt(row["回执编号"], row["答复内容"], as_moment(row["接收时间"], field="接收时间"))
        return None


def _name(letter: Letter) -> str:
    return sha256(letter.key.encode()).hexdigest()[:24]


def batch_of_one(cells: Mapping[str, str], headings: Sequence[str]) -> bytes:
    """A batch as the platform exports it, with one row; a heading without a cell stays empty."""
    out = io.BytesIO()
    names = [*headings, *(name for name in cells if name not in headings)]
    with xlsxwriter.Workbook(out, _PLAIN) as book:
        sheet = book.add_worksheet("线索")
        for column, name in enumerate(names):
            sheet.write_string(0, column, name)
            sheet.write_string(1, column, cells.get(name, ""))
    return out.getvalue()


def form(letter: Letter) -> bytes:
    """The platform's answer form for one letter. Text stays text: a formula in a complaint is never one here."""
    if len(letter.body) > _LONGEST_CELL:
        raise NotAllowed(f"The platform takes answers of at most {_LONGEST_CELL} characters.")
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _PLAIN) as book:
        book.set_properties({"created": letter.written_at.replace(tzinfo=None)})
        sheet = book.add_worksheet("答复")
        sheet.merge_range(0, 0, 0, len(FORM) - 1, "根治欠薪线索办理答复表")
        written = f"{letter.written_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"
        for row, cells in enumerate((FORM, (letter.source_key, letter.key, KINDS[letter.kind], letter.body, written))):
            for column, text in enumerate(cells):
                sheet.write_string(row + 1, column, text)
    return out.getvalue()
