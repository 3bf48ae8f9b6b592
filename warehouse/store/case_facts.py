"""What a case says, from what its members say: heads and yuan as a union, the best spelling, the widest months.

Pure, and independent of the order in which the members came. The same worker through three channels adds nobody and
no yuan: people are the same by identity number, by phone, by name where nothing else contradicts, or because their
complaints are one claim.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from casework.complaint import Kind, Nature, Sector


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One named person of one member, by blind indexes. `own_fen`: what they claim for themselves."""

    complaint_id: str
    complainant: bool
    name: str | None
    phone: str | None
    id_no: str | None
    own_fen: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """What the newest version of one member complaint says, as far as the case shows it."""

    complaint_id: str
    claim_id: str
    received_at: datetime
    kind: str
    nature: str
    sector: str
    employer_name: str | None
    employer_uscc: str | None
    site_name: str | None
    district_code: str | None
    worker_count: int | None
    amount_fen: int | None
    arrears_from: str | None
    arrears_to: str | None
    urgent: bool
    confidential: bool


class _Groups:
    def __init__(self, count: int) -> None:
        self._head = list(range(count))

    def head(self, one: int) -> int:
        while self._head[one] != one:
            one = self._head[one]
        return one

    def join(self, left: int, right: int) -> None:
        left, right = sorted((self.head(left), self.head(right)))
        self._head[right] = left


def distinct(people: Sequence[Person], claim_of: dict[str, str]) -> list[list[Person]]:
    """The people as a partition: each part is one human being under however many names."""
    groups = _Groups(len(people))
    buckets: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, person in enumerate(people):
        keys = (("id", person.id_no), ("phone", person.phone), ("name", person.name))
        for kind, key in (*keys, ("claim", claim_of[person.complaint_id] if person.complainant else None)):
            if key is not None:
                buckets[kind, key].append(place)
    for (kind, _), places in buckets.items():
        for index, left in enumerate(places):
            for right in places[index + 1 :]:
                if kind in ("id", "claim") or _may_be_one(people[left], people[right]):
                    groups.join(left, right)
    parts: dict[int, list[Person]] = defaultdict(list)
    for place, person in enumerate(people):
        parts[groups.head(place)].append(person)
    return list(parts.values())


def _may_be_one(left: Person, right: Person) -> bool:
    """Nothing that both give differs."""
    pairs = ((left.id_no, right.id_no), (left.phone, right.phone), (left.name, right.name))
    return all(one is None or other is None or one == other for one, other in pairs)


def heads(members: Sequence[Member], people: Sequence[Person]) -> int | None:
    """How many workers: the distinct people named, or the largest crew anybody speaks of. None: nobody said.

    Two complaints that each speak of twelve speak of the same crew until a roster says otherwise.
    """
    workers = {member.complaint_id for member in members if member.kind == Kind.WORKER_COMPLAINT}
    claim_of = {member.complaint_id: member.claim_id for member in members}
    named = [person for person in people if not person.complainant or person.complaint_id in workers]
    counts = [member.worker_count for member in members if member.worker_count is not None]
    if named:
        counts.append(len(distinct(named, claim_of)))
    return max(counts, default=None)


def yuan_in_fen(members: Sequence[Member], people: Sequence[Person]) -> int | None:
    """The sum claimed: each person's own claim once, or the largest sum said for a whole crew. None: nobody said."""
    claim_of = {member.complaint_id: member.claim_id for member in members}
    own = [
        max((person.own_fen for person in part if person.own_fen is not None), default=None)
        for part in distinct(people, claim_of)
    ]
    named = {person.complaint_id for person in people if person.complainant}
    nameless: dict[str, int] = {}
    whole: list[int] = []
    for member in members:
        if member.amount_fen is None:
            continue
        if member.worker_count in (None, 1) and not _has_roster(member, people):
            if member.complaint_id not in named:
                nameless[member.claim_id] = max(nameless.get(member.claim_id, 0), member.amount_fen)
        else:
            whole.append(member.amount_fen)
    of_named_claims = {claim_of[one] for one in named}
    single = [amount for amount in own if amount is not None]
    single += [amount for claim, amount in nameless.items() if claim not in of_named_claims]
    totals = ([sum(single)] if single else []) + whole
    return max(totals, default=None)


def _has_roster(member: Member, people: Iterable[Person]) -> bool:
    return any(person.complaint_id == member.complaint_id and not person.complainant for person in people)


def most(*said: int | None) -> int | None:
    """The largest of what was said. None: nobody said."""
    return max((one for one in said if one is not None), default=None)


def best(values: Iterable[str | None]) -> str | None:
    """What most members say; among equals the fuller spelling, then the first in the alphabet."""
    counts = Counter(value for value in values if value)
    return min(counts, key=lambda value: (-counts[value], -len(value), value), default=None)


_FULL_NAME = re.compile(r"(公司|厂|集团|合作社|事务所|工作室|中心|学校|医院|酒店|饭店)$")


def firm_name(names: Iterable[str | None]) -> str | None:
    """The spelling a case is shown under: the full name most members give; the short one only where none gives it."""
    said = [name for name in names if name]
    return best(name for name in said if _FULL_NAME.search(name)) or best(said)


def firm_of(named: Iterable[tuple[str | None, str | None]]) -> str | None:
    """Whom most members name, of pairs of id and spelling; among equals whoever is named in full, then more fully.

    Never by id, which chance draws: the same complaints name the same employer in every store.
    """
    spellings: dict[str, list[str]] = defaultdict(list)
    for firm, spelling in named:
        if firm:
            spellings[firm].append(spelling or "")

    def rank(firm: str) -> tuple[int, bool, int, str, str]:
        name = firm_name(spellings[firm]) or ""
        return -len(spellings[firm]), _FULL_NAME.search(name) is None, -len(name), name, firm

    return min(spellings, key=rank, default=None)


def place_of(codes: Iterable[str | None]) -> str | None:
    """Where most members say it is; the street that most of them name within it, where any does."""
    said = [code for code in codes if code]
    county = best(code[:6] for code in said)
    return best(code for code in said if len(code) > len(county or "") and code.startswith(county or "")) or county


_NATURES = [nature.value for nature in Nature]


def nature_of(members: Sequence[Member]) -> str:
    """What most members complain of; among equals what stands first in the table of natures."""
    counts = Counter(member.nature for member in members)
    return min(counts, key=lambda nature: (-counts[nature], _NATURES.index(nature)))


def sector_of(members: Sequence[Member]) -> str:
    """Construction when any member says so, for other law applies then."""
    said = {member.sector for member in members}
    known = (Sector.CONSTRUCTION.value, Sector.OTHER.value)
    return next((sector for sector in known if sector in said), Sector.UNKNOWN.value)


def months(members: Sequence[Member]) -> tuple[str | None, str | None]:
    """The widest span of months anybody names."""
    first = min((member.arrears_from for member in members if member.arrears_from), default=None)
    last = max((member.arrears_to or member.arrears_from or "" for member in members), default="")
    return first, last or None
