"""Signs of projects: special accounts without money or with too little, no deposit, one crew on two sites."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta

from casework.calendar import months_after
from casework.clocks import due_day
from casework.record import Json
from casework.warnings.due import last_day, month_before, month_of
from casework.warnings.finding import Finding, Limits, Row, rows, step
from casework.warnings.known import Balance, Known, Payroll
from casework.warnings.payrolls import since
from casework.warnings.rule import Level


def account_unfed(known: Known, limits: Limits) -> Iterator[Finding]:
    """Nothing was paid into an account for longer than a payment cycle of a month (724 §24): orange; for two, red.

    An account of which nothing is known says nothing here: that is the matter of `no_data`.
    """
    for project, balances in known.balances_of.items():
        fed = [one for one in balances if (one.paid_in_fen or 0) > 0]
        said = [one for one in balances if one.paid_in_fen is not None]
        if not said:
            continue
        start = fed[-1].as_of if fed else balances[0].as_of
        slack = timedelta(days=limits["account_unfed.slack_days"])
        if known.today <= months_after(start, 1) + slack:
            continue
        after = [one for one in balances if one.as_of > start]
        heard = max(one.as_of for one in balances)
        if known.today - heard > timedelta(days=limits["no_data.days"]) and not after:
            continue  # Nothing at all was heard since: that it stood empty would be a guess.
        last = balances[-1]
        red = known.today > months_after(start, 2) + slack
        yield Finding(
            rule="account_unfed",
            level=Level.RED if red else Level.ORANGE,
            employer=known.answers_for(project),
            project=project,
            facts={
                "project": project,
                "days": (known.today - start).days,
                "since": start.isoformat(),
                "balance": last.balance_fen,
            },
            speaks_for=rows("account_balance", (one.id for one in (after or [last]))),
            speaks_against=(*rows("account_balance", (one.id for one in fed[-1:])), *_paid(known, project)),
        )


def _paid(known: Known, project: str) -> tuple[Row, ...]:
    """The last payrolls of a project that were paid in full."""
    paid = [one.id for one in known.payrolls_of.get(project, ()) if one.lines and not one.owed_fen]
    return rows("pay_period", paid[-3:])


def account_short(known: Known, limits: Limits) -> Iterator[Finding]:
    """Less was paid into an account in a month than agreed (724 §27), and no later month made up for it: the newest,
    and for how many months running.

    The month that runs is judged from a day of it on, and only when something of it is known. In one that is over, of
    which only later days are known, nothing moved. The month in which the account was first heard of is left out,
    unless from its first day.
    """
    for project, balances in known.balances_of.items():
        more = 0
        short: list[tuple[str, int, int]] = []
        for month in _judged(known, limits, balances):
            agreed, paid_in = _paid_into(balances, month)
            if agreed is None or paid_in is None:
                continue
            if (paid_in + more) * 100 < limits["account_short.share"] * agreed:
                short.append((month, agreed, paid_in))
            elif short:
                break
            more += max(paid_in - agreed, 0)
        if short:
            yield _short(known, limits, project, *short[0], months=len(short))


def _judged(known: Known, limits: Limits, balances: list[Balance]) -> Iterator[str]:
    """The months of an account that can be judged, the newest first."""
    month, first = month_of(known.today), balances[0].as_of
    runs = known.today.day < limits["account_short.from_day"] or month_of(balances[-1].as_of) < month
    if runs:
        month = month_before(month)
    while month >= since(known, limits) and first <= last_day(month_before(month)) + timedelta(days=1):
        if balances[-1].as_of > last_day(month) or month_of(balances[-1].as_of) == month:
            yield month
        month = month_before(month)


def _paid_into(balances: list[Balance], month: str) -> tuple[int | None, int | None]:
    """What was agreed for a month and what came in, in fen; None: it is not said."""
    here = [one for one in balances if month_of(one.as_of) == month]
    until = [one for one in balances if one.as_of <= last_day(month)]
    agreed = next((one.agreed_fen for one in reversed(until) if one.agreed_fen), None)
    unsaid = bool(here) and all(one.paid_in_fen is None for one in here)
    return agreed, None if unsaid else sum(one.paid_in_fen or 0 for one in here)


def _short(
    known: Known, limits: Limits, project: str, month: str, agreed: int, paid_in: int, *, months: int
) -> Finding:
    balances = known.balances_of[project]
    here = [one.id for one in balances if month_of(one.as_of) == month]
    until = [one for one in balances if one.as_of <= last_day(month)]
    held = [one.id for one in balances[-1:] if one.balance_fen >= agreed]
    orange = paid_in * 100 < limits["account_short.orange_share"] * agreed
    return Finding(
        rule="account_short",
        level=Level.ORANGE if orange else Level.YELLOW,
        employer=known.answers_for(project),
        project=project,
        facts={
            "project": project,
            "month": month,
            "paid_in": paid_in,
            "agreed": agreed,
            "share": paid_in * 100 // agreed,
            "months": months,
        },
        speaks_for=rows("account_balance", here or [one.id for one in until[-1:]]),
        speaks_against=(*rows("account_balance", held), *_paid(known, project)),
    )


def deposit_missing(known: Known, limits: Limits) -> Iterator[Finding]:
    """The platform says that the wage deposit is not paid, and its day is over. That nothing is said is no sign.

    A day that is a guess (暂定) is given the days of the longest holidays on top: nobody is warned of early.
    """
    for site in known.sites.values():
        if site.deposit_paid is not False or site.started_on is None:
            continue
        due = due_day(site.started_on, limits["deposit_missing.working_days"], "working", known.calendar)
        slack = timedelta(days=limits["deposit_missing.slack_days"] if due.provisional else 0)
        if known.today <= due.due_on + slack:
            continue
        facts: dict[str, Json] = {
            "project": site.code,
            "started_on": site.started_on.isoformat(),
            "due_on": due.due_on.isoformat(),
        }
        yield Finding(
            rule="deposit_missing",
            level=Level.YELLOW,
            employer=site.contractor or known.answers_for(site.code),
            project=site.code,
            facts=facts | ({"provisional": 1} if due.provisional else {}),
            speaks_for=rows("project", [site.code]),
            speaks_against=_paid(known, site.code),
        )


def crew_on_two_sites(known: Known, limits: Limits) -> Iterator[Finding]:
    """Workers of an employer who stand on payrolls of two projects in one month; graver when their days do not fit."""
    months: dict[str, list[Payroll]] = defaultdict(list)
    for one in known.payrolls:
        if one.month >= since(known, limits):
            months[one.month].append(one)
    told: set[str] = set()
    for month, payrolls in sorted(months.items(), reverse=True):
        for employer, twice in sorted(_on_several(payrolls).items()):
            if employer not in told and len(twice) >= limits["crew_on_two_sites.workers"]:
                told.add(employer)
                yield _twice(employer, month, payrolls, twice)


def _on_several(payrolls: list[Payroll]) -> dict[str, set[str]]:
    """By employer, the workers of its payrolls that stand on payrolls of two projects in the month."""
    if sum(len(one.workers) for one in payrolls) == len(frozenset[str]().union(*(one.workers for one in payrolls))):
        return {}  # Nobody stands on two payrolls of the month.
    where: dict[str, set[str]] = defaultdict(set)
    for one in payrolls:
        for who in one.workers:
            where[who].add(one.project)
    several = {who for who, projects in where.items() if len(projects) > 1}
    found: dict[str, set[str]] = defaultdict(set)
    for one in payrolls if several else ():
        found[one.employer] |= several & one.workers
    return found


def _twice(employer: str, month: str, payrolls: list[Payroll], twice: set[str]) -> Finding:
    where: dict[str, set[str]] = defaultdict(set)
    days: dict[str, float] = defaultdict(float)
    for one in payrolls:
        for line in one.lines:
            if line.who in twice:
                where[line.who].add(one.project)
                days[line.who] += line.days or 0
    most = max(days.values())
    crew = [one for one in payrolls if any(line.who in twice for line in one.lines)]
    fits = [
        one.id for one in crew if all(days[line.who] <= last_day(month).day for line in one.lines if line.who in twice)
    ]
    return Finding(
        rule="crew_on_two_sites",
        level=step(int(most), orange=last_day(month).day + 1),
        employer=employer,
        facts={
            "month": month,
            "workers": len(twice),
            "projects": len(set().union(*(where[who] for who in twice))),
            "most_days": int(most),
        },
        speaks_for=rows("pay_period", (one.id for one in crew)),
        speaks_against=rows("pay_period", fits),
    )
