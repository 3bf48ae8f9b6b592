"""Signs in the feed itself: what is not heard any more, what comes late, what is rewritten afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from casework.warnings.due import due_of
from casework.warnings.finding import Finding, Limits, rows
from casework.warnings.known import Known, Payroll, PayrollVersion
from casework.warnings.payrolls import since
from casework.warnings.rule import Level

KINDS = {"account_balance": "account", "pay_period": "payroll", "attendance_month": "attendance"}
"""Kinds of data that a project sends each month, and what each is called in the facts."""


def no_data(known: Known, limits: Limits) -> Iterator[Finding]:
    """Nothing, or nothing of one kind, was heard of a project for days. No data is a sign, and never "all paid"."""
    for project, site in known.sites.items():
        days_of = known.heard.get(project, {})
        begun = site.started_on or known.first.get(project)
        if begun is None:
            continue
        last = max(days_of.values(), default=begun)
        silent = (known.today - max(last, begun)).days
        if silent > limits["no_data.days"]:
            what, day = "anything", max(last, begun)
        else:
            kinds = {word: max(days_of.get(kind, begun), begun) for kind, word in KINDS.items()}
            what, day = min(kinds.items(), key=lambda one: (one[1], one[0]))
            silent = (known.today - day).days
            if silent <= limits["no_data.one_kind_days"]:
                continue
        yield _silent(known, limits, project, what, day, silent)


def _silent(known: Known, limits: Limits, project: str, what: str, day: date, silent: int) -> Finding:
    nothing = what == "anything"
    newest = {
        "pay_period": [one.id for one in known.payrolls_of.get(project, ())][-1:],
        "account_balance": [one.id for one in known.balances_of.get(project, ())][-1:],
        "attendance_month": [one.id for one in known.attendance_of.get(project, ())][-1:],
    }
    others = {table: ids for table, ids in newest.items() if KINDS[table] != what and not nothing}
    return Finding(
        rule="no_data",
        level=Level.ORANGE if nothing and silent > limits["no_data.orange_days"] else Level.YELLOW,
        employer=known.answers_for(project),
        project=project,
        facts={"project": project, "what": what, "since": day.isoformat(), "days": silent},
        speaks_for=rows("project", [project]),
        speaks_against=tuple(row for table, ids in others.items() for row in rows(table, ids)),
    )


def payroll_late(known: Known, limits: Limits) -> Iterator[Finding]:
    """A payroll was reported days after pay was due: the newest such one of a project.

    What came with the first pull of a project is late for nobody: nobody could have sent it before.
    """
    for project, payrolls in known.payrolls_of.items():
        late = []
        for one in payrolls:
            due_on, guess = due_of(known, one)
            first = one.versions[0]
            with_the_first = first.arrived_on <= known.first.get(project, first.arrived_on)
            days = (first.changed_on - due_on).days
            if one.month >= since(known, limits) and not guess and not with_the_first:
                late += [(one, due_on, days)] if days > limits["payroll_late.days"] else []
        if late:
            one, due_on, days = late[-1]
            named = {other.id for other, _, _ in late}
            yield Finding(
                rule="payroll_late",
                level=Level.YELLOW,
                employer=one.employer,
                project=project,
                facts={"project": project, "month": one.month, "due_on": due_on.isoformat(), "days": days},
                speaks_for=rows("feed_version", (other.versions[0].id for other, _, _ in late)),
                speaks_against=rows("pay_period", [other.id for other in payrolls if other.id not in named][-3:]),
            )


def payroll_rewritten(known: Known, limits: Limits) -> Iterator[Finding]:
    """After pay was due, a payroll lost workers or money: yellow; what it called paid is so no more: orange.

    That money is paid later, or a worker is added, is no sign: the payroll says more than before.
    """
    for project, payrolls in known.payrolls_of.items():
        for one in reversed(payrolls):
            found = _rewritten(known, one) if one.month >= since(known, limits) else None
            if found is not None:
                level, before, after = found
                yield Finding(
                    rule="payroll_rewritten",
                    level=level,
                    employer=one.employer,
                    project=project,
                    facts={
                        "project": project,
                        "month": one.month,
                        "times": len(after),
                        "workers_before": len(before.lines),
                        "workers_after": len(one.lines),
                        "before": before.due_fen,
                        "after": one.now.due_fen,
                    },
                    speaks_for=rows("feed_version", [before.id, *(version.id for version in after)]),
                    speaks_against=rows(
                        "pay_period", [other.id for other in payrolls if len(other.versions) == 1][-3:]
                    ),
                )
                break


def _rewritten(known: Known, one: Payroll) -> tuple[Level, PayrollVersion, list[PayrollVersion]] | None:
    """The level, the last version of when pay fell due (or the first there is), and those that came after."""
    due_on, _ = due_of(known, one)
    before = next((version for version in reversed(one.versions) if version.changed_on <= due_on), one.versions[0])
    after = list(one.versions[one.versions.index(before) + 1 :])
    fewer = len(one.lines) < len(before.lines) or one.now.due_fen < before.due_fen
    most_paid = max((version.paid_fen for version in (before, *after)), default=0)
    unpaid = one.now.paid_fen < most_paid or (one.now.paid_on is None and any(v.paid_on for v in (before, *after)))
    if not after or not (fewer or unpaid):
        return None
    return (Level.ORANGE if unpaid else Level.YELLOW), before, after
