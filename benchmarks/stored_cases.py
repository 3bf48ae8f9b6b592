"""A store with many cases of past years and a morning's queue, written through the models in bulk.

Cases concluded in the last weeks wait for the call-back of who complained; older ones are archived.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy import insert
from sqlalchemy.orm import Session

from casework.calendar import SHANGHAI
from casework.people import Actor, Role
from services.people.accounts import create_account
from warehouse.engine import Warehouse
from warehouse.models import (
    AssignmentRow,
    CaseMembershipRow,
    CaseRow,
    ChannelRow,
    ClockRow,
    ComplaintRow,
    ComplaintVersionRow,
    EmployerRow,
    OutcomeRow,
    PaymentRow,
)

PASSWORD = "Pages-2026!"  # noqa: S105 - of made-up officers
DISTRICT = "370215"
OPEN, WAITING = 40, 50
"""Cases in the hands of inspectors, and on the queue."""
_CHANNELS = ("hotline_12345", "national_clue", "petition", "message_board", "wage_monitor", "mailbox")
_AT_ONCE = 5_000
_ARCHIVED_AFTER = timedelta(days=60)
_SEED = 7


@dataclass(frozen=True, slots=True)
class Staff:
    """How many work here, and how many cases are in the hands of inspectors: at work, and sent but not signed for."""

    desks: int = 1
    heads: int = 1
    inspectors: int = 4
    at_work: int = OPEN
    to_sign: int = 0


def make_people(store: Warehouse, at: datetime, staff: Staff) -> list[str]:
    """Officers `desk`, `desk1` …, `head` … and `inspector0` …; the ids of the inspectors."""
    system = Actor.system("benchmark")

    def one(login: str, role: Role) -> str:
        grants = ((role, DISTRICT),)
        return create_account(
            store, login=login, name=login.title(), password=PASSWORD, grants=grants, actor=system, at=at
        )

    for role, name, how_many in ((Role.DESK_OFFICER, "desk", staff.desks), (Role.HEAD, "head", staff.heads)):
        for n in range(how_many):
            one(f"{name}{n or ''}", role)
    return [one(f"inspector{n}", Role.INSPECTOR) for n in range(staff.inspectors)]


Rows: TypeAlias = list[tuple[type[Any], dict[str, Any]]]


def make_cases(
    store: Warehouse,
    cases: int,
    at: datetime,
    *,
    waiting: int = WAITING,
    staff: Staff | None = None,
    behind: Callable[[int, Rows], Rows] = lambda _, rows: rows,
) -> None:
    """So many cases, of which `waiting` are on the queue, some with inspectors and the others concluded or closed.

    `behind` gives the rows of one case with those that its way leaves behind.
    """
    staff = staff or Staff()
    people = make_people(store, at - timedelta(days=30), staff)
    states = ["to_dispatch"] * waiting + ["in_progress"] * staff.at_work + ["dispatched"] * staff.to_sign
    employers = max(cases // 20, 10)
    with store.write() as session:
        for name in _CHANNELS:
            session.merge(ChannelRow(name=name, last_success_at=at, last_attempt_at=at))
        session.flush()
        _fill(session, EmployerRow, employers, lambda n: _employer(n, at))
    made = random.Random(_SEED)  # noqa: S311 - made-up cases, no secret
    days = [made.randrange(20, 5 * 365) for _ in range(cases)]
    for start in range(0, cases, _AT_ONCE):
        with store.write() as session:
            lots: dict[type[Any], list[dict[str, Any]]] = {}
            for n in range(start, min(start + _AT_ONCE, cases)):
                state = states[n] if n < len(states) else "done"
                opened = at - timedelta(days=days[n] if state == "done" else n % 3, hours=n % 7)
                for model, row in behind(n, _one(n, state, opened, employers, people, at)):
                    lots.setdefault(model, []).append(row)
            for model, rows in lots.items():
                session.execute(insert(model), rows)


def matter_no(n: int) -> str:
    """The number of the n-th case."""
    return f"M{n:07d}"


def _fill(session: Session, model: type[Any], count: int, row: Callable[[int], dict[str, Any]]) -> None:
    for start in range(0, count, _AT_ONCE):
        session.execute(insert(model), [row(n) for n in range(start, min(start + _AT_ONCE, count))])


def _employer(n: int, at: datetime) -> dict[str, Any]:
    return {"id": f"emp_{n}", "name": _name(n), "name_key": _name(n), "district_code": DISTRICT, "created_at": at}


def _name(n: int) -> str:
    return f"青岛第{n}建筑劳务有限公司"


def _one(n: int, state: str, opened: datetime, employers: int, people: list[str], at: datetime) -> Rows:
    """The rows of one case of one complaint."""
    case, complaint = f"case_{n}", f"cmp_{n}"
    done = state == "done"
    claimed = 300_000 + n % 97 * 10_000
    ended = opened + timedelta(days=18)
    day = opened.astimezone(SHANGHAI).date()
    first, second = people[n % len(people)], people[(n + 1) % len(people)]
    told = {
        "worker_count": 1 + n % 12, "amount_claimed_fen": claimed, "arrears_from": f"{day:%Y-%m}",
        "arrears_to": f"{day:%Y-%m}", "nature": "arrears", "sector": "construction", "district_code": f"{DISTRICT}007",
        "employer_name": _name(n % employers), "site_name": f"第{n % 900}工地",
    }  # fmt: skip
    archived = at - opened > _ARCHIVED_AFTER
    closed = archived or n % 2
    ended_as = "archived" if archived else "closed" if closed else "served"
    phone = None if archived else f"1390000{n % 10_000:04d}"
    law = ended_as if done else "filed" if state == "in_progress" else "received"
    rows: Rows = [
        (ComplaintRow, {"id": complaint, "complaint_no": f"C{n:07d}", "channel": _CHANNELS[n % 6],
                        "source_key": f"key{n}", "received_at": opened, "filed_at": opened}),
        (ComplaintVersionRow, {"id": f"ver_{n}", "complaint_id": complaint, "version": 1, "newest": True,
                               "read_at": opened, "kind": "complaint", "title": "拖欠工资", "narrative": "工资未发。",
                               "complainant_phone": phone,
                               "extracted": [], "remarks": [], **told}),
        (CaseRow, {"id": case, "matter_no": matter_no(n), "case_no": None if state == "to_dispatch" else f"K{n:07d}",
                   "status": ("closed" if closed else "concluded") if done else state, "legal_status": law,
                   "employer_id": f"emp_{n % employers}", "opened_at": opened, "ended_at": ended if done else None,
                   "main_complaint_id": complaint,
                   "amount_verified_fen": claimed if done else None, "suggested_lead_id": first,
                   "suggested_assisting_id": second, "suggested_why": ["territory"], "suggested_at": opened,
                   "changed_at": ended if done else opened, "changed_by": first, **told}),
        (CaseMembershipRow, {"id": f"mem_{n}", "complaint_id": complaint, "case_id": case, "claim_id": complaint,
                             "valid_from": opened, "why": "new", "by": first}),
    ]  # fmt: skip
    for kind, length, owner in (("accept", 5, "case_id"), ("investigate", 60, "case_id"), ("reply", 5, "complaint_id")):
        met = done or (kind == "accept" and state == "in_progress")
        clock = {"id": f"clk_{kind}_{n}", "case_id": None, "complaint_id": None, "kind": kind, "started_on": day,
                 "length": length, "unit": "working", "due_on": day + timedelta(days=7 if length == 5 else 86),
                 "calendar_version": "cn", "rule_version": "2026-11", "source": "JN §24",
                 "state": "met" if met else "running", "met_on": day + timedelta(days=3) if met else None}  # fmt: skip
        rows.append((ClockRow, clock | {owner: case if owner == "case_id" else complaint}))
    if state != "to_dispatch":
        unsigned = state == "dispatched"
        held = {"id": f"asg_{n}", "case_id": case, "lead_id": first, "assisting_id": second, "why": ["territory"],
                "dispatched_at": opened, "dispatched_by": first,
                "state": "ended" if done else "sent" if unsigned else "signed",
                "signed_at": None if unsigned else opened, "ended_at": ended if done else None}  # fmt: skip
        rows.append((AssignmentRow, held))
    if done:
        rows.append((OutcomeRow, {
            "id": f"out_{n}", "case_id": case, "exit": "correction_only", "basis": "APL §33", "conditions": [],
            "rule_version": "2026-11", "state": "approved", "by": first, "at": ended, "decided_by": second,
            "decided_at": ended}))  # fmt: skip
        rows.append((PaymentRow, {
            "id": f"pay_{n}", "case_id": case, "paid_on": ended.date(), "workers": 1 + n % 12, "amount_fen": claimed,
            "proof": "bank_voucher", "by": first, "at": ended}))  # fmt: skip
    return rows
