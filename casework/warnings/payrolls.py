"""Signs within single payrolls: who is not on them, and sums that cannot be right."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from casework.record import Json
from casework.warnings.due import due_of, month_before, month_of
from casework.warnings.finding import Finding, Limits, rows
from casework.warnings.known import Attendance, Known, Line, Payroll
from casework.warnings.rule import Level

FULL_MONTH = 21.75
"""Days of a full month's pay (人社部发〔2025〕2号)."""


def since(known: Known, limits: Limits) -> str:
    """The first month at which these rules look."""
    return month_before(month_of(known.today), limits["window.months"])


def _due_months(known: Known, project: str, limits: Limits) -> dict[str, list[Payroll]]:
    """The payrolls of the months looked at that have fallen due, by month; those without lines say nothing."""
    found: dict[str, list[Payroll]] = {}
    for one in known.payrolls_of.get(project, ()):
        if one.lines and one.month >= since(known, limits) and due_of(known, one)[0] < known.today:
            found.setdefault(one.month, []).append(one)
    return found


def heads(known: Known, limits: Limits) -> Iterator[Finding]:
    """Fewer people paid than were at work; and a share of them who are on no payroll at all, which is graver.

    A month with wages unpaid on its payroll is arrears: of it only those who are on no payroll are a matter of heads.
    Of the newest month that shows either both are found; `evaluate` tells the milder where the graver is off.
    """
    for project, seen in known.attendance_of.items():
        due = _due_months(known, project, limits)
        for month in sorted((one for one in seen if one.month in due), key=lambda one: one.month, reverse=True):
            found = list(_short(known, limits, month, due[month.month]))
            yield from found
            if found:
                break


def _short(known: Known, limits: Limits, month: Attendance, payrolls: list[Payroll]) -> Iterator[Finding]:
    paid, listed = sum(one.heads_paid for one in payrolls), sum(len(one.lines) for one in payrolls)
    owed = any(one.owed_fen >= max(limits["arrears.least_fen"], 1) for one in payrolls)
    missing = month.heads - listed
    share = missing * 100 // month.heads if month.heads > 0 else 0
    many = missing * 100 > limits["attendees_unpaid.share"] * month.heads
    facts: dict[str, Json] = {"project": month.project, "month": month.month, "heads": month.heads}
    found: list[tuple[str, Level, dict[str, Json]]] = []
    if many and missing >= limits["attendees_unpaid.least"]:
        found.append(("attendees_unpaid", Level.RED, {"unpaid": missing, "share": share}))
    if not owed and month.heads - paid >= limits["heads_short.least"]:
        found.append(("heads_short", Level.YELLOW, {"paid": paid}))
    for rule, level, more in found:
        yield Finding(
            rule=rule,
            level=level,
            employer=known.answers_for(month.project),
            project=month.project,
            facts=facts | more,
            speaks_for=rows("attendance_month", [month.id]),
            speaks_against=rows("pay_period", (one.id for one in payrolls)),
        )


def below_minimum(known: Known, limits: Limits) -> Iterator[Finding]:
    """The pay due to all on a payroll, for a full month on average, is below the minimum wage."""
    minimum = limits["below_minimum.wage_fen"]
    for project in known.payrolls_of:
        for month, payrolls in sorted(_due_months(known, project, limits).items(), reverse=True):
            low = [(one, average) for one in payrolls if 0 < (average := _average(one)) < minimum]
            if not low:
                continue
            one, average = min(low, key=lambda pair: (pair[1], pair[0].id))
            yield Finding(
                rule="below_minimum",
                level=Level.RED,
                employer=one.employer,
                project=project,
                facts={
                    "project": project,
                    "month": month,
                    "workers": len(one.lines),
                    "average": average,
                    "minimum": minimum,
                },
                speaks_for=rows("pay_period", [one.id]),
                speaks_against=rows("pay_period", (other.id for other in payrolls if _average(other) >= minimum)),
            )
            break


def _average(payroll: Payroll) -> int:
    """What a full month pays on average, in fen; a line that does not say its days counts as a full month."""
    said = [line for line in payroll.lines if line.due_fen is not None and line.days != 0]
    months = sum(min((FULL_MONTH if line.days is None else line.days) / FULL_MONTH, 1) for line in said)
    return round(sum(line.due_fen or 0 for line in said) / months) if months > 0 else 0


def sum_implausible(known: Known, limits: Limits) -> Iterator[Finding]:
    """One worker with more than a month's or a year's limit: often a worker who does not exist (724 §52)."""
    of_month, of_year = limits["sum_implausible.month_fen"], limits["sum_implausible.year_fen"]
    first = since(known, limits)
    for project, payrolls in known.payrolls_of.items():
        by_employer: dict[str, list[Payroll]] = defaultdict(list)
        for one in payrolls:
            by_employer[one.employer].append(one)
        for employer, own in by_employer.items():
            recent = [one for one in own if one.month >= first and one.highest_fen > of_month]
            high = [(one, line) for one in recent for line in one.lines if _sum(line) > of_month]
            limit = of_month
            if not high:
                high, limit = _over_a_year(own, known.today.year, of_year), of_year
            if high:
                most = max(_sum(line) for _, line in high) if limit == of_month else _most_of_year(high)
                yield Finding(
                    rule="sum_implausible",
                    level=Level.RED,
                    employer=employer,
                    project=project,
                    facts={
                        "project": project,
                        "workers": len({line.who or f"{one.id}{number}" for number, (one, line) in enumerate(high)}),
                        "most": most,
                        "limit": limit,
                    },
                    speaks_for=rows("pay_period", (one.id for one, _ in high)),
                    speaks_against=rows("pay_period", _others(own, high)),
                )


def _others(own: list[Payroll], high: list[tuple[Payroll, Line]]) -> list[str]:
    """Payrolls of the same employer there without such a sum: the last three."""
    named = {one.id for one, _ in high}
    return [one.id for one in own if one.id not in named][-3:]


def _sum(line: Line) -> int:
    return max(line.due_fen or 0, line.paid_fen or 0)


def _over_a_year(own: list[Payroll], year: int, limit: int) -> list[tuple[Payroll, Line]]:
    """The lines of workers whose sums of a calendar year are above a limit."""
    of_year = [one for one in own if one.month.startswith(f"{year:04d}-")]
    if sum(one.highest_fen * max(1, len(one.lines) - len(one.workers) + 1) for one in of_year) <= limit:
        return []
    this_year = [(one, line) for one in of_year for line in one.lines if line.who]
    sums = Counter[str | None]()
    for _, line in this_year:
        sums[line.who] += _sum(line)
    return [(one, line) for one, line in this_year if sums[line.who] > limit]


def _most_of_year(high: list[tuple[Payroll, Line]]) -> int:
    sums = Counter[str | None]()
    for _, line in high:
        sums[line.who] += _sum(line)
    return max(sums.values())


def leaver_unsettled(known: Known, limits: Limits) -> Iterator[Finding]:
    """Workers who are on no later payroll, and whose last pay was due and is not paid in full.

    Red; yellow while a complaint about the employer runs, for then somebody looks already.
    """
    for project, payrolls in known.payrolls_of.items():
        by_employer: dict[str, list[Payroll]] = defaultdict(list)
        for one in payrolls:
            if one.lines:
                by_employer[one.employer].append(one)
        for employer, own in by_employer.items():
            gone = _gone(known, own)
            owed = sum(fen for _, fen in gone.values())
            if len(gone) < limits["leaver_unsettled.least"]:
                continue
            runs = [one.id for one in known.complaints_of.get(employer, ()) if one.runs]
            last = max(month for month, _ in gone.values())
            yield Finding(
                rule="leaver_unsettled",
                level=Level.YELLOW if runs else Level.RED,
                employer=employer,
                project=project,
                facts={"project": project, "month": last, "workers": len(gone), "owed": owed},
                speaks_for=rows("pay_period", _naming(own, gone)),
                speaks_against=(
                    *rows("complaint", runs[-3:]),
                    *rows("pay_period", [one.id for one in own if not one.owed_fen][-3:]),
                ),
            )


def _gone(known: Known, own: list[Payroll]) -> dict[str, tuple[str, int]]:
    """By worker the last month on a payroll and what of all was not paid; only where a later payroll was made."""
    newest = max(one.month for one in own)
    still_here = frozenset[str]().union(*(one.workers for one in own if one.month == newest))
    owed: Counter[str] = Counter()
    for one in own:
        if one.owed_by_worker and due_of(known, one)[0] < known.today:
            owed.update({who: fen for who, fen in one.owed_by_worker.items() if who not in still_here})
    return {who: (max(one.month for one in own if who in one.workers), fen) for who, fen in owed.items()}


def _naming(own: list[Payroll], gone: dict[str, tuple[str, int]]) -> list[str]:
    return [one.id for one in own if not gone.keys().isdisjoint(one.owed_by_worker)]
