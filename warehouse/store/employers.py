"""Employers and sites: found again by credit code or comparable name, with every spelling they were named by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from warehouse.engine import one_at_a_time
from warehouse.many import one_of, write_rows
from warehouse.models import EmployerAliasRow, EmployerRow, SiteRow, new_id

_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Named:
    """An employer as somebody named it: the name, what of it is compared, its credit code, where it is."""

    name: str | None
    name_key: str
    uscc: str | None
    district_code: str | None


def find_or_make_employer(
    session: Session,
    *,
    name: str | None,
    name_key: str,
    uscc: str | None,
    district_code: str | None,
    learned_from: str,
    at: datetime,
) -> str | None:
    """The employer of this name or credit code, made when it is new; None when neither says who it is.

    A different credit code is a different employer, whatever the name. A spelling not heard before becomes an alias.
    """
    named = Named(name, name_key, uscc, district_code)
    return find_or_make_employers(session, [named], learned_from=learned_from, at=at)[0]


def find_or_make_employers(
    session: Session, named: Sequence[Named], *, learned_from: str, at: datetime
) -> list[str | None]:
    """The employer of each, in their order: as if they were asked for one after the other, with a few statements."""
    asked = [one for one in named if one.name_key or one.uscc]
    if not asked:
        return [None] * len(named)
    one_at_a_time(session, "employers")
    known = _Known(session, asked)
    found = [known.employer(one, at) if one.name_key or one.uscc else None for one in named]
    write_rows(session, EmployerRow, [{name: getattr(row, name) for name in _Firm.__slots__} for row in known.new])
    for row in known.coded:
        # Whoever changed it meanwhile knows better; the next who names the code tells it again.
        coded = update(EmployerRow).where(EmployerRow.id == row.id, EmployerRow.version == row.version - 1)
        session.execute(coded.values(uscc=row.uscc, version=row.version))
    aliases = [
        {"id": new_id("als"), "employer_id": row.id, "name": name, "learned_from": learned_from, "learned_at": at}
        for row, name in known.new_aliases
    ]
    write_rows(session, EmployerAliasRow, aliases)
    return [row.id if row else None for row in found]


@dataclass(slots=True)
class _Firm:
    """An employer that is known, or to be made: what is known of it so far."""

    id: str
    name: str
    name_key: str
    uscc: str | None
    district_code: str | None
    created_at: datetime
    version: int = 1
    split_from: str | None = None


class _Known:
    """What the store knows of these names and codes, and what was made since. The oldest of several goes first."""

    def __init__(self, session: Session, asked: Sequence[Named]) -> None:
        names = {one.name for one in asked if one.name}
        codes = {one.uscc for one in asked if one.uscc}
        keys = {one.name_key for one in asked if one.name_key}
        apart = and_(EmployerRow.split_from.is_not(None), one_of(EmployerRow.name, names))
        which = or_(one_of(EmployerRow.uscc, codes), one_of(EmployerRow.name_key, keys), apart)
        columns = [getattr(EmployerRow, name) for name in _Firm.__slots__]
        rows = [_Firm(*row) for row in session.execute(select(*columns).where(which))]
        self._by_code: dict[str, _Firm] = {}
        self._by_key: dict[str, list[_Firm]] = {}
        self._apart: dict[str, list[_Firm]] = {}
        for row in sorted(rows, key=lambda row: (row.created_at, row.name, row.id)):
            self._keep(row)
        named = select(EmployerAliasRow.employer_id, EmployerAliasRow.name).where(one_of(EmployerAliasRow.name, names))
        self._aliases = set(session.execute(named).tuples())
        self.new: list[_Firm] = []
        self.coded: list[_Firm] = []
        self.new_aliases: list[tuple[_Firm, str]] = []

    def _keep(self, row: _Firm) -> None:
        if row.uscc is not None:
            self._by_code.setdefault(row.uscc, row)
        if row.split_from is not None:
            self._apart.setdefault(row.name, []).append(row)
        self._by_key.setdefault(row.name_key, []).append(row)

    def employer(self, one: Named, at: datetime) -> _Firm:
        """The employer that is named, made when it is new, with its code and its spelling learned."""
        row = self._find(one)
        if row is None:
            row = _Firm(
                id=new_id("emp"),
                name=one.name or one.uscc or one.name_key,
                name_key=one.name_key or one.uscc or "",
                uscc=one.uscc,
                district_code=one.district_code,
                created_at=at,
            )
            self.new.append(row)
            self._keep(row)
        elif one.uscc is not None and row.uscc is None:
            row.uscc = one.uscc
            row.version += 1
            if row not in self.new:
                self.coded.append(row)
            self._by_code.setdefault(one.uscc, row)
        if one.name and one.name_key:
            self._learn(row, one.name)
        return row

    def _find(self, one: Named) -> _Firm | None:
        """By the code; else by a spelling that a person took out, nobody's alias any more; else by the name."""
        if one.uscc is not None:
            known = self._by_code.get(one.uscc)
            if known is not None or not one.name_key:
                return known
        taken_out = self._apart.get(one.name or "")
        if taken_out and (one.uscc is None or taken_out[0].uscc is None):
            return taken_out[0]
        alike = self._by_key.get(one.name_key, [])
        if one.uscc is not None:
            return next((row for row in alike if row.uscc is None), None)
        return next((row for row in alike if row.uscc is not None), alike[0] if alike else None)

    def _learn(self, row: _Firm, name: str) -> None:
        """Remember a spelling, unless it is the own name, known, or one a person took out of this very employer."""
        taken_out = any(other.split_from == row.id for other in self._apart.get(name, ()))
        if name != row.name and not taken_out and (row.id, name) not in self._aliases:
            self._aliases.add((row.id, name))
            self.new_aliases.append((row, name))


def employers_by_spelling(session: Session, spellings: set[str]) -> dict[str, str]:
    """Whom a spelling names, exactly as it is written. An own name goes before an alias, a known code before none."""
    found: dict[str, str] = {}
    by_alias = (
        select(EmployerAliasRow.name, EmployerRow.id)
        .join(EmployerRow, EmployerRow.id == EmployerAliasRow.employer_id)
        .where(EmployerAliasRow.name.in_(spellings))
        .order_by(EmployerRow.uscc.is_(None), EmployerRow.created_at, EmployerRow.name, EmployerRow.id)
    )
    by_name = (
        select(EmployerRow.name, EmployerRow.id)
        .where(EmployerRow.name.in_(spellings))
        .order_by(EmployerRow.uscc.is_(None), EmployerRow.created_at, EmployerRow.name, EmployerRow.id)
    )
    for question in (by_name, by_alias):
        for spelling, employer_id in session.execute(question):
            found.setdefault(spelling, employer_id)
    return found


def employers_by_code(session: Session, codes: set[str]) -> dict[str, str]:
    """Whom a credit code names."""
    question = select(EmployerRow.uscc, EmployerRow.id).where(EmployerRow.uscc.in_(codes))
    return {code: employer_id for code, employer_id in session.execute(question) if code is not None}


@dataclass(frozen=True, slots=True)
class Site:
    """A place of work as somebody named it: the name, what of it is compared, where it is."""

    name: str
    name_key: str
    address: str | None
    district_code: str | None


def make_sites(session: Session, told: Iterable[Site]) -> None:
    """Keep the places of work that nobody named before; the first who names one says where it is."""
    named: dict[str, Site] = {}
    for one in told:
        if one.name_key and len(one.name) <= _LONGEST:
            named.setdefault(one.name_key, one)
    if not named:
        return
    one_at_a_time(session, "sites")
    known = set(session.scalars(select(SiteRow.name_key).where(one_of(SiteRow.name_key, named))))
    rows = [
        {"id": new_id("site"), **{name: getattr(one, name) for name in Site.__slots__}}
        for key, one in named.items()
        if key not in known
    ]
    write_rows(session, SiteRow, rows)
