"""What the real way of a complaint leaves behind besides its case: what landed, who is named, steps, answers."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from benchmarks.stored_cases import Rows
from casework.calendar import local_day
from warehouse.blinds import name_blind, phone_blind, phone_tail_blind
from warehouse.models import (
    CaseRow,
    ClockEventRow,
    ClockRow,
    ComplaintRow,
    ComplaintVersionRow,
    JudgementRow,
    LandedRow,
    LifeMoveRow,
    PullCertificateRow,
    ReceiptRow,
    ReplyRow,
    WorkerRow,
)

TO_CALL = 300
"""Behind these everybody was called back: what waits to be done does not grow with the years gone by."""
A_PULL = 20
"""Complaints that one pull brings."""
_SURNAMES, _GIVEN = "王李张刘陈杨赵黄周吴", "建国志强秀英丽华海涛永生春梅卫东立新"
_STORY = (
    "我们一共{heads}个人在{site}干活，老板拖欠工资共计{yuan}元，从{month}月起一分钱没发，多次讨要未果，电话也不接，"
    "请帮助我们要回血汗钱。"
)
_RULES = "2026-11"


def with_trail(n: int, rows: Rows) -> Rows:
    """The rows of the n-th case of one complaint, with all that its way through the house leaves behind.

    Each row stands behind those that it points at.
    """
    by_model = dict(reversed(rows))
    complaint, said, case = (by_model[one] for one in (ComplaintRow, ComplaintVersionRow, CaseRow))
    at, done = complaint["received_at"], case["status"] in ("concluded", "closed")
    if done and case["legal_status"] != "archived" and n >= TO_CALL:
        case["legal_status"] = "called_back"
    landed = _landed(n, complaint, said)
    said |= _person(n, said, at) | {"landed_id": landed["id"], "phone_tail_blind": None, "employer_uscc": None}
    said["phone_blind"] = phone_blind(said["complainant_phone"])
    said["phone_tail_blind"] = phone_tail_blind(said["complainant_phone"])
    said["extracted"] = [
        {"field": name, "value": str(said[name]), "start": place, "end": place + 4}
        for place, name in enumerate(("worker_count", "amount_claimed_fen", "arrears_from"))
    ]
    before: Rows = [] if n % A_PULL else [(PullCertificateRow, _pull(n, complaint))]
    after: Rows = [(WorkerRow, _worker(n, said)), *_judged(n, at)]
    for model, row in rows:
        if model is ClockRow:
            after += _events(row, at)
    after += [(LifeMoveRow, row) for row in _steps(n, complaint["id"], case["id"], at, done=done)]
    after += _answers(n, complaint, at) if done else []
    return [*before, (LandedRow, landed), *rows, *after]


def _person(n: int, said: dict[str, Any], at: datetime) -> dict[str, Any]:
    name = _SURNAMES[n % 10] + _GIVEN[n // 10 % 18] + _GIVEN[n // 180 % 18]
    heads, yuan, month = said["worker_count"], said["amount_claimed_fen"] // 100, int(said["arrears_from"][-2:])
    return {
        "complainant_name": name,
        "complainant_phone": f"138{n:08d}",
        "site_address": f"青岛市即墨区第{n % 900}号路{n % 97}号",
        "narrative": _STORY.format(heads=heads, site=said["site_name"], yuan=yuan, month=month),
        "wants_reply": True,
        "probably_arrears": True,
        "reply_due_on": local_day(at) + timedelta(days=7),
    }


def _pull(n: int, complaint: dict[str, Any]) -> dict[str, Any]:
    at = complaint["received_at"]
    return {
        "id": f"pull_{n // A_PULL}", "channel": complaint["channel"], "run_id": f"run_{n // A_PULL}", "started_at": at,
        "ended_at": at + timedelta(seconds=4), "cursor_to": f'{{"position": "{at.isoformat()}"}}', "seen": A_PULL,
        "landed_new": A_PULL, "filed": A_PULL, "verdict": "complete",
    }  # fmt: skip


def _landed(n: int, complaint: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    at, key = complaint["received_at"], complaint["source_key"]
    payload = {
        "orderId": key, "orderNum": f"{at:%Y%m%d}{key}", "callTime": f"{at:%Y-%m-%d %H:%M:%S}", "sourceType": "01",
        "callerName": "王建国", "phone": f"138{n:08d}", "reflectName": said["employer_name"], "questionCode": "030202",
        "address": f"青岛市即墨区第{n % 900}号路", "organizationCode": "370215000000", "title": "拖欠工资",
        "organizationName": "人力资源和社会保障局", "majorContent": _STORY, "timeUnit": "5", "handleDays": "5",
        "isSecret": "0", "isVisit": "1", "isSupervise": "0", "attachmentList": [], "updatedTime": f"{at:%Y-%m-%d}",
    }  # fmt: skip
    return {
        "id": f"land_{n}", "channel": complaint["channel"], "kind": "complaint", "source_key": key, "version": 1,
        "digest": hashlib.sha256(key.encode()).hexdigest(), "payload": payload, "position": f"{at.isoformat()}|{key}",
        "landed_at": at, "pull_id": f"pull_{n // A_PULL}", "state": "filed",
    }  # fmt: skip


def _worker(n: int, said: dict[str, Any]) -> dict[str, Any]:
    name, phone = said["complainant_name"], said["complainant_phone"]
    return {
        "id": f"wk_{n}", "complaint_id": said["complaint_id"], "version": 1, "part": "complainant", "name": name,
        "name_blind": name_blind(name), "phone": phone, "phone_blind": said["phone_blind"],
        "amount_claimed_fen": said["amount_claimed_fen"] if said["worker_count"] == 1 else None,
    }  # fmt: skip


def _judged(n: int, at: datetime) -> Rows:
    """Every third complaint was once compared with the one before it, and was another's."""
    if n % 3 or not n:
        return []
    left, right = sorted((f"cmp_{n - 1}", f"cmp_{n}"))
    told = {"verdict": "different", "by": "machine:model", "by_person": False, "at": at, "model": "model"}
    told |= {
        "case_score": 0.2,
        "claim_score": 0.1,
        "same_claim": False,
        "conflicts": [],
        "evidence": [{"field": "site"}],
    }
    return [(JudgementRow, {"id": f"jud_{n}", "left_id": left, "right_id": right, "newest": True, **told})]


def _events(clock: dict[str, Any], at: datetime) -> Rows:
    kinds = ["started", "met"] if clock["state"] == "met" else ["started"]
    return [
        (
            ClockEventRow,
            {"id": f"cev_{kind}_{clock['id']}", "clock_id": clock["id"], "kind": kind, "at": at, "by": "system:collect",
             "due_after": clock["due_on"]},
        )
        for kind in kinds
    ]  # fmt: skip


def _steps(n: int, complaint_id: str, case_id: str, at: datetime, *, done: bool) -> list[dict[str, Any]]:
    lives = {
        "complaint": ("received", "accepted", "handled", "answered"),
        "law": ("received", "accepted", "filed", "concluded"),
        "work": ("to_dispatch", "dispatched", "in_progress", "concluded"),
    }
    found = []
    for life, states in lives.items():
        steps = [*pairwise(states)] if done else [(states[0], states[0])]
        whose = {"complaint_id": complaint_id, "case_id": None} if life == "complaint" else {
            "case_id": case_id, "complaint_id": None}  # fmt: skip
        for number, (was, became) in enumerate(steps, start=1):
            found.append(
                {"id": f"lm_{life}_{number}_{n}", "life": life, "step_no": number, "was": was, "became": became,
                 "newest": number == len(steps), "rule_version": _RULES, "by": "system", "at": at, **whose}
            )  # fmt: skip
    return found


def _answers(n: int, complaint: dict[str, Any], at: datetime) -> Rows:
    digest = hashlib.sha256(str(n).encode()).hexdigest()
    reply = {
        "id": f"rep_{n}", "key": f"reply-{n}", "complaint_id": complaint["id"], "seq": 1,
        "channel": complaint["channel"],
        "kind": "final", "body": "您反映的拖欠工资问题已办结，工资已付清。", "digest": digest, "written_by": "system",
        "written_at": at, "not_before": at, "state": "confirmed", "attempts": 1, "next_attempt_at": at,
        "delivered_at": at, "confirmed_at": at,
    }  # fmt: skip
    receipt = {
        "id": f"rct_{n}",
        "reply_id": reply["id"],
        "at": at,
        "external_ref": f"R{n}",
        "digest": digest,
        "equal": True,
    }
    return [(ReplyRow, reply), (ReceiptRow, receipt)]
