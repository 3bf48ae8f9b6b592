"""Who must not be told by texts about some cases or complaints: complainants, bosses, and those on a roster.

A text about a case is hidden as strictly as the most secret of its complaints asks.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache, cached_property
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from casework.homes import homes_in
from casework.secrecy import NO_NAMES, in_confidence, names_of
from casework.written_numbers import may_hold_number
from warehouse.models import CaseMembershipRow, CaseRow, ComplaintVersionRow, WorkerRow
from warehouse.queries.hiding import Named, Tell, hide
from warehouse.store.one_employer import family_of

_HOUSE = re.compile(r"[号栋幢楼室村庄屯弄]|单元|小区|花园|公寓|社区")
"""A text without any of these names no home that is known."""
_TOLD = ComplaintVersionRow
_Columns = InstrumentedAttribute[Any]


class Tellers:
    """Hides texts about these cases, or with `complaints` about these complaints.

    The store is asked when a text asks for it, and once for all of them: for names by any text, for homes and numbers
    by one that could hold them.
    """

    def __init__(self, session: Session, ids: Collection[str], *, complaints: bool = False) -> None:
        self._session, self._ids = session, sorted(set(ids))
        self._subject: _Columns = _TOLD.complaint_id if complaints else CaseMembershipRow.case_id

    def hide(
        self, text: str | None, subject_id: str, *, story: bool = False, beside: Iterable[str | None] = ()
    ) -> str | None:
        """A text about one of them as it is shown; `story`: what was told. `beside`: who must not be named either."""
        if not text:
            return text
        secret = subject_id in self._secret
        at_home = (secret or not story) and _HOUSE.search(text)
        tell = Tell(
            named=[*self._named.get(subject_id, ()), *(Named(one) for name in beside for one in _spellings(name))],
            numbers=self._numbers.get(subject_id, ()) if may_hold_number(text) else (),
            homes=self._homes.get(subject_id, ()) if at_home else (),
            secret=secret,
        )
        return hide(text, tell, story=story)

    def hide_any(self, text: str | None) -> str | None:
        """A text that is about no single one of them, such as what an officer writes of an employer."""
        if not text:
            return text
        tell = Tell(
            named=[one for known in self._named.values() for one in known],
            numbers={one for known in self._numbers.values() for one in known} if may_hold_number(text) else (),
            homes=[one for known in self._homes.values() for one in known] if _HOUSE.search(text) else (),
            secret=bool(self._secret),
        )
        return hide(text, tell)

    @cached_property
    def _said(self) -> Sequence[tuple[str, str | None, str | None, bool, str]]:
        return list(self._asked(_TOLD.complainant_name, _TOLD.boss_name, _TOLD.confidential, _TOLD.kind))

    @cached_property
    def _secret(self) -> frozenset[str]:
        return frozenset(subject for subject, *_, confidential, kind in self._said if in_confidence(confidential, kind))

    @cached_property
    def _named(self) -> Mapping[str, Sequence[Named]]:
        found: dict[str, dict[Named, None]] = defaultdict(dict)
        for subject, name, boss, confidential, kind in self._said:
            secret = in_confidence(confidential, kind)
            found[subject] |= {Named(one, secret=secret): None for one in _spellings(name)}
            found[subject] |= {Named(one, teller=False, secret=secret): None for one in _spellings(boss)}
        roster = self._asked(WorkerRow.name, WorkerRow.part, _TOLD.confidential, _TOLD.kind)
        for subject, name, part, confidential, kind in roster:
            if part == "roster":
                secret = in_confidence(confidential, kind)
                found[subject] |= {Named(one, secret=secret): None for one in _spellings(name)}
        return {subject: list(named) for subject, named in found.items()}

    @cached_property
    def _homes(self) -> Mapping[str, Sequence[str]]:
        found: dict[str, dict[str, None]] = defaultdict(dict)
        for subject, title, narrative in self._asked(_TOLD.title, _TOLD.narrative):
            found[subject] |= dict.fromkeys((*homes_in(title), *homes_in(narrative)))
        return {subject: list(homes) for subject, homes in found.items()}

    @cached_property
    def _numbers(self) -> Mapping[str, Collection[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        own, beside = (_TOLD.complainant_phone, _TOLD.complainant_id_no), (WorkerRow.phone, WorkerRow.id_no)
        for subject, *told in (*self._asked(*own), *self._asked(*beside)):
            found[subject] |= {figures for one in told for figures in names_of(one or "") if figures[:-1].isdigit()}
        return found

    def _asked(self, *columns: _Columns) -> Iterable[Any]:
        """The subject and these columns of each newest complaint, or of each line of its roster if one is of those."""
        if not self._ids:
            return ()
        return self._session.execute(_asking(self._subject, *columns), {"ids": self._ids}).tuples()


@cache
def _asking(subject: _Columns, *columns: _Columns) -> Select[Any]:
    """The question behind it, put together once for each handful of columns."""
    these = subject.in_(bindparam("ids", expanding=True))
    question = select(subject, *columns).where(these, _TOLD.newest.is_(True))
    if subject is CaseMembershipRow.case_id:
        question = question.join(_TOLD, _TOLD.complaint_id == CaseMembershipRow.complaint_id)
    if any(column.class_ is WorkerRow for column in columns):
        of_it = (WorkerRow.complaint_id == _TOLD.complaint_id) & (WorkerRow.version == _TOLD.version)
        question = question.join(WorkerRow, of_it)
    return question


def tellers_of(session: Session, employer_id: str | None) -> Tellers:
    """Those who told of any case of an employer, or of one that is one with it."""
    if employer_id is None:
        return Tellers(session, ())
    cases = select(CaseRow.id).where(CaseRow.employer_id.in_(family_of(session, employer_id)))
    return Tellers(session, session.scalars(cases).all())


def _spellings(name: str | None) -> list[str]:
    """A name as it was given, and without the title or the number that stand beside it. Nothing for what is no name."""
    given = (name or "").strip()
    if not given:
        return []
    bare = [one for one in names_of(given) if not any(map(str.isdigit, one))]
    return [one for one in dict.fromkeys((given, *bare)) if one not in NO_NAMES]
