"""Every text about a case or a complaint is hidden by what is filed of it: names, roster, numbers, homes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from casework.complaint import Complaint, RosterLine
from services.arriving.filing import keep_complaint
from services.linkage.linking import link_complaints
from services.office.working_days import published
from tests.counting import counted
from tests.services.office import SYSTEM, Office
from warehouse.engine import Warehouse
from warehouse.models import CaseRow, ComplaintVersionRow
from warehouse.queries.case import members
from warehouse.queries.tellers import Tellers
from warehouse.store.complaints import Filing

NAME, PHONE, ID_NO, MATE, MATES = "欧阳知远", "13855554444", "370282199003074512", "王铁柱", "13900001111"
STORY = f"我叫{NAME}，家住青岛市城阳区毽栊巷12号，电话{PHONE}。工友{MATE}也没拿到工资，赵大山说没有钱。"
NOTE = (
    f"{NAME}与{MATE}（139·0000·1111）到毽栊巷12号，赵大山未到；一三八五五五五四四四四来电，证号3702 8219 9003 0745 12。"
)
SHOWN = "欧*与王*（139****1111）到***，赵*未到；138****4444来电，证号370282********4512。"
SECRET = "**与**（***）到***，赵*未到；***来电，证号***。"


def file(store: Warehouse, at: datetime, **said: Any) -> None:
    complaint = Complaint(
        channel="petition",
        source_key="7",
        version=1,
        received_at=at,
        narrative=STORY,
        complainant_name=f"{NAME}先生",
        complainant_phone=PHONE,
        complainant_id_no=ID_NO,
        boss_name="赵大山",
        district_code="370215",
        employer_name="青岛澜田海产加工有限公司",
        roster=(RosterLine(MATE, MATES),),
        **said,
    )
    with store.write() as session:
        keep_complaint(session, complaint, Filing(calendar=published(), reply_limit=None, by="system:test", at=at))
    link_complaints(store, actor=SYSTEM, at=at + timedelta(minutes=1))


@pytest.mark.parametrize(("secret", "shown"), [(False, SHOWN), (True, SECRET)])
def test_the_whole_of_a_complaint_is_known_to_each_text(
    store: Warehouse, now: datetime, secret: bool, shown: str
) -> None:
    Office(store, now)
    file(store, now, confidential=secret)
    with store.read() as session:
        case = session.scalars(select(CaseRow)).one()
        complaint = session.scalars(select(ComplaintVersionRow.complaint_id)).one()
        assert Tellers(session, [case.id]).hide(NOTE, case.id) == shown
        assert Tellers(session, [complaint], complaints=True).hide(NOTE, complaint) == shown
        (one,) = members(session, case)
        for own in (NAME, PHONE, MATE, "赵大山"):
            assert own not in one.told
        assert ("毽栊巷12号" in one.told) is not secret
        assert "毽栊" not in one.brief


def test_the_store_is_asked_once_for_all_and_only_for_what_a_text_could_hold(store: Warehouse, now: datetime) -> None:
    Office(store, now)
    file(store, now)
    with store.read() as session:
        case_id = session.scalars(select(CaseRow.id)).one()
        for texts, most in (([None, ""], 0), (["2026-11-20 已送达。"] * 5, 2), ([NOTE] * 5, 5)):
            told_by = Tellers(session, [case_id])
            with counted(store) as asked:
                assert [told_by.hide(text, case_id) for text in texts] == [told_by.hide(one, case_id) for one in texts]
            assert len(asked) <= most, texts[0]
        assert Tellers(session, []).hide(f"电话{PHONE}", "") == "电话138****4444"
        assert Tellers(session, [case_id]).hide("见马小春。", case_id, beside=["马小春", None, ""]) == "见马*。"
