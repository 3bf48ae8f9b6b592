"""From complaints as they were told to the columns that the linker works on. They stream: no list of them is kept."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import islice

import numpy as np

from casework.linkage import LinkRecord
from dedupe.employers import employer
from dedupe.growing import Growing
from dedupe.numbers import month_number
from dedupe.persons import credit_code, foreman, id_number, person, phone
from dedupe.sites import site
from dedupe.table import I16, I32, I64, SKETCH, U16, U64, Table
from dedupe.values import (
    IDENTITY,
    NOBODY,
    PHONE,
    CrewList,
    FirmList,
    Numbering,
    NumberList,
    PersonList,
    SiteList,
    WordList,
    hashed,
)
from dedupe.wording import sketch_all

USUAL_MONTHS = 3
"""Who gives no end is still unpaid when speaking, and most wait so long."""
EARLIEST, LATEST = 1990 * 12, 2100 * 12 + 11
"""Unpaid months outside are slips and say nothing."""
MOST_FEN = 10**13
"""A sum above is no wage owed to anybody."""
MOST_HEADS = 2**31 - 1
CHUNK = 65_536
"""Complaints that are read before their values join those of the others."""
TEXTS = 1024
"""Texts that are sketched at once."""
_MONTHS_BEFORE_1970, _DAYS_BEFORE_1970, _SECONDS_A_DAY = 1970 * 12, 719_163, 86_400
_CODES = 13


def tabulate(records: Iterable[LinkRecord], *, chunk: int = CHUNK) -> Table:
    """All complaints as columns, one row each, in the order in which they come. The table is the same by any chunk."""
    stream = iter(records)
    table = _chunk(stream, chunk)
    if len(table) < chunk:
        return table
    grown = Growing(table)
    while len(table := _chunk(stream, chunk)):
        grown.append(table)
    return grown.table


def _chunk(stream: Iterator[LinkRecord], chunk: int) -> Table:
    """The next complaints as a table of their own: what was said in full is forgotten with its chunk."""
    made = _Rows()
    for record in islice(stream, chunk):
        made.add(record)
    return made.built()


class _Rows:
    """The rows so far. Every raw text is looked up first and parsed only when it is new."""

    def __init__(self) -> None:
        self.words = WordList()
        self.firms, self.sites = FirmList(self.words), SiteList(self.words)
        self.persons, self.crews = PersonList(), CrewList()
        self.phones, self.ids = NumberList("phone", PHONE), NumberList("id", IDENTITY)
        self.employer: dict[str | None, tuple[int, int, int]] = {None: (NOBODY, NOBODY, NOBODY)}
        self.site, self.person = Numbering(self._site), Numbering(self._person)
        self.phone = Numbering(lambda text: self.phones.number(phone(text)))
        self.id_no = Numbering(lambda text: self.ids.number(id_number(text)))
        self.code, self.month, self.district = Numbering(_code), Numbering(_month), Numbering(_district)
        self.code[None] = self.code[""] = 0
        self.codes, self.wide, self.uid, self.credit = array("i"), array("q"), array("Q"), array("Q")
        self.texts: list[str] = []
        self.sketches: list[U16] = []

    def add(self, record: LinkRecord) -> None:
        """One more row."""
        firm, spot, leader = self.employer.get(record.employer_name) or self._employer(record.employer_name)
        said_site, boss = self.site[record.site_name], self.person[record.boss_name]
        self.codes.extend(
            (
                firm,
                boss if boss >= 0 else leader,
                self.phone[record.boss_phone],
                said_site if said_site >= 0 else spot,
                self.site[record.site_address],
                self.district[record.district_code],
                self.person[record.complainant_name],
                self.phone[record.complainant_phone],
                self.id_no[record.complainant_id_no],
                self.crews.number(record.crew) if record.crew else NOBODY,
                _heads(record.workers_count),
                self.month[record.arrears_from],
                self.month[record.arrears_to],
            )
        )
        self.wide.extend((int(record.submitted_at.timestamp() // 1), _fen(record.amount_owed)))
        self.uid.append(hashed("complaint", record.complaint_id))
        self.credit.append(self.code[record.employer_uscc])
        self.texts.append(record.narrative or "")
        if len(self.texts) == TEXTS:
            self._sketch()

    def _employer(self, text: str | None) -> tuple[int, int, int]:
        """The numbers of the firm, the site and the foreman that an employer's name speaks of."""
        firm = employer(text)
        spot, leader = (firm.site, None) if firm else (None, foreman(text))
        found = self.employer[text] = (
            self.firms.number(firm) if firm else NOBODY,
            self.sites.number(spot) if spot else NOBODY,
            self.persons.number(leader) if leader else NOBODY,
        )
        return found

    def _site(self, text: str) -> int:
        spot = site(text)
        return self.sites.number(spot) if spot else NOBODY

    def _person(self, text: str) -> int:
        who = person(text)
        return self.persons.number(who) if who else NOBODY

    def _sketch(self) -> None:
        self.sketches.append(sketch_all(self.texts))
        self.texts = []

    def built(self) -> Table:
        """The table of all rows."""
        self._sketch()
        codes: I32 = np.frombuffer(self.codes, dtype=np.int32).reshape(-1, _CODES)
        firm, boss, boss_phone, spot, address, district, name, number, id_no, crew, heads, since, until = (
            np.ascontiguousarray(column) for column in codes.T
        )
        at, amount = (np.ascontiguousarray(column) for column in np.frombuffer(self.wide, np.int64).reshape(-1, 2).T)
        firms, sites = self.firms.built(), self.sites.built()
        for places, column in ((sites, address), (firms, firm)):
            known = np.append(np.where(places.level == 6, places.place, 0), 0).astype(np.int32)
            district = np.where(district > 0, district, known[column])
        days = at // _SECONDS_A_DAY
        first, last = _period(since, until, days)
        return Table(
            words=self.words.built(),
            firms=firms,
            sites=sites,
            persons=self.persons.built(),
            phones=self.phones.built(),
            ids=self.ids.built(),
            crews=self.crews.built(),
            uid=_hashes(self.uid),
            at=at,
            firm=firm,
            code=_hashes(self.credit),
            boss=boss,
            boss_phone=boss_phone,
            site=spot,
            address=address,
            district=np.maximum(district, 0),
            name=name,
            phone=number,
            id_no=id_no,
            crew=crew,
            heads=heads,
            amount=amount,
            first=first,
            last=last,
            day=(days + _DAYS_BEFORE_1970).astype(np.int32),
            sketch=np.concatenate([np.zeros((0, SKETCH), dtype=np.uint16), *self.sketches]),
        )


def _hashes(found: array[int]) -> U64:
    return np.frombuffer(found, dtype=np.uint64).copy()


def _code(text: str) -> int:
    code = credit_code(text)
    return hashed("code", code) if code else 0


def _month(text: str) -> int:
    month = month_number(text)
    possible = month is not None and EARLIEST <= month <= LATEST and 1 <= int(text[-2:]) <= 12
    return month if month is not None and possible else NOBODY


def _district(text: str) -> int:
    said = text.strip()
    return int(said[:6]) if said.isascii() and said.isdigit() and len(said) >= 6 else NOBODY


def _heads(count: int | None) -> int:
    return min(count, MOST_HEADS) if count and count > 0 else 0


def _fen(amount: Decimal | None) -> int:
    if not amount or not amount.is_finite() or not 0 < amount <= MOST_FEN // 100:
        return 0
    return int(amount * 100)


def _period(since: I32, until: I32, days: I64) -> tuple[I16, I16]:
    """The unpaid months. Who gives no end is still unpaid when speaking, and most wait a few months."""
    now = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + _MONTHS_BEFORE_1970
    said = (since >= 0) | (until >= 0)
    first = np.where(since >= 0, since, until)
    last = np.where(until >= 0, until, np.minimum(np.maximum(now, first), first + USUAL_MONTHS))
    low, high = np.where(said, np.minimum(first, last), 0), np.where(said, np.maximum(first, last), 0)
    return low.astype(np.int16), high.astype(np.int16)
