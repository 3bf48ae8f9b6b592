"""The complaints of a long time and what became of them, read once and told day after day, as they stood on each day.

What an employer is called, and which employer a case has, is told as it is known now. Which employers were one, when a
complaint was heard, in which case it was, whether that case ran, and what had been promised, is told as it was on the
day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.lifecycle import ENDED, OPEN
from casework.same_worker import Keys
from casework.warnings.known import Ended, Outside, Promised, Told
from warehouse.models import (
    CaseMembershipRow,
    CaseRow,
    ComplaintRow,
    ComplaintVersionRow,
    InstalmentRow,
    LifeMoveRow,
    OutsideArrearsRow,
    PaymentPlanRow,
    WorkerRow,
)
from warehouse.queries.joined import Joined
from warehouse.queries.known_complaints import BOSS_LOOKED_BACK, LOOKED_BACK, behind, boss_blind, named_by
from warehouse.queries.known_feed import Basis

_CLOSED = "closed"


class CaseLives:
    """The steps of the work on every case: where each stood at a moment, and whose it was as employers were joined."""

    def __init__(self, session: Session, joined: Joined) -> None:
        self.joined = joined
        self._employers: dict[str, str | None] = {}
        self._now: dict[str, str] = {}
        self._moves: dict[str, list[tuple[datetime, str, str]]] = defaultdict(list)
        for case, employer, status in session.execute(select(CaseRow.id, CaseRow.employer_id, CaseRow.status)):
            self._employers[case], self._now[case] = employer, status
        row = LifeMoveRow
        moves = select(row.case_id, row.at, row.was, row.became).where(row.life == "work", row.case_id.is_not(None))
        for moved, at, was, became in session.execute(moves.order_by(row.case_id, row.step_no)):
            self._moves[str(moved)].append((at, was, became))

    def employer(self, case: str, moment: datetime) -> str | None:
        """The employer of a case, and of those that were one with it the one that stayed."""
        own = self._employers.get(case)
        return own and self.joined.root(own, moment)

    def status(self, case: str, moment: datetime) -> str:
        """Where the work on a case stood; of one without steps, where it stands now."""
        moves = self._moves.get(case)
        if not moves:
            return self._now[case]
        done = [became for at, _, became in moves if at <= moment]
        return done[-1] if done else moves[0][1]

    def ended(self, moment: datetime) -> tuple[Ended, ...]:
        """Cases that had ended and had not been opened again."""
        found = []
        for case, moves in self._moves.items():
            done = [(at, became) for at, _, became in moves if at <= moment]
            employer = self.employer(case, moment)
            if employer and done and done[-1][1] in ENDED and done[-1][0] > moment - LOOKED_BACK:
                found.append(Ended(id=case, employer=employer, ended_at=done[-1][0]))
        return tuple(sorted(found, key=lambda one: (one.ended_at, one.id)))


class ComplaintHistory:
    """The complaints heard, on one day and another. `basis` changed: known from the day the platform got them."""

    def __init__(
        self, session: Session, lives: CaseLives, *, since: datetime, until: datetime, basis: Basis = "arrived"
    ) -> None:
        self._lives, self._basis = lives, basis
        within = ComplaintRow.received_at > since - LOOKED_BACK, ComplaintRow.received_at <= until
        said = ComplaintVersionRow
        question = (
            select(
                ComplaintRow.id,
                ComplaintRow.channel,
                ComplaintRow.received_at,
                ComplaintRow.filed_at,
                said.version,
                said.read_at,
                said.employer_name,
                said.employer_uscc,
                said.site_name,
                said.boss_name,
            )
            .join(said, said.complaint_id == ComplaintRow.id)
            .where(*within)
            .order_by(ComplaintRow.received_at, ComplaintRow.id, said.version)
        )
        self._versions: dict[str, list[Any]] = defaultdict(list)
        for row in session.execute(question):
            self._versions[row.id].append(row)
        self._spoken = {number: named_by(session, rows) for number, rows in _by_version(self._versions).items()}
        self._members: dict[str, list[Any]] = defaultdict(list)
        member = CaseMembershipRow
        memberships = select(
            member.complaint_id, member.case_id, member.claim_id, member.valid_from, member.valid_to
        ).join(ComplaintRow, ComplaintRow.id == member.complaint_id)
        for joined in session.execute(memberships.where(*within).order_by(member.valid_from, member.id)):
            self._members[joined.complaint_id].append(joined)
        self._mentions: dict[tuple[str, int], list[Any]] = defaultdict(list)
        who = WorkerRow
        mentions = select(
            who.complaint_id, who.version, who.part, who.name_blind, who.phone_blind, who.id_no_blind
        ).join(ComplaintRow, ComplaintRow.id == who.complaint_id)
        for named in session.execute(mentions.where(*within).order_by(who.complaint_id, who.id)):
            self._mentions[named.complaint_id, named.version].append(named)
        self._parted: dict[str, tuple[Any, dict[str, frozenset[str]]]] = {}
        self._bosses: dict[tuple[str, int], str | None] = {}

    def at(self, moment: datetime) -> tuple[Told, ...]:
        """Every complaint heard by a moment whose employer we know."""
        found, cases = {}, {}
        for one, rows in self._versions.items():
            row = self._version(rows, moment)
            if row is None:
                continue
            member = self._member(one, moment)
            employer = self._lives.employer(member.case_id, moment) if member else None
            spoken = self._spoken[row.version].get(one)
            employer = employer or (spoken and self._lives.joined.root(spoken, moment))
            if employer:
                found[one], cases[one] = (row, employer), member
        people = self._people(found, cases)
        return tuple(
            Told(
                id=one,
                employer=employer,
                channel=row.channel,
                at=row.received_at,
                people=people.get(one, frozenset()),
                site=row.site_name,
                boss=self._boss(row, moment),
                runs=(member := cases[one]) is None or self._lives.status(member.case_id, moment) in OPEN,
            )
            for one, (row, employer) in found.items()
        )

    def _version(self, rows: list[Any], moment: datetime) -> Any | None:
        """The newest version of a complaint that was known."""
        first = rows[0]
        heard = first.received_at if self._basis == "changed" else max(first.received_at, first.filed_at)
        if heard > moment or first.received_at <= moment - LOOKED_BACK:
            return None
        known = [row for row in rows if row.read_at <= moment]
        return known[-1] if known else first if self._basis == "changed" else None

    def _member(self, complaint: str, moment: datetime) -> Any | None:
        """The case it was in; looked back to before it was filed, the first it came into."""
        rows = self._members.get(complaint, [])
        there = [row for row in rows if row.valid_from <= moment and (row.valid_to is None or row.valid_to > moment)]
        if not there and self._basis == "changed" and rows and rows[0].valid_from > moment:
            return rows[0]
        return there[-1] if there else None

    def _people(self, found: Mapping[str, tuple[Any, str]], cases: Mapping[str, Any]) -> dict[str, frozenset[str]]:
        """Who is behind each complaint, worked out anew only for employers of whom something new was heard."""
        told: dict[str, list[tuple[str, Keys]]] = defaultdict(list)
        for one in sorted(found):
            row, employer = found[one]
            claim = cases[one].claim_id if cases[one] is not None else None
            for said in self._mentions.get((one, row.version), []):
                keys = Keys(
                    said.name_blind, said.phone_blind, said.id_no_blind, claim if said.part == "complainant" else None
                )
                if not keys.empty:
                    told[employer].append((one, keys))
        people: dict[str, frozenset[str]] = {}
        for employer, mentions in told.items():
            kept = self._parted.get(employer)
            if kept is None or kept[0] != mentions:
                kept = self._parted[employer] = mentions, behind(employer, mentions)
            people |= kept[1]
        return people

    def _boss(self, row: Any, moment: datetime) -> str | None:
        if row.received_at <= moment - BOSS_LOOKED_BACK:
            return None
        key = row.id, row.version
        if key not in self._bosses:
            self._bosses[key] = boss_blind(row.boss_name)
        return self._bosses[key]


def _by_version(versions: Mapping[str, list[Any]]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for rows in versions.values():
        for row in rows:
            found[row.version].append(row)
    return found


class PromiseHistory:
    """Plans of payment, and what other bodies told, on one day and another."""

    def __init__(self, session: Session, lives: CaseLives, *, until: datetime) -> None:
        self._lives = lives
        steps = (
            select(InstalmentRow, CaseRow.employer_id, PaymentPlanRow)
            .join(PaymentPlanRow, PaymentPlanRow.id == InstalmentRow.plan_id)
            .join(CaseRow, CaseRow.id == PaymentPlanRow.case_id)
            .where(CaseRow.employer_id.is_not(None))
            .where(PaymentPlanRow.at <= until, InstalmentRow.due_on <= local_day(until))
            .order_by(InstalmentRow.due_on, InstalmentRow.id)
        )
        self._steps = session.execute(steps).tuples().all()
        row = OutsideArrearsRow
        self._words = session.scalars(select(row).where(row.arrived_at <= until).order_by(row.as_of, row.id)).all()

    def promised(self, moment: datetime) -> tuple[Promised, ...]:
        """Instalments of plans then in force that had fallen due, of files that were not closed."""
        found: dict[object, Promised] = {}
        for step, own, plan in self._steps:
            over = plan.replaced_at is not None and plan.replaced_at <= moment
            if plan.at > moment or over or step.due_on > local_day(moment):
                continue
            if self._lives.status(plan.case_id, moment) == _CLOSED:
                continue
            employer = self._lives.joined.root(str(own), moment)
            told = step.alarmed_at is not None and step.alarmed_at <= moment
            paid = step.settled_at is not None and step.settled_at <= moment
            broken = told and not paid
            one = Promised(id=step.id, employer=employer, due_on=step.due_on, fen=step.amount_fen, broken=broken)
            found.setdefault((employer, plan.agreed_on, step.due_on, step.amount_fen), one)
        return tuple(found.values())

    def outside(self, moment: datetime) -> tuple[Outside, ...]:
        """What each other body had last said of each employer."""
        joined = self._lives.joined
        came = (one for one in self._words if one.arrived_at <= moment)
        last = {(one.kind, joined.root(one.employer_id, moment)): one for one in came}
        return tuple(
            Outside(id=one.id, kind=kind, employer=employer, months=one.months, owed_fen=one.owed_fen, as_of=one.as_of)
            for (kind, employer), one in last.items()
        )
