"""From a landed record to what it means: read by its connector, completed from its text, checked for what can be kept.

Nothing here touches the store, so a slow reading holds up nobody.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeAlias, TypeGuard

from sqlalchemy import Row

from casework.complaint import Complaint
from casework.errors import Unreadable
from casework.homes import blanked
from casework.identifiers import is_uscc, plain, uscc_remark
from casework.record import LAYOUT, Json, RawRecord, RecordKind
from casework.rosters import id_no_remark
from casework.wages import WageFeed
from connectors import imports
from dedupe.extraction import fill
from dedupe.persons import foreman
from dedupe.streets import street_code
from warehouse.models import LandedRow

Reader: TypeAlias = Callable[[RawRecord], Complaint | WageFeed]

_LONGEST = {
    "employer_name": 200,
    "site_name": 200,
    "employer_uscc": 40,
    "district_code": 40,
    "source_key": 200,
}
_COUNTY = 6
_READER_MISTAKES = (ValueError, TypeError, LookupError, ArithmeticError, AttributeError)


AS_LANDED = tuple(
    getattr(LandedRow, name)
    for name in ("id", "channel", "kind", "source_key", "version", "payload", "mended", "position")
)
"""The columns that a record is made of again."""


def as_raw(row: LandedRow | Row[Any], mended: dict[str, Json] | None = None) -> RawRecord:
    """The record as it came, with a person's corrections laid over it. `row`: whole, or of `AS_LANDED`."""
    payload = {**row.payload, **(mended if mended is not None else row.mended or {})}
    return RawRecord(row.channel, row.source_key, payload, row.position, RecordKind(row.kind), row.version)


def meaning(raw: RawRecord, reader: Reader) -> Complaint | WageFeed:
    """What the record says; a row of an imported file is read by its layout, whatever channel it is filed under.

    Raises `Unreadable`, also where the reader itself stumbles: its neighbours must go on.
    """
    try:
        said = imports.read(raw) if LAYOUT in raw.payload else reader(raw)
        return completed(said) if isinstance(said, Complaint) else said
    except _READER_MISTAKES as mistake:
        words = "This program could not read the record, though it should; the mistake is in the program."
        raise Unreadable(f"reader_{type(mistake).__name__}"[:40], words) from mistake


def completed(complaint: Complaint) -> Complaint:
    """With the facts that stand only in its text, and remarks on what is odd but not wrong."""
    filled = _placed(_without_person_as_employer(fill(complaint)))
    for name, longest in _LONGEST.items():
        value = getattr(filled, name)
        if value is not None and (len(value) > longest or "\x00" in value):
            raise Unreadable("too_long", f"The {name} is longer than {longest} characters.", field=name)
    odd = [uscc_remark(filled.employer_uscc) if filled.employer_uscc else None]
    odd.append(id_no_remark(filled.complainant_id_no) if _whole(filled.complainant_id_no) else None)
    remarks = tuple(dict.fromkeys((*filled.remarks, *(one for one in odd if one))))
    return filled if remarks == filled.remarks else replace(filled, remarks=remarks)


def _whole(id_no: str | None) -> TypeGuard[str]:
    """Whether an identity number is given, and not masked."""
    return bool(id_no and id_no.strip()) and not set(id_no or "") & set("*＊×某")


def _placed(complaint: Complaint) -> Complaint:
    """With the street its address names, or its text where the address names none: inspectors have streets.

    Where somebody lives says nothing of where they worked.
    """
    if len(complaint.district_code or "") > _COUNTY:
        return complaint
    texts = (complaint.site_address, complaint.site_name, blanked(complaint.told()))
    streets = (street_code(text, complaint.district_code) for text in texts)
    street = next(filter(None, streets), None)
    return complaint if street is None else replace(complaint, district_code=street)


def _without_person_as_employer(complaint: Complaint) -> Complaint:
    """A crew boss named in the place of the firm is a person, not a firm: he is kept where persons are, encrypted."""
    boss = foreman(complaint.employer_name)
    if boss is None:
        return complaint
    return replace(complaint, employer_name=None, boss_name=complaint.boss_name or complaint.employer_name)


def code_of(complaint: Complaint) -> str | None:
    """The credit code, where it is one: a mistyped code must not make a second employer."""
    said = complaint.employer_uscc
    return plain(said) if said and is_uscc(said) else None
