"""One project of the wage-payment platform: everything it told of it, how old that is, and what it told otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.calendar import Calendar, local_day
from casework.pay_history import OnProject, PayHistory, PayMonth, pay_history, summed
from casework.payroll_words import Correction
from casework.people import Actor
from casework.warnings.due import month_before, month_of
from casework.warnings.known import Payroll
from warehouse.models import FeedVersionRow, ProjectRow
from warehouse.queries.known_feed import KnownFeed, known_feed
from warehouse.queries.project_facts import (
    KINDS,
    Account,
    Firm,
    Heard,
    account_days,
    accounts_of,
    chains_of,
    heard_of,
)

MONTHS = 24
ACCOUNT_DAYS = 24
_BACK = timedelta(days=950)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of data: the last word, how many days ago the platform changed it, and whether that is too long."""

    table: str
    last: Heard | None
    days: int | None
    late: bool


@dataclass(frozen=True, slots=True)
class Payer:
    """One firm that pays wages there, with its months."""

    key: str
    name: str
    history: OnProject


@dataclass(frozen=True, slots=True)
class SiteMonth:
    """One month of the project: what the gates saw and what was paid. `heads` None: the gates told nothing."""

    month: str
    heads: int | None
    paid: PayMonth | None


@dataclass(frozen=True, slots=True)
class Told:
    """A figure of the register, the account or the gates that the platform told otherwise from a day on.

    `of` is the day of the account or the month of the gates that it is about. Names that end in _fen are fen.
    """

    on: date
    table: str
    name: str
    of: str | None
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """Everything the page of a project shows."""

    project: ProjectRow
    chain: tuple[Firm, ...]
    kinds: tuple[Kind, ...]
    account: Account | None
    accounts: tuple[Account, ...]
    months: tuple[SiteMonth, ...]
    payers: tuple[Payer, ...]
    corrections: tuple[tuple[str, Correction], ...]
    told: tuple[Told, ...]


def project_facts(
    session: Session, actor: Actor, row: ProjectRow, *, calendar: Calendar, at: datetime, limits: Mapping[str, int]
) -> ProjectFacts:
    """What the platform had told of a project by a moment; `limits` are the days of the rule `no_data`."""
    today, code = local_day(at), row.project_code
    first = month_before(month_of(today), MONTHS)
    feed = known_feed(session, until=at, only=FeedVersionRow.project_code == code, back=_BACK)
    seen = {one.month: one.heads for one in feed.attendance if one.month >= first}
    begun = month_of(row.started_on) if row.started_on and not feed.payrolls else None
    begins = min(seen, default=begun)
    since = {code: begins} if begins else None
    payers = _payers(feed, calendar, today=today, first=first)
    silence = pay_history([], feed.sites, calendar, today=today, first=first, since=since)
    by_month = {one.month: one for one in (*silence.months, *summed(one.history for one in payers))}
    labels = sorted({*seen, *by_month}, reverse=True)
    return ProjectFacts(
        project=row,
        chain=tuple(chains_of(session, actor, [code]).get(code, ())),
        kinds=_kinds(heard_of(session, [code]).get(code, {}), today, limits),
        account=accounts_of(session, [code]).get(code),
        accounts=tuple(account_days(session, code, limit=ACCOUNT_DAYS)),
        months=tuple(SiteMonth(label, seen.get(label), by_month.get(label)) for label in labels),
        payers=payers,
        corrections=_corrections(payers),
        told=_told(session, code),
    )


def _payers(feed: KnownFeed, calendar: Calendar, *, today: date, first: str) -> tuple[Payer, ...]:
    by_firm: dict[str, list[Payroll]] = {}
    for one in feed.payrolls:
        by_firm.setdefault(one.employer, []).append(one)
    found = []
    for key, own in by_firm.items():
        history: PayHistory = pay_history(own, feed.sites, calendar, today=today, first=first)
        party = feed.parties.get(key)
        found.append(Payer(key, (party.name if party else None) or key, history.projects[0]))
    return tuple(sorted(found, key=lambda one: one.name))


def _corrections(payers: tuple[Payer, ...]) -> tuple[tuple[str, Correction], ...]:
    every = [(one.name, change) for one in payers for change in one.history.corrections]
    return tuple(sorted(every, key=lambda pair: (pair[1].on, pair[1].month, pair[0]), reverse=True))


def _kinds(heard: Mapping[str, Heard], today: date, limits: Mapping[str, int]) -> tuple[Kind, ...]:
    """The register of a project changes seldom: only of the other kinds is silence a sign."""
    found = []
    for table in KINDS:
        last = heard.get(table)
        days = (today - last.changed_on).days if last else None
        late = table != "project" and (days is None or days > limits["one_kind_days"])
        found.append(Kind(table, last, days, late))
    newest = min((one.days for one in found if one.days is not None), default=None)
    if newest is not None and newest > limits["days"]:
        return tuple(Kind(one.table, one.last, one.days, True) for one in found)
    return tuple(found)


_TOLD = ("name", "owner_name", "general_contractor", "district_code", "pay_day", "started_on", "deposit_paid")
_OF_ACCOUNT = ("balance_fen", "paid_in_fen", "agreed_fen")


def _told(session: Session, code: str) -> tuple[Told, ...]:
    """What the register and the account said before, the newest change first. A figure not kept then is no change."""
    row = FeedVersionRow
    question = (
        select(row.table_name, row.record_id, row.said, row.arrived_at)
        .where(row.project_code == code, row.table_name.in_(("project", "account_balance", "attendance_month")))
        .order_by(row.table_name, row.record_id, row.version)
    )
    found, before = [], dict[tuple[str, str], dict[str, Any]]()
    for table, record, said, arrived in session.execute(question):
        earlier = before.get((table, record))
        before[table, record] = said
        if earlier is None:
            continue
        names = {"project": _TOLD, "account_balance": _OF_ACCOUNT}.get(table, ("heads", "days"))
        for name in names:
            if name in earlier and earlier[name] != said.get(name):
                of = said.get("as_of") or said.get("month")
                found.append(Told(local_day(arrived), table, name, of, earlier[name], said.get(name)))
    return tuple(sorted(found, key=lambda one: (one.on, one.table, one.of or "", one.name), reverse=True)[:50])
