"""What a form of a case need not ask again: place, people, amounts, the usual row of the guideline, a drafted note.

Only facts that the records hold are filled in, each to be looked at and changed. Nothing legal is ticked in advance.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from casework.calendar import SHANGHAI
from casework.discretion import Scale, lowest
from casework.record import Json
from console.forms import Act
from warehouse.models import CaseRow
from warehouse.queries.case import Money
from warehouse.queries.history import Handling

_FINES = {
    "overtime": "overtime",
    "hours_and_leave": "overtime",
    "protected_workers": "protected_workers",
    "withheld_papers": "deposits_taken",
}
"""The row of the guideline that an act of this nature carries; unpaid wages carry none (423 §26)."""
_NO_FINE = "no_fine"


def known(
    act: Act, case: CaseRow, done: Handling, money: Money, *, place: str | None, files: int = 0
) -> dict[str, list[str]]:
    """What the fields of an act start with. `place`: where the last visit was, as far as it names nobody."""
    start: dict[str, str | None] = {}
    if act.name == "record_visit":
        start = {"place": place or case.site_name}
    elif act.name == "order_correction":
        start = {"amount": _owed(money), "workers": _number(case.worker_count), "demand": _demand(case, money)}
    elif act.name == "record_pledge":
        open_ = [one for one in done.orders if one.corrected_on is None]
        start = {"amount": _owed(money), "due_on": open_[0].due_on.isoformat() if open_ else None}
    elif act.name == "hand_over":
        start = {"packet_other_material": _pictures(done, files)}
    elif act.name == "propose_publication":
        start = {key: done.decision.get(key) for key in ("address", "legal_rep", "facts")}
        start["handled"] = done.decision.get("decision")
    elif act.name == "correct_publication":
        out = [one for one in done.publications if one.state == "published"][:1]
        start = {"facts": out[0].facts, "handled": out[0].handled} if out else {}
    return {name: [value] for name, value in start.items() if value}


def _pictures(done: Handling, files: int) -> str | None:
    """Photographs, by visit, and files of complaints that go with the packet (TRF §6); the file lists their SHA-256."""
    taken = ((one.visited_at.astimezone(SHANGHAI), done.photos.get(one.id)) for one in done.visits)
    said = [f"{at:%Y-%m-%d %H:%M}走访照片{len(photos.shown)}张" for at, photos in taken if photos and photos.shown]
    said += [f"投诉所附材料{files}份"] if files else []
    return "、".join(said) + "（附清单及SHA-256校验值）" if said else None


def _owed(money: Money) -> str | None:
    """What is verified and not yet paid, in yuan."""
    if money.verified_fen is None or money.verified_fen <= money.paid_fen:
        return None
    return f"{Decimal(money.verified_fen - money.paid_fen) / 100:.2f}"


def _number(count: int | None) -> str | None:
    return None if count is None else str(count)


def _demand(case: CaseRow, money: Money) -> str | None:
    """The papers are Chinese whatever the screen speaks."""
    owed = _owed(money)
    if owed is None:
        return None
    months = "至".join(dict.fromkeys(one for one in (case.arrears_from, case.arrears_to) if one))
    heads = f"{case.worker_count}名" if case.worker_count else ""
    return f"足额支付{heads}劳动者{months}工资{owed}元。"


def usual_waiver(case: CaseRow, scales: Mapping[str, Scale], steps: Json, own: Iterable[str]) -> dict[str, list[str]]:
    """The row of the discretion guideline that the nature of the case points at, at its lowest step.

    `own`: the rows that the office itself has added; where it has added one only, that is the one it means.
    """
    mine = [key for key in own if key in scales]
    key = mine[0] if len(mine) == 1 else _FINES.get(case.nature, _NO_FINE)
    row = scales.get(key)
    least = next((step for step in steps if lowest(step, steps)), None) if isinstance(steps, dict) else None
    if row is None or least is None or row.per == "base" or (row.per == "worker" and not case.worker_count):
        return {}
    units = {"units-1": [str(case.worker_count)]} if row.per == "worker" else {}
    return {"scale-1": [key], "step-1": [least], **units}


def drafted_note(done: Handling, money: Money) -> str:
    """What the records say of the correction, in the language of the file; empty where there is none yet."""
    said = []
    corrected = [one.corrected_on for one in done.orders if one.corrected_on]
    if corrected:
        said.append(f"该单位已于{max(corrected)}按责令改正")
    if money.paid_fen:
        heads = f"{money.paid_workers}名" if money.paid_workers else ""
        said.append(f"已补发{heads}劳动者工资{Decimal(money.paid_fen) / 100:,.2f}元")
    if done.pledges:
        said.append(f"{done.pledges[-1].signed_on}签订《劳动维权》承诺书")
    return "，".join(said) + "。" if said else ""
