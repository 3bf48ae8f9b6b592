"""All complaints of a run as columns: distinct values once, and for each complaint the number of its value.

The complaints stand in canonical order (told first, then by id), so nothing that follows can depend on how they came.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA

from casework.linkage import LinkRecord
from dedupe.employers import Employer, employer
from dedupe.numbers import month_number
from dedupe.persons import Person, Phone, credit_code, foreman, id_number, person, phone
from dedupe.sites import Site, site
from dedupe.wording import sketches

Codes: TypeAlias = NDArray[np.int32]
_USUAL_MONTHS = 3
MANY = 3
"""A phone given with so many different names belongs to a foreman or an agency and identifies nobody."""


@dataclass(frozen=True, slots=True)
class Column:
    """One field of every complaint: its distinct values, and per complaint the index of its value, -1 for not said."""

    values: tuple[Any, ...]
    codes: Codes

    @classmethod
    def of(cls, said: Iterable[Hashable | None]) -> Column:
        """Number the distinct values in the order in which they first stand there."""
        known: dict[Hashable, int] = {}
        codes = [-1 if value is None else known.setdefault(value, len(known)) for value in said]
        return cls(tuple(known), np.asarray(codes, dtype=np.int32))

    def at(self, row: int) -> Any:
        """The value of one complaint, None when it was not said."""
        code = int(self.codes[row])
        return None if code < 0 else self.values[code]


@dataclass(frozen=True, slots=True)
class Line:
    """A phone, and whether many different persons give it as theirs."""

    phone: Phone
    of_many: bool


@dataclass(frozen=True, slots=True)
class Period:
    """The unpaid months, first and last, as running numbers."""

    first: int
    last: int

    def gap(self, other: Period) -> int:
        """Months that lie between the two; 0 when they touch or overlap."""
        return max(0, max(self.first, other.first) - min(self.last, other.last) - 1)


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """The comparable form of every complaint of a run, column by column."""

    records: tuple[LinkRecord, ...]
    columns: dict[str, Column]
    sketches: NDArray[np.uint32]

    tally: dict[str, NDArray[np.int64]] = field(default_factory=dict)
    rarity: dict[tuple[str, str], NDArray[np.float64]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.records)

    def counts(self, name: str) -> NDArray[np.int64]:
        """How many complaints carry each distinct value of a column."""
        if name not in self.tally:
            column = self.columns[name]
            self.tally[name] = np.bincount(column.codes[column.codes >= 0], minlength=len(column.values))
        return self.tally[name]


def in_order(records: Iterable[LinkRecord]) -> tuple[LinkRecord, ...]:
    """Oldest first, ties by id: the order in which cases and claims are named."""
    return tuple(sorted(records, key=lambda record: (record.submitted_at, record.complaint_id)))


def fingerprint(records: Sequence[LinkRecord]) -> Fingerprints:
    """Bring the complaints, given in canonical order, into comparable columns."""
    firms = [employer(record.employer_name) for record in records]
    phones = [phone(record.complainant_phone) for record in records]
    names = [person(record.complainant_name) for record in records]
    busy = _busy_phones(phones, names)
    columns = {
        "employer": Column.of(firms),
        "code": Column.of(credit_code(record.employer_uscc) for record in records),
        "boss": Column.of(person(record.boss_name) or foreman(record.employer_name) for record in records),
        "site": Column.of(_site(record, firm) for record, firm in zip(records, firms, strict=True)),
        "address": Column.of(site(record.site_address) for record in records),
        "district": Column.of(_district(record, firm) for record, firm in zip(records, firms, strict=True)),
        "name": Column.of(names),
        "phone": Column.of(None if one is None else Line(one, one.digits in busy) for one in phones),
        "id_no": Column.of(id_number(record.complainant_id_no) for record in records),
        "crew": Column.of(_crew(record) for record in records),
        "heads": Column.of(record.workers_count or None for record in records),
        "amount": Column.of(_fen(record) for record in records),
        "period": Column.of(_period(record) for record in records),
        "told": Column.of(_day(record.submitted_at) for record in records),
    }
    return Fingerprints(tuple(records), columns, sketches([record.narrative for record in records]))


def _busy_phones(phones: Sequence[Phone | None], names: Sequence[Person | None]) -> frozenset[str]:
    """Phones that three or more different persons go with; a name and its misspelling are one person."""
    users: dict[str, set[str]] = defaultdict(set)
    for one, name in zip(phones, names, strict=True):
        if one and one.full and name and name.key:
            users[one.digits].add(name.key)
    return frozenset(digits for digits, keys in users.items() if len(keys) >= MANY and _persons(keys) >= MANY)


def _persons(keys: Iterable[str]) -> int:
    """How many of these names are not a slip of another."""
    known: list[str] = []
    for key in sorted(keys):
        if not any(OSA.distance(key, other, score_cutoff=1) <= 1 for other in known):
            known.append(key)
    return len(known)


def _site(record: LinkRecord, firm: Employer | None) -> Site | None:
    return site(record.site_name) or (firm.site if firm else None)


def _district(record: LinkRecord, firm: Employer | None) -> str | None:
    """The district said, or that of the address, or that in the employer's name."""
    said = (record.district_code or "").strip()
    if said.isascii() and said.isdigit() and len(said) >= 6:
        return said[:6]
    street = site(record.site_address)
    if street and len(street.place.code) == 6:
        return street.place.code
    return firm.place.code if firm and len(firm.place.code) == 6 else None


def _crew(record: LinkRecord) -> frozenset[str] | None:
    """Everybody a roster names, by phone, identity number and name."""
    found: set[str] = set()
    for name, number, id_no in record.crew:
        who, line, identity = person(name), phone(number), id_number(id_no)
        found |= {key for key in (who and who.key, line and line.full and line.digits) if key}
        if identity and identity.valid:
            found.add(identity.digits)
    return frozenset(found) or None


def _fen(record: LinkRecord) -> int | None:
    return int(record.amount_owed * 100) if record.amount_owed and record.amount_owed > 0 else None


def _period(record: LinkRecord) -> Period | None:
    """The unpaid months. Who gives no end is still unpaid when speaking, and most wait a few months."""
    first, last = month_number(record.arrears_from), month_number(record.arrears_to)
    if first is None and last is None:
        return None
    spoke = record.submitted_at.astimezone(UTC)
    now = spoke.year * 12 + spoke.month - 1
    if first is None:
        first = last if last is not None else now
    if last is None:
        last = min(max(now, first), first + _USUAL_MONTHS)
    return Period(min(first, last), max(first, last))


def _day(moment: datetime) -> int:
    return moment.astimezone(UTC).toordinal()
