"""Pairs that the linker asks about, put into a morning: with its own evidence, as a run would keep them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from casework.linkage import Verdict
from dedupe.linker import explain_pair
from services.linkage.records import records_filed
from warehouse.engine import Warehouse
from warehouse.models import ComplaintRow, ComplaintVersionRow
from warehouse.store.cases import refresh_case
from warehouse.store.judgements import keep_judgement
from warehouse.store.linkage import case_of

TUOLING = ("青岛拓岭建筑劳务有限公司", "拓岭劳务")
"""Two employers of the morning that may be one: a firm, and what people call it."""
SEA_AND_ROADS = ("青岛恒崮市政工程有限公司", "青岛禾墨服饰有限公司")


def ask_about(store: Warehouse, employers: tuple[str, str], *, at: datetime) -> tuple[str, str]:
    """The linker is unsure whether two complaints, each by its employer, belong together. Returns the pair."""
    with store.write() as session:
        said = ComplaintVersionRow
        question = select(said.complaint_id).join(ComplaintRow, ComplaintRow.id == said.complaint_id)
        ids = [
            session.scalars(question.where(said.employer_name == name).order_by(ComplaintRow.received_at)).first()
            for name in employers
        ]
        left, right = sorted(one for one in ids if one)
        one, other = sorted(records_filed(session, [left, right]), key=lambda record: record.complaint_id)
        keep_judgement(session, explain_pair(one, other), Verdict.UNSURE, None, at=at)
        for complaint in (left, right):
            home = case_of(session, complaint)
            assert home is not None
            refresh_case(session, home, by="machine:test", at=at)
    return left, right
