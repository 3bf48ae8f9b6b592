"""Signs of pay that does not come: wages not paid when due, and payrolls not made."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from casework.calendar import months_after
from casework.record import Json
from casework.warnings.due import due_of, pay_day
from casework.warnings.finding import Finding, Limits, rows
from casework.warnings.known import Balance, Known, Payroll
from casework.warnings.payrolls import since
from casework.warnings.rule import Level

_PAID_BEFORE = 3


def arrears(known: Known, limits: Limits) -> Iterator[Finding]:
    """Pay not paid when due: up to a month yellow, up to two orange, over two red. One an employer and project."""
    for (employer, project), payrolls in _by_employer(known).items():
        late = [one for one in payrolls if _is_late(known, one, limits["arrears.least_fen"])]
        if not late:
            continue
        days = [due_of(known, one) for one in late]
        oldest, _ = min(days)
        owed = sum(one.owed_fen for one in late)
        facts: dict[str, Json] = {
            "project": project,
            "months": len({one.month for one in late}),
            "due_on": oldest.isoformat(),
            "days": (known.today - oldest).days,
            "workers": _heads_unpaid(late),
            "owed": owed,
        }
        guesses = sum(guess for _, guess in days)
        yield Finding(
            rule="arrears",
            level=_how_late(oldest, known.today, limits),
            employer=employer,
            project=project,
            facts=facts | ({"provisional": guesses} if guesses else {}),
            speaks_for=rows("pay_period", (one.id for one in late)),
            speaks_against=_paid_and_held(known, project, payrolls, late, owed),
        )


def _by_employer(known: Known) -> dict[tuple[str, str], list[Payroll]]:
    found: dict[tuple[str, str], list[Payroll]] = {}
    for payrolls in known.payrolls_of.values():
        for one in payrolls:
            found.setdefault((one.employer, one.project), []).append(one)
    return found


def _is_late(known: Known, payroll: Payroll, least: int) -> bool:
    return due_of(known, payroll)[0] < known.today and payroll.owed_fen >= max(least, 1)


def _how_late(due_on: date, today: date, limits: Limits) -> Level:
    """Exactly a month after the due day is still up to a month."""
    if today > months_after(due_on, limits["arrears.red_months"]):
        return Level.RED
    return Level.ORANGE if today > months_after(due_on, limits["arrears.orange_months"]) else Level.YELLOW


def _heads_unpaid(payrolls: list[Payroll]) -> int:
    """Different workers; of those nobody can tell apart, the most in one payroll."""
    told = {line.who for one in payrolls for line in one.lines if line.who and one.owed_to(line)}
    nameless = (sum(line.who is None and one.owed_to(line) > 0 for line in one.lines) for one in payrolls)
    return len(told) + max(nameless, default=0)


def _paid_and_held(
    known: Known, project: str, payrolls: list[Payroll], late: list[Payroll], owed: int
) -> tuple[tuple[str, str], ...]:
    """Payrolls of the same employer there that were paid in full, and an account that holds what is owed."""
    unpaid = {one.id for one in late}
    paid = [one.id for one in payrolls if one.id not in unpaid and one.lines and not one.owed_fen]
    last = known.balances_of.get(project, [])[-1:]
    return (*rows("pay_period", paid[-_PAID_BEFORE:]), *rows("account_balance", _covering(last, owed)))


def _covering(last: list[Balance], owed: int) -> Iterator[str]:
    return (one.id for one in last if one.balance_fen >= owed)


def payroll_missing(known: Known, limits: Limits) -> Iterator[Finding]:
    """The gates saw people, and days after pay was due there is no payroll of the month, or one without lines."""
    for project, months in known.attendance_of.items():
        site = known.sites.get(project)
        made = {one.month for one in known.payrolls_of.get(project, ()) if one.lines}
        missing = []
        for seen in months:
            due_on, guess = pay_day(seen.month, site.pay_day if site else None, known.calendar)
            overdue = (known.today - due_on).days > limits["payroll_missing.days"]
            if seen.heads and overdue and seen.month not in made and seen.month >= since(known, limits):
                missing.append((seen, due_on, guess))
        if not missing:
            continue
        last, due_on, guess = missing[-1]
        facts: dict[str, Json] = {
            "project": project,
            "month": last.month,
            "heads": last.heads,
            "due_on": due_on.isoformat(),
        }
        yield Finding(
            rule="payroll_missing",
            level=Level.ORANGE if len(missing) >= limits["payroll_missing.orange_months"] else Level.YELLOW,
            employer=known.answers_for(project),
            project=project,
            facts=facts | ({"provisional": 1} if guess else {}),
            speaks_for=rows("attendance_month", (seen.id for seen, _, _ in missing)),
            speaks_against=rows("pay_period", [one.id for one in known.payrolls_of.get(project, ())][-_PAID_BEFORE:]),
        )
