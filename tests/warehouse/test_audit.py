"""What a row of the audit log is sealed by."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from casework.record import Json
from warehouse import audit
from warehouse.crypto import keyring
from warehouse.engine import Warehouse
from warehouse.models import AuditRow


def test_what_is_sealed_is_the_same_bytes_in_every_version(store: Warehouse, now: datetime) -> None:
    """A seal of years ago is worked out again from these bytes: written otherwise, every old row would look changed."""
    details: dict[str, Json] = {"b": 1, "a": "申请, 撤回"}
    with store.write() as session:
        audit.record(session, by="acc_1", act="reveal", subject="案-1", at=now, details=details, success=False)
        (row,) = session.scalars(select(AuditRow)).all()
        seal = row.seal
    moment = '"2026-11-20T00:30:00.000000+00:00"'
    body = f'["{"0" * 64}",1,{moment},"acc_1","reveal","案-1",false,{{"a":"申请, 撤回","b":1}}]'
    assert seal == keyring().seal_audit(body.encode())
