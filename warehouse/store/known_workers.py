"""Who a worker of a ledger is: what mentions add to the name, the phone and the identity number."""

from __future__ import annotations

from collections.abc import Sequence

from warehouse.models import LedgerWorkerRow
from warehouse.store.ledger_rows import WorkerSeen
from warehouse.store.mentions import Mention

_PERSONAL = ("name", "phone", "id_no")


def know_worker(row: LedgerWorkerRow, new: Sequence[Mention]) -> None:
    """Write what these mentions say of who a worker is, where the row does not know it yet."""
    for field_ in _PERSONAL:
        told = {getattr(one, field_): getattr(one.keys, field_) for one in new if getattr(one.keys, field_)}
        if told and getattr(row, f"{field_}_blind") is None and not getattr(row, field_):
            value = _best([getattr(one, field_) for one in new if getattr(one, field_) in told])
            setattr(row, field_, value)
            setattr(row, f"{field_}_blind", told[value])
    row.secret = row.secret and all(one.secret for one in new)
    row.remarks = sorted({*row.remarks, *(remark for one in new for remark in one.remarks)})


def is_news(row: WorkerSeen, new: Sequence[Mention]) -> bool:
    """Whether what is told of a worker is news of who they are."""
    blinds = {"name": row.name_blind, "phone": row.phone_blind, "id_no": row.id_no_blind}
    lacks = any(blind is None and any(getattr(one.keys, key) for one in new) for key, blind in blinds.items())
    named = row.secret and not all(one.secret for one in new)
    return lacks or named or not {remark for one in new for remark in one.remarks} <= set(row.remarks)


def _best(values: Sequence[str | None]) -> str | None:
    said = [value for value in values if value]
    return min(said, key=lambda value: (-said.count(value), -len(value), value), default=None)
