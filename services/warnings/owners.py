"""Who looks after a warning: the inspector of the place, its head, or who keeps the machine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.people import Actor, Role
from casework.warnings.rule import Owner
from warehouse.models import CaseRow, EmployerRow, WarningRow
from warehouse.store.accounts import heads_of, holders_of
from warehouse.store.dispatch import Bench, bench, had_of
from warehouse.store.one_employer import family_of

_DISTRICT = 6


@dataclass
class Owners:
    """The people of a day. Each warning given to somebody counts as load, so that they spread."""

    session: Session
    inspectors: Bench
    system_admins: list[str]
    load: Counter[str]

    def owner_of(self, kind: Owner, *, employer_id: str | None, place: str | None) -> str | None:
        """The account for one warning; None when nobody may have it. A place without inspectors belongs to its head."""
        found = None
        if kind is Owner.SYSTEM_ADMIN:
            found = self._least(self.system_admins)
        elif kind is Owner.INSPECTOR:
            found = self._inspector(employer_id, place)
        found = found or self._head(employer_id, place)
        if found is not None:
            self.load[found] += 1
        return found

    def _inspector(self, employer_id: str | None, place: str | None) -> str | None:
        """Who handled the employer before, then who has the street for their own, then who has least."""
        free = [one for one, actor in self.inspectors.actors.items() if self._may(one, actor, employer_id, place)]
        known = had_of(self.session, [employer_id] if employer_id else [])
        return min(
            free,
            key=lambda one: (
                -known[one, employer_id or ""],
                not _own_street(self.inspectors.actors[one], place),
                self.load[one] + self.inspectors.load[one],
                one,
            ),
            default=None,
        )

    def _may(self, account_id: str, actor: Actor, employer_id: str | None, place: str | None) -> bool:
        return (
            actor.may(Role.INSPECTOR, place)
            and account_id not in self.inspectors.away
            and (account_id, employer_id or "") not in self.inspectors.recused
        )

    def _head(self, employer_id: str | None, place: str | None) -> str | None:
        """The head of the place; of one that is nobody's here any head, to pass it on (724 §10)."""
        heads = heads_of(self.session, place) or heads_of(self.session, None)
        there = [one for one in heads if one not in self.inspectors.away]
        return self._least(one for one in there if (one, employer_id or "") not in self.inspectors.recused)

    def _least(self, people: Iterable[str]) -> str | None:
        return min(people, key=lambda one: (self.load[one], one), default=None)


def place_of(session: Session, employer_id: str | None) -> str | None:
    """Where an employer is looked for: where labour was used in its newest case (423 §13), else where it is kept at."""
    if employer_id is None:
        return None
    newest = (
        select(CaseRow.district_code)
        .where(CaseRow.employer_id.in_(family_of(session, employer_id)), CaseRow.district_code.is_not(None))
        .order_by(CaseRow.opened_at.desc(), CaseRow.id)
    )
    return session.scalar(newest.limit(1)) or session.get_one(EmployerRow, employer_id).district_code


def _own_street(actor: Actor, place: str | None) -> bool:
    return any(len(own) > _DISTRICT and (place or "").startswith(own) for own in actor.territories)


def owners(session: Session, *, today: date) -> Owners:
    """Who can be asked today, with what they have."""
    held = select(WarningRow.owner_id, func.count()).where(WarningRow.state == "open").group_by(WarningRow.owner_id)
    load = Counter({one: count for one, count in session.execute(held) if one})
    return Owners(session, bench(session, today=today), holders_of(session, Role.SYSTEM_ADMIN), load)
