"""Every parser of what strangers send as a function of bytes: from what comes over a line, or lies in a file, to what
it means.

A parser may refuse in the words of an `ArrearsError`. Anything else that it raises is a mistake of the program, also
where a run would have put the record aside for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from functools import cache
from typing import Any

from casework.complaint import Complaint
from casework.errors import ArrearsError, Unreadable
from casework.holidays import read_holiday_notice
from casework.record import RawRecord, without_our_names
from connectors import imports
from connectors.base import CarriesFiles
from connectors.files import decode, read_table, under_headings
from connectors.http import Answered
from connectors.mail import Mail
from connectors.mime import answer_address, attached
from connectors.pictures import PictureCaps, draw_anew
from connectors.positions import Marks
from connectors.registry import connect
from connectors.rows import as_record
from connectors.wage_monitor import TABLES
from services.arriving.reading import Reader, meaning
from tests.fuzz.seeds import NOW
from warehouse.store.landing import storable

_HERE = {"url": "http://127.0.0.1:9", "app_key": "k", "app_secret": "s", "api_key": "k", "user": "u", "password": "p"}
_BASE = {"url": "sqlite:///front.db", "answer_url": "sqlite:///front.db", "key_file": "keys"}
_MAIL = {"imap_host": "127.0.0.1", "imap_port": "9", "smtp_host": "127.0.0.1", "smtp_port": "9"}
_SETTINGS: Mapping[str, dict[str, str]] = {
    "message_board_xml": _HERE | {"format": "xml"},
    "wage_monitor": _BASE,
    "self_report": _BASE,
    "national_clue": {"folder": "in", "answers": "answers", "receipts": "receipts"},
    "mailbox": _MAIL | {"sender": "office@b.example"},
}


@cache
def _channel(name: str) -> Any:
    """A connector that calls nobody: it is handed what its platform would have answered."""
    return connect(name.removesuffix("_xml"), _SETTINGS.get(name, _HERE))


def _answer(content: bytes) -> Answered:
    return Answered(200, {}, content, "fuzz")


def _records(channel: Any, rows: Iterable[Any], key: str) -> Iterator[RawRecord]:
    marks = Marks(NOW - timedelta(days=400), NOW)
    return (as_record(channel.channel, row, key=key, at=None, marks=marks) for row in rows)


def _meant(records: Iterable[RawRecord], reader: Reader) -> bool:
    """Whether any of the records means something, each landed and read as in a run.

    Raises what the reader stumbled over, which in a run is a reason of quarantine.
    """
    some = False
    for record in records:
        try:
            meaning(storable(record), reader)
            some = True
        except Unreadable as refused:
            if refused.code.startswith("reader_"):
                raise (refused.__cause__ or refused) from None
    return some


def _pulled(channel: Any, records: Iterable[RawRecord]) -> bool:
    """Whether any of the records of a channel means something; what they list is looked for as well."""
    kept = [without_our_names(record) for record in records]
    if isinstance(channel, CarriesFiles):
        for record in kept:
            channel.attachments(record)
    return _meant(kept, channel.read)


def _hotline(content: bytes) -> bool:
    hotline = _channel("hotline_12345")
    rows, _ = hotline._rows(_answer(content))
    return _pulled(hotline, _records(hotline, rows, "orderId"))


def _posts(board: Any, content: bytes) -> bool:
    return _pulled(board, _records(board, board._rows(_answer(content)), "service_request_id"))


def _petitions(content: bytes) -> bool:
    office = _channel("petition")
    rows = office._rows(office._soap._body("ListPetitions", _answer(content)))
    return _pulled(office, _records(office, rows, "petitionId"))


def _wage_rows(content: bytes) -> bool:
    """A row of a table, as `[table, row]`: a database hands over values, so that this form is our own."""
    said = _answer(content).json()
    table, row = said if isinstance(said, list) and len(said) == 2 else (None, None)
    if not isinstance(table, str) or table not in TABLES or not isinstance(row, dict):
        return False
    kind, key = TABLES[table]
    return _pulled(_channel("wage_monitor"), [RawRecord("wage_monitor", str(row.get(key)), row, "1", kind)])


def _postings(content: bytes) -> bool:
    reports = _channel("self_report")
    return _pulled(reports, _records(reports, [_answer(content).json()], "receipt"))


def _clues(content: bytes) -> bool:
    clues = _channel("national_clue")
    headed = under_headings(read_table(content), lambda said: len(said & clues._stems()) >= 3)
    return headed is not None and _pulled(clues, clues._rows(headed, NOW, "0" * 64))


def _imports(content: bytes) -> bool:
    return _meant(imports.understood(content).records, imports.read)


def _mails(content: bytes) -> bool:
    box = _channel("mailbox")
    record = box.record(Mail(7, content), validity=1)
    answer_address(content)
    for one in box.attachments(record):
        attached(content, one.ref)
    return _pulled(box, [record])


def _rosters(content: bytes) -> bool:
    payload = _answer(content).json()
    return isinstance(payload, dict) and _pulled(_channel("mailbox"), [RawRecord("mailbox", "1", payload, "1")])


def _pictures(content: bytes) -> bool:
    return bool(draw_anew(content, PictureCaps()).content)


def _notices(content: bytes) -> bool:
    return bool(read_holiday_notice(decode(content)).days)


def _narratives(content: bytes) -> bool:
    """The facts of a text: a text comes of any bytes."""
    said = content.decode("utf-8", "replace") or "无"
    complaint = Complaint(channel="fuzz", source_key="1", version=1, received_at=NOW, narrative=said)
    return _meant([RawRecord("fuzz", "1", {}, "1")], lambda _: complaint)


PARSERS: Mapping[str, Callable[[bytes], bool]] = {
    "hotline_12345": _hotline,
    "message_board": lambda content: _posts(_channel("message_board"), content),
    "message_board_xml": lambda content: _posts(_channel("message_board_xml"), content),
    "petition": _petitions,
    "wage_monitor": _wage_rows,
    "self_report": _postings,
    "national_clue": _clues,
    "imports": _imports,
    "mailbox": _mails,
    "rosters": _rosters,
    "pictures": _pictures,
    "holiday_notice": _notices,
    "narrative": _narratives,
}
"""Each raises `ArrearsError` where it refuses all of it, and says else whether any of it was understood."""


def understood(name: str, content: bytes) -> bool:
    """Whether a parser understood the bytes; False where it refused them in words. Raises whatever else it raises."""
    try:
        return PARSERS[name](content)
    except ArrearsError:
        return False
